package faultmatrix

import (
	"fmt"
	"net/url"
	"strings"
)

// A place is one from which a text of the cloud reaches a diagnostic.
type place struct {
	name    string
	columns func(column) bool
	answer  func(c column, text string) responder
	want    func(texts ...string) func(column) expectation
}

// places are those in answers that lead to an error.
var places = []place{
	{
		name: "code, message and request ID of an error", columns: dcsJob, want: expectError,
		answer: func(_ column, text string) responder {
			return with(400, fmt.Sprintf(`{"error_code":%[1]s,"error_msg":%[1]s,"request_id":%[1]s}`, quote(text)), "X-Request-Id", "")
		},
	},
	{
		name: "message of an error that is retried", columns: dcsJob, want: expectRetriesAtOnce,
		answer: func(_ column, text string) responder { return with(503, errorBody("", text)) },
	},
	{
		name: "unknown field of an error", columns: dcsJob, want: expectError,
		answer: func(_ column, text string) responder { return with(400, `{"reason":[`+quote(text)+`]}`) },
	},
	{
		name: "text of an error", columns: dcsJob, want: expectError,
		answer: func(_ column, text string) responder { return with(400, text) },
	},
	{
		name: "HTML page of an error", columns: dcsJob, want: expectError,
		answer: func(_ column, text string) responder { return with(400, "<title>"+text+"</title>") },
	},
	{
		name: "text", columns: dcsJob, want: expectError,
		answer: func(_ column, text string) responder { return with(200, text) },
	},
	{
		name: "HTML page", columns: dcsJob, want: expectError,
		answer: func(_ column, text string) responder { return with(200, "<title>"+text+"</title>") },
	},
	{
		name: "malformed header", columns: dcsJob, want: expectRetriesAtOnce,
		answer: func(_ column, text string) responder { return raw("HTTP/1.1 200 OK\r\n" + text + "\r\n\r\n") },
	},
	{
		name: "malformed status", columns: dcsJob, want: expectRetriesAtOnce,
		answer: func(_ column, text string) responder { return raw("HTTP/1.1 " + text + "\r\n\r\n") },
	},
	{
		name: "field of another type", columns: func(c column) bool { return c.path == progressPath }, want: expectError,
		answer: func(_ column, text string) responder { return with(200, `{"progress":`+quote(text)+`}`) },
	},
	{
		name: "ID of another job", columns: anyJob, want: expectError,
		answer: func(_ column, text string) responder { return with(200, `{"job_id":`+quote(text)+`}`) },
	},
}

// valuePlaces are those in the answers of jobs that do not succeed.
var valuePlaces = []place{
	{
		name: "a job that failed", columns: waiting,
		answer: func(c column, text string) responder { return with(200, c.answer(c.id, c.failed, text)) },
		want: func(texts ...string) func(column) expectation {
			return func(column) expectation {
				return expectation{errors: append([]string{" failed: "}, texts...), within: atOnce, requests: 1}
			}
		},
	},
	{
		name: "a status", columns: waiting, want: expectTimeout,
		answer: func(c column, text string) responder { return with(200, c.answer(c.id, text, "")) },
	},
}

// textRows have texts that must not reach a terminal as they are.
func textRows() []row {
	const control = "A\x1b[2J\x1b]0;title\x07\x1b[31mB\r\n\x00\x7f\u009b31mC\u202eD\u2066E\u2028F\u2029G\u200bH\u00adI"
	var rows []row
	for _, text := range []struct{ name, text, want string }{
		{name: "control characters", text: control, want: "[2J"},
		{name: "a long text", text: strings.Repeat("long ", 4000), want: "long"},
		{name: "invalid UTF-8", text: "not\xff\xfeUTF-8", want: "not"},
	} {
		for _, p := range append(places, valuePlaces...) {
			rows = append(rows, row{
				group: "text", name: text.name + " in " + p.name, columns: p.columns, want: p.want(text.want),
				fault: func(e *env, c column) { e.respond = p.answer(c, text.text) },
			})
		}
	}
	rows = append(rows, row{
		group: "text", name: "control characters in a value", columns: dcsJobRead,
		fault: answering(with(200, `{"status":"FAIL","fail_reason":`+quote(control)+`}`)),
		want: func(column) expectation {
			return expectation{value: map[string]any{"status": "FAIL", "fail_reason": control}, within: atOnce, requests: 1}
		},
	})
	// Go's client accepts few of these characters in a header.
	for _, header := range []struct{ name, value, want string }{
		{name: "X-Request-Id", value: "ABC\u202e\u009b\u2028D", want: "Request ID: ABC"},
		{name: "X-Request-Id", value: strings.Repeat("A", 20_000), want: "Request ID: AAAA"},
		{name: "Retry-After", value: "7\u202e", want: "HTTP 400"},
	} {
		rows = append(rows, row{
			group: "text", name: fmt.Sprintf("%.10q in %s", header.value, header.name), columns: dcsJob,
			fault: answering(with(400, "", header.name, header.value)), want: expectError(header.want),
		})
	}
	return rows
}

// secretRows have answers that quote the credentials of the request.
func secretRows() []row {
	const redacted = "(secret)"
	var rows []row
	for _, p := range places {
		rows = append(rows, row{
			group: "secret", name: p.name, columns: p.columns, want: p.want(redacted),
			fault: func(e *env, c column) { e.respond = p.answer(c, options.SecretKey) },
		})
	}
	token := map[string]any{"access_key": nil, "secret_key": nil, "security_token": nil, "token": options.Token}
	for _, other := range []struct {
		name     string
		settings map[string]any
		answer   responder
	}{
		{name: "security token", answer: with(400, options.SecurityToken)},
		{name: "token", settings: token, answer: with(400, options.Token)},
		{name: "request ID", answer: with(400, "", "X-Request-Id", options.SecretKey)},
		{name: "JSON-escaped", answer: with(400, `[`+quote(options.SecretKey)+`]`)},
		{name: "URL-escaped", answer: with(400, "/?key="+url.QueryEscape(options.SecretKey))},
		{name: "URL-escaped in JSON", answer: with(400, errorBody("", "/?key="+url.QueryEscape(options.SecretKey)))},
		{name: "where the text is cut", answer: with(400, strings.Repeat("x", 385)+options.SecretKey)},
	} {
		rows = append(rows, row{
			group: "secret", name: other.name, columns: dcsJob, settings: other.settings, fault: answering(other.answer),
			want: expectError("HTTP 400 Bad Request", redacted),
		})
	}
	return rows
}
