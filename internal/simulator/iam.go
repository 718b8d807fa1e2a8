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

// An Agency is assumed with keys of the simulated account, and has access to other projects.
type Agency struct {
	Name     string
	Domain   cloud.Domain // account that created it
	Projects []Project
}

// A principal is an authenticated caller.
type principal struct {
	name     string // as in Request.By
	projects []Project
	scoped   bool      // authenticated with a token for a password, which is valid for the project of its scope only
	scope    string    // ID of that project; empty: the scope is a domain
	expires  time.Time // zero: never
}

// A temporaryKey is an issued key.
type temporaryKey struct {
	secret, securityToken string
	principal
}

// Revoke makes all issued tokens and keys invalid, as if they had expired.
func (s *Simulator) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens, s.keys, s.sessions = nil, nil, nil
}

// Issued returns the number of issued tokens and temporary keys.
func (s *Simulator) Issued() (tokens, keys int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issuedTokens, s.issuedKeys
}

func iamError(status int, message string) Response {
	e := object{"code": status, "message": message, "title": http.StatusText(status)}
	return Response{Status: status, Body: object{"error": e}}
}

// A tokenRequest is the body of a request for a token.
type tokenRequest struct {
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

// decodeBody decodes a request body. Members that the call does not have are errors.
func decodeBody(r *http.Request, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(rawRequestOf(r).body))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// iamToken is "Obtaining a User Token Through Password Authentication".
func (s *Simulator) iamToken(r *http.Request) Response {
	var body tokenRequest
	if err := decodeBody(r, &body); err != nil || !slices.Equal(body.Auth.Identity.Methods, []string{"password"}) {
		return iamError(http.StatusBadRequest, fmt.Sprintf("The request body is invalid: %v", err))
	}
	requested := body.Auth.Identity.Password.User
	found := slices.IndexFunc(s.options.Users, func(u User) bool {
		switch {
		case requested.Password != u.Password:
			return false
		case requested.ID != "":
			return requested.ID == u.ID && requested.Name == "" && requested.Domain == nil
		}
		return requested.Name == u.Name && requested.Domain != nil && s.isOwnDomain(*requested.Domain)
	})
	if found < 0 {
		return iamError(http.StatusUnauthorized, "The username or password is wrong.")
	}
	user, scope := s.options.Users[found], body.Auth.Scope
	token := object{
		"methods": []string{"password"},
		"user":    object{"name": user.Name, "id": user.ID, "domain": s.options.Domain},
	}
	p := principal{name: "user " + user.Name, projects: s.options.Projects, scoped: true}
	switch {
	case (scope.Project == nil) == (scope.Domain == nil):
		return iamError(http.StatusBadRequest, "The scope must be a project or a domain.")
	case scope.Domain != nil && !s.isOwnDomain(*scope.Domain):
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
	return Response{
		Status: http.StatusCreated,
		Header: http.Header{"X-Subject-Token": {text}},
		Body:   object{"token": token},
	}
}

// isOwnDomain reports whether a request names the simulated account, by name, by ID or by both.
func (s *Simulator) isOwnDomain(d cloud.Domain) bool {
	own := s.options.Domain
	return d != cloud.Domain{} && (d.Name == "" || d.Name == own.Name) && (d.ID == "" || d.ID == own.ID)
}

// iamTime formats a time as IAM does.
func iamTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// An agencyRequest is the body of a request for keys of an agency.
type agencyRequest struct {
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
func (s *Simulator) iamAgencyKeys(r *http.Request) Response {
	var body agencyRequest
	if err := decodeBody(r, &body); err != nil || !slices.Equal(body.Auth.Identity.Methods, []string{"assume_role"}) {
		return iamError(http.StatusBadRequest, fmt.Sprintf("The request body is invalid: %v", err))
	}
	requested := body.Auth.Identity.AssumeRole
	seconds := 900
	if requested.DurationSeconds != nil {
		seconds = *requested.DurationSeconds
	}
	i := slices.IndexFunc(s.options.Agencies, func(a Agency) bool {
		byName := requested.DomainName == a.Domain.Name && requested.DomainID == ""
		byID := requested.DomainID == a.Domain.ID && requested.DomainName == ""
		return requested.AgencyName == a.Name && (byName || byID)
	})
	switch {
	case seconds < 900 || seconds > 86400:
		return iamError(http.StatusBadRequest, "duration_seconds must be from 900 to 86400.")
	case i < 0:
		return iamError(http.StatusForbidden, "You have no permission to assume this agency.")
	}
	agency := principal{name: "agency " + s.options.Agencies[i].Name, projects: s.options.Agencies[i].Projects}
	return Response{Status: http.StatusCreated, Body: s.issueKeys(agency, time.Duration(seconds)*time.Second)}
}

// issueKeys issues temporary keys and returns them as IAM and the instance metadata do.
func (s *Simulator) issueKeys(p principal, lifetime time.Duration) object {
	p.expires = s.options.Now().Add(lifetime)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issuedKeys++
	access := fmt.Sprintf("%s%02d", s.options.IssuedAccessKey, s.issuedKeys)
	key := temporaryKey{
		secret:        fmt.Sprintf("%s-%06d", s.options.IssuedSecretKey, s.issuedKeys),
		securityToken: fmt.Sprintf("%s-%06d", s.options.IssuedSecurityToken, s.issuedKeys),
		principal:     p,
	}
	if s.keys == nil {
		s.keys = make(map[string]temporaryKey)
	}
	s.keys[access] = key
	return object{"credential": object{
		"access": access, "secret": key.secret, "securitytoken": key.securityToken, "expires_at": iamTime(p.expires),
	}}
}

// Headers of the instance metadata: the session token (IMDSv2) and its requested lifetime.
const (
	headerSession    = "X-Metadata-Token"
	headerSessionTTL = "X-Metadata-Token-Ttl-Seconds"
)

func (s *Simulator) metadataSession(r *http.Request) Response {
	seconds, err := strconv.Atoi(r.Header.Get(headerSessionTTL))
	if err != nil || seconds < 1 || seconds > 21600 {
		return Response{Status: http.StatusBadRequest, Text: headerSessionTTL + " must be from 1 to 21600"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions = make(map[string]time.Time)
	}
	token := fmt.Sprintf("%s-session-%06d", s.options.IssuedToken, len(s.sessions)+1)
	s.sessions[token] = s.options.Now().Add(time.Duration(seconds) * time.Second)
	return Response{Status: http.StatusOK, Text: token}
}

func (s *Simulator) metadataKeys(r *http.Request) Response {
	s.mu.Lock()
	expires := s.sessions[r.Header.Get(headerSession)]
	s.mu.Unlock()
	if !s.options.MetadataV1 && s.options.Now().After(expires) {
		return Response{Status: http.StatusUnauthorized, Text: "the metadata token is missing or invalid"}
	}
	return OK(s.issueKeys(principal{name: "instance", projects: s.options.Projects}, s.options.KeyLifetime))
}

// setIdentityDefaults sets the options for users, agencies and issued credentials that are not set.
func (o *Options) setIdentityDefaults() {
	o.Domain = cmp.Or(o.Domain, cloud.Domain{Name: DefaultDomainName, ID: DefaultDomainID})
	if o.Users == nil {
		o.Users = []User{{DefaultUserName, DefaultUserID, DefaultPassword}}
	}
	if o.Agencies == nil {
		o.Agencies = []Agency{{
			Name:     DefaultAgency,
			Domain:   cloud.Domain{Name: DefaultAgencyDomainName, ID: DefaultAgencyDomainID},
			Projects: []Project{{DefaultAgencyProjectID, DefaultRegion}},
		}}
	}
	o.TokenLifetime = cmp.Or(o.TokenLifetime, 24*time.Hour)
	o.KeyLifetime = cmp.Or(o.KeyLifetime, time.Hour)
	o.IssuedToken = cmp.Or(o.IssuedToken, "simulated-issued-token-of-no-real-account")
	o.IssuedAccessKey = cmp.Or(o.IssuedAccessKey, "SIMULATEDTEMPORARY")
	o.IssuedSecretKey = cmp.Or(o.IssuedSecretKey, "simulated-temporary-secret-key-of-no-real-account")
	o.IssuedSecurityToken = cmp.Or(o.IssuedSecurityToken, "simulated-security-token-of-no-real-account")
}
