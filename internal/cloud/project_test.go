package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestResolve(t *testing.T) {
	const (
		projects = `{"projects":[{"id":"other","name":"NAMEx"},{"id":"found","name":"NAME"}]}`
		inDE     = "iam.eu-de.otc.t-systems.com/v3/projects?name="
		inNL     = "iam.eu-nl.otc.t-systems.com/v3/projects?name="
	)
	foundDE, foundNL := Target{Region: "eu-de", ProjectID: "found"}, Target{Region: "eu-nl", ProjectID: "found"}
	pDE, pNL := Target{Region: "eu-de", ProjectID: "p"}, Target{Region: "eu-nl", ProjectID: "p"}
	de, nl := Target{Region: "eu-de"}, Target{Region: "eu-nl"}
	own := Config{Region: "eu-de", ProjectID: "p", ProjectName: "eu-de_team"}
	named := Config{Region: "eu-de", ProjectName: "eu-de_team"}
	for _, test := range []struct {
		name     string
		config   Config
		targets  []Target // resolved in this order
		want     []Target
		requests []string // to IAM
	}{
		{name: "given", config: own, targets: []Target{pNL}, want: []Target{pNL}},
		{name: "project ID of the provider", config: own, targets: []Target{{}, de}, want: []Target{pDE, pDE}},
		{name: "neither has a region", config: Config{ProjectID: "p"}, targets: []Target{{}}, want: []Target{{ProjectID: "p"}}},
		{
			name: "project ID without region serves the first region", config: Config{ProjectID: "p"},
			targets: []Target{de, nl, de}, want: []Target{pDE, foundNL, pDE}, requests: []string{inNL + "eu-nl"},
		},
		{
			name: "project name without region serves the first region", config: Config{ProjectName: "team"},
			targets: []Target{de, nl}, want: []Target{foundDE, foundNL}, requests: []string{inDE + "team", inNL + "eu-nl"},
		},
		{
			name: "main project of the region, looked up once", config: Config{Region: "eu-de"},
			targets: []Target{{}, {}}, want: []Target{foundDE, foundDE}, requests: []string{inDE + "eu-de"},
		},
		{
			name: "project name", config: named,
			targets: []Target{{}}, want: []Target{foundDE}, requests: []string{inDE + "eu-de_team"},
		},
		{
			name: "another region has a project of its own", config: own,
			targets: []Target{nl}, want: []Target{foundNL}, requests: []string{inNL + "eu-nl"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests []string
			test.config.Credentials = keys
			c := newClient(test.config, transport(func(r *http.Request) (*http.Response, error) {
				if project := r.Header.Get(HeaderProjectID); project != "" {
					t.Errorf("the request has the project %q, want none", project)
				}
				requests = append(requests, strings.TrimPrefix(r.URL.String(), "https://"))
				return answering(200, strings.ReplaceAll(projects, "NAME", r.URL.Query().Get("name"))), nil
			}))
			for i, target := range test.targets {
				if got, err := c.Resolve(t.Context(), target); err != nil || got != test.want[i] {
					t.Errorf("target %d: got %+v, %v; want %+v", i, got, err, test.want[i])
				}
			}
			if got, want := strings.Join(requests, " "), strings.Join(test.requests, " "); got != want {
				t.Errorf("requests: got %s; want %s", got, want)
			}
		})
	}
}

func TestProjectThatCannotBeFound(t *testing.T) {
	const inDE = `for region "eu-de"`
	known := Config{Region: "eu-de"}
	for _, test := range []struct {
		name    string
		config  Config
		status  int
		body    string
		setting string // of a SettingError
		want    string // a part of the error
	}{
		{
			name: "none", config: known, status: 200, body: `{"projects":[{"id":"p","name":"eu-de_team"},{"id":"q","name":"EU-DE"}]}`,
			setting: "region", want: `IAM at https://iam.eu-de.otc.t-systems.com lists no project named "eu-de" ` + inDE + ".",
		},
		{
			name: "several", config: known, status: 200, body: `{"projects":[{"id":"p","name":"eu-de"},{"id":"q","name":"eu-de"}]}`,
			setting: "project_id", want: `lists 2 projects named "eu-de" ` + inDE + ` (p, q). Set project_id to one of them.`,
		},
		{
			name: "malformed ID", config: known, status: 200, body: `{"projects":[{"id":"../../v3","name":"eu-de"}]}`,
			want: `the ID of project "eu-de": IAM at https://iam.eu-de.otc.t-systems.com returned "../../v3", which is not an ID`,
		},
		{name: "forbidden", config: known, status: 403, body: `{"code":"X"}`, want: `the ID of project "eu-de": iam at https://iam.eu-de.`},
		{name: "no region", setting: "region", want: "The region is not set."},
		{name: "unknown region", config: Config{Region: "eu-xx"}, setting: "region", want: "the address of iam is unknown."},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.config.Credentials = keys
			c := newClient(test.config, transport(func(r *http.Request) (*http.Response, error) {
				if test.status == 0 {
					t.Errorf("request to %s, want none", r.URL)
				}
				return answering(test.status, test.body), nil
			}))
			got, err := c.Resolve(t.Context(), Target{})
			var setting SettingError
			if e := (*SettingError)(nil); errors.As(err, &e) {
				setting = *e
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || setting.Setting != test.setting {
				t.Errorf("got %+v, %v (setting %q); want an error with %q (setting %q)", got, err, setting.Setting, test.want, test.setting)
			}
		})
	}
}

// A user who may not list projects, or not get a token for the domain, gets the ID of the project with a token for it by name.
func TestProjectOfAUserWhoMayNotListProjects(t *testing.T) {
	const (
		ofDomain  = `{"domain":{"name":"d"}}`
		ofProject = `{"project":{"name":"eu-de","domain":{"name":"d"}}}`
	)
	user := Password{UserName: "u", Password: "the-password", Domain: Domain{Name: "d"}, Origin: "user"}
	agency := AssumedRole{Base: keys, Agency: "a"}
	forbidden, refused := answering(403, `{"error":{"code":403}}`), answering(401, `{}`)
	token := func(project string) *http.Response {
		return answering(201, `{"token":{`+project+`}}`, headerSubjectToken, "the-token")
	}
	named := func() *http.Response { return token(`"project":{"id":"p","name":"eu-de"}`) }
	for _, test := range []struct {
		name                   string
		credentials            CredentialsProvider
		domain, list, byName   *http.Response // to the requests for the token of the domain, the list and the token of the project
		requests               string         // scopes of tokens, and list
		projectID, errContains string
	}{
		{
			name: "no token for the domain", credentials: user, domain: forbidden, byName: named(),
			requests: ofDomain + ofProject, projectID: "p",
		},
		{
			name: "no list", credentials: user, domain: token(""), list: forbidden, byName: named(),
			requests: ofDomain + "list" + ofProject, projectID: "p",
		},
		{
			name: "no token for the project either", credentials: user, domain: forbidden, byName: refused,
			requests: ofDomain + ofProject + ofDomain, errContains: "no credentials with user: iam at https://iam.eu-de.otc.t-systems.com: HTTP 403",
		},
		{
			name: "token without a project", credentials: user, domain: token(""), list: forbidden, byName: token(""),
			requests: ofDomain + "list" + ofProject, errContains: `the ID of project "eu-de": iam at https://iam.eu-de.otc.t-systems.com: HTTP 403`,
		},
		{name: "wrong password", credentials: user, domain: refused, requests: ofDomain, errContains: "HTTP 401"},
		{name: "keys", credentials: keys, list: forbidden, requests: "list", errContains: "HTTP 403"},
		{name: "agency", credentials: agency, list: forbidden, requests: "list", errContains: "HTTP 403"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requests := ""
			c := newClient(Config{Region: "eu-de", Credentials: test.credentials}, transport(func(r *http.Request) (*http.Response, error) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/securitytokens"):
					return answering(201, `{"credential":{"access":"A","secret":"the-secret","securitytoken":"the-token"}}`), nil
				case r.Method == http.MethodGet:
					requests += "list"
					return test.list, nil
				}
				var body struct {
					Auth struct{ Scope json.RawMessage }
				}
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Error(err)
				}
				requests += string(body.Auth.Scope)
				if string(body.Auth.Scope) == ofProject {
					return test.byName, nil
				}
				return test.domain, nil
			}))
			got, err := c.Resolve(t.Context(), Target{})
			if requests != test.requests || got.ProjectID != test.projectID {
				t.Errorf("got project %q after %s, want %q after %s", got.ProjectID, requests, test.projectID, test.requests)
			}
			if (err == nil) != (test.errContains == "") || err != nil && !strings.Contains(err.Error(), test.errContains) {
				t.Errorf("got error %v, want %q", err, test.errContains)
			}
		})
	}
}

// Concurrent reads share one lookup. Those that are cancelled end at once. If one of them has sent it, another one sends it again.
func TestLookupIsShared(t *testing.T) {
	for _, test := range []struct {
		name      string
		cancelled func(i int) bool
		lookups   int
	}{
		{name: "the read that sends the lookup is cancelled", cancelled: func(i int) bool { return i%2 == 0 }, lookups: 2},
		{name: "reads that wait for it are cancelled", cancelled: func(i int) bool { return i%2 == 1 }, lookups: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lookups := 0
				c := newClient(Config{Region: "eu-de", Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
					lookups++
					select {
					case <-r.Context().Done():
						return nil, r.Context().Err()
					case <-time.After(2 * time.Second):
						return answering(200, `{"projects":[{"id":"p","name":"eu-de"}]}`), nil
					}
				}))
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				var reads sync.WaitGroup
				for i := range 10 {
					reads.Go(func() {
						if !test.cancelled(i) {
							if got, err := c.Resolve(t.Context(), Target{}); err != nil || got.ProjectID != "p" { //nolint:contextcheck // not cancelled
								t.Errorf("read %d: got %+v, %v; want project p", i, got, err)
							}
							return
						}
						_, err := c.Resolve(ctx, Target{})
						if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
							t.Errorf("read %d ended after %s with %v, want 1s and %v", i, took, err, context.DeadlineExceeded)
						}
					})
					synctest.Wait() // until the first one has sent the lookup
				}
				reads.Wait()
				if lookups != test.lookups {
					t.Errorf("got %d lookups, want %d", lookups, test.lookups)
				}
			})
		})
	}
}
