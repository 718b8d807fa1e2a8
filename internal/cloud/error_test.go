package cloud

import "testing"

func TestReadError(t *testing.T) {
	for _, test := range []struct{ name, body, code, message, requestID string }{
		{name: "gateway", body: `{"error_code":"APIGW.0301","error_msg":"m","request_id":"r"}`, code: "APIGW.0301", message: "m", requestID: "r"},
		{name: "DCS", body: `{"error_code":"111400063","error_msg":"a {0}","error_ext_msg":null}`, code: "111400063", message: "a {0}"},
		{name: "DWS", body: `{"errCode":"DWS.0001","externalMessage":"No such job."}`, code: "DWS.0001", message: "No such job."},
		{name: "DWS, other names", body: `{"errorCode":"DWS.0001","errorMsg":"No such job."}`, code: "DWS.0001", message: "No such job."},
		{name: "IAM, numeric code", body: `{"error":{"code":401,"message":"Denied.","title":"Unauthorized"}}`, code: "401", message: "Denied."},
		{name: "IAM, text code", body: `{"error":{"code":"IAM.0011","message":"m","title":"t"}}`, code: "IAM.0011", message: "m"},
		{name: "title alone", body: `{"error":{"title":"Unauthorized"}}`, message: "Unauthorized"},
		{name: "list", body: `{"errors":[{"error_code":"X.2","error_msg":"m"},{"error_code":"X.3"}]}`, code: "X.2", message: "m"},
		{name: "empty list", body: `{"errors":[]}`, message: `{"errors":[]}`},
		{name: "error as text", body: `{"error":"invalid_request"}`, message: "invalid_request"},
		{name: "null code", body: `{"error_code":null,"error_msg":"m"}`, message: "m"},
		{name: "object as code", body: `{"error_code":{"a":1},"error_msg":"m"}`, message: "m"},
		{
			name: "object as message", body: `{"error_code":123,"error_msg":{"b":"<m>","a":[1.50,null]}}`,
			code: "123", message: `{"a":[1.50,null],"b":"<m>"}`,
		},
		{name: "list as message", body: `{"error":{"code":"X.1","message":["a","b"]}}`, code: "X.1", message: `["a","b"]`},
		{name: "object before a text", body: `{"code":"X.1","error_msg":{"a":1},"message":"m"}`, code: "X.1", message: "m"},
		{name: "no message", body: `{"error_code":"X.1","error_msg":"","message":null}`, code: "X.1"},
		{name: "no known member", body: `{"detail":"<m>"}`, message: `{"detail":"<m>"}`},
		{name: "HTML with a title", body: "\n<html><title>502 Bad\n Gateway &amp; more</title>", message: "HTML page: 502 Bad Gateway & more"},
		{name: "HTML without a title", body: "<!DOCTYPE html><p>x", message: "HTML page"},
		{name: "text", body: "upstream connect error", message: "upstream connect error"},
		{name: "nothing", body: ""},

		{
			name: "terminal escapes in JSON", body: `{"error_code":"X\u001b[31m","error_msg":"a\r\nb\tc\u0000d\u202ee","request_id":"r\u009b1"}`,
			code: "X [31m", message: "a b c d e", requestID: "r 1",
		},
		{name: "terminal escapes in HTML", body: "<title>a\x1b[31mb&#27;[32mc&#x202e;d</title>", message: "HTML page: a [31mb [32mc d"},
		{name: "invalid UTF-8 in JSON", body: "{\"error_code\":\"X\xff\",\"error_msg\":\"a\xfe\"}", code: "X\uFFFD", message: "a\uFFFD"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var e Error
			e.readError([]byte(test.body))
			if e.Code != test.code || e.Message != test.message || e.RequestID != test.requestID {
				t.Errorf("got code %q, message %q, request ID %q\nwant code %q, message %q, request ID %q",
					e.Code, e.Message, e.RequestID, test.code, test.message, test.requestID)
			}
		})
	}
}

func TestRequestIDOfTheHeader(t *testing.T) {
	e := Error{RequestID: "header"}
	if e.readError([]byte(`{"request_id":"body"}`)); e.RequestID != "header" {
		t.Errorf("got request ID %q, want that of the header", e.RequestID)
	}
}

func TestAnswer(t *testing.T) {
	for _, test := range []struct {
		name string
		err  Error
		want string
	}{
		{name: "status", err: Error{Status: 503}, want: "HTTP 503 Service Unavailable"},
		{name: "code of an unknown status", err: Error{Status: 599, Code: "DCS.4070"}, want: "HTTP 599, code DCS.4070"},
		{name: "message", err: Error{Status: 502, Message: `No "x"`}, want: `HTTP 502 Bad Gateway: "No \"x\""`},
	} {
		if got := test.err.Answer(); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestKindsOfErrors(t *testing.T) {
	codes := &Codes{Throttled: []string{"X.1"}, Transient: []string{"X.2"}}
	for _, test := range []struct {
		status                                int
		code                                  string
		retryable, throttled, apiNotPublished bool
	}{
		{status: 302},
		{status: 400, code: "DCS.4070"},
		{status: 403},
		{status: 404, code: "APIGW.0101", apiNotPublished: true},
		{status: 404, code: "APIG.0101", apiNotPublished: true},
		{status: 400, code: "APIGW.0101"},
		{status: 404, code: "X.1", retryable: true, throttled: true},
		{status: 202, code: "X.1", retryable: true, throttled: true},
		{status: 400, code: "X.2", retryable: true},
		{status: 408, retryable: true},
		{status: 429, retryable: true, throttled: true},
		{status: 429, code: "X.2", retryable: true}, // an object is locked: that does not concern others
		{status: 403, code: "APIGW.0308", retryable: true, throttled: true},
		{status: 503, code: "APIG.0308", retryable: true, throttled: true},
		{status: 500, retryable: true},
		{status: 501},
		{status: 502, retryable: true},
		{status: 503, retryable: true},
		{status: 504, retryable: true},
	} {
		e := Error{Status: test.status, Code: test.code, Codes: codes}
		if e.Retryable() != test.retryable || e.Throttled() != test.throttled || e.APINotPublished() != test.apiNotPublished {
			t.Errorf("%d %s: got retryable %t, throttled %t, API not published %t, want %t, %t, %t", test.status, test.code,
				e.Retryable(), e.Throttled(), e.APINotPublished(), test.retryable, test.throttled, test.apiNotPublished)
		}
	}
}

func TestHasError(t *testing.T) {
	for body, want := range map[string]bool{
		`{"error":{"code":"EVS.1","message":"m"}}`:    true,
		`{"error":{"message":"m"},"status":null}`:     true,
		`{"error":{"error_code":"X","error_msg":""}}`: true,
		`{"error":{}}`:                      false,
		`{"error":null,"status":"RUNNING"}`: false,
		`{"error":{"code":""}}`:             false,
		`{"error":"text"}`:                  false,
		`{"job":{"error":{"code":"X"}}}`:    false,
		`{"status":"\"error\""}`:            false,
		`"error"`:                           false,
	} {
		if got := hasError([]byte(body)); got != want {
			t.Errorf("%s: got %t, want %t", body, got, want)
		}
	}
}
