package faultmatrix

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"time"
)

// A period is the time in which requests get an answer.
type period struct {
	from, to time.Duration // since the first request
	respond  responder
}

// during returns a fault in which requests get other answers in some periods.
func during(periods ...period) func(*env, column) {
	return func(e *env, _ column) {
		start := time.Now()
		e.respond = func(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
			for _, p := range periods {
				if since := time.Since(start); p.from <= since && since < p.to {
					p.respond(w, healthy)
					return
				}
			}
			forward(w, healthy)
		}
	}
}

const (
	second  = time.Second
	forever = time.Hour
)

func timelineRows() []row {
	gone := with(404, `{"error_code":"TEST.404"}`)
	reset := func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
		conn, _, err := http.NewResponseController(w).Hijack()
		must(err)
		conn.(*serverConn).Reset()
	}
	// another answers with a job or task that succeeded and has another ID.
	another := func(from time.Duration) func(*env, column) {
		return func(e *env, c column) {
			ends := []string{`"SUCCESS"`, `"SUCCESS"`, `"Completed"`, `"success"`}
			respond := changed(func(_ http.Header, body []byte) []byte {
				for _, id := range []string{job, task} {
					body = bytes.ReplaceAll(body, []byte(id), []byte("0"))
				}
				for i, running := range runningStatuses {
					body = bytes.ReplaceAll(body, []byte(running), []byte(ends[i]))
				}
				return body
			})
			during(period{from: from, to: forever, respond: respond})(e, c)
		}
	}
	expectFailure := func(within time.Duration, texts ...string) expectation {
		return expectation{errors: texts, within: within, requests: 2 * maxPolls}
	}
	rows := []row{
		{
			name: "unknown status", fault: answering(withStatus(`"SUCCESSFUL"`)),
			want: expectTimeout("SUCCESSFUL", `The provider does not know the status "SUCCESSFUL".`),
		},
		{
			name:  "unknown status for a while",
			fault: during(period{from: 5 * second, to: 40 * second, respond: withStatus(`"FINE"`)}),
			want:  expectLateSuccess(40 * second),
		},
		{
			name: "appears after 29 seconds", fault: during(period{to: 29 * second, respond: gone}),
			want: expectLateSuccess(29 * second),
		},
		{
			name: "vanishes", fault: during(period{from: 10 * second, to: forever, respond: gone}),
			want: func(column) expectation {
				return expectFailure(time.Minute, " not found", ", and then was not found any more: ", "HTTP 404")
			},
		},
		{
			name: "transient errors of each kind",
			fault: during(
				period{from: 2 * second, to: 10 * second, respond: with(503, "")},
				period{from: 10 * second, to: 20 * second, respond: with(429, "", "Retry-After", "10")},
				period{from: 20 * second, to: 30 * second, respond: reset},
				period{from: 30 * second, to: 40 * second, respond: with(500, "<html>")}),
			want: func(c column) expectation {
				e := expectLateSuccess(40 * second)(c)
				e.within = 80 * second // after the longest backoff
				return e
			},
		},
		{
			name: "another job", fault: another(0), want: func(c column) expectation {
				if c.hasJobID {
					return expectError("the service answered with job ", "instead", "Request ID: ")(c)
				}
				return expectNotFound("the service ")(c)
			},
		},
		{
			name: "another job later", fault: another(10 * second), want: func(c column) expectation {
				if c.hasJobID {
					return expectFailure(10*second+invalidGrace+10*second, "Cannot wait for ", "the service answered with job")
				}
				return expectFailure(time.Minute, " not found", "and then was not found any more")
			},
		},
	}
	for i := range rows {
		rows[i].columns = waiting
	}
	return rows
}

// clockRows have a clock of the cloud that jumps during a wait, which to the provider looks as if its own did.
func clockRows() []row {
	jumping := func(jump time.Duration) func(*env, column) {
		return func(e *env, _ column) {
			start := time.Now()
			e.clock = func() time.Time {
				if now := time.Now(); now.Sub(start) < 5*second {
					return now
				}
				return time.Now().Add(jump)
			}
		}
	}
	expectClockError := func(direction string) func(column) expectation {
		return func(column) expectation {
			return expectation{
				errors: []string{"Cannot wait for ", "HTTP 401", "The clock of this machine is", direction}, within: 10 * second, requests: maxPolls,
			}
		}
	}
	// The job ends early or late too.
	expectEnd := func(at time.Duration) func(column) expectation {
		return func(column) expectation { return expectation{within: nextPoll(at), requests: 2 * maxPolls} }
	}
	token := map[string]any{"access_key": nil, "secret_key": nil, "security_token": nil, "token": options.Token}
	return []row{
		{name: "10 s back", columns: waiting, fault: jumping(-10 * second), want: expectEnd(takes + 10*second)},
		{name: "an hour forward", columns: waiting, fault: jumping(time.Hour), want: expectClockError("behind")},
		{name: "an hour back", columns: waiting, fault: jumping(-time.Hour), want: expectClockError("ahead of")},
		{name: "an hour forward, with a token", columns: waiting, settings: token, fault: jumping(time.Hour), want: expectEnd(takes)},
	}
}
