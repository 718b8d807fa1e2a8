package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// send sends a request to the simulator without a network. The header is a list of names and values.
func send(s *Simulator, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:9800"+path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// tokenFor returns the body of a request for a token.
func tokenFor(user, scope string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":%s}},"scope":%s}}`, user, scope)
}

const (
	byName    = `{"name":"` + DefaultUserName + `","password":"` + DefaultPassword + `","domain":{"name":"` + DefaultDomainName + `"}}`
	byID      = `{"id":"` + DefaultUserID + `","password":"` + DefaultPassword + `"}`
	ofProject = `{"project":{"id":"` + DefaultProjectID + `"}}`
	ofDomain  = `{"domain":{"id":"` + DefaultDomainID + `"}}`
)

func TestTokens(t *testing.T) {
	replaced := func(old, with string) string { return strings.Replace(tokenFor(byName, ofProject), old, with, 1) }
	wrongPassword := strings.Replace(byID, DefaultPassword, "x", 1)
	const unauthorized = "The username or password is wrong."
	for _, test := range []struct {
		name   string
		body   string
		status int
		want   string // a part of the response
	}{
		{name: "name and project", body: tokenFor(byName, ofProject), status: 201, want: `"project":{"domain"`},
		{name: "ID and domain", body: tokenFor(byID, ofDomain), status: 201, want: `"domain":{"name":"simulated-domain"`},
		{name: "wrong password", body: replaced(DefaultPassword, "x"), status: 401, want: unauthorized},
		{name: "wrong password for ID", body: tokenFor(wrongPassword, ofDomain), status: 401, want: unauthorized},
		{name: "unknown user", body: replaced(DefaultUserName, "x"), status: 401, want: unauthorized},
		{name: "wrong domain", body: replaced(DefaultDomainName, "x"), status: 401, want: unauthorized},
		{name: "name without domain", body: replaced(`,"domain":{"name":"`+DefaultDomainName+`"}`, ""), status: 401, want: unauthorized},
		{name: "unknown project", body: tokenFor(byName, `{"project":{"id":"p"}}`), status: 404, want: "Could not find project: p."},
		{name: "other domain", body: tokenFor(byName, `{"domain":{"name":"x"}}`), status: 403, want: "no access to this domain"},
		{name: "no scope", body: tokenFor(byName, `{}`), status: 400, want: "a project or a domain"},
		{
			name:   "two scopes",
			body:   tokenFor(byName, `{"project":{"id":"p"},"domain":{"name":"x"}}`),
			status: 400,
			want:   "a project or a domain",
		},
		{name: "other method", body: replaced(`["password"]`, `["token"]`), status: 400, want: "The request body is invalid"},
		{name: "unknown member", body: replaced(`"scope"`, `"scopes"`), status: 400, want: `unknown field \"scopes\"`},
		{name: "no JSON", body: "x", status: 400, want: "The request body is invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := send(newSimulator(Options{}), http.MethodPost, "/iam/v3/auth/tokens", test.body)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("got %d %s, want %d with %s", w.Code, w.Body, test.status, test.want)
			}
			token := w.Header().Get("X-Subject-Token")
			if issued := token != ""; issued != (test.status == http.StatusCreated) {
				t.Errorf("got token %q with status %d", token, w.Code)
			}
		})
	}
}

// Tokens are valid for their scope, until they expire or are revoked.
func TestTokenScopeAndLifetime(t *testing.T) {
	now := time.Now()
	s := newSimulator(Options{
		Now:           func() time.Time { return now },
		TokenLifetime: time.Hour,
		Projects:      []Project{{DefaultProjectID, DefaultRegion}, {"p2", "eu-west-101_team"}},
	})
	s.Add(job{ID: "j"})
	issue := func(scope string) string {
		return send(s, http.MethodPost, "/iam/v3/auth/tokens", tokenFor(byName, scope)).Header().Get("X-Subject-Token")
	}
	const ownJob, otherJob, projects = project + "/jobs/j", "/dcs/v2/p2/jobs/j", "/iam/v3/projects"
	check := func(name, path, token string, want int) {
		t.Helper()
		if w := send(s, http.MethodGet, path, "", cloud.HeaderAuthToken, token); w.Code != want {
			t.Errorf("%s: GET %s: got %d %s, want %d", name, path, w.Code, w.Body, want)
		}
	}
	projectToken, domainToken := issue(ofProject), issue(ofDomain)
	check("token for a project", ownJob, projectToken, http.StatusOK)
	check("token for a project", otherJob, projectToken, http.StatusForbidden)
	check("token for a project", projects, projectToken, http.StatusOK)
	check("token for a domain", ownJob, domainToken, http.StatusForbidden)
	check("token for a domain", projects, domainToken, http.StatusOK)
	now = now.Add(time.Hour)
	check("just before it expires", ownJob, projectToken, http.StatusOK)
	now = now.Add(time.Second)
	check("expired", ownJob, projectToken, http.StatusUnauthorized)
	newToken := issue(ofProject)
	check("new", ownJob, newToken, http.StatusOK)
	requests := s.Requests()
	if got, want := requests[len(requests)-1].By, "user "+DefaultUserName; got != want {
		t.Errorf("caller of the last request: got %q, want %q", got, want)
	}
	if w := send(s, http.MethodDelete, "/simulator/tokens", ""); w.Code != http.StatusOK {
		t.Errorf("revoking tokens: got %d %s, want 200", w.Code, w.Body)
	}
	check("revoked", ownJob, newToken, http.StatusUnauthorized)
	if tokens, keys := s.Issued(); tokens != 3 || keys != 0 {
		t.Errorf("issued: got %d tokens and %d keys, want 3 and 0", tokens, keys)
	}
}

func TestKeysOfAgency(t *testing.T) {
	agencyFor := func(role string) string {
		return `{"auth":{"identity":{"methods":["assume_role"],"assume_role":` + role + `}}}`
	}
	const byName = `{"agency_name":"` + DefaultAgency + `","domain_name":"` + DefaultAgencyDomainName + `"}`
	const byID = `{"agency_name":"` + DefaultAgency + `","domain_id":"` + DefaultAgencyDomainID + `"}`
	replaced := func(old, with string) string { return agencyFor(strings.Replace(byName, old, with, 1)) }
	for _, test := range []struct {
		name   string
		body   string
		status int
	}{
		{name: "domain name", body: agencyFor(byName), status: 201},
		{name: "domain ID", body: agencyFor(byID), status: 201},
		{name: "longest duration", body: replaced("}", `,"duration_seconds":86400}`), status: 201},
		{name: "duration too long", body: replaced("}", `,"duration_seconds":86401}`), status: 400},
		{name: "shortest duration", body: replaced("}", `,"duration_seconds":900}`), status: 201},
		{name: "duration too short", body: replaced("}", `,"duration_seconds":899}`), status: 400},
		{name: "unknown agency", body: replaced(DefaultAgency, "x"), status: 403},
		{name: "other domain", body: replaced(DefaultAgencyDomainName, "x"), status: 403},
		{name: "no domain", body: replaced(`,"domain_name":"`+DefaultAgencyDomainName+`"`, ""), status: 403},
		{name: "unknown member", body: replaced("}", `,"x":1}`), status: 400},
		{name: "other method", body: strings.Replace(agencyFor(byName), `["assume_role"]`, `["token"]`, 1), status: 400},
		{name: "body changed after it was signed", body: agencyFor(byName) + " ", status: 401},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSimulator(Options{Agencies: []Agency{{
				Name:     DefaultAgency,
				Domain:   cloud.Domain{Name: DefaultAgencyDomainName, ID: DefaultAgencyDomainID},
				Projects: []Project{{"p2", DefaultRegion}},
			}}})
			const url = "http://127.0.0.1:9800/iam/v3.0/OS-CREDENTIAL/securitytokens"
			r := httptest.NewRequest(http.MethodPost, url, strings.NewReader(test.body))
			cloud.Sign(r, []byte(strings.TrimSpace(test.body)), keys, time.Now())
			w := httptest.NewRecorder()
			if s.ServeHTTP(w, r); w.Code != test.status {
				t.Fatalf("got %d %s, want %d", w.Code, w.Body, test.status)
			}
			if test.status != http.StatusCreated {
				return
			}
			issued := decodeKeys(t, w)
			sign := func(r *http.Request) { cloud.Sign(r, nil, issued, time.Now()) }
			status, body, _ := get(t, s, "/iam/v3/projects", sign)
			if status != http.StatusOK || !strings.Contains(body, `"id":"p2"`) || strings.Contains(body, DefaultProjectID) {
				t.Errorf("projects of the agency: got %d %s, want 200 with p2 alone", status, body)
			}
			if status, body, _ := get(t, s, project+"/jobs/j", sign); status != http.StatusForbidden {
				t.Errorf("project of the simulated account: got %d %s, want 403", status, body)
			}
			withoutToken := issued
			withoutToken.SecurityToken = ""
			status, body, _ = get(t, s, "/iam/v3/projects", func(r *http.Request) { cloud.Sign(r, nil, withoutToken, time.Now()) })
			if status != http.StatusUnauthorized {
				t.Errorf("without security token: got %d %s, want 401", status, body)
			}
		})
	}
}

func decodeKeys(t *testing.T, w *httptest.ResponseRecorder) cloud.Credentials {
	t.Helper()
	var body struct {
		Credential struct{ Access, Secret, SecurityToken string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	c := body.Credential
	return cloud.Credentials{AccessKey: c.Access, SecretKey: c.Secret, SecurityToken: c.SecurityToken}
}

func TestKeysOfInstance(t *testing.T) {
	now := time.Now()
	s := newSimulator(Options{Now: func() time.Time { return now }, KeyLifetime: time.Hour})
	s.Add(job{ID: "j"})
	const sessionPath, keysPath = "/metadata/meta-data/latest/api/token", "/metadata/openstack/latest/securitykey"
	for _, ttl := range []string{"", "0", "21601", "x"} {
		if w := send(s, http.MethodPut, sessionPath, "", headerSessionTTL, ttl); w.Code != http.StatusBadRequest {
			t.Errorf("session token with lifetime %q: got %d, want 400", ttl, w.Code)
		}
	}
	if w := send(s, http.MethodGet, keysPath, ""); w.Code != http.StatusUnauthorized {
		t.Errorf("keys without a session token: got %d %s, want 401", w.Code, w.Body)
	}
	session := send(s, http.MethodPut, sessionPath, "", headerSessionTTL, "60").Body.String()
	w := send(s, http.MethodGet, keysPath, "", headerSession, session)
	if w.Code != http.StatusOK {
		t.Fatalf("keys with a session token: got %d %s, want 200", w.Code, w.Body)
	}
	issued := decodeKeys(t, w)
	sign := func(r *http.Request) { cloud.Sign(r, nil, issued, now) }
	if status, body, _ := get(t, s, project+"/jobs/j", sign); status != http.StatusOK {
		t.Errorf("job with the keys: got %d %s, want 200", status, body)
	}
	now = now.Add(time.Hour + time.Second)
	status, body, _ := get(t, s, project+"/jobs/j", sign)
	if status != http.StatusUnauthorized || !strings.Contains(body, "expired") {
		t.Errorf("job with expired keys: got %d %s, want 401 with %q", status, body, "expired")
	}
	if w := send(s, http.MethodGet, keysPath, "", headerSession, session); w.Code != http.StatusUnauthorized {
		t.Errorf("keys with an expired session token: got %d %s, want 401", w.Code, w.Body)
	}
	if w := send(newSimulator(Options{MetadataV1: true}), http.MethodGet, keysPath, ""); w.Code != http.StatusOK {
		t.Errorf("keys without a session token with MetadataV1: got %d %s, want 200", w.Code, w.Body)
	}
}
