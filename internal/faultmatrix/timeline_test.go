package faultmatrix

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// A timeline has the answers to a wait, each until the next one.
type timeline []period

type period struct {
	start  time.Duration // since the first request
	answer func(column) responder
}

// starting returns a timeline with its first answer.
func starting(answer func(column) responder) timeline { return timeline{}.after(0, answer) }

// after returns a timeline with a further answer, which begins after a time.
func (l timeline) after(d time.Duration, answer func(column) responder) timeline {
	return append(l, period{start: d, answer: answer})
}

func (l timeline) fault(e *env, c column) {
	var start time.Time
	e.respond = func(w http.ResponseWriter, r *http.Request, healthy *httptest.ResponseRecorder) {
		e.mu.Lock()
		if start.IsZero() {
			start = time.Now()
		}
		since := time.Since(start)
		e.mu.Unlock()
		current := l[0].answer
		for _, p := range l {
			if p.start <= since {
				current = p.answer
			}
		}
		current(c)(w, r, healthy)
	}
}

// status answers with a job or task that has a status.
func status(status string) func(column) responder {
	return func(c column) responder { return with(200, c.answer(c.id, status, "why")) }
}

// always answers in a way that does not depend on the column.
func always(respond responder) func(column) responder {
	return func(column) responder { return respond }
}

// failing answers with a job or task that failed.
func failing(c column) responder { return status(c.failed)(c) }

// another answers with a job or task of another ID that succeeded.
func another(c column) responder {
	return with(200, c.answer(strings.Repeat("0", len(c.id)), "SUCCESS", "why"))
}

// expectSuccess expects a wait to succeed at the next poll after a time.
func expectSuccess(after time.Duration) func(column) expectation {
	return func(column) expectation {
		return expectation{
			value: map[string]any{"outcome": "succeeded", "status": "SUCCESS"},
			after: after, within: nextPoll(after), requests: 3 * maxPolls,
		}
	}
}

// expectFailure expects a wait to end with an error before a time.
func expectFailure(within time.Duration, texts ...string) func(column) expectation {
	return func(column) expectation { return expectation{errors: texts, within: within, requests: 3 * maxPolls} }
}

func timelineRows() []row {
	var rows []row
	add := func(name string, l timeline, want func(column) expectation) {
		rows = append(rows, row{group: "timeline", name: name, columns: waiting, fault: l.fault, want: want})
	}
	const second = time.Second
	gone := always(with(404, errorBody("TEST.404", "gone")))

	add("succeeds, then runs", starting(status("SUCCESS")).after(1, status("RUNNING")), expectSuccess(0))
	add("fails, then runs", starting(failing).after(1, status("RUNNING")), expectFailure(atOnce, " failed: ", "ended with status FAIL"))
	add("runs, then succeeds", starting(status("RUNNING")).after(40*second, status("SUCCESS")), expectSuccess(40*second))
	add("unknown status for a while", starting(status("RUNNING")).after(10*second, status("FINE")).after(40*second, status("SUCCESS")),
		expectSuccess(40*second))
	add("unknown status", starting(status("SUCCESSFUL")),
		expectTimeout("SUCCESSFUL", `The provider does not know the status "SUCCESSFUL".`))
	for _, other := range []string{"", "SUCCESS ", "SUCCE\u017fS", "SUCCESS|FAIL"} {
		add(fmt.Sprintf("status %q", other), starting(status(other)), expectTimeout())
	}
	add("seen, then gone", starting(status("RUNNING")).after(30*second, gone),
		expectFailure(90*second, " not found", "was there with status RUNNING, and then vanished: ", "HTTP 404"))
	add("gone for five seconds", starting(status("RUNNING")).
		after(30*second, gone).
		after(35*second, status("RUNNING")).
		after(60*second, status("SUCCESS")), expectSuccess(60*second))
	add("appears after 29 seconds", starting(gone).
		after(29*second, status("RUNNING")).
		after(60*second, status("SUCCESS")), expectSuccess(60*second))
	add("transient errors of each kind", starting(status("RUNNING")).
		after(10*second, always(with(503, ""))).
		after(20*second, always(with(429, "", "Retry-After", "10"))).
		after(40*second, always(http1(func(conn *serverConn, _, _ []byte) { conn.Reset() }))).
		after(50*second, always(with(500, "<html>"))).
		after(60*second, status("SUCCESS")), func(c column) expectation {
		e := expectSuccess(60 * second)(c)
		e.within = 100 * second // after the longest backoff
		return e
	})
	add("another job", starting(another), func(c column) expectation {
		if anyJob(c) {
			return expectError("the service answered with job ", "instead", "Request ID: ", "heck endpoints.")(c)
		}
		return expectNotFound("the service ")(c)
	})
	add("another job later", starting(status("RUNNING")).after(10*second, another), func(c column) expectation {
		if anyJob(c) {
			return expectFailure(25*second, "Cannot wait for ", "the service answered with job")(c)
		}
		return expectFailure(60*second, " not found", "and then vanished")(c)
	})
	return rows
}

// listRows have tasks that a list has twice, in another form, or not at all.
func listRows() []row {
	var rows []row
	entry := func(id, status string) string {
		return fmt.Sprintf(`{"id":%q,"status":%q,"enable_show":false}`, id, status)
	}
	add := func(name string, want func(column) expectation, entries ...string) {
		rows = append(rows, row{
			group: "list", name: name, columns: waitsInList, want: want,
			fault: answering(with(200, fmt.Sprintf(`{"task_count":%d,"tasks":[%s]}`, len(entries), strings.Join(entries, ",")))),
		})
	}
	add("others too", expectSuccess(0), entry("a", "FAILED"), entry("b", "EXECUTING"), entry(task, "SUCCESS"))
	add("others only", expectNotFound("the service "), entry("a", "SUCCESS"))
	add("no task", expectNotFound("the service "))
	add("ID in capitals", expectSuccess(0), entry(strings.ToUpper(task), "SUCCESS"))
	add("twice, still running", expectTimeout("EXECUTING"), entry(task, "SUCCESS"), entry(task, "EXECUTING"))
	add("twice, of which one failed", expectFailure(atOnce, " failed: ", "ended with status FAILED"),
		entry(task, "SUCCESS"), entry(task, "FAILED"))
	return rows
}

// progressRows have a DCS task whose progress and whose list do not say the same. The list decides.
func progressRows() []row {
	tasks := func(status string) responder {
		return with(200, fmt.Sprintf(`{"task_count":1,"tasks":[{"id":%q,"status":%q,"enable_show":true}]}`, task, status))
	}
	running := with(200, `{"progress":50,"remain_time":1000,"step_details":[{"step_name":"a","step_status":"EXECUTING"}]}`)
	ended := with(200, `{"progress":100,"remain_time":0,"step_details":[{"step_name":"a","step_status":"FINISH"}]}`)
	both := func(progress, list responder) func(column) responder {
		return always(func(w http.ResponseWriter, r *http.Request, healthy *httptest.ResponseRecorder) {
			if strings.HasSuffix(r.URL.Path, "/progress") {
				progress(w, r, healthy)
				return
			}
			list(w, r, healthy)
		})
	}
	var rows []row
	add := func(name string, progress responder, within time.Duration) {
		l := starting(both(progress, tasks("EXECUTING"))).after(time.Minute, both(progress, tasks("SUCCESS")))
		rows = append(rows, row{
			group: "progress", name: name, columns: waitsTask, fault: l.fault,
			want: func(c column) expectation {
				e := expectSuccess(time.Minute)(c)
				e.within = within
				e.value["progress"] = healthyValues[c.name]["progress"]
				return e
			},
		})
	}
	add("over before the task", ended, nextPoll(time.Minute))
	add("never over", running, 150*time.Second) // the list is polled once a minute
	add("fails", with(500, ""), 150*time.Second)
	add("refused", with(400, errorBody("DCS.4094", "no details")), nextPoll(time.Minute))
	return rows
}

// clockRows have a clock of the cloud that jumps during a wait, which to the provider looks as if its own did.
func clockRows() []row {
	var rows []row
	add := func(name string, jump time.Duration, settings map[string]any, want func(column) expectation) {
		rows = append(rows, row{
			group: "clock", name: name, columns: waiting, settings: settings, want: want,
			fault: func(e *env, _ column) {
				at := time.Now().Add(5 * time.Second)
				e.clockShift = func() time.Duration {
					if time.Now().Before(at) {
						return 0
					}
					return jump
				}
			},
		})
	}
	expectHealthyValue := func(within time.Duration) func(column) expectation {
		return func(column) expectation { return expectation{within: within, requests: 2 * maxPolls} }
	}
	expectClockError := func(direction string) func(column) expectation {
		return expectFailure(10*time.Second,
			"Cannot wait for ", "HTTP 401", "The clock of this machine is", direction, "Set the clock, best by NTP.")
	}
	token := map[string]any{"access_key": nil, "secret_key": nil, "security_token": nil, "token": options.Token}
	add("10 s forward", 10*time.Second, nil, expectHealthyValue(nextPoll(takes)))
	add("10 s back", -10*time.Second, nil, expectHealthyValue(nextPoll(takes+10*time.Second)))
	add("an hour forward", time.Hour, nil, expectClockError("behind"))
	add("an hour back", -time.Hour, nil, expectClockError("ahead of"))
	add("an hour forward, with a token", time.Hour, token, expectHealthyValue(nextPoll(takes)))
	return rows
}
