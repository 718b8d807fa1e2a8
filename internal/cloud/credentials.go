package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// An Identity is as whom requests are sent: Given, Password, Metadata or AssumedRole.
type CredentialsProvider interface {
	// String says where the identity comes from, in words that hold no secret, such as
	// "the access key from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY".
	String() string

	secrets() []string
	issuer(c *Client) credentialsSource
}

// Credentials authenticate a request: a key pair, temporary when it comes with a security token, or a token.
type Credentials struct {
	AccessKey, SecretKey, SecurityToken string
	Token                               string
}

// signs reports whether requests are signed with the credentials.
func (c Credentials) signs() bool { return c.AccessKey != "" }

// Format keeps the credentials out of whatever they are printed into.
func (c Credentials) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "(credentials)") }

// Static are credentials that the user has. They are used as they are.
type Static struct {
	Credentials
	Origin string // see Identity.String
}

func (g Static) String() string { return g.Origin }

// Format implements fmt.Formatter.
func (g Static) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, g.Origin) }

func (g Static) secrets() []string {
	return []string{g.SecretKey, g.SecurityToken, g.Token}
}

func (g Static) issuer(*Client) credentialsSource { return staticSource(g.Credentials) }

// An credentialsSource issues the credentials of requests.
type credentialsSource interface {
	// credentials returns those for a request to a target. Credentials that the service has just refused are
	// given along, and come back where there are no better ones.
	credentials(ctx context.Context, t Target, refused Credentials) (Credentials, error)
}

// staticSource always issues the same.
type staticSource Credentials

func (s staticSource) credentials(context.Context, Target, Credentials) (Credentials, error) {
	return Credentials(s), nil
}

// A CredentialsError reports that no credentials could be obtained.
type CredentialsError struct {
	Provider CredentialsProvider
	Target   Target // what they would have been for
	Err      error  // an *Error of the service that was asked, or a *SettingError
}

func (e *CredentialsError) Error() string {
	return fmt.Sprintf("no credentials with %s: %s", e.Provider, e.Err)
}

func (e *CredentialsError) Unwrap() error { return e.Err }

const (
	renewBefore = 5 * time.Minute // how long before they expire credentials are renewed
	renewAgain  = time.Minute     // after an early renewal that failed
	renewWithin = 3 * time.Second // how long an early renewal may hold up requests, which do not need it yet
	sureFor     = time.Minute     // how long credentials that replace refused ones are not replaced again
)

// cachedCredentials are credentials that the cloud handed out, or the error with which it refused to.
type cachedCredentials struct {
	Credentials
	expires time.Time // by the clock of this machine; zero: not known, they serve until they are refused
	renewAt time.Time // before they expire
	instead time.Time // when they took the place of refused ones; zero: they did not
	refusal error
}

// newCachedCredentials takes over credentials. Clocks may differ: how long they live is told by the times that the
// service gave, and does not depend on the time of this machine.
func newCachedCredentials(c Credentials, expires time.Time, answer http.Header) *cachedCredentials {
	i := &cachedCredentials{Credentials: c}
	if expires.IsZero() {
		return i
	}
	now := time.Now()
	lifetime := expires.Sub(now)
	if date, err := http.ParseTime(answer.Get("Date")); err == nil {
		lifetime = expires.Sub(date)
	}
	i.expires = now.Add(lifetime)
	i.renewAt = i.expires.Add(-min(renewBefore, lifetime/2))
	return i
}

// fresh reports whether there is no reason to ask for others. That a service refuses what has just taken the place of
// refused credentials is none.
func (i *cachedCredentials) fresh(refused Credentials) bool {
	switch {
	case i.refusal != nil:
		return true
	case i.Credentials == refused:
		return time.Since(i.instead) < sureFor
	}
	return i.expires.IsZero() || time.Now().Before(i.renewAt)
}

// usable reports whether they still serve while there are no others.
func (i *cachedCredentials) usable(refused Credentials) bool {
	return i != nil && i.refusal == nil && i.Credentials != refused && time.Now().Before(i.expires)
}

// A cachingSource issues credentials that expire. It asks the cloud for them once, renews them some time before they
// expire and when they are refused, and shares them between all requests they serve for.
type cachingSource struct {
	identity CredentialsProvider
	client   *Client
	memo     cache[*cachedCredentials]

	key   func(Target) string // tells for which targets the same credentials serve
	fetch func(context.Context, *Client, Target) (*cachedCredentials, error)
}

func (r *cachingSource) credentials(ctx context.Context, t Target, refused Credentials) (Credentials, error) {
	got, err := r.memo.get(ctx, r.key(t),
		func(known *cachedCredentials) bool { return known.fresh(refused) },
		func(known *cachedCredentials) (*cachedCredentials, error) { return r.renew(ctx, t, known, refused) })
	switch {
	case err != nil:
		return Credentials{}, err
	case got.refusal != nil:
		return Credentials{}, got.refusal
	}
	return got.Credentials, nil
}

func (r *cachingSource) renew(ctx context.Context, t Target, known *cachedCredentials, refused Credentials) (*cachedCredentials, error) {
	client, usable, within := r.client, known.usable(refused), ctx
	if usable {
		var cancel context.CancelFunc
		within, cancel = context.WithTimeout(ctx, renewWithin)
		defer cancel()
		client = client.WithoutRetries()
	}
	fields := map[string]any{"credentials": r.identity.String(), "region": t.Region, "project_id": t.ProjectID}
	got, err := r.fetch(within, client, t)
	if err == nil {
		if known != nil && known.Credentials == refused {
			got.instead = time.Now()
		}
		r.client.secrets.add(got.SecretKey, got.SecurityToken, got.Token)
		fields["expires"] = got.expires
		tflog.Info(r.client.MaskLog(ctx), "Got credentials", fields)
		return got, nil
	}
	if ctx.Err() != nil {
		return nil, err
	}
	if usable {
		fields["error"] = err.Error()
		tflog.Warn(r.client.MaskLog(ctx), "Cannot renew credentials, using those that expire soon", fields)
		later := *known
		later.renewAt = known.expires
		if again := time.Now().Add(renewAgain); !rejected(err) && again.Before(later.renewAt) {
			later.renewAt = again
		}
		return &later, nil
	}
	var base *CredentialsError
	if !errors.As(err, &base) {
		err = &CredentialsError{r.identity, t, err}
	}
	if rejected(err) {
		// Asking again with the same password would lock the user.
		return &cachedCredentials{refusal: err}, nil
	}
	return nil, err
}

// rejected reports whether the service was asked and said no.
func rejected(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Err == nil && e.Status >= 400 && e.Status < 500 && !e.Retryable()
}

// anonymous issues nothing, for requests that need no credentials.
type anonymous struct{}

func (anonymous) credentials(context.Context, Target, Credentials) (Credentials, error) {
	return Credentials{}, nil
}
