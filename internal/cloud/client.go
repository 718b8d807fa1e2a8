// Package cloud is the one way from this provider to the cloud: GET requests to the services of any region, which are signed,
// retried and cancellable, and their errors. It knows the conventions that the clouds share (addresses, signatures, the forms of
// errors), but no response of a service, and of Terraform only the log.
package cloud

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	maxBody        = 8 << 20  // bytes of a response
	maxErrorBody   = 64 << 10 // bytes read of a response with an error
	maxConns       = 16       // connections to one host, in use or idle
	connectLimit   = 10 * time.Second
	tlsLimit       = 10 * time.Second
	headerLimit    = 30 * time.Second
	bodyLimit      = 60 * time.Second
	maxConnections = 3               // that the transport opens for an attempt and writes the request to
	metadataLimit  = 3 * time.Second // to connect to the metadata of the instance, and until it begins to answer
	firstBackoff   = 500 * time.Millisecond
	maxBackoff     = 10 * time.Second // between two attempts, besides the pause of the limiter
	maxRetryAfter  = 2 * time.Minute  // a longer pause is cut to this, and ends a read
)

// A Client sends requests. It is safe for concurrent use.
type Client struct {
	config      Config
	endpoints   *endpoints
	secrets     *secrets
	credentials credentialsSource
	projects    *cache[string] // IDs by region and name
}

// An endpointClient is what all requests to a service share.
type endpointClient struct {
	transport http.RoundTripper
	limiter   *limiter
}

// endpoints has the endpoint clients, which it makes on demand.
type endpoints struct {
	transport, metadata http.RoundTripper
	requestsPerSecond   int

	mu      sync.Mutex
	clients map[Service]endpointClient
}

func (e *endpoints) get(s Service) endpointClient {
	e.mu.Lock()
	defer e.mu.Unlock()
	c, found := e.clients[s]
	if !found {
		c = endpointClient{e.transport, newLimiter(e.requestsPerSecond)}
		if s == IMDS {
			c.transport = e.metadata
		}
		e.clients[s] = c
	}
	return c
}

// NewClient returns a client. It does no I/O. The proxy variables of the environment are all that it reads.
func NewClient(config Config) *Client {
	c := newClient(config, newTransport(config))
	c.endpoints.metadata = newMetadataTransport(config)
	return c
}

// dialWithin returns a function that connects within a limit.
func (c Config) dialWithin(limit time.Duration) Dial {
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return dial(ctx, network, address)
	}
}

func newTransport(config Config) *http.Transport {
	var certificates []tls.Certificate
	if config.Certificate != nil {
		certificates = append(certificates, *config.Certificate)
	}
	return &http.Transport{
		Proxy:       proxyFromEnvironment(),
		DialContext: config.dialWithin(connectLimit),
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            config.RootCAs,
			Certificates:       certificates,
			InsecureSkipVerify: config.Insecure, //nolint:gosec // the user asks for it and gets a warning
		},
		TLSHandshakeTimeout:   tlsLimit,
		ResponseHeaderTimeout: headerLimit,
		MaxConnsPerHost:       maxConns,
		MaxIdleConnsPerHost:   maxConns,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode == http.StatusProxyAuthRequired {
				return errProxyAuthRequired
			}
			return nil // the transport has an error of its own
		},
		// Without pings every retry would use a dead HTTP/2 connection again.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
	}
}

// newMetadataTransport returns a transport for the metadata of the instance, which answers at once or never, and is never behind a
// proxy.
func newMetadataTransport(config Config) *http.Transport {
	return &http.Transport{
		DialContext:           config.dialWithin(metadataLimit),
		ResponseHeaderTimeout: metadataLimit,
		IdleConnTimeout:       time.Second,
	}
}

func newClient(config Config, transport http.RoundTripper) *Client {
	if config.Credentials == nil {
		config.Credentials = Static{Origin: "no credentials"}
	}
	config.firstRegion = new(atomic.Pointer[string])
	c := &Client{
		config: config,
		endpoints: &endpoints{
			transport: transport, metadata: transport, requestsPerSecond: config.RequestsPerSecond, clients: make(map[Service]endpointClient),
		},
		secrets:  new(secrets),
		projects: new(cache[string]),
	}
	c.secrets.add(config.Credentials.secrets()...)
	c.credentials = config.Credentials.source(c)
	return c
}

// withRetries returns a client that shares everything with c and repeats failed requests so many times.
func (c *Client) withRetries(n int) *Client {
	other := *c
	other.config.MaxRetries = n
	return &other
}

// Close closes idle connections.
func (c *Client) Close() {
	for _, transport := range []http.RoundTripper{c.endpoints.transport, c.endpoints.metadata} {
		if t, ok := transport.(*http.Transport); ok {
			t.CloseIdleConnections()
		}
	}
}

// A Target is the region and the project of a request.
type Target struct {
	Region    string // may be empty if the endpoint is configured
	ProjectID string // empty for requests that belong to no project
}

// A Request is a GET request.
type Request struct {
	Service    Service
	Hosts      Hosts
	Codes      *Codes // of the service; may be nil
	Target     Target
	Path       []string // segments, not yet escaped
	Query      url.Values
	Permission string       // needed for the request, for its errors; may be empty
	OnlyHuawei bool         // Open Telekom Cloud does not document the call, for its errors
	Required   string       // field that makes the response unusable if it does not have the documented type; may be empty
	Check      func() error // rejects a decoded response by an error; may be nil
}

// A request is a request with any method.
type request struct {
	Request
	method      string
	header      http.Header // besides the one of all requests
	body        any         // sent as JSON; nil: no body
	credentials credentialsSource

	payload        []byte   // the encoded body
	response       Response // if it is successful
	responseHeader http.Header
}

// A Response is what there is to know of a response, besides its body.
type Response struct {
	Endpoint   string // such as https://dcs.eu-de.otc.t-systems.com
	RequestID  string
	Date       time.Time  // by the clock of the service; zero if unknown
	Size       int        // of the body, in bytes
	Mismatches Mismatches // values that did not have the documented type and are null

	reject func(error) error
}

// Reject returns the error of a request whose response is wrong, for a reason that its decoding did not find.
func (r Response) Reject(reason error) error {
	if r.reject == nil {
		return reason
	}
	return r.reject(reason)
}

// A NotFoundError reports that a response does not have the requested object. It may be the reason of Response.Reject.
type NotFoundError struct{ Message string }

func (e *NotFoundError) Error() string { return e.Message }

// Get sends a request, with retries, and decodes the JSON object of the response into result. The error is an *Error, a
// *CredentialsError if there are no credentials for the request, or a *SettingError if the endpoint cannot be known.
func (c *Client) Get(ctx context.Context, r Request, result any) (Response, error) {
	sent := &request{Request: r, method: http.MethodGet, credentials: c.credentials}
	err := c.exchange(ctx, sent, result)
	return sent.response, err
}

// exchange does for a request with any method what Get does. All requests go through it.
func (c *Client) exchange(ctx context.Context, r *request, result any) error {
	endpoint, err := c.config.endpoint(r.Service, r.Hosts, r.Target.Region)
	if err != nil {
		return err
	}
	e := &Error{
		Service:    r.Service,
		Codes:      r.Codes,
		Permission: r.Permission,
		OnlyHuawei: r.OnlyHuawei,
		Endpoint:   endpoint.String(),
		Region:     r.Target.Region,
		ProjectID:  r.Target.ProjectID,
		Origin:     c.config.Credentials.String(),
	}
	_, e.Issued = r.credentials.(*cachingSource)
	address, err := join(endpoint, r.Path, r.Query)
	if err != nil {
		return c.fail(e, err)
	}
	if r.body != nil {
		r.payload, _ = json.Marshal(r.body) // its types can be encoded
	}
	resp, err := c.send(ctx, address, r, e)
	if noCredentials := (*CredentialsError)(nil); errors.As(err, &noCredentials) {
		return noCredentials
	}
	if err != nil || !succeeded(r.method, e.Status) || e.InBody {
		return c.fail(e, err)
	}
	date, _ := http.ParseTime(resp.header.Get("Date")) // zero on error
	reject := func(reason error) error {
		rejected := *e
		return c.fail(&rejected, reason)
	}
	r.response = Response{Endpoint: e.Endpoint, RequestID: e.RequestID, Date: date, Size: len(resp.body), reject: reject}
	r.responseHeader = resp.header
	mismatches, err := decode(resp.body, result)
	if err != nil {
		// The error quotes a part of the body, which could end within a secret.
		if _, again := decode([]byte(c.secrets.redact(string(resp.body))), result); again != nil {
			err = again
		}
		// The transport decodes the encoding that it asks for. Some services send the name of a character set, which is harmless if
		// the body can be decoded.
		if encoding := resp.header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
			err = errors.New("the answer comes in an encoding (Content-Encoding) that was not asked for")
		}
		return c.fail(e, err)
	}
	if len(mismatches) > 0 {
		// The texts quote a part of a value, which could end within a secret.
		again := reflect.New(reflect.TypeOf(result).Elem()).Interface()
		redacted, _ := decode([]byte(c.secrets.redact(string(resp.body))), again) // a secret may have been a number
		for field := range mismatches {
			mismatches[field] = c.errorText(errors.New(cmp.Or(redacted[field], field+" does not have the documented type")))
		}
	}
	r.response.Mismatches = mismatches
	if mismatch := mismatches[r.Required]; mismatch != "" {
		return c.fail(e, errors.New("the answer's field "+mismatch))
	}
	if r.Check != nil {
		if err := r.Check(); err != nil {
			return c.fail(e, err)
		}
	}
	return nil
}

// succeeded reports whether a status is one of success. IAM answers with 201 when it creates tokens and keys.
func succeeded(method string, status int) bool {
	return status == http.StatusOK || status == http.StatusCreated && method == http.MethodPost
}

// fail returns e with an error as its cause, which may be nil if the status is the cause.
func (c *Client) fail(e *Error, err error) *Error {
	if err != nil {
		e.Err = &redactedError{c.errorText(err), err}
	}
	return e
}

// errorText returns the redacted and sanitized text of an error, which may quote a service.
func (c *Client) errorText(err error) string {
	return Sanitize(c.secrets.redact(err.Error()), longestError)
}

// quote returns the redacted and sanitized text of a service.
func (c *Client) quote(text string) string { return Sanitize(c.secrets.redact(text), longestText) }

// A redactedError has another text than the error that it wraps.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.err }

// join appends segments to the path of an endpoint. It refuses those that could become more or less than one segment; the
// arguments of data sources cannot have such values.
func join(endpoint *url.URL, segments []string, query url.Values) (*url.URL, error) {
	u := *endpoint
	for _, s := range segments {
		if s == "" || s == "." || s == ".." || strings.ContainsAny(s, "/\\?#%") {
			return nil, fmt.Errorf("%q cannot be part of a request path", s)
		}
		u.Path += "/" + s
	}
	u.RawQuery = query.Encode()
	return &u, nil
}

// send makes up to 1+MaxRetries attempts. It returns the last response and fills e with the details of it.
func (c *Client) send(ctx context.Context, address *url.URL, r *request, e *Error) (*response, error) {
	first := *e
	for attempts := 1; ; attempts++ {
		resp, err := c.attempt(ctx, address, r)
		*e = first
		e.Attempts = attempts
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var retryable bool
		fields := map[string]any{"url": address.String(), "attempt": attempts}
		if err != nil {
			if resp != nil {
				e.RequestID = c.quote(resp.header.Get(headerRequestID))
			}
			retryable = retryableError(err)
			fields["error"] = c.errorText(err)
			tflog.Debug(c.MaskLog(ctx), "Request failed", fields)
		} else {
			c.describe(e, r, resp, address)
			c.endpoints.get(r.Service).limiter.answered(e.Throttled(), e.RetryAfter)
			retryable = e.Retryable() && e.RetryAfter <= maxRetryAfter
			fields["status"], fields["code"], fields["request_id"] = e.Status, e.Code, e.RequestID
			tflog.Debug(c.MaskLog(ctx), "Received response", fields)
		}
		if !retryable || attempts > c.config.MaxRetries || ctx.Value(pollKey{}) != nil {
			return resp, err
		}
		if err := sleep(ctx, backoff(attempts)); err != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// describe fills e with the details of a response.
func (c *Client) describe(e *Error, r *request, resp *response, address *url.URL) {
	e.Status = resp.status
	e.RequestID = resp.header.Get(headerRequestID)
	e.HTML = isHTML(resp.body)
	e.InBody = r.method == http.MethodGet && succeeded(r.method, resp.status) && hasError(resp.body)
	if e.InBody {
		e.readError(resp.body)
	}
	if !succeeded(r.method, resp.status) {
		e.Signed = resp.signed
		if date, err := http.ParseTime(resp.header.Get("Date")); err == nil && resp.signed {
			e.ClockAhead = time.Since(date)
		}
		e.RetryAfter = retryAfter(resp.header)
		if location := resp.header.Get("Location"); location != "" {
			// Redacted first, since the host alone could be a part of a secret.
			if to, err := address.Parse(c.secrets.redact(location)); err == nil {
				e.Location = to.Scheme + "://" + to.Host
			}
		}
		e.readError(resp.body)
	}
	for _, text := range []*string{&e.Code, &e.Message, &e.RequestID, &e.Location} {
		*text = c.quote(*text)
	}
}

// retryableError reports whether a request that got no response because of an error may get one later.
func retryableError(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var dns *net.DNSError
	var noCredentials *CredentialsError
	switch {
	case errors.Is(err, ErrTooLarge), errors.As(err, &noCredentials), errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &certificate):
		return false
	case errors.As(err, &notTLS):
		return notTLS.Conn == nil // with a Conn the server does not speak TLS at all
	case errors.As(err, &dns):
		return !dns.IsNotFound // a wrong name, such as that of a region that does not exist
	}
	return true
}

// backoff returns how long to wait after so many attempts, while the limiter may pause: a time that doubles with each attempt. Jitter
// spreads the attempts of many requests that failed together.
func backoff(attempts int) time.Duration {
	pause := min(firstBackoff<<min(attempts-1, 10), maxBackoff)
	return pause/2 + rand.N(pause/2) //nolint:gosec // no secret depends on it
}

// retryAfter returns the time that the header Retry-After asks for, in seconds or as a date, and 0 if it asks for none.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}
