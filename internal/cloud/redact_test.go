package cloud

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestRedact(t *testing.T) {
	for _, test := range []struct {
		name       string
		secrets    []string
		text, want string
	}{
		{name: "empty", secrets: []string{""}, text: "password is wrong", want: "password is wrong"},
		{name: "eight characters", secrets: []string{"hunter22"}, text: "xhunter22x and hunter22", want: "x(secret)x and (secret)"},
		{name: "eight characters of more bytes", secrets: []string{"pässwört"}, text: "xpässwörtx", want: "x(secret)x"},
		{name: "seven characters", secrets: []string{"pässwör"}, text: "xpässwörx and pässwör", want: "xpässwörx and (secret)"},
		{name: "one character", secrets: []string{"e"}, text: `the text "e", e: e`, want: `the text "(secret)", (secret): (secret)`},
		{name: "short, with a sign at its ends", secrets: []string{"$x!"}, text: "a$x!b $x!", want: "a(secret)b (secret)"},
		{
			name: "short, behind escapes of JSON", secrets: []string{"abc"},
			text: `"x\nabc\t", "\u0022abc\u0022", "\nxabc"`, want: `"x(secret)\t", "(secret)\u0022", "\nxabc"`,
		},
		{name: "short, behind an escape of a URL", secrets: []string{"abc"}, text: "?p=%20abc%20&q=0abc", want: "?p=(secret)%20&q=0abc"},
		{name: "short ones in each other", secrets: []string{"ab", "ab-cd"}, text: "ab-cd and ab and cd", want: "(secret) and (secret) and cd"},
		{name: "long ones in each other", secrets: []string{"hunter22", "the hunter22 is"}, text: "the hunter22 is here", want: "(secret) here"},
		{name: "in JSON", secrets: []string{"pass\"word\\<\n"}, text: `{"a":"pass\"word\\<\n"}`, want: `{"a":"(secret)"}`},
		{name: "in JSON for HTML", secrets: []string{"password<&>"}, text: `{"a":"password\u003c\u0026\u003e"}`, want: `{"a":"(secret)"}`},
		{name: "in the query of a URL", secrets: []string{"pass word/+?"}, text: "?a=pass+word%2F%2B%3F&b", want: "?a=(secret)&b"},
		{name: "in the path of a URL", secrets: []string{"pass word/+?"}, text: "/a/pass%20word%2F+%3F/b", want: "/a/(secret)/b"},
		{name: "on one line", secrets: []string{"pass\nword\x1b"}, text: singleLine("the pass\nword\x1b is"), want: "the (secret) is"},
		{name: "not valid UTF-8", secrets: []string{"pass\xffword"}, text: singleLine("the pass\xffword is"), want: "the (secret) is"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(Config{}, nil)
			for _, secret := range test.secrets {
				c.secrets.add(secret)
			}
			if got := c.Redact(test.text); got != test.want {
				t.Errorf("Redact(%q): %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// A quoted value of a wrong type is cut, which must not leave the beginning of a secret.
func TestMismatchesHaveNoSecret(t *testing.T) {
	const password = "production"
	value := strings.Repeat("1", 55) + password
	c := newClient(Config{Credentials: Static{Credentials: Credentials{Token: password}}},
		transport(func(*http.Request) (*http.Response, error) { return answering(200, `{"count":"`+value+`"}`), nil }))
	var got fields
	r, err := c.Get(t.Context(), job, &got)
	text := r.Mismatches["count"]
	if err != nil || len(r.Mismatches) != 1 || !strings.HasPrefix(text, `count is a string "111`) || strings.Contains(text, "prod") {
		t.Errorf("got error %v, mismatches %q; want one of count, without the secret", err, text)
	}
}

// Values are what the service sent: only errors and the log are redacted.
func TestSecretStaysInValuesAndNotInErrors(t *testing.T) {
	const password = "production"
	for _, test := range []struct {
		name     string
		response *http.Response
		required string
		status   string // the value that was read; empty: an error
	}{
		{name: "value", response: answering(200, `{"status":"redis-production-1"}`), status: "redis-production-1"},
		{name: "message", response: answering(400, `{"error_code":"production","error_msg":"redis-production-1 is wrong"}`)},
		{name: "object as message", response: answering(400, `{"error_code":1,"error_msg":{"a":"the production is","production":1}}`)},
		{name: "request ID", response: answering(400, `{}`, "X-Request-Id", "production")},
		{name: "redirect", response: answering(302, ``, "Location", "https://production.example.com/production")},
		{name: "body that is no JSON", response: answering(200, `production`)},
		{name: "cut by the end of what is shown", response: answering(400, strings.Repeat("x", longestText-5)+password)},
		{name: "cut by the end of what is shown of an answer", response: answering(200, strings.Repeat("x", longestText-5)+password)},
		{name: "field of a wrong type", required: "status", response: answering(200, `{"status":{"production":1}}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			// The token is what this client sends; a password is a secret like it.
			c := newClient(Config{Credentials: Static{Credentials: Credentials{Token: password}}},
				transport(func(*http.Request) (*http.Response, error) { return test.response, nil }))
			var log bytes.Buffer
			var got answer
			request := job
			request.Required = test.required
			_, err := c.Get(tflogtest.RootLogger(t.Context(), &log), request, &got)
			if (err == nil) != (test.status != "") || got.Status != test.status {
				t.Fatalf("status %q and error %v, want status %q", got.Status, err, test.status)
			}
			if err != nil && strings.Contains(err.Error(), password[:5]) {
				t.Errorf("error %q has %q", err, password[:5])
			}
			if log.Len() == 0 || strings.Contains(log.String(), password) {
				t.Errorf("log %q is empty or has %q", &log, password)
			}
		})
	}
}

func TestLogIsMasked(t *testing.T) {
	for _, secret := range []string{"the-secret-token", "short"} {
		c := answered(Static{Credentials: Credentials{Token: secret}}, 200, `{}`)
		var log bytes.Buffer
		r := job
		r.Path = []string{"v2", secret} // a part of the URL, which is a field of the log
		if _, err := c.Get(tflogtest.RootLogger(t.Context(), &log), r, &answer{}); err != nil {
			t.Errorf("%s: %v", secret, err)
		}
		if strings.Contains(log.String(), secret) || !strings.Contains(log.String(), "/v2/***") {
			t.Errorf("log %q has %q, or no /v2/***", &log, secret)
		}
	}
}

func TestAbbreviateAccessKey(t *testing.T) {
	for id, want := range map[string]string{"ABCD1234WXYZ": "ABCD…WXYZ", "ABCD123WXYZ": "…", "": "…"} {
		if got := AbbreviateAccessKey(id); got != want {
			t.Errorf("AbbreviateAccessKey(%q): %q, want %q", id, got, want)
		}
	}
}

// Of the body of an error 64 KiB are read, and a message that is cut by that is shown as text.
func TestLongErrorBodyIsCut(t *testing.T) {
	body := strings.NewReader(`{"detail":"` + strings.Repeat("x", 1<<20) + `"}`)
	total := body.Len()
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
		resp := answering(400, "")
		resp.Body = io.NopCloser(body)
		return resp, nil
	}))
	want := `: "{\"detail\":\"xxx`
	if _, err := c.Get(t.Context(), job, &answer{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %s", err, want)
	}
	if read, most := total-body.Len(), maxErrorBody; read > most {
		t.Errorf("%d bytes were read, want at most %d", read, most)
	}
}

func TestSanitize(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{text: "äbcd", want: "äbcd"},
		{text: "äbcde", want: "äbcd…"},
		{text: "a\x1b[31m", want: "a [3…"},
		{text: "a\r\n\tb", want: "a b"},
		{text: "a\u202eb", want: "a b"},
		{text: "\xff", want: "\uFFFD"},
		{text: " a ", want: "a"},
		{text: strings.Repeat(" ", 9), want: ""},
	} {
		if got := Sanitize(test.text, 4); got != test.want {
			t.Errorf("Sanitize(%q, 4): got %q, want %q", test.text, got, test.want)
		}
	}
}
