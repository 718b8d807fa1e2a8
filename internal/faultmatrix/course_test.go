package faultmatrix

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// course answers as time passes: with the body of the last entry that has begun. Progress calls get an answer of their own.
type course []struct {
	from time.Duration // since the first request
	b    behavior
}

// run makes the behavior of a course.
func (c course) run() func(*world) {
	return func(w *world) {
		var begin time.Time
		w.fault = func(rw http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder) {
			w.mu.Lock()
			if begin.IsZero() {
				begin = time.Now()
			}
			now := time.Since(begin)
			w.mu.Unlock()
			current := c[0].b
			for _, entry := range c {
				if entry.from <= now {
					current = entry.b
				}
			}
			current(rw, r, answer)
		}
	}
}

// status answers with a job or task in a state, and nothing else of it.
func status(word string) behavior {
	return with(200, fmt.Sprintf(`{"job_id":%q,"status":%s,"tasks":[{"id":%q,"status":%s,"enable_show":false}]}`, job, quoted(word), task, quoted(word)))
}

// courseRows are about waits.
func courseRows() []row {
	var all []row
	bare := map[string]any{"status": "SUCCESS", "name": nil, "begin_time": nil, "end_time": nil, "progress": nil}
	add := func(name string, c course, want func(column) expectation) {
		all = append(all, row{group: "courses", name: name, only: func(c column) bool { return c.waits }, install: c.run(), want: want})
	}
	succeeds := func(within time.Duration) func(column) expectation {
		return func(column) expectation { return expectation{changed: bare, within: within} }
	}
	fails := func(within time.Duration, texts ...string) func(column) expectation {
		return func(column) expectation { return expectation{errors: texts, within: within} }
	}
	// The first end that is seen is the end. What would be a wrong one is not seen: a status that nobody knows is not an end.
	add("RUNNING, SUCCESS, RUNNING", course{{0, status("RUNNING")}, {30 * time.Second, status("SUCCESS")}, {45 * time.Second, status("RUNNING")}}, succeeds(45*time.Second))
	add("SUCCESS, RUNNING", course{{0, status("SUCCESS")}, {time.Nanosecond, status("RUNNING")}}, succeeds(0))
	add("FAILED, RUNNING", course{{0, says("FAILED", "FAIL", "why")}, {time.Second, status("RUNNING")}}, fails(0, " failed", "(why) ended with status FAIL"))
	add("RUNNING, nonsense, RUNNING, SUCCESS", course{{0, status("RUNNING")}, {10 * time.Second, status("FINE")}, {20 * time.Second, status("RUNNING")}, {30 * time.Second, status("SUCCESS")}}, succeeds(45*time.Second))
	add("a status that nobody knows", course{{0, status("SUCCESSFUL")}}, fails(timeout, "Timed out waiting for ", "Last seen: SUCCESSFUL", `The provider does not know the status "SUCCESSFUL".`))
	for _, word := range []string{"", " ", "SUCCESS ", "SUCC\u200bESS", "ſuccesſ", "SUCCEſS", "SUCCESS\x00", "NOT_SUCCESS", "SUCCESS|FAIL", "100%", "null"} {
		add(fmt.Sprintf("the status %q", word), course{{0, status(word)}}, fails(timeout, "Timed out waiting for ", "did not end within 3m0s", "Last seen: "))
	}
	for _, word := range []string{"success", "Success", "sUcCeSs"} {
		add("the status "+word, course{{0, status(word)}}, func(column) expectation {
			return expectation{changed: merge(bare, map[string]any{"status": word}), within: 0}
		})
	}
	gone := with(404, `{"error_code":"TEST.404","error_msg":"gone"}`)
	add("there, and then gone", course{{0, status("RUNNING")}, {30 * time.Second, gone}}, fails(90*time.Second, " not found", "was there with status RUNNING, and then vanished: ", "HTTP 404"))
	add("gone for two looks", course{{0, status("RUNNING")}, {30 * time.Second, gone}, {35 * time.Second, status("RUNNING")}, {60 * time.Second, status("SUCCESS")}}, succeeds(75*time.Second))
	add("there after half a minute at last", course{{0, gone}, {29 * time.Second, status("RUNNING")}, {60 * time.Second, status("SUCCESS")}}, succeeds(75*time.Second))
	add("trouble of every kind", course{
		{0, status("RUNNING")}, {10 * time.Second, with(503, "")}, {20 * time.Second, with(429, "", "Retry-After", "10")}, {40 * time.Second, hijacked(func(net.Conn, []byte, []byte) bool { return true })}, {50 * time.Second, with(500, "<html>")}, {60 * time.Second, status("SUCCESS")},
	}, succeeds(100*time.Second))
	add("a login page for a while", course{{0, status("RUNNING")}, {10 * time.Second, with(200, "<title>Log in</title>")}, {30 * time.Second, status("SUCCESS")}}, func(column) expectation {
		return expectation{errors: []string{"Cannot wait for ", "HTML page: Log in", "heck endpoints."}, within: 25 * time.Second}
	})
	other := strings.NewReplacer(job, strings.Repeat("0", 32), task, strings.Repeat("1", 32))
	foreign := func(word string) behavior {
		return with(200, other.Replace(fmt.Sprintf(`{"job_id":%q,"status":%q,"tasks":[{"id":%q,"status":%q}]}`, job, word, task, word)))
	}
	all = append(all, row{group: "courses", name: "the answer is about another job", install: course{{0, foreign("SUCCESS")}}.run(), want: func(c column) expectation {
		switch {
		case c.path == jobPath || c.path == dwsPath:
			return final(`the service answered with job "00000000000000000000000000000000" instead`, "Request ID: ", "heck endpoints.")(c)
		case c.waits:
			return expectation{errors: []string{" not found", "is not there: the service "}, within: 31 * time.Second}
		case c.path == progressPath: // which tells no ID
			return expectation{changed: map[string]any{"progress": nil, "remain_time": nil, "step_details": nil}, within: time.Second}
		}
		var entry map[string]any
		must(json.Unmarshal([]byte(`{"status":"SUCCESS","name":null,"created_at":null,"updated_at":null,"user_name":null,"user_id":null,"params":null}`), &entry))
		entry["id"] = strings.Repeat("1", 32)
		if c.path == tasksPath {
			entry["enable_show"], entry["error_code"], entry["job_id"], entry["details"] = nil, nil, nil, nil
		}
		return expectation{changed: map[string]any{"task_count": nil, "tasks": []any{entry}}, within: 2 * time.Second}
	}})
	add("at first, then about another job", course{{0, status("RUNNING")}, {10 * time.Second, foreign("SUCCESS")}}, func(c column) expectation {
		if c.path == jobPath || c.path == dwsPath {
			return expectation{errors: []string{"Cannot wait for ", "the service answered with job"}, within: 25 * time.Second}
		}
		return expectation{errors: []string{" not found", "and then vanished"}, within: 60 * time.Second}
	})

	// The progress says that a task has ended, or that it goes on, and the list something else.
	progress := func(progress, list behavior) behavior {
		return func(w http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder) {
			if strings.HasSuffix(r.URL.Path, "/progress") {
				progress(w, r, answer)
				return
			}
			list(w, r, answer)
		}
	}
	detailed := func(word string) behavior {
		return with(200, fmt.Sprintf(`{"task_count":1,"tasks":[{"id":%q,"status":%q,"enable_show":true}]}`, task, word))
	}
	ended := with(200, `{"progress":100,"remain_time":0,"step_details":[{"step_name":"a","step_status":"FINISH"}]}`)
	running := with(200, `{"progress":50,"remain_time":1000,"step_details":[{"step_name":"a","step_status":"EXECUTING"}]}`)
	tasks := func(c column) bool { return c.waits && c.path == tasksPath }
	done := merge(bare, map[string]any{"progress": json.Number("100")})
	for _, r := range []row{
		{name: "the progress is over, the list is not", install: course{{0, progress(ended, detailed("EXECUTING"))}, {time.Minute, progress(ended, detailed("SUCCESS"))}}.run(),
			want: func(column) expectation { return expectation{changed: done, within: 75 * time.Second} }},
		{name: "the list is over, the progress is not", install: course{{0, progress(running, detailed("EXECUTING"))}, {30 * time.Second, progress(running, detailed("SUCCESS"))}}.run(),
			want: func(column) expectation { return expectation{changed: done, within: 105 * time.Second} }},
		{name: "the progress goes backwards", install: course{{0, progress(ended, detailed("EXECUTING"))}, {20 * time.Second, progress(running, detailed("EXECUTING"))}, {60 * time.Second, progress(ended, detailed("SUCCESS"))}}.run(),
			want: func(column) expectation { return expectation{changed: done, within: 75 * time.Second} }},
		{name: "the progress fails for good", install: course{{0, progress(with(500, ""), detailed("EXECUTING"))}, {60 * time.Second, progress(with(500, ""), detailed("SUCCESS"))}}.run(),
			want: func(column) expectation { return expectation{changed: done, within: 135 * time.Second} }},
	} {
		r.group, r.only = "courses", tasks
		all = append(all, r)
	}

	// The clock of the cloud jumps, which to the provider looks like a jump of its own.
	for _, jump := range []time.Duration{time.Second, -time.Second, 10 * time.Minute, -10 * time.Second, time.Hour, -time.Hour, 48 * time.Hour} {
		for _, with := range []string{"token", "keys"} {
			settings := map[string]any{"access_key": nil, "secret_key": nil, "security_token": nil, "token": marked.Token}
			if with == "keys" {
				settings = nil
			}
			all = append(all, row{
				group: "courses", name: fmt.Sprintf("the clock jumps by %s, %s", jump, with), settings: settings, only: func(c column) bool { return c.waits },
				install: func(w *world) { w.jump(5*time.Second, jump) },
				want: func(column) expectation {
					late := max(0, -jump)
					switch {
					case with == "keys" && jump.Abs() >= time.Hour:
						return expectation{errors: []string{"Cannot wait for ", "HTTP 401", "The clock of this machine is", "Set the clock, best by NTP."}, within: 20 * time.Second}
					case late > timeout: // so long does the job take still
						return expectation{errors: []string{"Timed out waiting for ", "Last seen: "}, within: timeout}
					}
					return expectation{within: takes + late + 15*time.Second}
				},
			})
		}
	}
	return all
}

func merge(a, b map[string]any) map[string]any {
	all := make(map[string]any)
	for _, m := range []map[string]any{a, b} {
		for name, value := range m {
			all[name] = value
		}
	}
	return all
}
