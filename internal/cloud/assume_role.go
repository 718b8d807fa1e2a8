package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// An AssumedRole is an agency that another account has given to that of the base identity. Requests are sent
// with temporary keys of it.
type AssumedRole struct {
	Base     CredentialsProvider
	Agency   string
	Domain   Domain        // account that created the agency
	Duration time.Duration // how long the keys live, in whole seconds; 0: as long as IAM likes
	Origin   string        // where the agency's name comes from, such as "assume_role in the provider block"
}

func (a AssumedRole) String() string {
	domain := cmp.Or(a.Domain.Name, a.Domain.ID)
	return fmt.Sprintf("agency %q of domain %q (from %s), assumed with %s", a.Agency, domain, a.Origin, a.Base)
}

func (a AssumedRole) secrets() []string { return a.Base.secrets() }

func (a AssumedRole) issuer(c *Client) credentialsSource {
	base := a.Base.issuer(c)
	return &cachingSource{
		identity: a,
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

// temporaryKeys are what IAM and the instance metadata hand out.
type temporaryKeys struct {
	Credential struct {
		Access        string `json:"access"`
		Secret        string `json:"secret"`
		SecurityToken string `json:"securitytoken"`
		ExpiresAt     string `json:"expires_at"`
	} `json:"credential"`
}

// check makes sure that nothing is missing: keys without their security token would be those of someone else.
func (k *temporaryKeys) check() error {
	if k.Credential.Access == "" || k.Credential.Secret == "" || k.Credential.SecurityToken == "" {
		return errors.New("the answer lacks a part of the temporary keys (access, secret and securitytoken)")
	}
	return nil
}

func (k *temporaryKeys) issued(answer http.Header) *cachedCredentials {
	return newCachedCredentials(Credentials{
		AccessKey: k.Credential.Access, SecretKey: k.Credential.Secret, SecurityToken: k.Credential.SecurityToken,
	}, timeOf(k.Credential.ExpiresAt), answer)
}

// keys asks for temporary keys, with the call "Obtaining a Temporary Access Key and Security Token
// Through an Agency" of IAM.
func (a AssumedRole) keys(ctx context.Context, c *Client, base credentialsSource, t Target) (*cachedCredentials, error) {
	var body agencyRequest
	body.Auth.Identity.Methods = []string{"assume_role"}
	role := &body.Auth.Identity.AssumeRole
	role.AgencyName = a.Agency
	role.DomainName, role.DomainID = a.Domain.Name, a.Domain.ID
	role.DurationSeconds = int(a.Duration / time.Second)

	var answer temporaryKeys
	ask := &request{
		Request: Request{Service: IAM, Target: Target{Region: t.Region}, Path: []string{"v3.0", "OS-CREDENTIAL", "securitytokens"}, Check: answer.check},
		method:  http.MethodPost, body: body, credentials: base,
	}
	if err := c.exchange(ctx, ask, &answer); err != nil {
		return nil, err
	}
	return answer.issued(ask.responseHeader), nil
}
