package cloud_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

var (
	given = cloud.Static{
		Credentials: cloud.Credentials{AccessKey: simulator.DefaultAccessKey, SecretKey: simulator.DefaultSecretKey}, Origin: "given keys",
	}
	password = cloud.Password{
		UserName: simulator.DefaultUserName, Password: simulator.DefaultPassword,
		Domain: cloud.Domain{Name: simulator.DefaultDomainName}, Origin: "test user",
	}
	metadata = cloud.Metadata{Origin: "test instance"}
	agency   = cloud.AssumedRole{
		Base: given, Agency: simulator.DefaultAgency, Domain: cloud.Domain{Name: simulator.DefaultAgencyDomainName}, Origin: "test agency",
	}

	project = cloud.Target{Region: simulator.DefaultRegion, ProjectID: simulator.DefaultProjectID}

	// The agency is of another account, and so is its project.
	agencyProject = cloud.Target{Region: simulator.DefaultRegion, ProjectID: simulator.DefaultAgencyProjectID}
)

// read returns a request for the job in a project.
func read(t cloud.Target) cloud.Request {
	return cloud.Request{Service: cloud.DCS, Target: t, Path: []string{"v2", t.ProjectID, "jobs", "j1"}}
}

// refreshed are the providers whose credentials expire.
var refreshed = []struct {
	name     string
	provider cloud.CredentialsProvider
	lifetime time.Duration
	target   cloud.Target
}{
	{name: "password", provider: password, lifetime: 24 * time.Hour, target: project},
	{name: "metadata", provider: metadata, lifetime: time.Hour, target: project},
	{name: "assumed role", provider: agency, lifetime: 15 * time.Minute, target: agencyProject},
}

// A connection leads to a simulated cloud in the same process, so that time can be fake.
type connection struct{ *simulator.Simulator }

func (c *connection) RoundTrip(r *http.Request) (*http.Response, error) {
	received := r.Clone(r.Context())
	received.Host = cmp.Or(r.Host, r.URL.Host)
	answer := httptest.NewRecorder()
	c.ServeHTTP(answer, received)
	return answer.Result(), nil
}

// connect returns a simulated cloud with one job, and a client of it.
func connect(o simulator.Options, config cloud.Config) (*connection, *cloud.Client) {
	c := &connection{servicestest.New(o)}
	c.Add(dcstest.Job{ID: "j1"})
	config.Region = simulator.DefaultRegion
	config.Endpoints = make(map[cloud.Service]*url.URL)
	for _, service := range servicestest.Endpoints() {
		config.Endpoints[service] = &url.URL{Scheme: "http", Host: "cloud.invalid", Path: "/" + string(service)}
	}
	return c, cloud.NewClientOver(config, c)
}

// pass lets time pass, which is fake in these tests.
func pass(d time.Duration) { <-time.After(d) }

func get(ctx context.Context, c *cloud.Client) error { return getIn(ctx, c, project) }

func getIn(ctx context.Context, c *cloud.Client, t cloud.Target) error {
	_, err := c.Get(ctx, read(t), new(struct{}))
	return err
}

// count returns how many requests there were to a service.
func (c *connection) count(service cloud.Service) int {
	return c.countIf(func(r simulator.Request) bool { return r.Service == service })
}

// rejected returns how many requests were answered with status 401.
func (c *connection) rejected() int {
	return c.countIf(func(r simulator.Request) bool { return r.Status == http.StatusUnauthorized })
}

func (c *connection) countIf(counts func(simulator.Request) bool) int {
	return len(slices.DeleteFunc(c.Requests(), func(r simulator.Request) bool { return !counts(r) }))
}

// sets returns how many sets of credentials the simulated cloud has issued.
func (c *connection) sets() int {
	tokens, keys := c.Issued()
	return tokens + keys
}

func TestEveryProvider(t *testing.T) {
	byID := password
	byID.UserName, byID.UserID, byID.Domain = "", simulator.DefaultUserID, cloud.Domain{ID: simulator.DefaultDomainID}
	withoutDomain := byID
	withoutDomain.Domain = cloud.Domain{}
	role := func(base cloud.CredentialsProvider, domain cloud.Domain) cloud.CredentialsProvider {
		return cloud.AssumedRole{Base: base, Agency: simulator.DefaultAgency, Domain: domain, Duration: time.Hour}
	}
	byName, agencyByID := cloud.Domain{Name: simulator.DefaultAgencyDomainName}, cloud.Domain{ID: simulator.DefaultAgencyDomainID}
	token := cloud.Static{Credentials: cloud.Credentials{Token: simulator.DefaultToken}}
	const user, asAgency = "user " + simulator.DefaultUserName, "agency " + simulator.DefaultAgency
	for _, test := range []struct {
		name     string
		provider cloud.CredentialsProvider
		target   cloud.Target // that is found; or given, if it cannot be found
		given    bool
		by       string // as the services see it
		iam      int    // requests to IAM
	}{
		{name: "keys", provider: given, target: project, by: "keys", iam: 1},
		{name: "token", provider: token, target: project, by: "token", iam: 1},
		{name: "user name", provider: password, target: project, by: user, iam: 3},
		{name: "user ID", provider: byID, target: project, by: user, iam: 3},
		{name: "user ID and no domain", provider: withoutDomain, target: project, given: true, by: user, iam: 1},
		{name: "metadata", provider: metadata, target: project, by: "instance", iam: 1},
		{name: "agency with keys", provider: role(given, byName), target: agencyProject, by: asAgency, iam: 2},
		{name: "agency with token", provider: role(token, agencyByID), target: agencyProject, by: asAgency, iam: 2},
		{name: "agency with password", provider: role(password, byName), target: agencyProject, by: asAgency, iam: 3},
		{name: "agency with metadata", provider: role(metadata, byName), target: agencyProject, by: asAgency, iam: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.provider})
				if !test.given {
					if target, err := client.Resolve(t.Context(), cloud.Target{}); err != nil || target != test.target {
						t.Fatalf("resolved %+v, %v, want %+v", target, err, test.target)
					}
				}
				for range 3 {
					if err := getIn(t.Context(), client, test.target); err != nil {
						t.Fatalf("read: %v", err)
					}
				}
				if iam, rejected := c.count(cloud.IAM), c.rejected(); iam != test.iam || rejected > 0 {
					t.Errorf("%d requests to IAM, %d rejected, want %d, none rejected", iam, rejected, test.iam)
				}
				requests := c.Requests()
				if by := requests[len(requests)-1].By; by != test.by {
					t.Errorf("the services saw %q, want %q", by, test.by)
				}
			})
		})
	}
}

// The domain of a user with an ID is needed only for tokens of IAM itself.
func TestUserIDWithoutDomainNeedsTheProjectID(t *testing.T) {
	provider := cloud.Password{UserID: simulator.DefaultUserID, Password: simulator.DefaultPassword}
	_, client := connect(simulator.Options{}, cloud.Config{Credentials: provider})
	_, err := client.Resolve(t.Context(), cloud.Target{})
	var setting *cloud.SettingError
	if !errors.As(err, &setting) || setting.Setting != "domain_name" {
		t.Errorf("error %v, want one about domain_name", err)
	}
}

// Tokens are scoped to the domain of the projects, which can be another one than that of the user.
func TestDomainOfTheProjects(t *testing.T) {
	provider := password
	provider.ProjectDomain = cloud.Domain{Name: "elsewhere"}
	_, client := connect(simulator.Options{}, cloud.Config{Credentials: provider})
	_, err := client.Resolve(t.Context(), cloud.Target{})
	var failed *cloud.CredentialsError
	if !errors.As(err, &failed) {
		t.Errorf("error %v, want none of the credentials of another domain", err)
	}
}

// Fifty readers share one set of credentials. When it expires soon by the clock of the cloud, or is rejected, they share one new set.
// TestCachedCredentials shows when credentials are refreshed.
func TestReadersShareCredentials(t *testing.T) {
	const early, ahead = 5 * time.Minute, 6 * time.Minute
	for _, test := range refreshed {
		for _, reason := range []struct {
			name    string
			after   time.Duration
			revoked bool
			sets    int
		}{
			{name: "not yet", after: test.lifetime - early - time.Second, sets: 1},
			{name: "expires soon", after: test.lifetime - early, sets: 2},
			{name: "revoked", after: time.Second, revoked: true, sets: 2},
		} {
			t.Run(test.name+", "+reason.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := simulator.Options{Now: func() time.Time { return time.Now().Add(ahead) }}
					c, client := connect(o, cloud.Config{Credentials: test.provider})
					readers := func() {
						var all sync.WaitGroup
						for range 50 {
							all.Go(func() {
								if err := getIn(t.Context(), client, test.target); err != nil {
									t.Errorf("read: %v", err)
								}
							})
						}
						all.Wait()
					}
					readers()
					if got := c.sets(); got != 1 {
						t.Fatalf("%d sets of credentials at first, want 1", got)
					}
					pass(reason.after)
					if reason.revoked {
						c.Revoke()
					}
					readers()
					if got := c.sets(); got != reason.sets {
						t.Errorf("%d sets of credentials, want %d", got, reason.sets)
					}
					if got := c.rejected(); (got > 0) != reason.revoked {
						t.Errorf("%d requests were rejected, want some: %v", got, reason.revoked)
					}
				})
			})
		}
	}
}

// While IAM is down, credentials are used until they expire. It is asked for new ones once a minute, for three seconds at the most, and
// no more once it rejects the password.
func TestRefreshThatFails(t *testing.T) {
	for _, test := range []struct {
		name     string
		fault    simulator.Fault
		requests int           // to IAM
		held     time.Duration // by which all reads were held up
		denied   bool          // so that the next read after they expired fails, too
	}{
		{name: "unavailable", fault: simulator.Fault{Status: 503}, requests: 4},
		{name: "slow", fault: simulator.Fault{Status: 503, Delay: simulator.Duration(29 * time.Second)}, requests: 4, held: 12 * time.Second},
		{
			name:  "throttled",
			fault: simulator.Fault{Status: 429, Header: map[string]string{"Retry-After": "120"}}, requests: 2, held: 6 * time.Second,
		},
		{name: "forbidden", fault: simulator.Fault{Status: 403}, requests: 4},
		{name: "denied", fault: simulator.Fault{Status: 401}, requests: 2, denied: true}, // for the project and for the domain
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5, RequestsPerSecond: 10})
				if err := get(t.Context(), client); err != nil {
					t.Fatalf("first read: %v", err)
				}
				test.fault.Service = cloud.IAM
				c.InjectFault(test.fault)
				pass(24*time.Hour - 4*time.Minute - 30*time.Second)
				var held time.Duration
				for range 12 { // in four minutes
					start := time.Now()
					if err := get(t.Context(), client); err != nil {
						t.Fatalf("read: %v", err)
					}
					held += time.Since(start)
					pass(20 * time.Second)
				}
				if requests := c.count(cloud.IAM) - 1; requests != test.requests || held != test.held {
					t.Errorf("%d requests to IAM held reads up for %s, want %d and %s", requests, held, test.requests, test.held)
				}
				pass(time.Minute)
				err := get(t.Context(), client)
				if failed := (*cloud.CredentialsError)(nil); !errors.As(err, &failed) {
					t.Errorf("read with expired credentials: error %v, want a *CredentialsError", err)
				}
				c.ClearFaults()
				if err := get(t.Context(), client); (err != nil) != test.denied {
					t.Errorf("read when IAM is back: error %v, want one: %v", err, test.denied)
				}
			})
		})
	}
}

// IAM locks users after several wrong passwords. However many projects and readers there are, a wrong one is sent for one project and for
// the domain; a right one, once for each project.
func TestPasswordForManyProjects(t *testing.T) {
	var projects []simulator.Project
	for i := range 8 {
		projects = append(projects, simulator.Project{ID: fmt.Sprintf("p%d", i), Name: simulator.DefaultRegion})
	}
	for _, test := range []struct {
		name     string
		password string
		sent     int
		fails    bool
	}{
		{name: "wrong", password: "wrong-password-of-no-real-account", sent: 2, fails: true},
		{name: "right", password: simulator.DefaultPassword, sent: len(projects)},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				provider := password
				provider.Password = test.password
				c, client := connect(simulator.Options{Projects: projects}, cloud.Config{Credentials: provider, MaxRetries: 5})
				var all sync.WaitGroup
				for i := range 3 * len(projects) {
					all.Go(func() {
						target := cloud.Target{Region: simulator.DefaultRegion, ProjectID: projects[i%len(projects)].ID}
						err := getIn(t.Context(), client, target)
						var failed *cloud.CredentialsError
						var e *cloud.Error
						denied := errors.As(err, &failed) && failed.Provider == provider && failed.Target == target &&
							errors.As(err, &e) && e.Status == http.StatusUnauthorized
						if denied != test.fails || (err != nil) != test.fails {
							t.Errorf("read: error %v, want a *CredentialsError with status 401: %t", err, test.fails)
						}
					})
				}
				all.Wait()
				if got := c.count(cloud.IAM); got != test.sent {
					t.Errorf("the password was sent %d times, want %d", got, test.sent)
				}
			})
		})
	}
}

// IAM also answers with 401 if the project is not one of the user. Then the others are read all the same.
func TestForeignProjectIsNoWrongPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Times: 1, Status: http.StatusUnauthorized})
		err := getIn(t.Context(), client, cloud.Target{Region: project.Region, ProjectID: "foreign"})
		if failed := (*cloud.CredentialsError)(nil); !errors.As(err, &failed) {
			t.Errorf("foreign project: error %v, want a *CredentialsError", err)
		}
		if err := get(t.Context(), client); err != nil {
			t.Errorf("own project: %v", err)
		}
	})
}

// If a service rejects new credentials as well, no others are asked for within ten seconds, however many reads there are.
func TestServiceThatRejectsAllCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5})
		c.InjectFault(simulator.Fault{Service: cloud.DCS, Status: http.StatusUnauthorized, Body: `{"error_code":"APIGW.0301"}`})
		for _, step := range []struct {
			after time.Duration
			reads int
			sets  int // of credentials since the beginning
		}{
			{after: 0, reads: 30, sets: 2},
			{after: 9 * time.Second, reads: 1, sets: 2},
			{after: time.Second, reads: 1, sets: 3},
		} {
			pass(step.after)
			for range step.reads {
				var e *cloud.Error
				err := get(t.Context(), client)
				if !errors.As(err, &e) || e.Service != cloud.DCS || e.Code != "APIGW.0301" || !e.Issued {
					t.Errorf("error %+v, want APIGW.0301 of dcs with issued credentials", err)
				}
			}
			if sets := c.sets(); sets != step.sets {
				t.Errorf("%d sets of credentials after %d reads another %s later, want %d", sets, step.reads, step.after, step.sets)
			}
		}
		if requests := c.count(cloud.DCS); requests != 30+1+1+2 {
			t.Errorf("%d requests, want one for each read and another with each new set", requests)
		}
	})
}

func TestErrorsOfIAM(t *testing.T) {
	const noToken = "the answer has no token (header X-Subject-Token)"
	const noKeys = "the answer lacks a part of the temporary keys (access, secret and securitytoken)"
	onInstance := agency
	onInstance.Base = metadata
	elsewhere := map[string]string{"Location": "https://elsewhere.invalid/"}
	for _, test := range []struct {
		name     string
		provider cloud.CredentialsProvider
		fault    simulator.Fault
		err      string
		denied   bool // once and for all, since repetitions would lock the user or the key
	}{
		{name: "no token", provider: password, fault: simulator.Fault{Status: 201, Body: `{"token":{}}`}, err: noToken},
		{name: "no access key", provider: agency, fault: keyResponse(`{"secret":"S","securitytoken":"T"}`), err: noKeys},
		{name: "no secret key", provider: agency, fault: keyResponse(`{"access":"A","securitytoken":"T"}`), err: noKeys},
		{name: "no security token", provider: agency, fault: keyResponse(`{"access":"A","secret":"S"}`), err: noKeys},
		{name: "redirect", provider: password, fault: simulator.Fault{Status: 302, Header: elsewhere}, err: "HTTP 302"},
		{name: "bad request", provider: password, fault: simulator.Fault{Status: 400}, err: "HTTP 400"},
		{name: "wrong password", provider: password, fault: simulator.Fault{Status: 401}, err: "HTTP 401", denied: true},
		{name: "wrong key", provider: agency, fault: simulator.Fault{Status: 401}, err: "HTTP 401", denied: true},
		{name: "issued keys", provider: onInstance, fault: simulator.Fault{Status: 401}, err: "HTTP 401"},
		{name: "forbidden", provider: agency, fault: simulator.Fault{Status: 403}, err: "HTTP 403"},
		{name: "page of a gateway", provider: password, fault: simulator.Fault{Status: 404, Body: "<html>"}, err: "HTTP 404"},
		{name: "throttled", provider: password, fault: simulator.Fault{Status: 429}, err: "HTTP 429"},
		{name: "not implemented", provider: password, fault: simulator.Fault{Status: 501}, err: "HTTP 501"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.provider})
				test.fault.Service = cloud.IAM
				c.InjectFault(test.fault)
				target := project
				if _, role := test.provider.(cloud.AssumedRole); role {
					target = agencyProject
				}
				err := getIn(t.Context(), client, target)
				var failed *cloud.CredentialsError
				if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want a *CredentialsError with %q", err, test.err)
				}
				c.ClearFaults()
				if err := getIn(t.Context(), client, target); (err != nil) != test.denied {
					t.Errorf("the next read: error %v, want one: %v", err, test.denied)
				}
			})
		})
	}
}

// keyResponse is a response of IAM with temporary keys.
func keyResponse(credential string) simulator.Fault {
	return simulator.Fault{Status: http.StatusCreated, Body: `{"credential":` + credential + `}`}
}

// A caller that waits until it may send the password is interrupted at once.
func TestInterruptWhileAnotherProjectLogsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Delay: simulator.Duration(time.Minute)})
		go func() { _ = get(t.Context(), client) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := getIn(ctx, client, cloud.Target{Region: project.Region, ProjectID: "p2"})
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("second project: ended after %s with %v, want 1s and %v", took, err, context.DeadlineExceeded)
		}
	})
}

// Nothing that is printed of credentials or a configuration has a secret.
func TestCredentialsPrintNoSecret(t *testing.T) {
	config := cloud.Config{Credentials: cloud.AssumedRole{Base: password, Agency: "a"}}
	for _, value := range []any{given, given.Credentials, password, metadata, agency, config, &config, []any{given, password}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			text := fmt.Sprintf(verb, value)
			for _, secret := range []string{simulator.DefaultSecretKey, simulator.DefaultPassword} {
				if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
					t.Errorf("%s of %T has %q: %s", verb, value, secret, text)
				}
			}
		}
	}
}

// What the cloud issued is as secret as what was given to it, but for the IDs of access keys.
func TestIssuedSecretsAreRedacted(t *testing.T) {
	const quoted = "MARKED-TOKEN-000001 MARKED-TOKEN-session-000001 MARKED-SECRET-000001 MARKED-SECURITY-000001 MARKEDACCESSKEY01"
	marked := simulator.Options{
		IssuedToken: "MARKED-TOKEN", IssuedAccessKey: "MARKEDACCESSKEY",
		IssuedSecretKey: "MARKED-SECRET", IssuedSecurityToken: "MARKED-SECURITY",
	}
	for i, want := range []string{
		"(secret) MARKED-TOKEN-session-000001 MARKED-SECRET-000001 MARKED-SECURITY-000001 MARKEDACCESSKEY01",
		"MARKED-TOKEN-000001 (secret) (secret) (secret) MARKEDACCESSKEY01",
		"MARKED-TOKEN-000001 MARKED-TOKEN-session-000001 (secret) (secret) MARKEDACCESSKEY01",
	} {
		test := refreshed[i]
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(marked, cloud.Config{Credentials: test.provider})
				if err := getIn(t.Context(), client, test.target); err != nil {
					t.Fatal(err)
				}
				c.InjectFault(simulator.Fault{Status: 400, Body: `{"error_msg":"` + quoted + `"}`})
				var e *cloud.Error
				if err := getIn(t.Context(), client, test.target); !errors.As(err, &e) || e.Message != want {
					t.Errorf("error %v, want the message %q", err, want)
				}
			})
		})
	}
}
