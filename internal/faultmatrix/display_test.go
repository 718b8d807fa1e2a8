package faultmatrix

import (
	"encoding/json"
	"fmt"
	"net"
	"strings"
)

// nasty is a text that would take over a terminal, forge further lines, or run backwards.
const nasty = "A\x1b[2J\x1b]0;title\x07\x1b[31mB\r\n\x00\x7f\u009b31mC\u202eD\u2066E\u2028F\u2029G\u200bH\u00adI"

// shown is what is left of it.
const shown = "A [2J ]0;title [31mB 31mC D E F G H I"

// displayRows put control characters and very long texts wherever a text reaches a diagnostic.
func displayRows() []row {
	var all []row
	add := func(name string, b behavior, want func(column) expectation) {
		all = append(all, row{group: "display", name: name, install: answering(b), want: want})
	}
	escaped := strings.Trim(quoted(nasty), `"`)
	long := strings.Repeat("long ", 20_000)
	for _, shape := range shapes {
		if !strings.Contains(shape.body, `":"MESSAGE"`) || strings.Contains(shape.body, "reason") {
			continue
		}
		for _, status := range []int{400, 503} {
			r := row{group: "display", name: fmt.Sprintf("escapes in %d, %s", status, shape.name), install: answering(with(status, fill(shape.body, escaped, escaped, escaped)))}
			all = append(all, statusRow(r, status, []string{fmt.Sprintf("HTTP %d", status), "A [2J"})...)
			r = row{group: "display", name: fmt.Sprintf("raw escapes in %d, %s", status, shape.name), install: answering(with(status, fill(shape.body, nasty, nasty, nasty)))}
			all = append(all, statusRow(r, status, []string{fmt.Sprintf("HTTP %d", status), "A [2J"})...)
			r = row{group: "display", name: fmt.Sprintf("long texts in %d, %s", status, shape.name), install: answering(with(status, fill(shape.body, long, long, long)))}
			all = append(all, statusRow(r, status, []string{fmt.Sprintf("HTTP %d", status), "long long", "…"})...)
			r = row{group: "display", name: fmt.Sprintf("invalid UTF-8 in %d, %s", status, shape.name), install: answering(with(status, fill(shape.body, "\xff\xfe", "\xff\xfe", "\xff\xfe")))}
			all = append(all, statusRow(r, status, []string{fmt.Sprintf("HTTP %d", status), "\uFFFD"})...)
		}
	}
	add("escapes in HTML", with(400, "<title>"+nasty+"&#27;[31m&#x202e;</title>"), final("HTML page: A [2J"))
	add("escapes in text", with(400, nasty), final("HTTP 400 Bad Request", shown[:7]))
	add("long text", with(400, long), final("HTTP 400 Bad Request", "…"))
	add("long HTML", with(400, "<title>"+long), final("HTTP 400 Bad Request", "HTML page"))
	head := func(status int, reason, header string) behavior {
		return hijacked(func(conn net.Conn, _, _ []byte) bool {
			write(conn, fmt.Appendf(nil, "HTTP/1.1 %d %s\r\n%s\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno", status, reason, header))
			return false
		})
	}
	passes := func(name string, b behavior, texts ...string) {
		all = append(all, lasting(row{group: "display", name: name, install: answering(b)}, 0, texts...)...)
	}
	passes("a long status line", raw("HTTP/1.1 "+strings.Repeat("x", 300_000)+"\r\n\r\n"), "malformed HTTP", "Check that this machine")
	passes("a long header that is none", raw("HTTP/1.1 200 OK\r\n"+strings.Repeat("x", 300_000)+"\r\n\r\n"), "malformed MIME header", "Check that this machine")
	add("a long number", with(200, strings.Repeat("7", 1_000_000)), final("the answer is 777", "…", "heck endpoints."))
	add("escapes in the reason", head(400, "\x1b[31m\u202eNo", "A: b"), final("HTTP 400 Bad Request: \"no\""))
	add("a long request ID", head(400, "No", "X-Request-Id: "+strings.Repeat("A", 500_000)), final("HTTP 400 Bad Request", "Request ID: AAAA", "…"))
	for name, header := range map[string]string{"request ID": "X-Request-Id: ABC%s", "Retry-After": "Retry-After: 7%s", "Location": "Location: http://%selsewhere.test/", "Content-Encoding": "Content-Encoding: %sbr", "the name of a header": "A%s: b"} {
		status, texts := 400, []string{"HTTP 400 Bad Request"}
		switch name {
		case "request ID":
			texts = append(texts, "Request ID: ABC")
		case "Location":
			status, texts = 302, []string{"HTTP 302 Found", "The endpoint redirects"}
		case "Content-Encoding":
			status, texts = 200, []string{"in an encoding (Content-Encoding) that was not asked for"}
		}
		if !strings.HasPrefix(header, "A%s") {
			add("text that runs backwards in "+name, head(status, "No", fmt.Sprintf(header, "\u202e\u009b\u2028")), final(texts...))
		}
		// Go's client does not take such a header.
		all = append(all, lasting(row{group: "display", name: "escapes in " + name, install: answering(head(status, "No", fmt.Sprintf(header, "\x1b[31m")))}, 0, "malformed MIME header", "Check that this machine")...)
	}

	all = append(all, row{group: "display", name: "a long ID of another job", only: func(c column) bool { return c.path == jobPath || c.path == dwsPath },
		install: answering(with(200, `{"job_id":"`+strings.Repeat("7", 1_000_000)+`"}`)), want: final("the service answered with job ", "…")})

	// What a job says of itself appears where a wait ends without success.
	failing := func(name, text string, want ...string) {
		texts := func(kind column) []string {
			if kind.path == kafkaPath {
				return nil // which says why in no field
			}
			return want
		}
		all = append(all, row{
			group: "display", name: name + " in a job that failed", only: func(c column) bool { return c.waits },
			install: answering(says("FAILED", "FAIL", text)),
			want: func(c column) expectation {
				return expectation{errors: append([]string{" failed", "ended with status FAIL"}, texts(c)...), within: takes}
			},
		}, row{
			group: "display", name: name + " in a status", only: func(c column) bool { return c.waits },
			install: answering(says(text, text, text)),
			want: func(column) expectation {
				return expectation{errors: append([]string{"Timed out waiting for ", "Last seen: "}, want...), within: timeout}
			},
		})
	}
	failing("escapes", nasty, "[31mB")
	failing("long texts", long, "long long")
	return all
}

// says answers every call with a job or task in a state of which every text is the same.
func says(taskStatus, jobStatus, text string) behavior {
	b, err := json.Marshal(map[string]any{
		"job_id": job, "status": jobStatus, "job_type": text, "job_name": text, "begin_time": text, "end_time": text, "fail_reason": text, "failed_code": text, "failed_detail": text,
		"task_count": "1", "tasks": []any{map[string]any{"id": task, "status": taskStatus, "name": text, "created_at": text, "updated_at": text, "error_code": text, "enable_show": true}},
		"step_details": []any{map[string]any{"step_name": text, "step_status": "FAILED", "error_code": text, "sub_step_details": []any{map[string]any{"sub_step_name": text, "sub_step_status": "FAILED", "error_code": text}}}},
	})
	must(err)
	return with(200, string(b))
}
