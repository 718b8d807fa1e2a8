// Package cloud is the one way this provider talks to the cloud: signed, retried and cancellable
// GET requests to the services of any region, and the errors they bring. It knows the clouds'
// conventions (addresses, signature, error shapes), but no service's answers, and nothing of
// Terraform but its log.
package cloud

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/net/http/httpproxy"
)

const (
	maxBody        = 8 << 20  // bytes of an answer
	maxErrorBody   = 64 << 10 // bytes read of a response with an error
	maxConns       = 16       // connections to one host, in use or idle
	connectLimit   = 10 * time.Second
	tlsLimit       = 10 * time.Second
	headerLimit    = 30 * time.Second
	bodyLimit      = 60 * time.Second
	answerLimit    = 2 * time.Minute // until a response begins, with all that the transport tries for it
	maxConnections = 3               // that the transport opens for an attempt
	metadataLimit  = 3 * time.Second // to connect to the metadata of the instance, and until it begins to answer
	firstBackoff   = 500 * time.Millisecond
	maxBackoff     = 10 * time.Second // between two attempts, besides the pause of the limiter
	maxRetryAfter  = 2 * time.Minute  // a longer pause is cut to this, and ends a read
)

// A Client sends requests. It is made without I/O and is safe for concurrent use.
type Client struct {
	config    Config
	endpoints map[Service]endpointClient
	secrets   *secrets
	issuer    credentialsSource
	projects  *cache[string] // IDs by region and name
}

// An endpointClient is what all requests to a service share.
type endpointClient struct {
	transport http.RoundTripper
	limiter   *limiter
}

// NewClient makes a client. It reads the proxy variables of the environment, and nothing else.
func NewClient(config Config) *Client {
	c := newClient(config, newTransport(config))
	c.endpoints[IMDS] = endpointClient{newMetadataTransport(config), newLimiter(config.RequestsPerSecond)}
	return c
}

// dialWithin makes connections, each within a time.
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
	proxy := httpproxy.FromEnvironment().ProxyFunc()
	var certificates []tls.Certificate
	if config.Certificate != nil {
		certificates = append(certificates, *config.Certificate)
	}
	return &http.Transport{
		Proxy:       func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		DialContext: config.dialWithin(connectLimit),
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            config.RootCAs,
			Certificates:       certificates,
			InsecureSkipVerify: config.Insecure, //nolint:gosec // on the user's request, who gets a warning
		},
		TLSHandshakeTimeout:   tlsLimit,
		ResponseHeaderTimeout: headerLimit,
		MaxConnsPerHost:       maxConns,
		MaxIdleConnsPerHost:   maxConns,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		// Without pings a dead HTTP/2 connection would be used again by every retry.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
	}
}

// newMetadataTransport makes a transport for the metadata of the instance, which is never reached through a
// proxy, and at once or not at all.
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
		config:    config,
		endpoints: make(map[Service]endpointClient),
		secrets:   new(secrets),
		projects:  new(cache[string]),
	}
	c.secrets.add(config.Credentials.secrets()...)
	c.issuer = config.Credentials.issuer(c)
	for _, service := range Services {
		c.endpoints[service] = endpointClient{transport, newLimiter(config.RequestsPerSecond)}
	}
	return c
}

// withRetries returns the same client, which makes so many further attempts.
func (c *Client) withRetries(n int) *Client {
	other := *c
	other.config.MaxRetries = n
	return &other
}

// WithoutRetries returns the same client, which tells of a failed attempt at once.
func (c *Client) WithoutRetries() *Client { return c.withRetries(0) }

// Close closes idle connections.
func (c *Client) Close() {
	for _, endpoint := range c.endpoints {
		if t, ok := endpoint.transport.(*http.Transport); ok {
			t.CloseIdleConnections()
		}
	}
}

// A Target is the place a request goes to.
type Target struct {
	Region    string // empty only where the endpoint is configured
	ProjectID string // empty for requests that belong to no project
}

// A Request is a GET request.
type Request struct {
	Service Service
	Target  Target
	Path    []string // segments, not yet escaped
	Query   url.Values
	Check   func() error // looks at the answer once it is decoded; may be nil
}

// A request is a request of any kind.
type request struct {
	Request
	method      string
	header      http.Header       // sent besides those that all requests have
	body        any               // sent as JSON; nil: nothing
	credentials credentialsSource // of the credentials

	payload        []byte      // the body as it is sent
	responseHeader http.Header // of the answer, if there is one
}

// Get sends a request, with retries, and decodes the JSON object of the response into result. The error is an *Error, a *CredentialsError
// if there are no credentials for it, or a *SettingError if the address cannot be known.
func (c *Client) Get(ctx context.Context, r Request, result any) error {
	return c.exchange(ctx, &request{Request: r, method: http.MethodGet, credentials: c.issuer}, result)
}

// exchange makes a call, as Get does. It is the one way to the cloud.
func (c *Client) exchange(ctx context.Context, r *request, answer any) error {
	endpoint, err := c.config.endpoint(r.Service, r.Target.Region)
	if err != nil {
		return err
	}
	e := &Error{
		Service:   r.Service,
		Endpoint:  endpoint.String(),
		Region:    r.Target.Region,
		ProjectID: r.Target.ProjectID,
		Origin:    c.config.Credentials.String(),
	}
	_, given := r.credentials.(staticSource)
	e.Issued = !given
	address, err := join(endpoint, r.Path, r.Query)
	if err != nil {
		return c.fail(e, err)
	}
	if r.body != nil {
		if r.payload, err = json.Marshal(r.body); err != nil {
			return c.fail(e, err)
		}
	}
	resp, err := c.send(ctx, address, r, e)
	var identity *CredentialsError
	switch {
	case errors.As(err, &identity):
		return identity
	case err != nil:
		return c.fail(e, err)
	case !succeeded(r.method, e.Status):
		return c.fail(e, nil)
	}
	r.responseHeader = resp.header
	if err := decode(resp.body, answer); err != nil {
		// The error quotes a part of the body, which could be a part of a secret.
		if again := decode([]byte(c.secrets.redact(string(resp.body))), answer); again != nil {
			err = again
		}
		// The transport has undone what it asked for. Some services name a character set here, which does no harm.
		if encoding := resp.header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
			err = errors.New("the answer comes in an encoding (Content-Encoding) that was not asked for")
		}
		return c.fail(e, err)
	}
	if r.Check != nil {
		if err := r.Check(); err != nil {
			return c.fail(e, err)
		}
	}
	return nil
}

// succeeded reports whether a status means that there is an answer. IAM creates tokens and keys, and says so.
func succeeded(method string, status int) bool {
	return status == http.StatusOK || status == http.StatusCreated && method == http.MethodPost
}

// fail completes e with what went wrong, if it was not the status.
func (c *Client) fail(e *Error, err error) *Error {
	if err != nil {
		e.Err = &redactedError{c.errorText(err), err}
	}
	return e
}

// errorText returns the text of an error, which may quote the service, as it can be shown.
func (c *Client) errorText(err error) string {
	return Sanitize(c.secrets.redact(err.Error()), longestError)
}

// A redactedError shows a text without secrets and still is the error it stands for.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.err }

// join appends segments to the path of an endpoint. Callers check what they are given; this is
// the last guard that no segment becomes more or less than one.
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

// send makes up to 1+MaxRetries attempts and returns the last response. Its status, and what else it says about itself, goes to e.
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
				e.RequestID = truncateText(c.secrets.redact(singleLine(resp.header.Get(headerRequestID))))
			}
			retryable = retryableError(err)
			fields["error"] = c.errorText(err)
			tflog.Debug(c.MaskLog(ctx), "Request failed", fields)
		} else {
			c.describe(e, r, resp, address)
			c.endpoints[r.Service].limiter.answered(e.Throttled(), e.RetryAfter)
			retryable = e.Retryable() && e.RetryAfter <= maxRetryAfter
			fields["status"], fields["code"], fields["request_id"] = e.Status, e.Code, e.RequestID
			tflog.Debug(c.MaskLog(ctx), "Received response", fields)
		}
		if !retryable || attempts > c.config.MaxRetries {
			return resp, err
		}
		if err := sleep(ctx, backoff(attempts)); err != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// describe fills e with what a response says about itself.
func (c *Client) describe(e *Error, r *request, resp *response, address *url.URL) {
	e.Status = resp.status
	e.RequestID = singleLine(resp.header.Get(headerRequestID))
	if !succeeded(r.method, resp.status) {
		e.Signed = resp.signed
		if date, err := http.ParseTime(resp.header.Get("Date")); err == nil && resp.signed {
			e.ClockAhead = time.Since(date)
		}
		e.RetryAfter = retryAfter(resp.header)
		if location := resp.header.Get("Location"); location != "" {
			// Redacted before a part of it is taken, which could be a part of a secret.
			if to, err := address.Parse(c.secrets.redact(location)); err == nil {
				e.Location = singleLine(to.Scheme + "://" + to.Host)
			}
		}
		e.readError(resp.body)
	}
	for _, text := range []*string{&e.Code, &e.Message, &e.RequestID, &e.Location} {
		*text = truncateText(c.secrets.redact(*text))
	}
}

// retryableError reports whether a request that brought no answer may bring one later.
func retryableError(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var dns *net.DNSError
	var identity *CredentialsError
	switch {
	case errors.Is(err, ErrTooLarge), errors.As(err, &identity), errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &certificate):
		return false
	case errors.As(err, &notTLS):
		return notTLS.Conn == nil // else the other side does not speak TLS at all
	case errors.As(err, &dns):
		return !dns.IsNotFound // the name is wrong, as with a region that does not exist
	}
	return true
}

// backoff returns how long to pause after so many attempts, besides the pause of the limiter: a time that doubles with each.
// Jitter spreads the attempts of many requests that failed together.
func backoff(attempts int) time.Duration {
	pause := min(firstBackoff<<min(attempts-1, 10), maxBackoff)
	return pause/2 + rand.N(pause/2+1) //nolint:gosec // no secret depends on it
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
