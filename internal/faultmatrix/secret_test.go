package faultmatrix

import (
	"fmt"
	"regexp"
	"strings"
)

// secretRows have the cloud quote the credentials that it was sent.
func secretRows() []row {
	var all []row
	quote := strings.Join([]string{marked.AccessKey, marked.SecretKey, marked.SecurityToken}, " and ")
	told := "(secret) and (secret) and (secret)"
	inJSON := strings.Trim(quoted(quote), `"`)
	for _, shape := range shapes {
		for _, status := range []int{400, 401, 403, 404, 500, 501} {
			body := fill(shape.body, inJSON, inJSON, inJSON)
			if !strings.HasPrefix(shape.body, "{") {
				body = fill(shape.body, quote, quote, quote)
			}
			r := row{group: "secrets", name: fmt.Sprintf("%d, %s", status, shape.name), install: answering(with(status, body, "X-Request-Id", quote))}
			all = append(all, statusRow(r, status, []string{fmt.Sprintf("HTTP %d", status), "(secret)"})...)
		}
	}
	add := func(name string, b behavior, want func(column) expectation) {
		all = append(all, row{group: "secrets", name: name, install: answering(b), want: want})
	}
	hexadecimal := regexp.MustCompile(`[^A-Za-z0-9 ]`)
	escapes := map[string]string{
		"as Gson escapes":        hexadecimal.ReplaceAllStringFunc(quote, func(c string) string { return fmt.Sprintf(`\u%04x`, c[0]) }),
		"as PHP escapes":         strings.ReplaceAll(inJSON, "/", `\/`),
		"in a URL, lower case":   hexadecimal.ReplaceAllStringFunc(quote, func(c string) string { return fmt.Sprintf("%%%02x", c[0]) }),
		"in JSON in JSON":        strings.Trim(quoted(quoted(strings.ReplaceAll(inJSON, "/", `\/`))), `"`),
		"in HTML, by their code": hexadecimal.ReplaceAllStringFunc(quote, func(c string) string { return fmt.Sprintf("&#x%x;", c[0]) }),
	}
	for name, text := range escapes {
		for shape, body := range map[string]string{"known": `{"error_msg":"` + text + `"}`, "unknown": `{"reason":["` + text + `"]}`, "array": `["` + text + `"]`, "text": text} {
			add("secrets "+name+", "+shape, with(400, body), final("HTTP 400 Bad Request", "(secret)"))
		}
	}
	add("no JSON", with(200, quote), final("the answer is text", "(secret)"))
	add("HTML", with(200, "<title>"+quote+"</title>"), final("HTML page: (secret)"))
	add("cut by the end of what is shown", with(400, strings.Repeat("x", 390)+quote), final("HTTP 400 Bad Request"))
	add("wrong type", with(200, `{"status":`+quoted(quote)+`,"tasks":`+quoted(quote)+`,"progress":"`+inJSON+`","step_details":"`+inJSON+`","job_id":{}}`), final("the answer's field "))
	add("another job", with(200, `{"job_id":"`+inJSON+`","tasks":[]}`), func(c column) expectation {
		switch {
		case c.path == jobPath || c.path == dwsPath:
			return final("the service answered with job", "(secret)")(c)
		case c.waits:
			return expectation{errors: []string{" not found"}, within: 31e9}
		}
		e := harmless(0)(c)
		e.changed = map[string]any{"task_count": nil, "tasks": []any{}}
		if c.path == progressPath {
			e.changed = map[string]any{"progress": nil, "remain_time": nil, "step_details": nil}
		}
		return e
	})
	for name, text := range map[string]string{"raw": quote, "in a sentence": "The token '" + quote + "' is not valid"} {
		want := strings.ReplaceAll(text, quote, told)
		all = append(all, row{
			group: "secrets", name: "in the values of a job that failed, " + name, install: answering(says("FAILED", "FAIL", text)),
			want: func(c column) expectation {
				if c.waits {
					return expectation{errors: []string{" failed", "(secret)"}, within: takes}
				}
				e := harmless(0)(c)
				e.changed = quotedIn(c, want)
				return e
			},
		})
	}
	return all
}

// quotedIn is what a column reads of a failed job that says the same everywhere.
func quotedIn(c column, text string) map[string]any {
	switch c.path {
	case jobPath:
		return map[string]any{"status": "FAIL", "job_type": text, "begin_time": text, "end_time": text, "fail_reason": text}
	case dwsPath:
		return map[string]any{"status": "FAIL", "job_name": text, "begin_time": text, "end_time": text, "failed_code": text, "failed_detail": text, "progress": nil}
	case progressPath:
		return map[string]any{"progress": nil, "remain_time": nil, "step_details": []any{map[string]any{
			"step_id": nil, "step_name": text, "step_status": "FAILED", "begin_time": nil, "end_time": nil, "error_code": text, "sub_step_details": []any{map[string]any{
				"sub_step_id": nil, "sub_step_name": text, "sub_step_status": "FAILED", "begin_time": nil, "end_time": nil, "detail": nil, "error_code": text,
			}},
		}}}
	}
	entry := map[string]any{"id": task, "status": "FAILED", "name": text, "created_at": text, "updated_at": text, "user_name": nil, "user_id": nil, "params": nil}
	if c.path == tasksPath {
		entry["enable_show"], entry["error_code"], entry["job_id"], entry["details"] = true, text, nil, nil
	}
	return map[string]any{"task_count": "1", "tasks": []any{entry}}
}
