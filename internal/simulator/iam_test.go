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

// send sends a request as it is.
func send(s *Simulator, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:9800"+path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// tokenFor is the body of a request for a token.
func tokenFor(user, scope string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":%s}},"scope":%s}}`, user, scope)
}

const (
	byName    = `{"name":"` + DefaultUserName + `","password":"` + DefaultPassword + `","domain":{"name":"` + DefaultDomainName + `"}}`
	byID      = `{"id":"` + DefaultUserID + `","password":"` + DefaultPassword + `"}`
	ofProject = `{"project":{"id":"` + DefaultProjectID + `"}}`
	ofDomain  = `{"domain":{"id":"` + DefaultDomainID + `"}}`
)

func TestTokensAreGivenToTheRightUserOnly(t *testing.T) {
	for name, test := range map[string]struct {
		body   string
		status int
		says   string
	}{
		"name, project":       {tokenFor(byName, ofProject), 201, `"project":{"domain"`},
		"ID, domain":          {tokenFor(byID, ofDomain), 201, `"domain":{"name":"simulated-domain"`},
		"wrong password":      {tokenFor(strings.Replace(byName, DefaultPassword, "x", 1), ofProject), 401, "The username or password is wrong."},
		"unknown user":        {tokenFor(strings.Replace(byName, DefaultUserName, "x", 1), ofProject), 401, "The username or password is wrong."},
		"wrong domain":        {tokenFor(strings.Replace(byName, DefaultDomainName, "x", 1), ofProject), 401, "The username or password is wrong."},
		"name without domain": {tokenFor(`{"name":"`+DefaultUserName+`","password":"`+DefaultPassword+`"}`, ofProject), 401, "The username or password is wrong."},
		"unknown project":     {tokenFor(byName, `{"project":{"id":"p"}}`), 404, "Could not find project: p."},
		"foreign domain":      {tokenFor(byName, `{"domain":{"name":"x"}}`), 403, "no access to this domain"},
		"no scope":            {tokenFor(byName, `{}`), 400, "a project or a domain"},
		"two scopes":          {tokenFor(byName, `{"project":{"id":"p"},"domain":{"name":"x"}}`), 400, "a project or a domain"},
		"other method":        {strings.Replace(tokenFor(byName, ofProject), `["password"]`, `["token"]`, 1), 400, "The request body is invalid"},
		"unknown member":      {strings.Replace(tokenFor(byName, ofProject), `"scope"`, `"scopes"`, 1), 400, `unknown field \"scopes\"`},
		"no JSON":             {"x", 400, "The request body is invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{})
			w := send(s, http.MethodPost, "/iam/v3/auth/tokens", test.body)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.says) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if has := w.Header().Get("X-Subject-Token") != ""; has != (test.status == 201) {
				t.Errorf("token %q", w.Header().Get("X-Subject-Token"))
			}
		})
	}
}

// A token serves for its scope, until it expires or is revoked.
func TestTokensServeForTheirScopeAndTime(t *testing.T) {
	now := time.Now()
	s := New(Options{Now: func() time.Time { return now }, TokenLifetime: time.Hour, Projects: []Project{{DefaultProjectID, DefaultRegion}, {"p2", "eu-west-101_team"}}})
	s.Add(DCSJob{ID: "j"})
	token := func(scope string) string {
		return send(s, http.MethodPost, "/v3/auth/tokens", tokenFor(byName, scope)).Header().Get("X-Subject-Token")
	}
	project, domain := token(ofProject), token(ofDomain)
	own, other := "/v2/"+DefaultProjectID+"/jobs/j", "/v2/p2/jobs/j"
	check := func(when, path, token string, want int) {
		t.Helper()
		if w := send(s, http.MethodGet, path, "", cloud.HeaderAuthToken, token); w.Code != want {
			t.Errorf("%s: GET %s: %d %s", when, path, w.Code, w.Body)
		}
	}
	check("project-scoped", own, project, 200)
	check("project-scoped", other, project, 403)
	check("project-scoped", "/v3/projects", project, 200)
	check("domain-scoped", own, domain, 403)
	check("domain-scoped", "/v3/projects", domain, 200)
	now = now.Add(time.Hour)
	check("at its end", own, project, 200)
	now = now.Add(time.Second)
	check("after its end", own, project, 401)
	fresh := token(ofProject)
	check("fresh", own, fresh, 200)
	if requests := s.Requests(); requests[len(requests)-1].By != "user "+DefaultUserName {
		t.Errorf("by %q", requests[len(requests)-1].By)
	}
	if w := send(s, http.MethodDelete, "/simulator/tokens", ""); w.Code != 200 {
		t.Error(w.Code)
	}
	check("revoked", own, fresh, 401)
	if tokens, keys := s.Issued(); tokens != 3 || keys != 0 {
		t.Errorf("%d tokens, %d keys", tokens, keys)
	}
}

func agencyFor(role string) string {
	return `{"auth":{"identity":{"methods":["assume_role"],"assume_role":` + role + `}}}`
}

func TestKeysOfAnAgency(t *testing.T) {
	const rightRole = `{"agency_name":"` + DefaultAgency + `","domain_name":"` + DefaultAgencyDomainName + `"}`
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"by domain name":      {agencyFor(rightRole), 201},
		"by domain ID":        {agencyFor(`{"agency_name":"` + DefaultAgency + `","domain_id":"` + DefaultAgencyDomainID + `","duration_seconds":86400}`), 201},
		"unknown agency":      {agencyFor(strings.Replace(rightRole, DefaultAgency, "x", 1)), 403},
		"other domain":        {agencyFor(strings.Replace(rightRole, DefaultAgencyDomainName, "x", 1)), 403},
		"without domain":      {agencyFor(`{"agency_name":"` + DefaultAgency + `"}`), 403},
		"too long":            {agencyFor(strings.Replace(rightRole, "}", `,"duration_seconds":86401}`, 1)), 400},
		"too short":           {agencyFor(strings.Replace(rightRole, "}", `,"duration_seconds":899}`, 1)), 400},
		"unknown member":      {agencyFor(strings.Replace(rightRole, "}", `,"x":1}`, 1)), 400},
		"other method":        {strings.Replace(agencyFor(rightRole), `["assume_role"]`, `["token"]`, 1), 400},
		"body that is signed": {agencyFor(rightRole) + " ", 401}, // after the signature was made
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{Agencies: []Agency{{DefaultAgency, cloud.Domain{Name: DefaultAgencyDomainName, ID: DefaultAgencyDomainID}, []Project{{"p2", DefaultRegion}}}}})
			const path = "/v3.0/OS-CREDENTIAL/securitytokens"
			r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:9800"+path, strings.NewReader(test.body))
			cloud.Sign(r, []byte(strings.TrimSpace(test.body)), keys, time.Now())
			w := httptest.NewRecorder()
			if s.ServeHTTP(w, r); w.Code != test.status {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if test.status != 201 {
				return
			}
			got := decodeKeys(t, w)
			sign := func(r *http.Request) { cloud.Sign(r, nil, got, time.Now()) }
			if status, body, _ := get(t, s, "/v3/projects", sign); status != 200 || !strings.Contains(body, `"id":"p2"`) || strings.Contains(body, DefaultProjectID) {
				t.Errorf("projects of the agency: %d %s", status, body)
			}
			if status, body, _ := get(t, s, project+"/jobs/j", sign); status != 403 {
				t.Errorf("a project of the account: %d %s", status, body)
			}
			without := got
			without.SecurityToken = ""
			if status, body, _ := get(t, s, "/v3/projects", func(r *http.Request) {
				r.Header.Del(cloud.HeaderSecurityToken)
				cloud.Sign(r, nil, without, time.Now())
			}); status != 401 {
				t.Errorf("without security token: %d %s", status, body)
			}
		})
	}
}

func decodeKeys(t *testing.T, w *httptest.ResponseRecorder) cloud.Credentials {
	t.Helper()
	var answer struct {
		Credential struct{ Access, Secret, SecurityToken string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return cloud.Credentials{AccessKey: answer.Credential.Access, SecretKey: answer.Credential.Secret, SecurityToken: answer.Credential.SecurityToken}
}

func TestKeysOfTheInstance(t *testing.T) {
	now := time.Now()
	s := New(Options{Now: func() time.Time { return now }, KeyLifetime: time.Hour})
	s.Add(DCSJob{ID: "j"})
	const session, securityKey = "/metadata/meta-data/latest/api/token", "/metadata/openstack/latest/securitykey"
	for _, ttl := range []string{"", "0", "21601", "x"} {
		if w := send(s, http.MethodPut, session, "", headerSessionTTL, ttl); w.Code != 400 {
			t.Errorf("a life of %q: %d", ttl, w.Code)
		}
	}
	if w := send(s, http.MethodGet, securityKey, ""); w.Code != 401 {
		t.Errorf("without a token: %d %s", w.Code, w.Body)
	}
	token := send(s, http.MethodPut, session, "", headerSessionTTL, "60").Body.String()
	w := send(s, http.MethodGet, securityKey, "", headerSession, token)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	got := decodeKeys(t, w)
	sign := func(r *http.Request) { cloud.Sign(r, nil, got, now) }
	if status, body, _ := get(t, s, project+"/jobs/j", sign); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	now = now.Add(time.Hour + time.Second)
	if status, body, _ := get(t, s, project+"/jobs/j", sign); status != 401 || !strings.Contains(body, "expired") {
		t.Errorf("after their end: %d %s", status, body)
	}
	if w := send(s, http.MethodGet, securityKey, "", headerSession, token); w.Code != 401 {
		t.Errorf("with a token that has ended: %d", w.Code)
	}
	s = New(Options{MetadataV1: true})
	if w := send(s, http.MethodGet, securityKey, ""); w.Code != 200 {
		t.Errorf("the first version, without a token: %d %s", w.Code, w.Body)
	}
}

func TestFaultsOfUnknownServicesAreRefused(t *testing.T) {
	s := New(Options{})
	for service, want := range map[string]int{"dms": 200, "metadata": 200, "": 200, "kafka": 400, "DCS": 400} {
		if w := send(s, http.MethodPost, "/simulator/faults", `{"service":"`+service+`","status":500}`); w.Code != want {
			t.Errorf("%q: %d %s", service, w.Code, w.Body)
		}
	}
}
