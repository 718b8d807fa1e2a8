// Package cloud is the one way this provider talks to the cloud: signed, retried and cancellable
// GET requests to the services of any region, and the errors they bring. It knows the clouds'
// conventions (addresses, signature, error shapes), but no service's answers, and nothing of
// Terraform but its log.
package cloud

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/net/http/httpproxy"
)

const (
	maxBody       = 8 << 20 // bytes of an answer
	maxConns      = 16      // connections to one host, in use or idle
	connectLimit  = 10 * time.Second
	tlsLimit      = 10 * time.Second
	headerLimit   = 30 * time.Second
	bodyLimit     = 60 * time.Second
	firstBackoff  = 500 * time.Millisecond
	longestPause  = 10 * time.Second // between two attempts, unless the service asks for more
	maxRetryAfter = 2 * time.Minute  // a service that asks for more is not waited for
)

// A Client sends requests. It is made without I/O and is safe for concurrent use.
type Client struct {
	config   Config
	lines    map[Service]line
	redactor *strings.Replacer
	projects *projects
}

// A line is the way to a service: its own client over the common transport, and the pace that it keeps.
type line struct {
	http *http.Client
	pace *pace
}

// NewClient makes a client. It reads the proxy variables of the environment, and nothing else.
func NewClient(config Config) *Client {
	return newClient(config, newTransport(config))
}

func newDialer() *net.Dialer { return &net.Dialer{Timeout: connectLimit} }

func newTransport(config Config) *http.Transport {
	proxy := httpproxy.FromEnvironment().ProxyFunc()
	return &http.Transport{
		Proxy:       func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		DialContext: newDialer().DialContext,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            config.RootCAs,
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

func newClient(config Config, transport http.RoundTripper) *Client {
	var replacements []string
	for _, secret := range config.Credentials.secrets() {
		replacements = append(replacements, secret, "(secret)")
	}
	c := &Client{
		config:   config,
		lines:    make(map[Service]line),
		redactor: strings.NewReplacer(replacements...),
		projects: new(projects),
	}
	for _, service := range Services {
		p := newPace(config.RequestsPerSecond)
		c.lines[service] = line{pace: p, http: &http.Client{
			Transport: &attempt{transport, config.Credentials, p},
			// A redirect would carry the credentials to a host nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}
	}
	return c
}

// WithoutRetries gives the same client, which tells of a failed attempt at once.
func (c *Client) WithoutRetries() *Client {
	other := *c
	other.config.MaxRetries = 0
	return &other
}

// Close closes idle connections.
func (c *Client) Close() {
	for _, l := range c.lines {
		l.http.CloseIdleConnections()
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

// Get sends a request, again where that may help, and decodes the JSON object that answers it.
// The error is an *Error, or a *SettingError where the address cannot be known.
func (c *Client) Get(ctx context.Context, r Request, answer any) error {
	endpoint, err := c.config.endpoint(r.Service, r.Target.Region)
	if err != nil {
		return err
	}
	e := &Error{
		Service:   r.Service,
		Endpoint:  endpoint.String(),
		Region:    r.Target.Region,
		ProjectID: r.Target.ProjectID,
		Origin:    c.config.Credentials.Origin,
	}
	address, err := join(endpoint, r.Path, r.Query)
	if err != nil {
		return c.fail(e, err)
	}
	body, err := c.send(ctx, address, e)
	if err != nil {
		return c.fail(e, err)
	}
	if e.Status != http.StatusOK {
		return c.fail(e, nil)
	}
	if err := decode(body, answer); err != nil {
		// Foreign texts must lose their secrets before they are shortened.
		if again := decode([]byte(c.redactor.Replace(string(body))), answer); again != nil {
			err = again
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

// fail completes e with what went wrong, if it was not the status.
func (c *Client) fail(e *Error, err error) *Error {
	if err != nil {
		e.Err = &redactedError{c.redactor.Replace(err.Error()), err}
	}
	return e
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

// send makes up to 1+MaxRetries attempts and gives the last answer's body. Status and all else
// that is told about the answer goes to e.
func (c *Client) send(ctx context.Context, address *url.URL, e *Error) ([]byte, error) {
	service := c.lines[e.Service]
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json") // DWS insists on it
	req.Header.Set("User-Agent", c.config.UserAgent)
	if e.ProjectID != "" {
		req.Header.Set(HeaderProjectID, e.ProjectID)
	}

	retrier := retryablehttp.Client{
		HTTPClient:   service.http,
		RetryMax:     c.config.MaxRetries,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			*e = e.next()
			if ctx.Err() != nil {
				return false, context.Cause(ctx)
			}
			if broken := (*brokenError)(nil); errors.As(err, &broken) {
				e.RequestID = shorten(c.redactor.Replace(normalise(broken.requestID)))
			}
			if err != nil {
				tflog.Debug(ctx, "Request failed", map[string]any{"url": address.String(), "attempt": e.Attempts, "error": c.redactor.Replace(err.Error())})
				return passingError(err), nil
			}
			e.read(resp)
			for _, text := range []*string{&e.Code, &e.Message, &e.RequestID, &e.Location} {
				*text = shorten(c.redactor.Replace(*text))
			}
			service.pace.answered(e.Throttled(), e.RetryAfter)
			tflog.Debug(ctx, "Received answer", map[string]any{"url": address.String(), "attempt": e.Attempts, "status": e.Status, "code": e.Code, "request_id": e.RequestID})
			return e.Passing() && e.RetryAfter <= maxRetryAfter, nil
		},
	}
	resp, err := retrier.Do(req) //nolint:bodyclose // attempt has read and closed it, what is left is in memory
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // without the method and address, which e has
		}
		return nil, err
	}
	return io.ReadAll(resp.Body)
}

// next clears what an earlier attempt brought and counts the one that was just made.
func (e *Error) next() Error {
	return Error{Service: e.Service, Endpoint: e.Endpoint, Region: e.Region, ProjectID: e.ProjectID, Origin: e.Origin, Attempts: e.Attempts + 1}
}

// read takes from an answer what it says about itself, and leaves its body to be read again.
func (e *Error) read(resp *http.Response) {
	e.Status = resp.StatusCode
	e.RequestID = normalise(resp.Header.Get("X-Request-Id"))
	if e.Status == http.StatusOK {
		return
	}
	e.RetryAfter, _ = retryAfter(resp)
	if to, err := resp.Location(); err == nil {
		e.Location = normalise(to.Scheme + "://" + to.Host)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	e.readError(body)
}

// passingError tells whether a request that brought no answer may bring one later.
func passingError(err error) bool {
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var dns *net.DNSError
	switch {
	case errors.Is(err, ErrTooLarge), errors.Is(err, http.ErrSchemeMismatch),
		errors.As(err, &certificate), errors.As(err, &notTLS):
		return false
	case errors.As(err, &dns):
		return !dns.IsNotFound // the name is wrong, as with a region that does not exist
	}
	return true
}

// backoff is how long to pause after a failed attempt: a time that doubles with each, or longer
// where the service asks for it. Chance spreads the attempts of many requests that failed together.
func backoff(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	pause := min(firstBackoff<<min(attempt, 10), longestPause)
	pause = pause/2 + rand.N(pause/2+1) //nolint:gosec // no secret depends on it
	if after, ok := retryAfter(resp); ok && after > pause {
		return after + rand.N(after/10+1) //nolint:gosec // no secret depends on it
	}
	return pause
}

// retryAfter reads the Retry-After header: seconds or a date.
func retryAfter(resp *http.Response) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}
