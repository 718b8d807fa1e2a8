package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// An AssumedRole provides temporary keys of an agency, which another account has created for the account of the base credentials.
type AssumedRole struct {
	Base     CredentialsProvider
	Agency   string
	Domain   Domain        // account that created the agency
	Duration time.Duration // lifetime of the keys, in whole seconds; 0: the default of IAM
	Origin   string        // source of the agency's name, such as "assume_role in the provider block"
}

func (a AssumedRole) String() string {
	domain := cmp.Or(a.Domain.Name, a.Domain.ID)
	return fmt.Sprintf("agency %q of domain %q (from %s), assumed with %s", a.Agency, domain, a.Origin, a.Base)
}

func (a AssumedRole) secrets() []string { return a.Base.secrets() }

func (a AssumedRole) source(c *Client) credentialsSource {
	base := a.Base.source(c)
	return &cachingSource{
		provider: a,
		client:   c,
		key:      func(t Target) string { return c.config.addressOfIAM(t.Region) },
		fetch: func(ctx context.Context, c *Client, t Target) (*cachedCredentials, error) {
			return a.keys(ctx, c, base, t)
		},
	}
}

type agencyRequest struct {
	Auth struct {
		Identity struct {
			Methods    []string `json:"methods"`
			AssumeRole struct {
				AgencyName      string `json:"agency_name"`
				DomainName      string `json:"domain_name,omitempty"`
				DomainID        string `json:"domain_id,omitempty"`
				DurationSeconds int    `json:"duration_seconds,omitempty"`
			} `json:"assume_role"`
		} `json:"identity"`
	} `json:"auth"`
}

// temporaryKeys is the response of IAM and of the instance metadata.
type temporaryKeys struct {
	Credential struct {
		Access        string `json:"access"`
		Secret        string `json:"secret"`
		SecurityToken string `json:"securitytoken"`
		ExpiresAt     string `json:"expires_at"`
	} `json:"credential"`
}

// check returns an error if a part is missing. Without their security token the keys would not be accepted.
func (k *temporaryKeys) check() error {
	if k.Credential.Access == "" || k.Credential.Secret == "" || k.Credential.SecurityToken == "" {
		return errors.New("the answer lacks a part of the temporary keys (access, secret and securitytoken)")
	}
	return nil
}

func (k *temporaryKeys) cached(responseHeader http.Header) *cachedCredentials {
	return newCachedCredentials(Credentials{
		AccessKey: k.Credential.Access, SecretKey: k.Credential.Secret, SecurityToken: k.Credential.SecurityToken,
	}, timeOf(k.Credential.ExpiresAt), responseHeader)
}

// keys gets temporary keys, with the call "Obtaining a Temporary Access Key and Security Token Through an Agency" of IAM.
func (a AssumedRole) keys(ctx context.Context, c *Client, base credentialsSource, t Target) (*cachedCredentials, error) {
	var body agencyRequest
	body.Auth.Identity.Methods = []string{"assume_role"}
	role := &body.Auth.Identity.AssumeRole
	role.AgencyName = a.Agency
	role.DomainName, role.DomainID = a.Domain.Name, a.Domain.ID
	role.DurationSeconds = int(a.Duration / time.Second)

	var result temporaryKeys
	r := &request{
		Request: Request{
			Service: IAM,
			Target:  Target{Region: t.Region},
			Path:    []string{"v3.0", "OS-CREDENTIAL", "securitytokens"},
			Check:   result.check,
		},
		method: http.MethodPost, body: body, credentials: base,
	}
	if err := c.exchange(ctx, r, &result); err != nil {
		return nil, err
	}
	return result.cached(r.responseHeader), nil
}
