package cloud

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// After any failure of the request for a token there is one for the keys without it, soon enough for keys that are refreshed.
func TestMetadataWithoutToken(t *testing.T) {
	const keysOfInstance = `{"credential":{"access":"A","secret":"the-secret","securitytoken":"the-token"}}`
	status := func(status int, body string) transport {
		return func(*http.Request) (*http.Response, error) { return answering(status, body), nil }
	}
	silent := transport(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	closed := transport(func(*http.Request) (*http.Response, error) { return nil, io.EOF })
	issued, gone := status(200, keysOfInstance), status(404, "")
	for _, test := range []struct {
		name        string
		token, keys transport
		requests    string
		within      time.Duration
		errors      []string // parts of the error; empty: none
	}{
		{name: "token", token: status(200, "t"), keys: issued, requests: "PUT GET(t)"},
		{name: "no tokens", token: gone, keys: issued, requests: "PUT GET()"},
		{name: "no PUT", token: status(405, ""), keys: issued, requests: "PUT GET()"},
		{name: "forbidden", token: status(403, ""), keys: issued, requests: "PUT GET()"},
		{name: "no answer", token: silent, keys: issued, requests: "PUT GET()", within: 2 * time.Second},
		{name: "closed", token: closed, keys: issued, requests: "PUT PUT PUT GET()", within: 1500 * time.Millisecond},
		{name: "unavailable", token: status(503, ""), keys: issued, requests: "PUT PUT PUT GET()", within: 1500 * time.Millisecond},
		{
			name: "no answer, and none without a token", token: silent, keys: closed, requests: "PUT GET()", within: 2 * time.Second,
			errors: []string{"169.254.169.254: EOF; before", "before that, the request for a token failed: no answer within 2s"},
		},
		{
			name: "unavailable, and a token is needed", token: status(503, "busy"), keys: status(401, "no token"),
			requests: "PUT PUT PUT GET()", within: 1500 * time.Millisecond,
			errors: []string{`HTTP 401 Unauthorized: "no token"`, `failed: HTTP 503 Service Unavailable: "busy"`},
		},
		{
			name: "neither", token: status(405, ""), keys: gone, requests: "PUT GET()",
			errors: []string{"HTTP 404 Not Found", "failed: HTTP 405 Method Not Allowed"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests []string
				c := newClient(Config{Credentials: Metadata{}, MaxRetries: 5}, transport(func(r *http.Request) (*http.Response, error) {
					switch {
					case r.Method == http.MethodPut:
						requests = append(requests, "PUT")
						return test.token(r)
					case strings.HasSuffix(r.URL.Path, "/securitykey"):
						requests = append(requests, fmt.Sprintf("GET(%s)", r.Header.Get(headerMetadataToken)))
						return test.keys(r)
					}
					return answering(200, "{}"), nil
				}))
				start := time.Now()
				_, err := c.Get(t.Context(), job, &answer{})
				if took := time.Since(start); took > test.within || strings.Join(requests, " ") != test.requests {
					t.Errorf("requests %q in %s, want %q in %s", requests, took, test.requests, test.within)
				}
				if failed := (*MetadataError)(nil); errors.As(err, &failed) != (len(test.errors) > 0) || (err == nil) != (len(test.errors) == 0) {
					t.Errorf("error %v, want a *MetadataError: %t", err, len(test.errors) > 0)
				}
				for _, want := range test.errors {
					if err != nil && !strings.Contains(err.Error(), want) {
						t.Errorf("error %v, want one with %q", err, want)
					}
				}
			})
		})
	}
}
