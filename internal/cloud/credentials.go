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

// A CredentialsProvider provides the credentials of requests: Static, Password, Metadata or AssumedRole.
type CredentialsProvider interface {
	// String returns where the credentials come from, without any secret, such as
	// "the access key from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY".
	String() string

	secrets() []string                  // that are configured
	source(c *Client) credentialsSource // has the state that belongs to one client
}

// Credentials authenticate a request: a key pair, which is temporary if it has a security token, or a token.
type Credentials struct {
	AccessKey, SecretKey, SecurityToken string
	Token                               string
}

// signs reports whether requests are signed with the credentials.
func (c Credentials) signs() bool { return c.AccessKey != "" }

// Format keeps the credentials out of everything that they are printed into.
func (c Credentials) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "(credentials)") }

// Static are credentials that are configured and used as they are.
type Static struct {
	Credentials
	Origin string // see CredentialsProvider.String
}

func (s Static) String() string { return s.Origin }

// Format implements fmt.Formatter.
func (s Static) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, s.Origin) }

func (s Static) secrets() []string { return []string{s.SecretKey, s.SecurityToken, s.Token} }

func (s Static) source(*Client) credentialsSource { return staticSource(s.Credentials) }

// A credentialsSource returns the credentials of requests.
type credentialsSource interface {
	// get returns credentials for a target. Credentials that the service has rejected are passed along, and are returned again if
	// there are no others.
	get(ctx context.Context, t Target, rejected Credentials) (Credentials, error)
}

// A staticSource always returns the same credentials.
type staticSource Credentials

func (s staticSource) get(context.Context, Target, Credentials) (Credentials, error) {
	return Credentials(s), nil
}

// anonymous is the source of requests that need no credentials.
type anonymous struct{}

func (anonymous) get(context.Context, Target, Credentials) (Credentials, error) {
	return Credentials{}, nil
}

// A CredentialsError reports that no credentials could be obtained.
type CredentialsError struct {
	Provider CredentialsProvider
	Target   Target // of the request that needs them
	Err      error  // an *Error of the service that was asked for them, or a *SettingError
}

func (e *CredentialsError) Error() string {
	return fmt.Sprintf("no credentials with %s: %s", e.Provider, e.Err)
}

func (e *CredentialsError) Unwrap() error { return e.Err }

const (
	refreshBefore       = 5 * time.Minute  // they expire, credentials are refreshed
	refreshRetryAfter   = time.Minute      // while the old credentials are valid
	refreshTimeout      = 3 * time.Second  // while the old credentials are valid, since requests wait for it
	minRefreshInterval  = time.Minute      // of credentials that expire at once
	minReplacedInterval = 10 * time.Second // between two replacements of rejected credentials; waits pause longer after a 401
)

// cachedCredentials are credentials that the cloud issued, or the error with which it denied them.
type cachedCredentials struct {
	Credentials
	expires            time.Time // by the clock of this machine; zero: unknown, they are used until they are rejected
	refreshAt          time.Time // some time before they expire
	replacedRejectedAt time.Time // when they replaced rejected credentials; zero: they did not
	denied             error
}

// newCachedCredentials returns credentials that expire at a time, zero if it is unknown, by the clock of the service. How long they
// are valid follows from the date of the response, since the clocks may differ.
func newCachedCredentials(c Credentials, expires time.Time, responseHeader http.Header) *cachedCredentials {
	cached := &cachedCredentials{Credentials: c}
	if expires.IsZero() {
		return cached
	}
	now := time.Now()
	lifetime := expires.Sub(now)
	if date, err := http.ParseTime(responseHeader.Get("Date")); err == nil {
		lifetime = expires.Sub(date)
	}
	cached.expires = now.Add(lifetime)
	cached.refreshAt = now.Add(max(lifetime-min(refreshBefore, lifetime/2), minRefreshInterval))
	return cached
}

// fresh reports whether the credentials can be used as they are. Credentials that have just replaced rejected ones are kept although
// they are rejected as well, so that a service that rejects all of them does not make every request ask for new ones.
func (c *cachedCredentials) fresh(rejected Credentials) bool {
	if c.denied != nil {
		return true
	}
	if c.Credentials == rejected {
		return time.Since(c.replacedRejectedAt) < minReplacedInterval
	}
	return c.expires.IsZero() || time.Now().Before(c.refreshAt)
}

// valid reports whether the credentials, which may be nil, can be used if there are no fresh ones.
func (c *cachedCredentials) valid(rejected Credentials) bool {
	return c != nil && c.denied == nil && c.Credentials != rejected && time.Now().Before(c.expires)
}

// A cachingSource gets credentials from the cloud, shares them between the requests that can use them, and refreshes them some time
// before they expire and when a service rejects them.
type cachingSource struct {
	provider CredentialsProvider
	client   *Client
	cache    cache[*cachedCredentials]

	key   func(Target) string // is the same for targets that can share credentials
	fetch func(context.Context, *Client, Target) (*cachedCredentials, error)

	// projectID returns the ID of a project of a region for those who may not list projects. It may be nil.
	projectID func(ctx context.Context, region, name string) (string, error)
}

func (s *cachingSource) get(ctx context.Context, t Target, rejected Credentials) (Credentials, error) {
	got, err := s.cache.get(ctx, s.key(t),
		func(cached *cachedCredentials) bool { return cached.fresh(rejected) },
		func(cached *cachedCredentials) (*cachedCredentials, error) {
			return s.refresh(ctx, t, cached, rejected)
		})
	if err != nil {
		return Credentials{}, err
	}
	return got.Credentials, got.denied
}

// refresh fetches credentials that replace the cached ones, which may be nil. While those are valid they are returned if it fails, to
// be refreshed later.
func (s *cachingSource) refresh(
	ctx context.Context, t Target, cached *cachedCredentials, rejected Credentials,
) (*cachedCredentials, error) {
	client, fetchCtx, valid := s.client, ctx, cached.valid(rejected)
	if valid {
		var cancel context.CancelFunc
		fetchCtx, cancel = context.WithTimeout(ctx, refreshTimeout)
		defer cancel()
		client = client.withRetries(0)
	}
	fields := map[string]any{"credentials": s.provider.String(), "region": t.Region, "project_id": t.ProjectID}
	got, err := s.fetch(fetchCtx, client, t)
	if err == nil {
		if cached != nil && cached.Credentials == rejected {
			got.replacedRejectedAt = time.Now()
		}
		s.client.secrets.add(got.SecretKey, got.SecurityToken, got.Token)
		fields["expires"] = got.expires
		tflog.Info(s.client.MaskLog(ctx), "Got credentials", fields)
		return got, nil
	}
	if ctx.Err() != nil {
		return nil, err
	}
	if valid {
		fields["error"] = err.Error()
		tflog.Warn(s.client.MaskLog(ctx), "Cannot refresh credentials, using those that expire soon", fields)
		later := *cached
		later.refreshAt = cached.expires
		if again := time.Now().Add(refreshRetryAfter); !denied(err) && again.Before(later.refreshAt) {
			later.refreshAt = again
		}
		return &later, nil
	}
	var base *CredentialsError
	if !errors.As(err, &base) {
		err = &CredentialsError{s.provider, t, err}
	}
	if denied(err) {
		return &cachedCredentials{denied: err}, nil
	}
	return nil, err
}

// denied reports whether IAM rejected a password or keys that are configured: the same again could lock the user or the key.
func denied(err error) bool {
	e := unauthorized(err)
	return e != nil && e.Service == IAM && !e.Issued
}
