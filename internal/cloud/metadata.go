package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// metadataAddress is the address at which an ECS instance, and only itself, reaches its metadata.
var metadataAddress = &url.URL{Scheme: "http", Host: "169.254.169.254"}

const (
	headerMetadataToken    = "X-Metadata-Token"             //nolint:gosec // the name of a header
	headerMetadataTokenTTL = "X-Metadata-Token-Ttl-Seconds" //nolint:gosec // the name of a header
	metadataRetries        = 2                              // the service is on the same host, so more do not help
	metadataTokenLimit     = 2 * time.Second                // retries included; less than refreshTimeout
)

var errNoMetadataToken = fmt.Errorf("no answer within %s", metadataTokenLimit)

// Metadata provides temporary keys of the agency of the ECS instance on which the provider runs.
type Metadata struct {
	Origin string // see CredentialsProvider.String
}

func (m Metadata) String() string { return m.Origin }

func (Metadata) secrets() []string { return nil }

func (m Metadata) source(c *Client) credentialsSource {
	return &cachingSource{provider: m, client: c, key: func(Target) string { return "" }, fetch: m.keys}
}

// A MetadataError reports that the instance metadata issued no token, and no keys without one either.
type MetadataError struct {
	Token *Error
	Keys  *Error // the cause
}

func (e *MetadataError) Error() string {
	return fmt.Sprintf("%s; before that, the request for a token failed: %s", e.Keys, e.Token.Cause())
}

func (e *MetadataError) Unwrap() error { return e.Keys }

// keys gets the keys with a token of the metadata service (IMDSv2), or without one if there is none (IMDSv1). A token cannot be had
// where the service is old, or where something in between, such as the network of a container, lets only GET requests pass.
func (Metadata) keys(ctx context.Context, c *Client, _ Target) (*cachedCredentials, error) {
	c = c.withRetries(min(metadataRetries, c.config.MaxRetries))
	token, noToken := metadataToken(ctx, c)
	if noToken != nil && ctx.Err() != nil {
		return nil, noToken
	}
	var result temporaryKeys
	r := &request{
		Request: Request{Service: IMDS, Path: []string{"openstack", "latest", "securitykey"}, Check: result.check},
		method:  http.MethodGet, header: make(http.Header), credentials: anonymous{},
	}
	if noToken == nil {
		r.header.Set(headerMetadataToken, token)
	} else if noToken.Retryable() {
		c = c.withRetries(0) // they were tried with the token
	}
	err := c.exchange(ctx, r, &result)
	if noKeys := (*Error)(nil); noToken != nil && errors.As(err, &noKeys) {
		return nil, &MetadataError{noToken, noKeys}
	}
	if err != nil {
		return nil, err
	}
	return result.cached(r.responseHeader), nil
}

// metadataToken gets a token of the metadata service.
func metadataToken(ctx context.Context, c *Client) (string, *Error) {
	ctx, cancel := context.WithTimeoutCause(ctx, metadataTokenLimit, errNoMetadataToken)
	defer cancel()
	var token string
	r := &request{
		Request: Request{Service: IMDS, Path: []string{"meta-data", "latest", "api", "token"}},
		method:  http.MethodPut, header: http.Header{headerMetadataTokenTTL: {"60"}}, credentials: anonymous{},
	}
	var e *Error
	if errors.As(c.exchange(ctx, r, &token), &e) {
		return "", e
	}
	c.secrets.add(token)
	return token, nil
}
