package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// ErrTooLarge is an answer of more bytes than this client reads.
var ErrTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)

var errSlowBody = fmt.Errorf("the answer did not arrive whole within %s", bodyLimit)

// attempt is one attempt of a request. It waits for its turn and signs the request, which must be done for each attempt
// since the date is part of the signature, and it reads the answer to its end, so that an answer
// that breaks off counts as a failed attempt.
type attempt struct {
	transport   http.RoundTripper
	credentials Credentials
	pace        *pace
}

func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := a.pace.wait(req.Context()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	req = req.Clone(ctx)
	if a.credentials.Token != "" {
		req.Header.Set(HeaderAuthToken, a.credentials.Token)
	} else {
		Sign(req, a.credentials, time.Now())
	}
	resp, err := a.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read, or is given up
	slow := time.AfterFunc(bodyLimit, func() { cancel(errSlowBody) })
	defer slow.Stop()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if resp.StatusCode == http.StatusOK {
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
