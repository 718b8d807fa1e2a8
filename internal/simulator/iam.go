package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// A User can get tokens with a password.
type User struct{ Name, ID, Password string }

// An Agency can be assumed by those of the simulated account, and then sees other projects.
type Agency struct {
	Name     string
	Domain   cloud.Domain // account that created it
	Projects []Project
}

// A principal is who a request comes from.
type principal struct {
	name     string // as in Request.By
	projects []Project
	scoped   bool      // with a token for a password, which serves for the project of its scope alone
	scope    string    // the ID of that project; empty: none
	expires  time.Time // zero: never
}

// temporaryKey is a key that was handed out.
type temporaryKey struct {
	secret, securityToken string
	principal
}

// Revoke makes all tokens and keys invalid that were handed out so far, as if they had expired.
func (s *Simulator) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens, s.keys, s.sessions = nil, nil, nil
}

// Issued tells how many tokens and temporary keys were handed out.
func (s *Simulator) Issued() (tokens, keys int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issuedTokens, s.issuedKeys
}

func iamError(status int, message string) reply {
	return reply{status: status, body: object{"error": object{"code": status, "message": message, "title": http.StatusText(status)}}}
}

// tokenBody is the request for a token. Nothing else is taken.
type tokenBody struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					Name     string        `json:"name"`
					ID       string        `json:"id"`
					Password string        `json:"password"`
					Domain   *cloud.Domain `json:"domain"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope struct {
			Project *Project      `json:"project"`
			Domain  *cloud.Domain `json:"domain"`
		} `json:"scope"`
	} `json:"auth"`
}

// strictly decodes a request body that must hold what the call takes and nothing else.
func strictly(r *http.Request, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(rawBody(r)))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// iamToken is "Obtaining a User Token Through Password Authentication".
func (s *Simulator) iamToken(r *http.Request) reply {
	var body tokenBody
	if err := strictly(r, &body); err != nil || !slices.Equal(body.Auth.Identity.Methods, []string{"password"}) {
		return iamError(http.StatusBadRequest, fmt.Sprintf("The request body is invalid: %v", err))
	}
	asked := body.Auth.Identity.Password.User
	known := slices.IndexFunc(s.options.Users, func(u User) bool {
		switch {
		case asked.ID != "":
			return asked.ID == u.ID && asked.Name == "" && asked.Domain == nil && asked.Password == u.Password
		case asked.Domain == nil:
			return false
		}
		return asked.Name == u.Name && asked.Password == u.Password && s.own(*asked.Domain)
	})
	if known < 0 {
		return iamError(http.StatusUnauthorized, "The username or password is wrong.")
	}
	scope := body.Auth.Scope
	token := object{"methods": []string{"password"}, "user": object{"name": s.options.Users[known].Name, "id": s.options.Users[known].ID, "domain": s.options.Domain}}
	p := principal{name: "user " + s.options.Users[known].Name, projects: s.options.Projects, scoped: true}
	switch {
	case (scope.Project == nil) == (scope.Domain == nil):
		return iamError(http.StatusBadRequest, "The scope must be a project or a domain.")
	case scope.Domain != nil && !s.own(*scope.Domain):
		return iamError(http.StatusForbidden, "The user has no access to this domain.")
	case scope.Domain != nil:
		token["domain"] = s.options.Domain
	default:
		i := slices.IndexFunc(s.options.Projects, func(p Project) bool { return p.ID == scope.Project.ID })
		if i < 0 {
			return iamError(http.StatusNotFound, fmt.Sprintf("Could not find project: %s.", scope.Project.ID))
		}
		p.scope = scope.Project.ID
		token["project"] = object{"id": p.scope, "name": s.options.Projects[i].Name, "domain": s.options.Domain}
	}

	now := s.options.Now()
	p.expires = now.Add(s.options.TokenLifetime)
	token["issued_at"], token["expires_at"] = iamTime(now), iamTime(p.expires)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issuedTokens++
	text := fmt.Sprintf("%s-%06d", s.options.IssuedToken, s.issuedTokens)
	if s.tokens == nil {
		s.tokens = make(map[string]principal)
	}
	s.tokens[text] = p
	return reply{status: http.StatusCreated, body: object{"token": token}, header: http.Header{"X-Subject-Token": {text}}}
}

func (s *Simulator) own(d cloud.Domain) bool {
	return d != cloud.Domain{} && (d.Name == "" || d.Name == s.options.Domain.Name) && (d.ID == "" || d.ID == s.options.Domain.ID)
}

// iamTime is a time as IAM writes it.
func iamTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// agencyBody is the request for the keys of an agency. Nothing else is taken.
type agencyBody struct {
	Auth struct {
		Identity struct {
			Methods    []string `json:"methods"`
			AssumeRole struct {
				AgencyName      string `json:"agency_name"`
				DomainName      string `json:"domain_name"`
				DomainID        string `json:"domain_id"`
				DurationSeconds *int   `json:"duration_seconds"`
			} `json:"assume_role"`
		} `json:"identity"`
	} `json:"auth"`
}

// iamAgencyKeys is "Obtaining a Temporary Access Key and Security Token Through an Agency".
func (s *Simulator) iamAgencyKeys(r *http.Request) reply {
	var body agencyBody
	if err := strictly(r, &body); err != nil || !slices.Equal(body.Auth.Identity.Methods, []string{"assume_role"}) {
		return iamError(http.StatusBadRequest, fmt.Sprintf("The request body is invalid: %v", err))
	}
	asked := body.Auth.Identity.AssumeRole
	seconds := 900
	if asked.DurationSeconds != nil {
		seconds = *asked.DurationSeconds
	}
	i := slices.IndexFunc(s.options.Agencies, func(a Agency) bool {
		return a.Name == asked.AgencyName && (asked.DomainName == a.Domain.Name && asked.DomainID == "" || asked.DomainID == a.Domain.ID && asked.DomainName == "")
	})
	switch {
	case seconds < 900 || seconds > 86400:
		return iamError(http.StatusBadRequest, "duration_seconds must be from 900 to 86400.")
	case i < 0:
		return iamError(http.StatusForbidden, "You have no permission to assume this agency.")
	}
	agency := s.options.Agencies[i]
	return reply{status: http.StatusCreated, body: s.newKeys(principal{name: "agency " + agency.Name, projects: agency.Projects}, time.Duration(seconds)*time.Second)}
}

// newKeys hands out temporary keys.
func (s *Simulator) newKeys(p principal, lifetime time.Duration) object {
	p.expires = s.options.Now().Add(lifetime)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issuedKeys++
	access := fmt.Sprintf("%s%02d", s.options.IssuedAccessKey, s.issuedKeys)
	key := temporaryKey{fmt.Sprintf("%s-%06d", s.options.IssuedSecretKey, s.issuedKeys), fmt.Sprintf("%s-%06d", s.options.IssuedSecurityToken, s.issuedKeys), p}
	if s.keys == nil {
		s.keys = make(map[string]temporaryKey)
	}
	s.keys[access] = key
	return object{"credential": object{"access": access, "secret": key.secret, "securitytoken": key.securityToken, "expires_at": iamTime(p.expires)}}
}

// The instance metadata has a session token (IMDSv2), whose life is told in a header.
const (
	headerSession    = "X-Metadata-Token"
	headerSessionTTL = "X-Metadata-Token-Ttl-Seconds"
)

func (s *Simulator) metadataSession(r *http.Request) reply {
	seconds, err := strconv.Atoi(r.Header.Get(headerSessionTTL))
	if err != nil || seconds < 1 || seconds > 21600 {
		return reply{status: http.StatusBadRequest, text: headerSessionTTL + " must be from 1 to 21600"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions = make(map[string]time.Time)
	}
	token := fmt.Sprintf("%s-session-%06d", s.options.IssuedToken, len(s.sessions)+1)
	s.sessions[token] = s.options.Now().Add(time.Duration(seconds) * time.Second)
	return reply{status: http.StatusOK, text: token}
}

func (s *Simulator) metadataKeys(r *http.Request) reply {
	s.mu.Lock()
	expires := s.sessions[r.Header.Get(headerSession)]
	s.mu.Unlock()
	if !s.options.MetadataV1 && s.options.Now().After(expires) {
		return reply{status: http.StatusUnauthorized, text: "the metadata token is missing or invalid"}
	}
	return ok(s.newKeys(principal{name: "instance", projects: s.options.Projects}, s.options.KeyLifetime))
}

// setIdentities fills in what the options about identities leave out.
func (o *Options) setIdentities() {
	o.Domain = cmp.Or(o.Domain, cloud.Domain{Name: DefaultDomainName, ID: DefaultDomainID})
	if o.Users == nil {
		o.Users = []User{{DefaultUserName, DefaultUserID, DefaultPassword}}
	}
	if o.Agencies == nil {
		o.Agencies = []Agency{{DefaultAgency, cloud.Domain{Name: DefaultAgencyDomainName, ID: DefaultAgencyDomainID}, []Project{{DefaultAgencyProjectID, DefaultRegion}}}}
	}
	o.TokenLifetime = cmp.Or(o.TokenLifetime, 24*time.Hour)
	o.KeyLifetime = cmp.Or(o.KeyLifetime, time.Hour)
	o.IssuedToken = cmp.Or(o.IssuedToken, "simulated-issued-token-of-no-real-account")
	o.IssuedAccessKey = cmp.Or(o.IssuedAccessKey, "SIMULATEDTEMPORARY")
	o.IssuedSecretKey = cmp.Or(o.IssuedSecretKey, "simulated-temporary-secret-key-of-no-real-account")
	o.IssuedSecurityToken = cmp.Or(o.IssuedSecurityToken, "simulated-security-token-of-no-real-account")
}
