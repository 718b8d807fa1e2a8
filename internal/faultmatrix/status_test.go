package faultmatrix

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// shapes are those in which the services and their gateways tell errors. CODE, MESSAGE and ID stand for what is told.
var shapes = []struct{ name, body string }{
	{"gateway", `{"error_code":"CODE","error_msg":"MESSAGE","error_ext_msg":null}`},
	{"gateway with request ID", `{"error_code":"CODE","error_msg":"MESSAGE","request_id":"ID"}`},
	{"DWS", `{"errCode":"CODE","externalMessage":"MESSAGE"}`},
	{"DWS, other names", `{"errorCode":"CODE","errorMsg":"MESSAGE"}`},
	{"IAM", `{"error":{"code":"CODE","message":"MESSAGE","title":"A title"}}`},
	{"IAM with a number", `{"error":{"code":4711,"message":"MESSAGE","title":"A title"}}`},
	{"nested", `{"error":{"error_code":"CODE","error_msg":"MESSAGE"}}`},
	{"list", `{"errors":[{"error_code":"CODE","error_msg":"MESSAGE"},{"error_code":"X","error_msg":"Y"}]}`},
	{"short", `{"code":"CODE","message":"MESSAGE"}`},
	{"HTML", `<!DOCTYPE html><html><head><title>MESSAGE</title></head><body><h1>Oops</h1></body></html>`},
	{"nothing", ``},
	{"text", `MESSAGE`},
	{"another JSON object", `{"reason":"MESSAGE"}`},
	{"a JSON array", `["MESSAGE"]`},
}

// fill puts what is told into the body of an error.
func fill(body, code, message, id string) string {
	return strings.NewReplacer("CODE", code, "MESSAGE", message, "ID", id).Replace(body)
}

func statusRows() []row {
	var all []row
	var statuses []int
	for status := 400; status < 600; status++ {
		if http.StatusText(status) != "" || slices.Contains([]int{419, 430, 499, 509, 520, 521, 522, 523, 524, 525, 526, 530, 599}, status) {
			statuses = append(statuses, status)
		}
	}
	for _, status := range statuses {
		for i, shape := range shapes {
			told := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
			texts := []string{told}
			switch {
			case strings.Contains(shape.body, "CODE"):
				texts = append(texts, "code TEST.0815")
			case strings.Contains(shape.body, "4711"):
				texts = append(texts, "code 4711")
			}
			if strings.Contains(shape.body, "MESSAGE") {
				texts = append(texts, "What went wrong")
			}
			id := "fedcba9876543210" // in the header, or in the body alone
			header := []string{"X-Request-Id", id}
			if strings.Contains(shape.body, "ID") {
				id, header[1] = "0123456789abcdef", ""
			}
			texts = append(texts, "equest ID", id)
			r := row{
				group: fmt.Sprintf("status %dxx", status/100), name: fmt.Sprintf("%d, %s", status, shape.name), secure: i%2 == 1,
				install: answering(with(status, fill(shape.body, "TEST.0815", "What went wrong", "0123456789abcdef"), header...)),
			}
			all = append(all, statusRow(r, status, texts)...)
		}
	}
	coded := func(name string, status int, code string, want func(column) expectation) {
		all = append(all, row{group: "codes", name: name, install: answering(with(status, fill(shapes[0].body, code, "What went wrong", ""))), want: want})
	}
	for code, status := range map[string]int{"APIGW.0308": 400, "APIG.0308": 403, "DMS.10240407": 404} {
		all = append(all, lasting(row{group: "codes", name: "throttled with " + code, install: answering(with(status, fill(shapes[0].body, code, "Too many", "")))}, 0, "code "+code)...)
	}
	for _, code := range []string{"APIGW.0101", "APIG.0101"} {
		coded("unpublished with "+code, 404, code, final("code "+code, "The gateway at this address does not offer the API."))
	}
	for _, code := range []string{"111404022", "DCS.3022", "DMS.00404022"} {
		coded("unknown instance with "+code, 404, code, func(c column) expectation {
			if c.waits {
				return expectation{errors: []string{" not found", "is not there: ", "code " + code, "Check the IDs"}, requests: 1}
			}
			return final("code "+code, "Check the IDs")(c)
		})
	}
	for _, code := range []string{"DCS.4070", "111400070", "DMS.00400070"} {
		coded("malformed ID with "+code, 400, code, final("code "+code, "Check the IDs: they must be those of this service."))
	}
	return all
}

// statusRow adds to a row what is expected of a status.
func statusRow(r row, status int, texts []string) []row {
	switch {
	case slices.Contains([]int{408, 429, 500, 502, 503, 504}, status):
		return lasting(r, 0, texts...)
	case status >= 500: // a read gives up, a wait takes it for passing
		r.want = func(c column) expectation {
			if c.waits {
				return passing(0, texts...)(c)
			}
			return final(texts...)(c)
		}
	case status == http.StatusNotFound: // a wait gives a job half a minute to appear
		r.want = func(c column) expectation {
			if c.waits {
				return expectation{errors: append([]string{" not found", "is not there: "}, texts...), within: 31e9}
			}
			return final(texts...)(c)
		}
	default:
		r.want = final(texts...)
	}
	return []row{r}
}
