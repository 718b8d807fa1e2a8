package cloud

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkVisible fails unless a text can be shown on one line of a terminal.
func checkVisible(t *testing.T, name, text string) {
	t.Helper()
	invisible := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, invisible) {
		t.Errorf("%s %q is not one line of visible text", name, text)
	}
}

// Whatever the body of an error is, its code and message can be shown.
func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{
		`{"error_code":"DCS.4070","error_msg":"m","error_ext_msg":null,"request_id":"r"}`, `{"errCode":"c","externalMessage":"m"}`,
		`{"error":{"code":401,"message":"m","title":"t"}}`, `{"errors":[{"error_code":"c","error_msg":"m"}]}`, `{"errors":[]}`,
		`{"error":"text"}`, `{"code":1e999}`, `{"message":"\u001b[31m\u202e"}`, `{"error_code":{"a":1}}`,
		`<html><title>502 &#27;[0m</title>`, "\xff\x1b[2J", "", "null", "[]", `{"a":1} x`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var e Error
		e.readError(body)
		checkVisible(t, "code", e.Code)
		checkVisible(t, "message", e.Message)
		checkVisible(t, "request ID", e.RequestID)
	})
}

// Whatever the body of a response is, it decodes or gives an error that can be shown.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"status":"SUCCESS"}`, `{"status":null}`, `{"status":1}`, `{"status":"x"`, `{} {}`, `{"status":["\u001b"]}`,
		`null`, ``, `[]`, `"x"`, `<html>`, "\xef\xbb\xbf{}", `1e999`,
		strings.Repeat(`{"a":`, 20000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := decode(body, new(answer)); err != nil {
			checkVisible(t, "error", err.Error())
			if most := 3000; len(err.Error()) > most {
				t.Errorf("an error of %d bytes, want at most %d", len(err.Error()), most)
			}
		}
	})
}
