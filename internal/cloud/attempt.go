package cloud

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// ErrTooLarge reports a response with more bytes than this client reads.
var ErrTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)

var (
	errGoingAway         = fmt.Errorf("each of %d connections was closed before the answer", maxConnections)
	errProxyAuthRequired = errors.New("the proxy requires authentication")
	errSlowBody          = fmt.Errorf("the answer did not arrive whole within %s", bodyLimit)
)

const headerRequestID = "X-Request-Id"

// A response is a response with its body.
type response struct {
	status int
	header http.Header
	body   []byte
	signed bool // whether the request was signed, so that it depended on the clock
}

// attempt sends a request with credentials that are valid now, and once more if the service rejects them and there are new ones. The
// response of a request whose body breaks off is returned together with the error.
func (c *Client) attempt(ctx context.Context, address *url.URL, r *request) (*response, error) {
	credentials, err := r.credentials.get(ctx, r.Target, Credentials{})
	if err != nil {
		return nil, err
	}
	resp, err := c.roundTrip(ctx, address, r, credentials)
	if err != nil || resp.status != http.StatusUnauthorized {
		return resp, err
	}
	renewed, err := r.credentials.get(ctx, r.Target, credentials)
	if err != nil {
		return nil, err
	}
	if renewed == credentials {
		return resp, nil
	}
	return c.roundTrip(ctx, address, r, renewed)
}

// roundTrip waits for the limiter, signs a request, sends it, and reads the response, so that one that breaks off is a failed attempt.
// Each attempt is signed afresh, since the date is part of the signature.
func (c *Client) roundTrip(ctx context.Context, address *url.URL, r *request, credentials Credentials) (*response, error) {
	endpoint := c.endpoints.get(r.Service)
	if err := endpoint.limiter.wait(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// If each connection is closed with an HTTP/2 GOAWAY, the transport opens connections endlessly and without a pause. One that
	// has no room for the request, since it serves another one, does not count.
	var opened atomic.Bool // whether the connection is a new one
	var written atomic.Int32
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if opened.Store(!info.Reused); !info.Reused && written.Load() >= maxConnections {
				cancel(errGoingAway)
			}
		},
		WroteHeaders: func() {
			if opened.Load() {
				written.Add(1)
			}
		},
	})
	req, err := http.NewRequestWithContext(traced, r.method, address.String(), bytes.NewReader(r.payload))
	if err != nil {
		return nil, err
	}
	c.setHeader(req, r, credentials)
	resp, err := endpoint.transport.RoundTrip(req)
	if errors.Is(err, errProxyAuthRequired) {
		return &response{status: http.StatusProxyAuthRequired, header: make(http.Header)}, nil
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if notTLS := (tls.RecordHeaderError{}); errors.As(err, &notTLS) && string(notTLS.RecordHeader[:]) == "HTTP/" {
			return nil, http.ErrSchemeMismatch // as http.Client reports it
		}
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing more is read
	slow := time.AfterFunc(bodyLimit, func() { cancel(errSlowBody) })
	defer slow.Stop()
	received := &response{status: resp.StatusCode, header: resp.Header, signed: credentials.signs()}
	if !succeeded(r.method, resp.StatusCode) {
		// The status decides about a retry, whatever part of the body arrives.
		received.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		return received, nil
	}
	received.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		if ctx.Err() != nil {
			return received, context.Cause(ctx)
		}
		return received, fmt.Errorf("the answer broke off after %d bytes: %w", len(received.body), err)
	}
	if len(received.body) > maxBody {
		return received, ErrTooLarge
	}
	return received, nil
}

// setHeader sets the header of a request and signs it.
func (c *Client) setHeader(req *http.Request, r *request, credentials Credentials) {
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json") // DWS insists on it
	req.Header.Set("User-Agent", c.config.UserAgent)
	req.Header.Set("X-Language", "en-us") // of the reasons that some services give
	if r.Target.ProjectID != "" {
		req.Header.Set(HeaderProjectID, r.Target.ProjectID)
	}
	maps.Copy(req.Header, r.header)
	if credentials.Token != "" {
		req.Header.Set(HeaderAuthToken, credentials.Token)
	} else if credentials.signs() {
		Sign(req, r.payload, credentials, time.Now())
	}
}
