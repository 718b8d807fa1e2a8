package cloud

import (
	"context"
	"net/http"
	"net/url"
)

// metadataAddress is the address at which an ECS instance, and only itself, reaches its metadata.
var metadataAddress = &url.URL{Scheme: "http", Host: "169.254.169.254"}

const (
	headerMetadataToken    = "X-Metadata-Token"             //nolint:gosec // the name of a header
	headerMetadataTokenTTL = "X-Metadata-Token-Ttl-Seconds" //nolint:gosec // the name of a header
	metadataRetries        = 2                              // the service is on the same host, so more do not help
)

// Metadata provides temporary keys of the agency of the ECS instance on which the provider runs.
type Metadata struct {
	Origin string // see CredentialsProvider.String
}

func (m Metadata) String() string { return m.Origin }

func (Metadata) secrets() []string { return nil }

func (m Metadata) source(c *Client) credentialsSource {
	return &cachingSource{provider: m, client: c, key: func(Target) string { return "" }, fetch: m.keys}
}

// keys gets the keys with a token of the metadata service (IMDSv2), or without a token if the service has none (IMDSv1).
func (Metadata) keys(ctx context.Context, c *Client, _ Target) (*cachedCredentials, error) {
	c = c.withRetries(min(metadataRetries, c.config.MaxRetries))
	var token string
	session := &request{
		Request: Request{Service: IMDS, Path: []string{"meta-data", "latest", "api", "token"}},
		method:  http.MethodPut, header: http.Header{headerMetadataTokenTTL: {"60"}}, credentials: anonymous{},
	}
	err := c.exchange(ctx, session, &token)
	if err != nil && !denied(err) {
		return nil, err
	}
	var result temporaryKeys
	r := &request{
		Request: Request{Service: IMDS, Path: []string{"openstack", "latest", "securitykey"}, Check: result.check},
		method:  http.MethodGet, header: make(http.Header), credentials: anonymous{},
	}
	if err == nil {
		c.secrets.add(token)
		r.header.Set(headerMetadataToken, token)
	}
	if err := c.exchange(ctx, r, &result); err != nil {
		return nil, err
	}
	return result.cached(r.responseHeader), nil
}
