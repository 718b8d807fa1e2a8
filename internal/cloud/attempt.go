package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// ErrTooLarge is an answer of more bytes than this client reads.
var ErrTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)

var (
	errNoAnswer  = fmt.Errorf("no answer came within %s", answerLimit)
	errGoingAway = fmt.Errorf("each of %d connections was closed before the answer", maxConnections)
	errSlowBody  = fmt.Errorf("the answer did not arrive whole within %s", bodyLimit)
)

// callKey is where the context of a request has its call.
type callKey struct{}

// attempt is one attempt of a request. It gets credentials that are valid now, and others where those are refused.
type attempt struct {
	transport http.RoundTripper
	pace      *limiter
}

func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	r, _ := ctx.Value(callKey{}).(*request) // send put it there
	credentials, err := r.credentials.credentials(ctx, r.Target, Credentials{})
	if err != nil {
		return nil, err
	}
	resp, err := a.send(req, r, credentials)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	others, err := r.credentials.credentials(ctx, r.Target, credentials)
	if err != nil {
		return nil, err
	}
	if others == credentials {
		return resp, nil
	}
	return a.send(req, r, others)
}

// send waits for the request's turn and signs it, which must be done each time since the date is part of the
// signature. It reads the answer to its end, so that an answer that breaks off counts as a failed attempt.
func (a *attempt) send(req *http.Request, r *request, credentials Credentials) (*http.Response, error) {
	if err := a.pace.wait(req.Context()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	req = req.Clone(ctx)
	if r.payload != nil {
		// The transport itself sends it again where a connection turns out to be closed: all of it, too.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.payload)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(r.payload))
	}
	r.signed = credentials.AccessKey != ""
	if credentials.Token != "" {
		req.Header.Set(HeaderAuthToken, credentials.Token)
	} else if r.signed {
		Sign(req, r.payload, credentials, time.Now())
	}
	// The time begins with a connection, for which a request may have to queue.
	late := time.AfterFunc(answerLimit, func() { cancel(errNoAnswer) })
	late.Stop()
	defer late.Stop()
	// The transport opens connection after connection, without end or pause, where each is closed with an HTTP/2 GOAWAY.
	var opened atomic.Int32
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		late.Reset(answerLimit)
		if !info.Reused && opened.Add(1) > maxConnections {
			cancel(errGoingAway)
		}
	}}))
	resp, err := a.transport.RoundTrip(req)
	if err != nil {
		if cause := context.Cause(ctx); errors.Is(cause, errNoAnswer) || errors.Is(cause, errGoingAway) {
			err = cause
		}
		return nil, err
	}
	late.Stop()
	defer resp.Body.Close() //nolint:errcheck // it was read, or is given up
	slow := time.AfterFunc(bodyLimit, func() { cancel(errSlowBody) })
	defer slow.Stop()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if succeeded(req.Method, resp.StatusCode) {
		// Any other answer is judged by its status; of its body, what came is enough.
		switch {
		case errors.Is(context.Cause(ctx), errSlowBody):
			err = errSlowBody
		case err != nil:
			err = fmt.Errorf("the answer broke off after %d bytes: %w", len(body), err)
		case len(body) > maxBody:
			err = ErrTooLarge
		}
		if err != nil {
			return nil, &brokenError{resp.Header.Get("X-Request-Id"), err}
		}
	}
	if _, err := resp.Location(); err != nil {
		resp.Header.Del("Location") // http.Client would make an error of one that is malformed
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// A brokenError is an answer that did not come whole.
type brokenError struct {
	requestID string
	err       error
}

func (e *brokenError) Error() string { return e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// CloseIdleConnections is called by http.Client.
func (a *attempt) CloseIdleConnections() {
	if t, ok := a.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
