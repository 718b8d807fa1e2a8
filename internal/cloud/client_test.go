package cloud

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
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

type answer struct {
	Status string `json:"status"`
}

func TestRequest(t *testing.T) {
	for _, test := range []struct {
		name        string
		credentials CredentialsProvider
		header      map[string]string // besides the common ones; "" is one that must not be there
	}{
		{
			name:        "keys",
			credentials: keys,
			header:      map[string]string{HeaderSecurityToken: "the-security-token", HeaderAuthToken: ""},
		},
		{
			name:        "token",
			credentials: Static{Credentials: Credentials{Token: "the-token"}},
			header:      map[string]string{HeaderAuthToken: "the-token", "Authorization": "", HeaderDate: ""},
		},
		{
			name:   "no credentials",
			header: map[string]string{HeaderAuthToken: "", "Authorization": "", HeaderDate: ""},
		},
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
			if err := c.Get(t.Context(), r, &got); err != nil || got.Status != "SUCCESS" {
				t.Fatalf("got %+v and error %v, want status SUCCESS", got, err)
			}
			const address = "https://dcs.eu-west-101.myhuaweicloud.eu/v2/p1/jobs/j1?limit=3"
			if sent.Method != http.MethodGet || sent.URL.String() != address {
				t.Errorf("request %s %s, want GET %s", sent.Method, sent.URL, address)
			}
			common := map[string]string{
				"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "agent/1", HeaderProjectID: "p1",
			}
			for _, header := range []map[string]string{common, test.header} {
				for name, want := range header {
					if got := sent.Header.Get(name); got != want {
						t.Errorf("header %s: %q, want %q", name, got, want)
					}
				}
			}
		})
	}
}

// Responses that IAM alone sends, to a POST, are none of a service.
func TestStatusOfSuccess(t *testing.T) {
	for _, test := range []struct {
		method  string
		status  int
		success bool
	}{
		{method: http.MethodGet, status: 200, success: true},
		{method: http.MethodGet, status: 201, success: false},
		{method: http.MethodGet, status: 204, success: false},
		{method: http.MethodPost, status: 200, success: true},
		{method: http.MethodPost, status: 201, success: true},
		{method: http.MethodPost, status: 202, success: false},
	} {
		c := newClient(Config{}, transport(func(*http.Request) (*http.Response, error) { return answering(test.status, `{}`), nil }))
		err := c.exchange(t.Context(), &request{Request: job, method: test.method, credentials: c.credentials}, &answer{})
		if (err == nil) != test.success {
			t.Errorf("%s with %d: error %v, want success %v", test.method, test.status, err, test.success)
		}
	}
}

// A span is the time that something may take.
type span struct{ shortest, longest time.Duration }

func (s span) contains(d time.Duration) bool { return s.shortest <= d && d <= s.longest }

// What is worth another attempt, how many there are, and how long the pauses between them last.
func TestRetries(t *testing.T) {
	status := func(status int, header ...string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answering(status, `{"error_code":"X.1"}`, header...), nil }
	}
	body := func(status int, body string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answering(status, body), nil }
	}
	failing := func(err error) func() (*http.Response, error) {
		return func() (*http.Response, error) { return nil, err }
	}
	var (
		atOnce    span
		repeated  = span{7750 * time.Millisecond, 15500 * time.Millisecond} // double from half a second; jitter takes up to half of each
		throttled = span{31 * time.Second, 31 * time.Second}                // double from a second
		asked     = span{35 * time.Second, 36 * time.Second}                // five times 7 s, or 8 s for the last, which may be longer
		atTheDate = span{36 * time.Second, 45 * time.Second}
		// Five times two minutes.
		tenMinutes = span{10 * time.Minute, 10 * time.Minute}
	)
	const date = "Sat, 01 Jan 2000 00:00:30 GMT" // half a minute after the start
	unknownHost, dnsFailure := &net.DNSError{IsNotFound: true}, &net.DNSError{IsTemporary: true}
	wrongCertificate := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	for _, test := range []struct {
		name     string
		respond  func() (*http.Response, error)
		attempts int
		takes    span
	}{
		{name: "408", respond: status(408), attempts: 6, takes: repeated},
		{name: "429", respond: status(429), attempts: 6, takes: throttled},
		{name: "500", respond: status(500), attempts: 6, takes: repeated},
		{name: "502", respond: status(502), attempts: 6, takes: repeated},
		{name: "503", respond: status(503), attempts: 6, takes: repeated},
		{name: "504", respond: status(504), attempts: 6, takes: repeated},
		{name: "throttled with a 404", respond: body(404, `{"error_code":"DMS.10240407"}`), attempts: 6, takes: throttled},
		{name: "throttled by code", respond: body(400, `{"error_code":"APIGW.0308"}`), attempts: 6, takes: throttled},
		{name: "connection reset", respond: failing(&net.OpError{Op: "read", Err: errors.New("reset")}), attempts: 6, takes: repeated},
		{name: "DNS failure", respond: failing(dnsFailure), attempts: 6, takes: repeated},
		{name: "TLS record that is none", respond: failing(tls.RecordHeaderError{}), attempts: 6, takes: repeated},
		{name: "Retry-After in seconds", respond: status(429, "Retry-After", "7"), attempts: 6, takes: asked},
		{name: "Retry-After with a 503", respond: status(503, "Retry-After", "7"), attempts: 6, takes: asked},
		{name: "Retry-After as a date", respond: status(503, "Retry-After", date), attempts: 6, takes: atTheDate},
		{name: "Retry-After of nonsense", respond: status(429, "Retry-After", "soon"), attempts: 6, takes: throttled},
		{name: "Retry-After of two minutes", respond: status(503, "Retry-After", "120"), attempts: 6, takes: tenMinutes},
		{name: "Retry-After of more than that", respond: status(429, "Retry-After", "121"), attempts: 1, takes: atOnce},
		{name: "400", respond: body(400, `{"error_code":"DCS.4070"}`), attempts: 1, takes: atOnce},
		{name: "401", respond: status(401), attempts: 1, takes: atOnce},
		{name: "403", respond: status(403), attempts: 1, takes: atOnce},
		{name: "404, unknown instance", respond: body(404, `{"error_code":"DCS.3022"}`), attempts: 1, takes: atOnce},
		{name: "404, API not published", respond: body(404, `{"error_code":"APIGW.0101"}`), attempts: 1, takes: atOnce},
		{name: "501", respond: status(501), attempts: 1, takes: atOnce},
		{name: "302", respond: status(302, "Location", "https://elsewhere.example.com/"), attempts: 1, takes: atOnce},
		{name: "wrong certificate", respond: failing(wrongCertificate), attempts: 1, takes: atOnce},
		{name: "no TLS", respond: failing(http.ErrSchemeMismatch), attempts: 1, takes: atOnce},
		{name: "no TLS and no HTTP", respond: failing(tls.RecordHeaderError{Conn: new(net.TCPConn)}), attempts: 1, takes: atOnce},
		{name: "unknown host", respond: failing(unknownHost), attempts: 1, takes: atOnce},
		{name: "body too large", respond: body(200, strings.Repeat(" ", maxBody-1)+"{}"), attempts: 1, takes: atOnce},
		{name: "body that breaks off", respond: breakingOff(200), attempts: 6, takes: repeated},
		{name: "malformed body", respond: body(200, "{"), attempts: 1, takes: atOnce},
		{name: "body of an error that breaks off", respond: breakingOff(404), attempts: 1, takes: atOnce},
		{name: "body of an error that is too large", respond: body(404, strings.Repeat(" ", maxBody+1)), attempts: 1, takes: atOnce},
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
				err := c.Get(t.Context(), job, &answer{})
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

func TestSizeOfABodyIsLimited(t *testing.T) {
	for size, want := range map[int]error{maxBody: nil, maxBody + 1: ErrTooLarge} {
		c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
			return answering(200, strings.Repeat(" ", size-2)+"{}"), nil
		}))
		if err := c.Get(t.Context(), job, &answer{}); !errors.Is(err, want) {
			t.Errorf("body of %d bytes: error %v, want %v", size, err, want)
		}
	}
}

// The status of a response that breaks off does not count, but its request ID is of use to the support.
func TestErrorOfAResponseThatBreaksOff(t *testing.T) {
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) { return breakingOff(200)() }))
	var e *Error
	const want = "the answer broke off after 10 bytes: unexpected EOF"
	if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	if e.Err == nil || e.Err.Error() != want || e.RequestID != "r1" || e.Status != 0 {
		t.Errorf("error %+v, want %q with request ID r1 and no status", e, want)
	}
}

func TestRecoveryAfterFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		responses := []func() (*http.Response, error){
			func() (*http.Response, error) { return answering(503, "<html>", "X-Request-Id", "r1"), nil },
			breakingOff(200),
			func() (*http.Response, error) { return answering(404, `{"error_code":"DMS.10240407"}`), nil },
			func() (*http.Response, error) { return answering(200, `{"status":"RUNNING"}`), nil },
		}
		attempts := 0
		c := newClient(Config{Credentials: keys, MaxRetries: 3}, transport(func(*http.Request) (*http.Response, error) {
			attempts++
			return responses[attempts-1]()
		}))
		var got answer
		if err := c.Get(t.Context(), job, &got); err != nil || got.Status != "RUNNING" || attempts != len(responses) {
			t.Errorf("got %+v and error %v after %d attempts, want RUNNING after %d", got, err, attempts, len(responses))
		}
	})
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
		if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
			t.Fatalf("error %v, want an *Error", err)
		}
		if e.Err == nil || e.Attempts != 2 || e.Status != 0 || e.Code+e.Message+e.RequestID != "" || e.RetryAfter != 0 || e.Signed {
			t.Errorf("error %+v, want the one of the second attempt alone", e)
		}
	})
}

func TestNoRetries(t *testing.T) {
	for name, withoutRetries := range map[string]func(Config, http.RoundTripper) *Client{
		"MaxRetries 0":   newClient,
		"WithoutRetries": func(c Config, t http.RoundTripper) *Client { c.MaxRetries = 5; return newClient(c, t).WithoutRetries() },
	} {
		attempts := 0
		c := withoutRetries(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
			attempts++
			return answering(503, ""), nil
		}))
		if err := c.Get(t.Context(), job, &answer{}); err == nil || attempts != 1 {
			t.Errorf("%s: error %v after %d attempts, want an error after 1", name, err, attempts)
		}
	}
}

func TestCancellationEndsAtOnce(t *testing.T) {
	hanging := transport(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	responding := func(respond func(*http.Request) *http.Response) transport {
		return func(r *http.Request) (*http.Response, error) { return respond(r), nil }
	}
	get := func(ctx context.Context, c *Client) error { return c.Get(ctx, job, &answer{}) }
	resolve := func(ctx context.Context, c *Client) error {
		_, err := c.Resolve(ctx, Target{Region: "eu-west-101"})
		return err
	}
	for _, test := range []struct {
		name      string
		transport transport
		do        func(context.Context, *Client) error
	}{
		{name: "in a request", transport: hanging, do: get},
		{name: "in the body of a response", transport: responding(hangingBody), do: get},
		{
			name:      "in the pause of the limiter",
			transport: responding(func(*http.Request) *http.Response { return answering(429, "", "Retry-After", "60") }),
			do:        get,
		},
		{
			name:      "in the pause between two attempts",
			transport: responding(func(*http.Request) *http.Response { return answering(500, "") }),
			do:        get,
		},
		{name: "in the lookup of the project", transport: hanging, do: resolve},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(Config{Credentials: keys, MaxRetries: 100}, test.transport)
				const limit = 10 * time.Second
				ctx, cancel := context.WithTimeoutCause(t.Context(), limit, errEnough)
				defer cancel()
				start := time.Now()
				err := test.do(ctx, c)
				if took := time.Since(start); took != limit || !errors.Is(err, errEnough) {
					t.Errorf("ended after %s with %v, want %s and %v", took, err, limit, errEnough)
				}
			})
		})
	}
}

var errEnough = errors.New("the test has seen enough")

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
	endpoint := func(scheme string) Config {
		return Config{Credentials: keys, Endpoints: map[Service]*url.URL{DCS: {Scheme: scheme, Host: "127.0.0.1"}}} // never through a proxy
	}
	with := func(config Config, dial Dial) *Client {
		config.Dial = dial
		return NewClient(config)
	}
	for _, test := range []struct {
		name   string
		client *Client
		takes  time.Duration
		err    string
	}{
		{
			name:   "connecting",
			client: with(endpoint("https"), unreachable),
			takes:  10 * time.Second,
			err:    "context deadline exceeded",
		},
		{
			name:   "connecting to the metadata of the instance",
			client: with(Config{Credentials: Metadata{}}, unreachable),
			takes:  3 * time.Second,
			err:    "context deadline exceeded",
		},
		{
			name:   "TLS handshake",
			client: with(endpoint("https"), silent),
			takes:  10 * time.Second,
			err:    "TLS handshake timeout",
		},
		{
			name:   "header",
			client: with(endpoint("http"), silent),
			takes:  30 * time.Second,
			err:    "timeout awaiting response headers",
		},
		{
			name:   "header of the metadata of the instance",
			client: with(Config{Credentials: Metadata{}}, silent),
			takes:  3 * time.Second,
			err:    "timeout awaiting response headers",
		},
		{
			name:   "body",
			client: newClient(Config{Credentials: keys}, slowBody),
			takes:  time.Minute,
			err:    "the answer did not arrive whole within 1m0s",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				err := test.client.Get(t.Context(), job, &answer{})
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

// Where each connection is closed with a GOAWAY the transport opens one after the other, without a pause.
func TestConnectionsOfAnAttemptAreLimited(t *testing.T) {
	for _, test := range []struct {
		name   string
		reused bool // connections that the transport has already, and may try one after the other
		opened int
		err    string
	}{
		{name: "new connections", opened: 4, err: "each of 3 connections was closed before the answer"},
		{name: "idle connections", reused: true, opened: 50, err: "the transport gave up"},
	} {
		t.Run(test.name, func(t *testing.T) {
			opened := 0
			c := newClient(Config{Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
				for r.Context().Err() == nil && opened < 50 {
					opened++
					httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{Reused: test.reused})
				}
				return nil, cmp.Or(r.Context().Err(), errors.New("the transport gave up"))
			}))
			err := c.Get(t.Context(), job, &answer{})
			if e := (*Error)(nil); !errors.As(err, &e) || !e.Retryable() || !strings.Contains(err.Error(), test.err) || opened != test.opened {
				t.Errorf("error %v after %d connections, want %q after %d, which is worth a retry", err, opened, test.err, test.opened)
			}
		})
	}
}

// The transport sends a body again if a connection turns out to be closed, and must get all of it.
func TestBodyCanBeSentAgain(t *testing.T) {
	var bodies []string
	c := newClient(Config{Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
		again, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		for _, body := range []io.Reader{r.Body, again} {
			text, err := io.ReadAll(body)
			if err != nil {
				return nil, err
			}
			bodies = append(bodies, string(text))
		}
		return answering(200, `{}`), nil
	}))
	r := &request{Request: job, method: http.MethodPost, credentials: c.credentials, body: map[string]string{"a": "b"}}
	if err := c.exchange(t.Context(), r, &answer{}); err != nil {
		t.Fatal(err)
	}
	if want := []string{`{"a":"b"}`, `{"a":"b"}`}; !slices.Equal(bodies, want) {
		t.Errorf("bodies %q, want %q", bodies, want)
	}
}

func TestErrorHasTheDetailsOfTheResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // for the date
		c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
			return answering(307, `{"errCode":"X.1","externalMessage":"for the-secret-key and the-security-token"}`,
				"X-Request-Id", "r\x1b1", "Date", "Fri, 31 Dec 1999 23:59:00 GMT", "Retry-After", "5",
				"Location", "https://user:pw@elsewhere.example.com/path?the-security-token"), nil
		}))
		var e *Error
		if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
			t.Fatalf("error %v, want an *Error", err)
		}
		want := Error{
			Service: DCS, Endpoint: "https://dcs.eu-west-101.myhuaweicloud.eu", Region: "eu-west-101", ProjectID: "p1", Origin: "test keys",
			Attempts: 1, Status: 307, Code: "X.1", Message: "for (secret) and (secret)", RequestID: "r 1", RetryAfter: 5 * time.Second,
			Location: "https://elsewhere.example.com", Signed: true, ClockAhead: time.Minute,
		}
		if *e != want {
			t.Errorf("got %+v\nwant %+v", *e, want)
		}
		const text = `dcs at https://dcs.eu-west-101.myhuaweicloud.eu: HTTP 307 Temporary Redirect, code X.1: ` +
			`"for (secret) and (secret)" (request ID r 1)`
		if got := e.Error(); got != text {
			t.Errorf("got %s\nwant %s", got, text)
		}
	})
}

// The clock matters for signatures alone.
func TestErrorOfARequestThatWasNotSigned(t *testing.T) {
	token := Static{Credentials: Credentials{Token: "the-token"}}
	c := newClient(Config{Credentials: token}, transport(func(*http.Request) (*http.Response, error) {
		return answering(401, `{}`, "Date", "Fri, 31 Dec 1999 23:59:00 GMT"), nil
	}))
	var e *Error
	if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) || e.Signed || e.ClockAhead != 0 {
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
		c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
			return answering(302, "", "Location", location), nil
		}))
		var e *Error
		if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) || e.Location != want {
			t.Errorf("Location %q: error %+v, want location %q", location, e, want)
		}
	}
}

// A response is not read as what it does not claim to be.
func TestContentEncoding(t *testing.T) {
	for encoding, want := range map[string]string{
		"":         "the answer is text",
		"identity": "the answer is text",
		"br":       "the answer comes in an encoding (Content-Encoding) that was not asked for",
	} {
		c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
			return answering(200, "x", "Content-Encoding", encoding), nil
		}))
		if err := c.Get(t.Context(), job, &answer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Content-Encoding %q: error %v, want %q", encoding, err, want)
		}
	}
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
		return answering(200, `{"status":"SUCCESS"}`, "Content-Encoding", "UTF-8"), nil
	}))
	var got answer
	if err := c.Get(t.Context(), job, &got); err != nil || got.Status != "SUCCESS" {
		t.Errorf("Content-Encoding UTF-8: got %+v and error %v, want SUCCESS", got, err)
	}
}

func TestCheckRejectsAResponse(t *testing.T) {
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
		return answering(200, `{}`, "X-Request-Id", "r1"), nil
	}))
	r := job
	wrong := errors.New("another job")
	r.Check = func() error { return wrong }
	var e *Error
	if err := c.Get(t.Context(), r, &answer{}); !errors.Is(err, wrong) || !errors.As(err, &e) || e.RequestID != "r1" || e.Retryable() {
		t.Errorf("error %+v, want %q with request ID r1, which is not worth a retry", e, wrong)
	}
}

func TestSegmentsOfAPath(t *testing.T) {
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) { return answering(200, `{}`), nil }))
	for segment, valid := range map[string]bool{
		"j1": true, "a.b": true, "a b": true, "ä": true, "...": true,
		"": false, ".": false, "..": false, "a/b": false, `a\b`: false, "a?b": false, "a#b": false, "a%2fb": false,
	} {
		r := job
		r.Path = []string{"v2", segment}
		if err := c.Get(t.Context(), r, &answer{}); (err == nil) != valid {
			t.Errorf("segment %q: error %v, want valid %v", segment, err, valid)
		}
	}
}

func TestBackoffSpreadsAndNeverShrinksBelowHalf(t *testing.T) {
	seen := make(map[time.Duration]bool)
	for range 100 {
		for attempts := 1; attempts <= 40; attempts++ {
			full := time.Duration(min(float64(firstBackoff)*math.Pow(2, float64(attempts-1)), float64(maxBackoff)))
			pause := backoff(attempts)
			if pause < full/2 || pause > full {
				t.Fatalf("after %d attempts: pause %s, want %s to %s", attempts, pause, full/2, full)
			}
			seen[pause] = true
		}
	}
	if len(seen) < 1000 {
		t.Errorf("only %d different pauses of 4000, want at least 1000", len(seen))
	}
}
