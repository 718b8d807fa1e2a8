package cloud

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	keys   = Static{Credentials{AccessKey: "AK", SecretKey: "the-secret-key", SecurityToken: "the-security-token"}, "test keys"}
	target = Target{Region: "eu-west-101", ProjectID: "p1"}
	job    = Request{Service: DCS, Target: target, Path: []string{"v2", "p1", "jobs", "j1"}}
)

// A transport answers requests without a network, so that time can be fake.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func answering(status int, body string, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

// answered returns a client whose requests are all answered in the same way.
func answered(credentials CredentialsProvider, status int, body string, header ...string) *Client {
	return newClient(Config{Credentials: credentials}, transport(func(*http.Request) (*http.Response, error) {
		return answering(status, body, header...), nil
	}))
}

type answer struct {
	Status string `json:"status"`
}

func TestRequest(t *testing.T) {
	token := Static{Credentials: Credentials{Token: "the-token"}}
	for _, test := range []struct {
		name                        string
		credentials                 CredentialsProvider
		securityToken, token, start string // values of headers, and the start of the signature's
	}{
		{name: "keys", credentials: keys, securityToken: "the-security-token", start: "SDK-HMAC-SHA256 Access=AK, "},
		{name: "token", credentials: token, token: "the-token"},
		{name: "no credentials"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var sent *http.Request
			c := newClient(Config{Credentials: test.credentials, UserAgent: "agent/1"}, transport(func(r *http.Request) (*http.Response, error) {
				sent = r
				return answering(200, `{"status":"SUCCESS","error_code":"DWS.0000"}`), nil
			}))
			r := job
			r.Query = url.Values{"limit": {"3"}}
			var got answer
			if _, err := c.Get(t.Context(), r, &got); err != nil || got.Status != "SUCCESS" {
				t.Fatalf("got %+v and error %v, want status SUCCESS", got, err)
			}
			const address = "https://dcs.eu-west-101.myhuaweicloud.eu/v2/p1/jobs/j1?limit=3"
			if sent.Method != http.MethodGet || sent.URL.String() != address {
				t.Errorf("request %s %s, want GET %s", sent.Method, sent.URL, address)
			}
			for name, want := range map[string]string{
				"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "agent/1", HeaderProjectID: "p1",
				HeaderSecurityToken: test.securityToken, HeaderAuthToken: test.token,
			} {
				if got := sent.Header.Get(name); got != want {
					t.Errorf("header %s: %q, want %q", name, got, want)
				}
			}
			if got := sent.Header.Get("Authorization"); !strings.HasPrefix(got, test.start) || (got == "") != (test.start == "") {
				t.Errorf("header Authorization: %q, want %q", got, test.start)
			}
		})
	}
}

// Only a POST, to IAM, creates something.
func TestStatusOfSuccess(t *testing.T) {
	for _, test := range []struct {
		method string
		status int
		want   bool
	}{
		{method: http.MethodGet, status: 200, want: true},
		{method: http.MethodGet, status: 201, want: false},
		{method: http.MethodPost, status: 200, want: true},
		{method: http.MethodPost, status: 201, want: true},
		{method: http.MethodPost, status: 202, want: false},
	} {
		if got := succeeded(test.method, test.status); got != test.want {
			t.Errorf("%s with %d: got %v, want %v", test.method, test.status, got, test.want)
		}
	}
}

// A span is the time that something may take.
type span struct{ shortest, longest time.Duration }

func (s span) contains(d time.Duration) bool { return s.shortest <= d && d <= s.longest }

// What is worth another attempt, how many there are, and how long the backoff between them lasts. TestKindsOfErrors shows all statuses.
func TestRetries(t *testing.T) {
	body := func(status int, body string, header ...string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answering(status, body, header...), nil }
	}
	failing := func(err error) func() (*http.Response, error) {
		return func() (*http.Response, error) { return nil, err }
	}
	var (
		atOnce     span
		repeated   = span{7750 * time.Millisecond, 15500 * time.Millisecond} // double from half a second; jitter takes up to half of each
		throttled  = span{25 * time.Second, 25 * time.Second}                // double from a second, up to ten
		tenMinutes = span{10 * time.Minute, 10 * time.Minute}                // five times two minutes
	)
	unknownHost, dnsFailure := &net.DNSError{IsNotFound: true}, &net.DNSError{IsTemporary: true}
	wrongCertificate := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	for _, test := range []struct {
		name     string
		respond  func() (*http.Response, error)
		attempts int
		takes    span
	}{
		{name: "503", respond: body(503, ""), attempts: 6, takes: repeated},
		{name: "429", respond: body(429, ""), attempts: 6, takes: throttled},
		{name: "Retry-After of two minutes", respond: body(503, "", "Retry-After", "120"), attempts: 6, takes: tenMinutes},
		{name: "Retry-After of more than that", respond: body(429, "", "Retry-After", "121"), attempts: 1, takes: atOnce},
		{name: "400", respond: body(400, ""), attempts: 1, takes: atOnce},
		{name: "connection reset", respond: failing(syscall.ECONNRESET), attempts: 6, takes: repeated},
		{name: "DNS failure", respond: failing(dnsFailure), attempts: 6, takes: repeated},
		{name: "TLS record that is none", respond: failing(tls.RecordHeaderError{}), attempts: 6, takes: repeated},
		{name: "body that breaks off", respond: breakingOff(200), attempts: 6, takes: repeated},
		{name: "body of an error that breaks off", respond: breakingOff(404), attempts: 1, takes: atOnce},
		{name: "body that is too large", respond: body(200, strings.Repeat(" ", maxBody-1)+"{}"), attempts: 1, takes: atOnce},
		{name: "malformed body", respond: body(200, "{"), attempts: 1, takes: atOnce},
		{name: "wrong certificate", respond: failing(wrongCertificate), attempts: 1, takes: atOnce},
		{name: "no TLS", respond: failing(http.ErrSchemeMismatch), attempts: 1, takes: atOnce},
		{name: "no TLS and no HTTP", respond: failing(tls.RecordHeaderError{Conn: new(net.TCPConn)}), attempts: 1, takes: atOnce},
		{name: "unknown host", respond: failing(unknownHost), attempts: 1, takes: atOnce},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signatures := make(map[string]bool)
				attempts := 0
				c := newClient(Config{Credentials: keys, MaxRetries: 5}, transport(func(r *http.Request) (*http.Response, error) {
					attempts++
					signatures[r.Header.Get("Authorization")] = true
					return test.respond()
				}))
				start := time.Now()
				_, err := c.Get(t.Context(), job, &answer{})
				took := time.Since(start)
				var e *Error
				if !errors.As(err, &e) || e.Attempts != test.attempts || attempts != test.attempts {
					t.Errorf("%d attempts, and error %v, want an error after %d", attempts, err, test.attempts)
				}
				if !test.takes.contains(took) {
					t.Errorf("took %s, want %s to %s", took, test.takes.shortest, test.takes.longest)
				}
				// Those within the same second are equal.
				if test.attempts > 1 && len(signatures) < 4 {
					t.Errorf("%d attempts in %s had %d signatures, want one for each second", attempts, took, len(signatures))
				}
			})
		})
	}
}

// breakingOff responds with a body that is cut in the middle.
func breakingOff(status int) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		resp := answering(status, "", "X-Request-Id", "r1")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"status":`), iotest.ErrReader(io.ErrUnexpectedEOF)))
		return resp, nil
	}
}

func TestBodyOfTheLargestSizeIsRead(t *testing.T) {
	c := answered(keys, 200, strings.Repeat(" ", maxBody-2)+"{}")
	if _, err := c.Get(t.Context(), job, &answer{}); err != nil {
		t.Errorf("error %v, want none", err)
	}
}

// The status of a response that breaks off does not count, but its request ID is of use to the support.
func TestErrorOfAResponseThatBreaksOff(t *testing.T) {
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) { return breakingOff(200)() }))
	var e *Error
	const want = "the answer broke off after 10 bytes: unexpected EOF"
	if _, err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	if e.Err == nil || e.Err.Error() != want || e.RequestID != "r1" || e.Status != 0 {
		t.Errorf("error %+v, want %q with request ID r1 and no status", e, want)
	}
}

// An error has nothing of an earlier attempt.
func TestErrorIsThatOfTheLastAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		c := newClient(Config{Credentials: keys, MaxRetries: 1}, transport(func(*http.Request) (*http.Response, error) {
			if attempts++; attempts == 1 {
				return answering(503, `{"error_code":"X.1","error_msg":"m"}`, "X-Request-Id", "r1", "Retry-After", "3"), nil
			}
			return nil, errors.New("connection reset")
		}))
		var e *Error
		if _, err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
			t.Fatalf("error %v, want an *Error", err)
		}
		if e.Err == nil || e.Attempts != 2 || e.Status != 0 || e.Code+e.Message+e.RequestID != "" || e.RetryAfter != 0 || e.Signed {
			t.Errorf("error %+v, want the one of the second attempt alone", e)
		}
	})
}

// Nothing of a poll is repeated: neither its request, nor those for the project and the credentials that it needs.
func TestPollIsNotRepeated(t *testing.T) {
	for name, credentials := range map[string]CredentialsProvider{
		"request": keys, "instance metadata": Metadata{},
		"login":  Password{UserName: "u", Password: "p", Domain: Domain{Name: "d"}},
		"agency": AssumedRole{Base: keys, Agency: "a", Domain: Domain{Name: "d"}},
	} {
		attempts := make(map[string]int)
		c := newClient(Config{Credentials: credentials, Region: "eu-west-101", MaxRetries: 5},
			transport(func(r *http.Request) (*http.Response, error) {
				attempts[r.Method+" "+r.URL.String()]++
				return answering(503, ""), nil
			}))
		_, err := c.Get(PollContext(t.Context(), false), job, &answer{})
		_, errResolve := c.Resolve(PollContext(t.Context(), false), Target{})
		if err == nil || errResolve == nil || len(attempts) == 0 {
			t.Errorf("%s: got errors %v and %v after %v, want errors", name, err, errResolve, attempts)
		}
		for request, n := range attempts {
			if n > 2 { // once for each of the two
				t.Errorf("%s: %s was sent %d times", name, request, n)
			}
		}
	}
}

// TestWaitingForTheLimiterEndsWithTheContext shows the same of the limiter, and TestLookupIsShared of the lookup of a project.
func TestCancellationEndsAtOnce(t *testing.T) {
	errEnough := errors.New("the test has seen enough")
	for name, respond := range map[string]transport{
		"in a request": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"in the body of a response":         func(r *http.Request) (*http.Response, error) { return hangingBody(r), nil },
		"in the pause between two attempts": func(*http.Request) (*http.Response, error) { return answering(500, ""), nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(Config{Credentials: keys, MaxRetries: 100}, respond)
				const limit = 10 * time.Second
				ctx, cancel := context.WithTimeoutCause(t.Context(), limit, errEnough)
				defer cancel()
				start := time.Now()
				_, err := c.Get(ctx, job, &answer{})
				if took := time.Since(start); took != limit || !errors.Is(err, errEnough) {
					t.Errorf("ended after %s with %v, want %s and %v", took, err, limit, errEnough)
				}
			})
		})
	}
}

// hangingBody returns a response whose body comes only when its request is cancelled, and then fails.
func hangingBody(r *http.Request) *http.Response {
	resp := answering(200, "")
	resp.Body = io.NopCloser(hanging{r.Context()})
	return resp
}

type hanging struct{ ctx context.Context }

func (h hanging) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

func TestLimitsOfAnAttempt(t *testing.T) {
	silent := func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, theirs) }() // ends when ours is closed
		return ours, nil
	}
	unreachable := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	slowBody := transport(func(r *http.Request) (*http.Response, error) { return hangingBody(r), nil })
	client := func(scheme string, dial Dial) *Client { // never through a proxy
		return NewClient(Config{Credentials: keys, Dial: dial, Endpoints: map[Service]*url.URL{DCS: {Scheme: scheme, Host: "127.0.0.1"}}})
	}
	onInstance := func(dial Dial) *Client { return NewClient(Config{Credentials: Metadata{}, Dial: dial}) }
	for _, test := range []struct {
		name   string
		client *Client
		takes  time.Duration
		err    string
	}{
		{name: "connecting", client: client("https", unreachable), takes: 10 * time.Second, err: "context deadline exceeded"},
		{name: "TLS handshake", client: client("https", silent), takes: 10 * time.Second, err: "TLS handshake timeout"},
		{name: "header", client: client("http", silent), takes: 30 * time.Second, err: "timeout awaiting response headers"},
		{
			name: "body", client: newClient(Config{Credentials: keys}, slowBody), takes: time.Minute,
			err: "the answer did not arrive whole within 1m0s",
		},
		// The request for a token takes the first two seconds.
		{name: "connecting to the metadata", client: onInstance(unreachable), takes: 5 * time.Second, err: "context deadline exceeded"},
		{name: "header of the metadata", client: onInstance(silent), takes: 5 * time.Second, err: "timeout awaiting response headers"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				_, err := test.client.Get(t.Context(), job, &answer{})
				if took := time.Since(start); took != test.takes || err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("ended after %s with %v, want %s and %q", took, err, test.takes, test.err)
				}
				var e *Error
				if !errors.As(err, &e) || e.Status != 0 {
					t.Errorf("error %#v, want an *Error without a status", err)
				}
			})
		})
	}
}

// Where each connection is closed with a GOAWAY the transport opens one after the other, without a pause. Those that the request was not
// written to, since others took them, do not count.
func TestConnectionsOfAnAttemptAreLimited(t *testing.T) {
	for _, test := range []struct {
		name        string
		reused      int  // of the connections, the first ones
		written     bool // whether they get the request
		connections int  // that the transport gets, of 50
		fails       bool
	}{
		{name: "closed", written: true, connections: 4, fails: true},
		{name: "taken by others", connections: 50},
		{name: "idle ones that are closed, before a new one", reused: 49, written: true, connections: 50},
	} {
		t.Run(test.name, func(t *testing.T) {
			connections := 0
			c := newClient(Config{Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				for connections < 50 {
					connections++
					trace.GotConn(httptrace.GotConnInfo{Reused: connections <= test.reused})
					if r.Context().Err() != nil {
						return nil, r.Context().Err()
					}
					if test.written {
						trace.WroteHeaders()
					}
				}
				return answering(200, "{}"), nil
			}))
			const message = "each of 3 connections was closed before the answer"
			_, err := c.Get(t.Context(), job, &answer{})
			var e *Error
			if fails := errors.As(err, &e) && e.Retryable() && strings.Contains(err.Error(), message); fails != test.fails || (err != nil) != fails {
				t.Errorf("error %v, want %q, which is worth a retry: %t", err, message, test.fails)
			}
			if connections != test.connections {
				t.Errorf("%d connections, want %d", connections, test.connections)
			}
		})
	}
}

func TestErrorHasTheDetailsOfTheResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // for the date
		c := answered(keys, 307, `{"errCode":"X.1","externalMessage":"key AK with the-secret-key and the-security-token"}`,
			"X-Request-Id", "r\x1b1", "Date", "Fri, 31 Dec 1999 23:59:00 GMT", "Retry-After", "5",
			"Location", "https://user:pw@elsewhere.example.com/path?the-security-token")
		var e *Error
		if _, err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
			t.Fatalf("error %v, want an *Error", err)
		}
		want := Error{
			Service: DCS, Endpoint: "https://dcs.eu-west-101.myhuaweicloud.eu", Region: "eu-west-101", ProjectID: "p1", Origin: "test keys",
			Attempts: 1, Status: 307, Code: "X.1", Message: "key AK with (secret) and (secret)", RequestID: "r 1", RetryAfter: 5 * time.Second,
			Location: "https://elsewhere.example.com", Signed: true, ClockAhead: time.Minute,
		}
		if *e != want {
			t.Errorf("got %+v\nwant %+v", *e, want)
		}
		const text = `dcs at https://dcs.eu-west-101.myhuaweicloud.eu: HTTP 307 Temporary Redirect, code X.1: ` +
			`"key AK with (secret) and (secret)" (request ID r 1)`
		if got := e.Error(); got != text {
			t.Errorf("got %s\nwant %s", got, text)
		}
	})
}

// The clock matters for signatures alone.
func TestErrorOfARequestThatWasNotSigned(t *testing.T) {
	c := answered(Static{Credentials: Credentials{Token: "the-token"}}, 401, `{}`, "Date", "Fri, 31 Dec 1999 23:59:00 GMT")
	var e *Error
	if _, err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) || e.Signed || e.ClockAhead != 0 {
		t.Errorf("error %+v, want one that is not signed and says nothing of the clock", e)
	}
}

func TestLocationOfARedirect(t *testing.T) {
	for location, want := range map[string]string{
		"https://elsewhere.example.com:8443/path?query": "https://elsewhere.example.com:8443",
		"/path":                   "https://dcs.eu-west-101.myhuaweicloud.eu",
		"http://[":                "",
		"":                        "",
		"https://the-secret-key/": "https://(secret)",
	} {
		var e *Error
		if _, err := answered(keys, 302, "", "Location", location).Get(t.Context(), job, &answer{}); !errors.As(err, &e) || e.Location != want {
			t.Errorf("Location %q: error %+v, want location %q", location, e, want)
		}
	}
}

// A response is not read as what it does not claim to be. Some services send the name of a character set, which is harmless.
func TestContentEncoding(t *testing.T) {
	for _, test := range []struct{ encoding, body, want string }{
		{encoding: "", body: "x", want: "the answer is text"},
		{encoding: "Identity", body: "x", want: "the answer is text"},
		{encoding: "br", body: "x", want: "the answer comes in an encoding (Content-Encoding) that was not asked for"},
		{encoding: "UTF-8", body: "{}"},
	} {
		_, err := answered(keys, 200, test.body, "Content-Encoding", test.encoding).Get(t.Context(), job, &answer{})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with Content-Encoding %q: error %v, want %q", test.body, test.encoding, err, test.want)
		}
	}
}

// The pages of proxies are told from the answers of services.
func TestErrorKnowsHTML(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		want   bool
	}{
		{status: 200, body: "\n<!DOCTYPE html><title>Login</title>", want: true},
		{status: 403, body: "<html>", want: true},
		{status: 200, body: "Login"},
		{status: 403, body: `{"error_msg":"<html>"}`},
	} {
		_, err := answered(keys, test.status, test.body).Get(t.Context(), job, &answer{})
		if e := (*Error)(nil); !errors.As(err, &e) || e.HTML != test.want {
			t.Errorf("%d %s: error %+v, want HTML: %t", test.status, test.body, err, test.want)
		}
	}
}

func TestCheckRejectsAResponse(t *testing.T) {
	c := answered(keys, 200, `{}`, "X-Request-Id", "r1")
	r := job
	wrong := errors.New("another job")
	r.Check = func() error { return wrong }
	var e *Error
	if _, err := c.Get(t.Context(), r, &answer{}); !errors.Is(err, wrong) || !errors.As(err, &e) || e.RequestID != "r1" || e.Retryable() {
		t.Errorf("error %+v, want %q with request ID r1, which is not worth a retry", e, wrong)
	}
}

func TestBackoff(t *testing.T) {
	seen := make(map[time.Duration]bool)
	for attempts, full := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: time.Second, 5: 8 * time.Second, 6: 10 * time.Second, 40: 10 * time.Second,
	} {
		for range 100 {
			pause := backoff(attempts)
			if pause < full/2 || pause > full {
				t.Fatalf("after %d attempts: pause %s, want %s to %s", attempts, pause, full/2, full)
			}
			seen[pause] = true
		}
	}
	if len(seen) < 250 {
		t.Errorf("only %d different pauses of 500, want at least 250", len(seen))
	}
}
