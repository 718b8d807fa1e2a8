package cloud

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
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
	for name, test := range map[string]struct {
		identity CredentialsProvider
		header   map[string]string
	}{
		"keys":  {keys, map[string]string{HeaderSecurityToken: "the-security-token", HeaderAuthToken: ""}},
		"token": {Static{Credentials: Credentials{Token: "the-token"}}, map[string]string{HeaderAuthToken: "the-token", "Authorization": "", HeaderDate: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(Config{Credentials: test.identity, UserAgent: "agent/1"}, transport(func(r *http.Request) (*http.Response, error) {
				if r.Method != http.MethodGet || r.URL.String() != "https://dcs.eu-west-101.myhuaweicloud.eu/v2/p1/jobs/j1?limit=3" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				test.header["User-Agent"] = "agent/1"
				test.header[HeaderProjectID] = "p1"
				for name, want := range test.header {
					if got := r.Header.Get(name); got != want {
						t.Errorf("header %s: %q, want %q", name, got, want)
					}
				}
				return answering(200, `{"status":"SUCCESS","error_code":"DWS.0000"}`), nil
			}))
			r := job
			r.Query = url.Values{"limit": {"3"}}
			var a answer
			if err := c.Get(t.Context(), r, &a); err != nil || a.Status != "SUCCESS" {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

// What is worth another attempt, how many there are, and how long the pauses between them last.
func TestRetries(t *testing.T) {
	status := func(status int, header ...string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answering(status, `{"error_code":"X.1"}`, header...), nil }
	}
	code := func(status int, code string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answering(status, `{"error_code":"`+code+`"}`), nil }
	}
	failing := func(err error) func() (*http.Response, error) {
		return func() (*http.Response, error) { return nil, err }
	}
	// The pauses double from half a second, and chance takes up to half of each.
	const allShortest, allLongest = 7750 * time.Millisecond, 15500 * time.Millisecond
	const throttled = (1 + 2 + 4 + 8 + 16) * time.Second
	for name, test := range map[string]struct {
		answer            func() (*http.Response, error)
		attempts          int
		shortest, longest time.Duration
	}{
		"408":                           {status(408), 6, allShortest, allLongest},
		"429":                           {status(429), 6, throttled, throttled},
		"500":                           {status(500), 6, allShortest, allLongest},
		"502":                           {status(502), 6, allShortest, allLongest},
		"503":                           {status(503), 6, allShortest, allLongest},
		"504":                           {status(504), 6, allShortest, allLongest},
		"throttled with a 404":          {code(404, "DMS.10240407"), 6, throttled, throttled},
		"throttled by code":             {code(400, "APIGW.0308"), 6, throttled, throttled},
		"connection reset":              {failing(&net.OpError{Op: "read", Err: errors.New("connection reset by peer")}), 6, allShortest, allLongest},
		"DNS failure that may pass":     {failing(&net.DNSError{IsTemporary: true}), 6, allShortest, allLongest},
		"Retry-After in seconds":        {status(429, "Retry-After", "7"), 6, 35 * time.Second, 36 * time.Second},
		"Retry-After with a 503":        {status(503, "Retry-After", "7"), 6, 35 * time.Second, 36 * time.Second},
		"Retry-After as a date":         {status(429, "Retry-After", "Sat, 01 Jan 2000 00:00:30 GMT"), 6, 37 * time.Second, 48 * time.Second},
		"Retry-After of nonsense":       {status(429, "Retry-After", "soon"), 6, throttled, throttled},
		"Retry-After of too long":       {status(429, "Retry-After", "3600"), 1, 0, 0},
		"400":                           {code(400, "DCS.4070"), 1, 0, 0},
		"401":                           {status(401), 1, 0, 0},
		"403":                           {status(403), 1, 0, 0},
		"404, unknown instance":         {code(404, "DCS.3022"), 1, 0, 0},
		"404, API not published":        {code(404, "APIGW.0101"), 1, 0, 0},
		"501":                           {status(501), 1, 0, 0},
		"302":                           {status(302, "Location", "https://elsewhere.example.com/"), 1, 0, 0},
		"wrong certificate":             {failing(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), 1, 0, 0},
		"no TLS":                        {failing(http.ErrSchemeMismatch), 1, 0, 0},
		"unknown host":                  {failing(&net.DNSError{IsNotFound: true}), 1, 0, 0},
		"answer too large":              {func() (*http.Response, error) { return answering(200, strings.Repeat(" ", maxBody+1)), nil }, 1, 0, 0},
		"answer that breaks off":        {func() (*http.Response, error) { return breakingOff(200), nil }, 6, allShortest, allLongest},
		"malformed answer":              {func() (*http.Response, error) { return answering(200, "{"), nil }, 1, 0, 0},
		"error whose body breaks off":   {func() (*http.Response, error) { return breakingOff(404), nil }, 1, 0, 0},
		"error whose body is too large": {func() (*http.Response, error) { return answering(404, strings.Repeat(" ", maxBody+1)), nil }, 1, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dates := make(map[string]bool)
				var attempts int
				c := newClient(Config{Credentials: keys, MaxRetries: 5}, transport(func(r *http.Request) (*http.Response, error) {
					attempts++
					dates[r.Header.Get("Authorization")] = true
					return test.answer()
				}))
				start := time.Now()
				err := c.Get(t.Context(), job, &answer{})
				took := time.Since(start)
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("error %v", err)
				}
				if attempts != test.attempts || e.Attempts != attempts {
					t.Errorf("%d attempts, the error says %d, want %d", attempts, e.Attempts, test.attempts)
				}
				if took < test.shortest || took > test.longest {
					t.Errorf("took %s, want %s to %s", took, test.shortest, test.longest)
				}
				if test.shortest > 5*time.Second && len(dates) < 3 {
					t.Errorf("%d attempts over %s had only %d signatures", attempts, took, len(dates))
				}
			})
		})
	}
}

// breakingOff is an answer whose connection is cut in the middle of the body.
func breakingOff(status int) *http.Response {
	resp := answering(status, "")
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"status":`), iotestError{}))
	return resp
}

type iotestError struct{}

func (iotestError) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestRecoveryAfterFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []*http.Response{
			answering(503, "<html>", "X-Request-Id", "r1"), breakingOff(200), answering(404, `{"error_code":"DMS.10240407"}`), answering(200, `{"status":"RUNNING"}`),
		}
		c := newClient(Config{Credentials: keys, MaxRetries: 3}, transport(func(*http.Request) (*http.Response, error) {
			next := answers[0]
			answers = answers[1:]
			return next, nil
		}))
		var a answer
		if err := c.Get(t.Context(), job, &a); err != nil || a.Status != "RUNNING" || len(answers) > 0 {
			t.Errorf("%+v, %v, %d answers left", a, err, len(answers))
		}
	})
}

func TestNoRetriesWhenNoneAreWanted(t *testing.T) {
	attempts := 0
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
		attempts++
		return answering(503, ""), nil
	}))
	if err := c.Get(t.Context(), job, &answer{}); err == nil || attempts != 1 {
		t.Errorf("%d attempts, %v", attempts, err)
	}
}

func TestCancellationEndsAtOnce(t *testing.T) {
	hanging := transport(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	for name, tr := range map[string]transport{
		"in a request": hanging,
		"in a body": func(r *http.Request) (*http.Response, error) {
			resp := answering(200, "")
			resp.Body = io.NopCloser(blocked{r.Context()})
			return resp, nil
		},
		"in a pause": func(*http.Request) (*http.Response, error) {
			return answering(429, "", "Retry-After", "60"), nil
		},
		"in the lookup of the project": hanging,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(Config{Credentials: keys, MaxRetries: 5}, tr)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Second, cancel)
				start := time.Now()
				err := c.Get(ctx, job, &answer{})
				if strings.Contains(name, "project") {
					ctx, cancel = context.WithCancel(t.Context())
					time.AfterFunc(10*time.Second, cancel)
					start = time.Now()
					_, err = c.Resolve(ctx, Target{Region: "eu-west-101"})
				}
				if took := time.Since(start); took != 10*time.Second || !errors.Is(err, context.Canceled) {
					t.Errorf("ended after %s with %v", took, err)
				}
			})
		})
	}
}

// blocked is a body that sends nothing until its request is cancelled.
type blocked struct{ ctx context.Context }

func (b blocked) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func TestSlowBodyIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(Config{Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
			resp := answering(200, "")
			resp.Body = io.NopCloser(blocked{r.Context()})
			return resp, nil
		}))
		start := time.Now()
		err := c.Get(t.Context(), job, &answer{})
		if took := time.Since(start); took != bodyLimit || err == nil || !strings.Contains(err.Error(), "did not arrive whole within 1m0s") {
			t.Errorf("ended after %s with %v", took, err)
		}
	})
}

func TestConnectingIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silence := func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		c := NewClient(Config{Credentials: keys, Dial: silence, Endpoints: map[Service]*url.URL{DCS: {Scheme: "https", Host: "dcs.example.invalid"}}})
		start := time.Now()
		err := c.Get(t.Context(), job, &answer{})
		if took := time.Since(start); took != connectLimit || err == nil {
			t.Errorf("ended after %s with %v", took, err)
		}
	})
}

// The transport opens connection after connection where each is closed with a GOAWAY, without a pause: an attempt ends that.
func TestConnectionsOfAnAttemptAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := 0
		c := newClient(Config{Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
			for r.Context().Err() == nil {
				opened++
				httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
			}
			return nil, r.Context().Err()
		}))
		err := c.Get(t.Context(), job, &answer{})
		if e := (*Error)(nil); !errors.As(err, &e) || !e.Retryable() || !strings.Contains(err.Error(), "each of 3 connections was closed before the answer") || opened != maxConnections+1 {
			t.Errorf("%v after %d connections", err, opened)
		}
	})
}

// The transport may try for long to get an answer on its connections: an attempt ends that.
func TestAnswerMustBeginInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const queued = time.Hour // for a connection, which does not count
		c := newClient(Config{Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
			<-time.After(queued)
			httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{Reused: true})
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		start := time.Now()
		err := c.Get(t.Context(), job, &answer{})
		if took := time.Since(start) - queued; took != answerLimit || err == nil || !strings.Contains(err.Error(), "no answer came within 2m0s") {
			t.Errorf("ended after %s with %v, want no answer within %s", took, err, answerLimit)
		}
	})
}

// The transport sends a body again where a connection turns out to be closed, and must get all of it.
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
	if err := c.exchange(t.Context(), &request{Request: job, method: http.MethodPost, credentials: c.credentials, body: map[string]string{"a": "b"}}, &answer{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(bodies, []string{`{"a":"b"}`, `{"a":"b"}`}) {
		t.Errorf("%q", bodies)
	}
}

// A service that takes the connection and then says nothing is given up, before and after TLS.
func TestSilentServiceIsGivenUp(t *testing.T) {
	for scheme, test := range map[string]struct {
		limit time.Duration
		why   string
	}{
		"https": {tlsLimit, "TLS handshake timeout"},
		"http":  {headerLimit, "timeout awaiting response headers"},
	} {
		t.Run(scheme, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTransport(Config{})
				tr.DialContext = func(context.Context, string, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					go func() { _, _ = io.Copy(io.Discard, theirs) }() // ends when ours is closed
					return ours, nil
				}
				c := newClient(Config{Credentials: keys, Endpoints: map[Service]*url.URL{DCS: {Scheme: scheme, Host: "dcs.example.invalid"}}}, tr)
				start := time.Now()
				err := c.Get(t.Context(), job, &answer{})
				if took := time.Since(start); took != test.limit || err == nil || !strings.Contains(err.Error(), test.why) {
					t.Errorf("ended after %s with %v", took, err)
				}
			})
		})
	}
}

func TestErrorTellsWhatWasAnswered(t *testing.T) {
	c := newClient(Config{Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
		return answering(307, `{"errCode":"X.1","externalMessage":"for the-secret-key and the-security-token"}`,
			"X-Request-Id", "r\x1b1", "Location", "https://user:pw@elsewhere.example.com/path?the-security-token"), nil
	}))
	var e *Error
	if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) {
		t.Fatal(err)
	}
	want := Error{
		Service: DCS, Endpoint: "https://dcs.eu-west-101.myhuaweicloud.eu", Region: "eu-west-101", ProjectID: "p1", Origin: "test keys",
		Attempts: 1, Status: 307, Code: "X.1", Message: "for (secret) and (secret)", RequestID: "r 1", Location: "https://elsewhere.example.com", Signed: true,
	}
	if *e != want {
		t.Errorf("%+v\nwant %+v", *e, want)
	}
	if got, want := e.Error(), `dcs at https://dcs.eu-west-101.myhuaweicloud.eu: HTTP 307 Temporary Redirect, code X.1: "for (secret) and (secret)" (request ID r 1)`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// serve starts a server and a client whose DCS endpoint it is.
func serve(t *testing.T, h http.HandlerFunc, config Config) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.Credentials = keys
	config.Endpoints = map[Service]*url.URL{DCS: endpoint, IAM: endpoint}
	c := NewClient(config)
	t.Cleanup(c.Close)
	return c
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var requests atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}, Config{MaxRetries: 3})
	var e *Error
	if err := c.Get(t.Context(), job, &answer{}); !errors.As(err, &e) || e.Status != http.StatusFound || requests.Load() != 1 {
		t.Errorf("%d requests, %v", requests.Load(), err)
	}
}

func TestCompressedAnswersAreLimitedToo(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range maxBody>>20 + 1 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	}, Config{MaxRetries: 3})
	if err := c.Get(t.Context(), job, &answer{}); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestParallelReadsShareConnections(t *testing.T) {
	const readers = 64
	var mu sync.Mutex
	remotes := make(map[string]bool)
	lookups := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		remotes[r.RemoteAddr] = true
		if r.URL.Path == "/v3/projects" {
			lookups++
			_, _ = io.WriteString(w, `{"projects":[{"id":"p1","name":"eu-west-101"}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"status":"SUCCESS"}`)
	}, Config{Region: "eu-west-101"})
	for range 3 {
		var readers64 sync.WaitGroup
		for range readers {
			readers64.Go(func() {
				r := job
				var err error
				if r.Target, err = c.Resolve(t.Context(), Target{}); err == nil {
					err = c.Get(t.Context(), r, &answer{})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		readers64.Wait()
	}
	if len(remotes) > maxConns {
		t.Errorf("3 × %d reads opened %d connections, want at most %d", readers, len(remotes), maxConns)
	}
	if lookups != 1 {
		t.Errorf("the project was looked up %d times", lookups)
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"status":"asked for %s"}`, r.URL)
	}))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", "")
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	c := NewClient(Config{Credentials: keys, Endpoints: map[Service]*url.URL{DCS: {Scheme: "http", Host: "dcs.example.invalid"}}})
	defer c.Close()
	var a answer
	if err := c.Get(t.Context(), job, &a); err != nil || a.Status != "asked for http://dcs.example.invalid/v2/p1/jobs/j1" {
		t.Errorf("%+v, %v", a, err)
	}
}

// The metadata of the instance is reached directly, whatever the proxy variables say.
func TestMetadataNeverGoesThroughAProxy(t *testing.T) {
	for _, variable := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		t.Setenv(variable, "http://proxy.example.invalid:3128")
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	c := NewClient(Config{Region: "eu-west-101", ProjectID: "p", Credentials: Metadata{}})
	defer c.Close()
	var dialed []string
	refuse := func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		return nil, errors.New("this test connects to nothing")
	}
	for _, l := range c.endpoints {
		l.transport.(*http.Transport).DialContext = refuse
	}
	var identity *CredentialsError
	if err := c.Get(t.Context(), job, new(answer)); !errors.As(err, &identity) {
		t.Error(err)
	}
	if err := c.exchange(t.Context(), &request{Request: job, method: http.MethodGet, credentials: anonymous{}}, new(answer)); err == nil {
		t.Error("an answer from nowhere")
	}
	if want := []string{"169.254.169.254:80", "proxy.example.invalid:3128"}; !slices.Equal(dialed, want) {
		t.Errorf("connected to %v, want %v", dialed, want)
	}
}

func TestTLS(t *testing.T) {
	var shown int
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown = len(r.TLS.PeerCertificates)
		_, _ = io.WriteString(w, `{"status":"SUCCESS"}`)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail are what is tested
	server.StartTLS()
	defer server.Close()
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	own := &server.TLS.Certificates[0] // serves as the client's certificate too
	for name, test := range map[string]struct {
		config Config
		fails  bool
	}{
		"unknown authority": {Config{MaxRetries: 5}, true},
		"known authority":   {Config{RootCAs: trusted}, false},
		"insecure":          {Config{Insecure: true}, false},
		"own certificate":   {Config{RootCAs: trusted, Certificate: own}, false},
	} {
		t.Run(name, func(t *testing.T) {
			test.config.Credentials = keys
			test.config.Endpoints = map[Service]*url.URL{DCS: endpoint}
			c := NewClient(test.config)
			defer c.Close()
			err := c.Get(t.Context(), job, &answer{})
			var certificate *tls.CertificateVerificationError
			if errors.As(err, &certificate) != test.fails || !test.fails && err != nil {
				t.Error(err)
			}
			if wanted := test.config.Certificate != nil; !test.fails && (shown > 0) != wanted {
				t.Errorf("%d certificates were shown", shown)
			}
		})
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
