package faultmatrix

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"
)

// failing returns a fault that answers with an error of the gateway.
func failing(status int, code, message string, header ...string) func(*env, column) {
	return answering(with(status, fmt.Sprintf(`{"error_code":%q,"error_msg":%q,"error_ext_msg":null}`, code, message), header...))
}

// statusRows have statuses and error codes, and what follows from them.
func statusRows() []row {
	var rows []row
	add := func(want func(texts ...string) func(column) expectation, statuses ...int) {
		for _, status := range statuses {
			name := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
			rows = append(rows, row{
				name: name, fault: failing(status, "TEST.0815", "What went wrong", "X-Request-Id", requestID),
				want: want(name, "code TEST.0815", "What went wrong", "equest ID", requestID),
			})
		}
	}
	add(expectError, 202, 401, 405, 409, 410, 413, 422, 451, 499)
	add(expectBadRequest, 400)
	add(expectForbidden, 403)
	add(expectNotFound, 404)
	add(expectErrorOfReads, 501, 505, 511, 520, 530, 599)
	for _, status := range []int{408, 500, 502, 503, 504} {
		text := fmt.Sprintf("HTTP %d %s, code TEST.0815", status, http.StatusText(status))
		rows = append(rows, transient(fmt.Sprintf("HTTP %d", status), failing(status, "TEST.0815", "What went wrong"), 0, text))
	}
	for _, status := range []int{204, 301, 304, 307} {
		rows = append(rows, row{
			name: fmt.Sprintf("HTTP %d", status), fault: answering(with(status, "", "Location", "https://elsewhere.test/x")),
			want: expectError(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)), "equest ID"),
		})
	}
	return append(rows, row{
		name: "API not published", fault: failing(404, "APIGW.0101", ""), want: expectError("code APIGW.0101"),
	})
}

// throttlingRows have services that ask for fewer requests.
func throttlingRows() []row {
	var rows []row
	for _, status := range []int{429, 503} {
		rows = append(rows, row{
			name: fmt.Sprintf("%d that asks for 7 s, twice", status), times: 2,
			fault: answering(with(status, "", "Retry-After", "7")),
			want: func(c column) expectation {
				e := expectRecovery(8 * time.Second)(c)
				e.after = 14 * time.Second
				return e
			},
		}, row{
			name:  fmt.Sprintf("%d that asks for an hour", status),
			fault: answering(with(status, "", "Retry-After", "3600")),
			want: func(c column) expectation {
				if c.waits() { // at most two minutes, and so a second time, and a last one
					e := expectRetries(0, "asks to wait 1h0m0s")(c)
					e.requests = 3
					return e
				}
				return expectError(fmt.Sprintf("HTTP %d", status), "asks to wait 1h0m0s")(c)
			},
		})
	}
	for _, by := range []struct {
		name, code string
		status     int
	}{
		{name: "by the status", status: 429, code: "TEST.0815"},
		{name: "by the gateway's code", status: 400, code: "APIGW.0308"},
	} {
		r := transient(by.name, failing(by.status, by.code, "slower"), 0, "code "+by.code)
		retries := r.want
		r.want = func(c column) expectation {
			e := retries(c)
			if !c.waits() {
				e.within += throttlePauses * 11 / 10
			}
			return e
		}
		rows = append(rows, r)
	}
	return rows
}

// bodyRows have bodies that are no answer. internal/cloud has a table of all their shapes.
func bodyRows() []row {
	const tooLarge = "the answer is larger than 8 MiB"
	return []row{
		{name: "empty", fault: answering(with(200, "")), want: expectError("the answer is empty, not a JSON object", "Request ID: ")},
		{name: "array", fault: answering(with(200, `[{"status":"SUCCESS"}]`)), want: expectError("the answer is an array", "Request ID: ")},
		{
			name: "HTML", fault: answering(with(200, "<html><title>Log in &amp; on</title></html>", "Content-Type", "text/html")),
			want: expectError("the answer is not JSON but an HTML page: Log in & on", "Request ID: "),
		},
		{
			name: "cut", fault: answering(changed(func(_ http.Header, body []byte) []byte { return body[:len(body)/2] })),
			want: expectError("the answer breaks off after ", "Request ID: "),
		},
		{name: "compressed", fault: answering(compressed), want: expectValue(0)},
		{name: "endless, over HTTP/1", columns: dcsJobRead, fault: answering(endless), want: expectError(tooLarge)},
		{name: "endless, over HTTP/2", columns: dcsJobRead, address: encrypted, fault: answering(endless), want: expectError(tooLarge)},
	}
}

// compressed answers with the healthy answer, which is compressed.
func compressed(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
	var b bytes.Buffer
	writer := gzip.NewWriter(&b)
	write(writer, healthy.Body.Bytes())
	must(writer.Close())
	with(200, b.String(), "Content-Encoding", "gzip")(w, healthy)
}

// endless answers with a hundred megabytes of JSON, as far as the client reads them.
func endless(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
	_, err := w.Write([]byte(`{"error_code":"`))
	block := bytes.Repeat([]byte("x"), 1<<16)
	for sent := 0; sent < 100<<20 && err == nil; sent += len(block) {
		_, err = w.Write(block)
	}
}

// textRows have texts of the cloud that must not reach a terminal as they are, at each place from which one reaches a diagnostic:
// with control characters, a secret, invalid UTF-8, and too long.
func textRows() []row {
	hostile := "A\x1b[2J" + options.SecretKey + "\x1b]0;title\x07\x1b[31mB\r\n\x00\x7f\u009b31mC\u202eD\u2066E\u2028F\u2029G\u200bH\u00adI" +
		"\xff\xfe" + strings.Repeat("long ", 4000)
	encoded, err := json.Marshal(hostile)
	must(err)
	quoted := string(encoded)
	const secret = "(secret)"
	return []row{
		{
			name: "code, message and request ID of an error", want: expectError(secret, secret, secret),
			fault: answering(with(422, `{"error_code":`+quoted+`,"error_msg":`+quoted+`,"request_id":`+quoted+`}`, "X-Request-Id", "")),
		},
		{
			name: "message of an error that is retried", columns: dcsJob, fault: answering(with(503, `{"error_msg":`+quoted+`}`)),
			want: expectRetries(0, secret),
		},
		{name: "unknown field of an error", columns: dcsJob, fault: answering(with(400, `{"reason":[`+quoted+`]}`)), want: expectError(secret)},
		{name: "text of an error", columns: dcsJob, fault: answering(with(400, hostile)), want: expectError(secret)},
		{name: "page of an error", columns: dcsJob, fault: answering(with(400, "<title>"+hostile+"</title>")), want: expectError(secret)},
		{name: "text", columns: dcsJob, fault: answering(with(200, hostile)), want: expectError(secret)},
		{name: "page", columns: dcsJob, fault: answering(with(200, "<title>"+hostile+"</title>")), want: expectError(secret)},
		{
			name: "malformed header", columns: dcsJob, want: expectRetries(0, "malformed MIME header"),
			fault: http1(func(conn *serverConn, _, _ []byte) { write(conn, []byte("HTTP/1.1 200 OK\r\n"+hostile+"\r\n\r\n")) }),
		},
		{name: "ID of another job", columns: hasJobID, fault: answering(replaced(quoted, `"`+job+`"`, `"`+task+`"`)), want: expectError(secret)},
		{
			name: "status", columns: waiting, fault: answering(withStatus(quoted)),
			want: expectTimeout(secret),
		},
	}
}

// Statuses of jobs that run and that have succeeded, as JSON.
var (
	runningStatuses   = []string{`"RUNNING"`, `"EXECUTING"`, `"Running"`, `"running"`}
	succeededStatuses = []string{`"SUCCESS"`, `"Completed"`, `"Success"`, `"success"`}
)

// replaced answers with the healthy answer, in which a text takes the place of others.
func replaced(text string, others ...string) responder {
	return changed(func(_ http.Header, body []byte) []byte {
		for _, other := range others {
			body = bytes.ReplaceAll(body, []byte(other), []byte(text))
		}
		return body
	})
}

// withStatus answers with the healthy answer, in which all statuses of jobs are another one, as JSON.
func withStatus(status string) responder {
	return replaced(status, slices.Concat(runningStatuses, succeededStatuses)...)
}
