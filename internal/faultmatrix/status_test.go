package faultmatrix

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// errorBody returns the body of an error of the gateway.
func errorBody(code, message string) string {
	return fmt.Sprintf(`{"error_code":%s,"error_msg":%s,"error_ext_msg":null}`, quote(code), quote(message))
}

func statusRows() []row {
	var rows []row
	add := func(want func(texts ...string) func(column) expectation, statuses ...int) {
		for _, status := range statuses {
			name := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
			rows = append(rows, row{
				group: "status", name: name,
				fault: answering(with(status, errorBody("TEST.0815", "What went wrong"), "X-Request-Id", requestID)),
				want:  want(name, "code TEST.0815", "What went wrong", "equest ID", requestID),
			})
		}
	}
	add(expectError, 400, 401, 402, 403, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418)
	add(expectError, 421, 422, 423, 424, 425, 426, 428, 431, 451, 499)
	add(expectNotFound, 404)
	add(expectErrorOfReads, 501, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, 530, 599)
	add(expectRetriesAtOnce, 408, 500, 502, 503, 504)
	add(expectThrottled, 429)
	for _, status := range []int{408, 429, 500, 502, 503, 504} {
		rows = append(rows, row{
			group: "status", name: fmt.Sprintf("HTTP %d, twice", status), times: 2,
			fault: answering(with(status, "")), want: expectRecovery(0),
		})
	}
	for _, status := range []int{201, 202, 203, 204, 206, 299} {
		rows = append(rows, row{
			group: "status", name: fmt.Sprint(status), columns: dcsJob, fault: answering(with(status, "")),
			want: expectError(fmt.Sprintf("HTTP %d", status), "Request ID: ", "with a 200 alone"),
		})
	}
	// The body of an error has many shapes: internal/cloud has a table of them.
	for _, body := range []struct{ name, body, want string }{
		{name: "HTML", body: "<html><title>Oops</title>", want: ": \"HTML page: Oops\""},
		{name: "text", body: "upstream connect error", want: ": \"upstream connect error\""},
		{name: "nothing", body: "", want: "."},
	} {
		rows = append(rows, row{
			group: "status", name: "400 with " + body.name, fault: answering(with(400, body.body)),
			want: expectError("HTTP 400 Bad Request"+body.want, "Check the IDs"),
		}, row{
			group: "status", name: "404 with " + body.name, fault: answering(with(404, body.body)),
			want: expectNotFound("HTTP 404 Not Found"+strings.TrimSuffix(body.want, "."), "Check the IDs"),
		}, row{
			group: "status", name: "503 with " + body.name, fault: answering(with(503, body.body)),
			want: expectRetriesAtOnce("HTTP 503 Service Unavailable"+strings.TrimSuffix(body.want, "."), "The service or its gateway has a fault."),
		})
	}
	return rows
}

// expectThrottled expects retries, between which there are the pauses of throttled requests too.
func expectThrottled(texts ...string) func(column) expectation {
	return func(c column) expectation {
		e := expectRetries(0, texts...)(c)
		if !c.waits() {
			e.within += throttlePauses * 11 / 10
		}
		return e
	}
}

// codeRows have error codes that mean something else than their status does.
func codeRows() []row {
	var rows []row
	add := func(code string, status int, want func(column) expectation) {
		rows = append(rows, row{
			group: "code", name: code, fault: answering(with(status, errorBody(code, "What went wrong"))), want: want,
		})
	}
	for code, status := range map[string]int{"APIGW.0308": 400, "APIG.0308": 403, "DMS.10240407": 404} {
		add(code, status, expectThrottled("code "+code))
		twice := rows[len(rows)-1]
		twice.name, twice.times, twice.want = code+", twice", 2, expectRecovery(0)
		rows = append(rows, twice)
	}
	for _, code := range []string{"APIGW.0101", "APIG.0101"} {
		add(code, 404, expectError("code "+code, "The gateway at this address does not offer the API."))
	}
	for _, code := range []string{"DCS.4070", "111400070", "DMS.00400070"} {
		add(code, 400, expectError("code "+code, "Check the IDs: they must be those of this service."))
	}
	for _, code := range []string{"DCS.3022", "111404022", "DMS.00404022"} { // the instance does not exist, so waiting does not help
		add(code, 404, func(c column) expectation {
			e := expectError("code "+code, "Check the IDs")(c)
			if c.waits() {
				e.errors[0] = " not found"
			}
			return e
		})
	}
	return rows
}

// throttlingRows have services that ask to wait.
func throttlingRows() []row {
	var rows []row
	for _, status := range []int{429, 503} {
		rows = append(rows, row{
			group: "throttling", name: fmt.Sprintf("%d that asks for 7 s", status), times: 2,
			fault: answering(with(status, "", "Retry-After", "7")),
			want: func(c column) expectation {
				e := expectRecovery(8 * time.Second)(c)
				e.after = 14 * time.Second
				return e
			},
		}, row{
			group: "throttling", name: fmt.Sprintf("%d that asks for an hour", status),
			fault: answering(with(status, "", "Retry-After", "3600")),
			want: func(c column) expectation {
				if c.waits() { // at most two minutes, and so a second time
					e := expectRetries(0, "asks to wait 1h0m0s")(c)
					e.requests = 2
					return e
				}
				return expectError(fmt.Sprintf("HTTP %d", status), "asks to wait 1h0m0s")(c)
			},
		}, row{
			group: "throttling", name: fmt.Sprintf("%d that asks for nonsense", status), times: 2,
			fault: answering(with(status, "", "Retry-After", "soon")), want: expectRecovery(0),
		})
	}
	return rows
}
