package cloud

import (
	"strings"
	"testing"
)

func TestErrorShapes(t *testing.T) {
	for name, test := range map[string]struct{ body, code, message, requestID string }{
		"gateway":               {`{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information","request_id":"r1"}`, "APIGW.0301", "Incorrect IAM authentication information", "r1"},
		"DCS":                   {`{"error_code":"111400063","error_msg":"Invalid {0} parameter in the request.","error_ext_msg":null}`, "111400063", "Invalid {0} parameter in the request.", ""},
		"numeric code":          {`{"error_code":111400063,"error_msg":"m"}`, "111400063", "m", ""},
		"DWS":                   {`{"errCode":"DWS.0001","externalMessage":"No such job."}`, "DWS.0001", "No such job.", ""},
		"DWS, other names":      {`{"errorCode":"DWS.0001","errorMsg":"No such job."}`, "DWS.0001", "No such job.", ""},
		"IAM, numeric code":     {`{"error":{"code":401,"message":"Authentication required.","title":"Unauthorized"}}`, "401", "Authentication required.", ""},
		"IAM, text code":        {`{"error":{"code":"IAM.0011","message":"m","title":"t"}}`, "IAM.0011", "m", ""},
		"title alone":           {`{"error":{"title":"Unauthorized"}}`, "", "Unauthorized", ""},
		"nested":                {`{"error":{"error_code":"X.1","error_msg":"m"}}`, "X.1", "m", ""},
		"list":                  {`{"errors":[{"error_code":"X.2","error_msg":"m"},{"error_code":"X.3"}]}`, "X.2", "m", ""},
		"code and message":      {`{"code":"X.4","message":"m"}`, "X.4", "m", ""},
		"error as text":         {`{"error":"invalid_request"}`, "", "invalid_request", ""},
		"null code":             {`{"error_code":null,"error_msg":"m"}`, "", "m", ""},
		"no known member":       {`{"detail":"m"}`, "", `{"detail":"m"}`, ""},
		"HTML with a title":     {"\n<html><head><title>502 Bad\n Gateway &amp; more</title></head>", "", "HTML page: 502 Bad Gateway & more", ""},
		"HTML without a title":  {"<!DOCTYPE html><p>x", "", "HTML page", ""},
		"text":                  {"upstream connect error", "", "upstream connect error", ""},
		"nothing":               {"", "", "", ""},
		"empty list":            {`{"errors":[]}`, "", `{"errors":[]}`, ""},
		"an array":              {`[1]`, "", "[1]", ""},
		"terminal escapes":      {`{"error_code":"X\u001b[31m","error_msg":"a\r\nb\tc\u0000d\u202ee"}`, "X [31m", "a b c d e", ""},
		"invalid UTF-8 in text": {"a\xffb", "", "a\uFFFDb", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var e Error
			e.readError([]byte(test.body))
			if e.Code != test.code || e.Message != test.message || e.RequestID != test.requestID {
				t.Errorf("code %q, message %q, request ID %q", e.Code, e.Message, e.RequestID)
			}
		})
	}
}

func TestKindsOfErrors(t *testing.T) {
	for _, test := range []struct {
		status                          int
		code                            string
		passing, throttled, unpublished bool
	}{
		{400, "DCS.4070", false, false, false},
		{401, "APIGW.0301", false, false, false},
		{403, "", false, false, false},
		{404, "DCS.3022", false, false, false},
		{404, "APIGW.0101", false, false, true},
		{404, "DMS.10240407", true, true, false},
		{400, "DMS.10240407", false, false, false},
		{408, "", true, false, false},
		{429, "", true, true, false},
		{403, "APIGW.0308", true, true, false},
		{503, "APIG.0308", true, true, false},
		{500, "", true, false, false},
		{501, "", false, false, false},
		{502, "", true, false, false},
		{503, "", true, false, false},
		{504, "", true, false, false},
		{302, "", false, false, false},
	} {
		e := Error{Status: test.status, Code: test.code}
		if e.Retryable() != test.passing || e.Throttled() != test.throttled || e.APINotPublished() != test.unpublished {
			t.Errorf("%d %s: passing %v, throttled %v, unpublished %v", test.status, test.code, e.Retryable(), e.Throttled(), e.APINotPublished())
		}
	}
}

func TestLongTextsAreShortened(t *testing.T) {
	if got := truncateText(strings.Repeat("ä", 5000)); got != strings.Repeat("ä", longestText)+"…" {
		t.Errorf("%d bytes", len(got))
	}
}
