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

type refreshedProvider struct {
	name     string
	provider cloud.CredentialsProvider
	lifetime time.Duration
	target   cloud.Target
}

// refreshed are the providers whose credentials expire.
var refreshed = []refreshedProvider{
	{name: "password", provider: password, lifetime: 24 * time.Hour, target: project},
	{name: "metadata", provider: metadata, lifetime: time.Hour, target: project},
	{name: "assumed role", provider: agency, lifetime: 15 * time.Minute, target: agencyProject},
}

// A connection leads to a simulated cloud in the same process, so that time can be fake.
type connection struct {
	*simulator.Simulator
	hang chan struct{} // until it is closed, requests to IAM get no response; nil: all get one
}

func (c *connection) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.hang != nil && strings.HasPrefix(r.URL.Path, "/iam/") {
		select {
		case <-c.hang:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	received := r.Clone(r.Context())
	received.Host = cmp.Or(r.Host, r.URL.Host)
	answer := httptest.NewRecorder()
	c.ServeHTTP(answer, received)
	return answer.Result(), nil
}

// connect returns a simulated cloud with one job, and a client of it.
func connect(o simulator.Options, config cloud.Config) (*connection, *cloud.Client) {
	c := &connection{Simulator: simulator.New(o)}
	c.Add(simulator.DCSJob{ID: "j1"})
	return c, cloud.NewClientOver(configuration(config), c)
}

// configuration completes the configuration of a client of the simulated cloud.
func configuration(config cloud.Config) cloud.Config {
	config.Region = simulator.DefaultRegion
	config.Endpoints = make(map[cloud.Service]*url.URL)
	for _, service := range cloud.Services {
		config.Endpoints[service] = &url.URL{Scheme: "http", Host: "cloud.invalid", Path: "/" + string(service)}
	}
	return config
}

// pass lets time pass, which is fake in these tests.
func pass(d time.Duration) { <-time.After(d) }

func get(ctx context.Context, c *cloud.Client) error { return getIn(ctx, c, project) }

func getIn(ctx context.Context, c *cloud.Client, t cloud.Target) error {
	return c.Get(ctx, read(t), new(struct{}))
}

// count returns how many requests there were to a service.
func (c *connection) count(service cloud.Service) int {
	n := 0
	for _, r := range c.Requests() {
		if r.Service == service {
			n++
		}
	}
	return n
}

// rejected returns how many requests were answered with status 401.
func (c *connection) rejected() int {
	n := 0
	for _, r := range c.Requests() {
		if r.Status == http.StatusUnauthorized {
			n++
		}
	}
	return n
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

// Fifty readers share one set of credentials. When it expires soon or is rejected, they share one new set.
func TestReadersShareCredentials(t *testing.T) {
	const early = 5 * time.Minute
	for _, test := range refreshed {
		for _, reason := range []struct {
			name    string
			after   time.Duration
			revoked bool
			sets    int
		}{
			{name: "not yet", after: test.lifetime - early - time.Second, sets: 1},
			{name: "expires soon", after: test.lifetime - early, sets: 2},
			{name: "expired", after: 2 * test.lifetime, sets: 2},
			{name: "revoked", after: time.Second, revoked: true, sets: 2},
		} {
			t.Run(test.name+", "+reason.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.provider})
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

// A client that reads every five minutes for long is never rejected, and gets new credentials five minutes before the old ones expire.
func TestRefreshIsInTime(t *testing.T) {
	const early, step = 5 * time.Minute, 5 * time.Minute
	for _, test := range refreshed {
		for _, clock := range []struct {
			name string
			off  time.Duration // the clock of the cloud, from that of this machine
		}{
			{name: "right", off: 0},
			{name: "slow", off: -6 * time.Minute},
			{name: "fast", off: 6 * time.Minute},
		} {
			t.Run(test.name+", "+clock.name+" clock", func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := simulator.Options{Now: func() time.Time { return time.Now().Add(clock.off) }}
					c, client := connect(o, cloud.Config{Credentials: test.provider})
					total := 4 * test.lifetime
					for range total / step {
						if err := getIn(t.Context(), client, test.target); err != nil {
							t.Fatalf("read: %v", err)
						}
						pass(step)
					}
					if got := c.rejected(); got > 0 {
						t.Errorf("%d requests were rejected, want none", got)
					}
					each := test.lifetime - early
					if got, want := c.sets(), int((total+each-1)/each); got != want {
						t.Errorf("%d sets of credentials, want %d", got, want)
					}
				})
			})
		}
	}
}

// While IAM is down, credentials are used until they expire, and the attempts to refresh them are few.
func TestRefreshMayFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5})
		if err := get(t.Context(), client); err != nil {
			t.Fatalf("first read: %v", err)
		}
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Status: http.StatusServiceUnavailable})
		pass(24*time.Hour - 4*time.Minute - 30*time.Second)
		start := time.Now()
		for range 12 { // in four minutes
			if err := get(t.Context(), client); err != nil {
				t.Fatalf("read %s after IAM went down: %v", time.Since(start), err)
			}
			pass(20 * time.Second)
		}
		if took := time.Since(start); took != 4*time.Minute {
			t.Errorf("the reads took %s, want 4m0s, since a refresh that fails at once costs no time", took)
		}
		if got, want := c.count(cloud.IAM), 1+4; got != want {
			t.Errorf("%d requests to IAM, want %d: the first and one in each minute", got, want)
		}
		pass(time.Minute)
		var failed *cloud.CredentialsError
		if err := get(t.Context(), client); !errors.As(err, &failed) {
			t.Errorf("read with expired credentials: error %v, want a *CredentialsError", err)
		}
		c.ClearFaults()
		if err := get(t.Context(), client); err != nil {
			t.Errorf("read when IAM is back: %v", err)
		}
	})
}

// A request that IAM denies is not repeated while the credentials are valid.
func TestRefreshMayBeDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5})
		if err := get(t.Context(), client); err != nil {
			t.Fatalf("first read: %v", err)
		}
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Status: http.StatusForbidden})
		pass(24*time.Hour - 5*time.Minute)
		for range 4 {
			if err := get(t.Context(), client); err != nil {
				t.Fatalf("read: %v", err)
			}
			pass(time.Minute)
		}
		if got, want := c.count(cloud.IAM), 1+1; got != want {
			t.Errorf("%d requests to IAM, want %d", got, want)
		}
	})
}

// While an IAM does not answer, reads with valid credentials are held up for three seconds each minute at the most.
func TestRefreshMayHang(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault simulator.Fault
	}{
		{
			name:  "slow",
			fault: simulator.Fault{Service: cloud.IAM, Delay: simulator.Duration(29 * time.Second), Status: http.StatusServiceUnavailable},
		},
		{
			name:  "throttled",
			fault: simulator.Fault{Service: cloud.IAM, Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "120"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5, RequestsPerSecond: 10})
				if err := get(t.Context(), client); err != nil {
					t.Fatalf("first read: %v", err)
				}
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
				if most := 4 * 3 * time.Second; held > most {
					t.Errorf("reads were held up for %s, want at most %s", held, most)
				}
			})
		})
	}
}

// However many projects there are, a wrong password is sent for one of them and for the domain. A right one is sent once for each.
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
				for _, p := range projects {
					for range 3 {
						all.Go(func() {
							err := getIn(t.Context(), client, cloud.Target{Region: simulator.DefaultRegion, ProjectID: p.ID})
							if (err != nil) != test.fails {
								t.Errorf("read: error %v, want one: %v", err, test.fails)
							}
						})
					}
				}
				all.Wait()
				if got := c.count(cloud.IAM); got != test.sent {
					t.Errorf("the password was sent %d times, want %d", got, test.sent)
				}
			})
		})
	}
}

// IAM locks users after several wrong passwords: of fifty readers one sends it, for the project and for the domain.
func TestWrongPasswordIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong := password
		wrong.Password = "wrong-password-of-no-real-account"
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: wrong, MaxRetries: 5})
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				pass(time.Duration(i%5) * time.Second)
				err := get(t.Context(), client)
				var failed *cloud.CredentialsError
				var e *cloud.Error
				if !errors.As(err, &failed) || !errors.As(err, &e) || e.Status != http.StatusUnauthorized {
					t.Errorf("error %v, want a *CredentialsError with status 401", err)
				}
				if failed != nil && (failed.Provider != wrong || failed.Target != project) {
					t.Errorf("error of %v for %+v, want of %v for %+v", failed.Provider, failed.Target, wrong, project)
				}
			})
		}
		all.Wait()
		if got := c.count(cloud.IAM); got != 2 {
			t.Errorf("the password was sent %d times, want 2", got)
		}
	})
}

// IAM also answers with 401 if the project is not one of the user. Then the others are read all the same.
func TestForeignProjectIsNoWrongPassword(t *testing.T) {
	unauthorized := simulator.Fault{
		Service: cloud.IAM, Times: 1, Status: http.StatusUnauthorized, Body: `{"error":{"code":401,"message":"no","title":"Unauthorized"}}`,
	}
	for _, foreignFirst := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
			if !foreignFirst {
				if err := get(t.Context(), client); err != nil {
					t.Errorf("own project, before: %v", err)
				}
			}
			c.InjectFault(unauthorized)
			var failed *cloud.CredentialsError
			if err := getIn(t.Context(), client, cloud.Target{Region: project.Region, ProjectID: "foreign"}); !errors.As(err, &failed) {
				t.Errorf("foreign project (first: %v): error %v, want a *CredentialsError", foreignFirst, err)
			}
			if err := get(t.Context(), client); err != nil {
				t.Errorf("own project, after the foreign one (first: %v): %v", foreignFirst, err)
			}
		})
	}
}

// If a service rejects new credentials as well, no others are asked for within a minute, however many reads there are.
func TestServiceThatRejectsAllCredentials(t *testing.T) {
	for _, test := range refreshed {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.provider, MaxRetries: 5})
				c.InjectFault(simulator.Fault{Service: cloud.DCS, Status: http.StatusUnauthorized, Body: `{"error_code":"APIGW.0301"}`})
				reads := func(n int) {
					for range n {
						var e *cloud.Error
						err := getIn(t.Context(), client, test.target)
						if !errors.As(err, &e) || e.Service != cloud.DCS || e.Code != "APIGW.0301" || !e.Issued {
							t.Errorf("error %+v, want APIGW.0301 of dcs with issued credentials", err)
						}
					}
				}
				reads(30)
				if sets, requests := c.sets(), c.count(cloud.DCS); sets != 2 || requests != 30+1 {
					t.Errorf("30 reads took %d sets of credentials and %d requests, want 2 and 31", sets, requests)
				}
				pass(time.Minute - time.Second)
				reads(1)
				if sets := c.sets(); sets != 2 {
					t.Errorf("%d sets of credentials within a minute, want 2", sets)
				}
				pass(time.Second)
				reads(1)
				if sets := c.sets(); sets != 3 {
					t.Errorf("%d sets of credentials after a minute, want 3", sets)
				}
			})
		})
	}
}

// Transient errors of IAM are survived.
func TestTransientErrorsOfIAM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5})
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Status: http.StatusBadGateway, Times: 3})
		if err := get(t.Context(), client); err != nil {
			t.Errorf("read: %v", err)
		}
	})
}

func TestErrorsOfIAM(t *testing.T) {
	half := `{"credential":{"access":"A","secret":"S"}}`
	for _, test := range []struct {
		name     string
		provider cloud.CredentialsProvider
		fault    simulator.Fault
		err      string
		denied   bool // once and for all
	}{
		{
			name:     "no token",
			provider: password,
			fault:    simulator.Fault{Status: 201, Body: `{"token":{}}`},
			err:      "the answer has no token (header X-Subject-Token)",
		},
		{
			name:     "no JSON",
			provider: password,
			fault:    simulator.Fault{Status: 201, Body: `<html><title>Sign in</title>`},
			err:      "HTML page: Sign in",
		},
		{
			name:     "not found",
			provider: password,
			fault:    simulator.Fault{Status: 404, Body: `{}`},
			err:      "HTTP 404",
			denied:   true,
		},
		{
			name:     "bad request",
			provider: password,
			fault:    simulator.Fault{Status: 400, Body: `{}`},
			err:      "HTTP 400",
			denied:   true,
		},
		{
			name:     "not implemented",
			provider: password,
			fault:    simulator.Fault{Status: 501, Body: `{}`},
			err:      "HTTP 501",
		},
		{
			name:     "redirect",
			provider: password,
			fault:    simulator.Fault{Status: 302, Header: map[string]string{"Location": "https://elsewhere.invalid/"}},
			err:      "HTTP 302",
		},
		{
			name:     "unavailable",
			provider: password,
			fault:    simulator.Fault{Status: 503},
			err:      "HTTP 503",
		},
		{
			name:     "keys without their security token",
			provider: agency,
			fault:    simulator.Fault{Status: 201, Body: half},
			err:      "the answer lacks a part of the temporary keys (access, secret and securitytoken)",
		},
		{
			name:     "keys without their secret key",
			provider: agency,
			fault:    simulator.Fault{Status: 201, Body: `{"credential":{"access":"A","securitytoken":"T"}}`},
			err:      "the answer lacks a part of the temporary keys (access, secret and securitytoken)",
		},
		{
			name:     "keys without their access key",
			provider: agency,
			fault:    simulator.Fault{Status: 201, Body: `{"credential":{"secret":"S","securitytoken":"T"}}`},
			err:      "the answer lacks a part of the temporary keys (access, secret and securitytoken)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.provider})
				test.fault.Service = cloud.IAM
				c.InjectFault(test.fault)
				target := project
				if test.provider == cloud.CredentialsProvider(agency) {
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

// A caller that gets a token, or waits for the one that gets it, is interrupted at once and without harm to the others.
func TestInterruptWhileATokenIsFetched(t *testing.T) {
	for _, test := range []struct {
		name        string
		interrupted func(i int) bool
	}{
		{name: "the caller that gets the token", interrupted: func(i int) bool { return i%2 == 0 }}, // the first one is 0
		{name: "those that wait for it", interrupted: func(i int) bool { return i%2 == 1 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
				c.hang = make(chan struct{})
				const interrupt = 3 * time.Second
				ctx, cancel := context.WithTimeout(t.Context(), interrupt)
				defer cancel()
				start := time.Now()
				var all sync.WaitGroup
				for i := range 50 {
					all.Go(func() {
						pass(time.Duration(i) * time.Millisecond)
						if !test.interrupted(i) {
							if err := get(t.Context(), client); err != nil { //nolint:contextcheck // not interrupted
								t.Errorf("read %d: %v", i, err)
							}
							return
						}
						err := get(ctx, client)
						if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != interrupt {
							t.Errorf("read %d ended after %s with %v, want %s and %v", i, took, err, interrupt, context.DeadlineExceeded)
						}
					})
				}
				pass(interrupt + time.Second)
				close(c.hang)
				all.Wait()
				if tokens, _ := c.Issued(); tokens != 1 {
					t.Errorf("%d tokens, want 1", tokens)
				}
			})
		})
	}
}

// A caller that waits until it may send the password is interrupted at once.
func TestInterruptWhileAnotherProjectLogsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
		c.hang = make(chan struct{})
		var first sync.WaitGroup
		first.Go(func() {
			if err := get(t.Context(), client); err != nil {
				t.Errorf("first project: %v", err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := getIn(ctx, client, cloud.Target{Region: project.Region, ProjectID: "p2"})
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("second project: ended after %s with %v, want 1s and %v", took, err, context.DeadlineExceeded)
		}
		close(c.hang)
		first.Wait()
	})
}

// Each project has its own token.
func TestTokensOfTwoProjects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const other = "11112222333344445555666677778888"
		projects := []simulator.Project{{ID: simulator.DefaultProjectID, Name: simulator.DefaultRegion}, {ID: other, Name: "eu-west-101_team"}}
		config := cloud.Config{Credentials: password, ProjectName: "eu-west-101_team"}
		c, client := connect(simulator.Options{Projects: projects}, config)
		target, err := client.Resolve(t.Context(), cloud.Target{})
		if err != nil || target.ProjectID != other {
			t.Fatalf("resolved %+v, %v, want project %s", target, err, other)
		}
		for _, target := range []cloud.Target{target, project} {
			if err := getIn(t.Context(), client, target); err != nil {
				t.Errorf("project %s: %v", target.ProjectID, err)
			}
		}
		if tokens, _ := c.Issued(); tokens != 3 {
			t.Errorf("%d tokens, want one for the domain and one for each project", tokens)
		}
	})
}

func TestMetadataTokens(t *testing.T) {
	for _, test := range []struct {
		status   int
		attempts int // to get a token
		fails    bool
	}{
		{status: 403, attempts: 1},
		{status: 404, attempts: 1},
		{status: 405, attempts: 1},
		// The service has tokens, but they fail: that is no reason to go without.
		{status: 503, attempts: 3, fails: true},
	} {
		t.Run(fmt.Sprint(test.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{MetadataV1: true}, cloud.Config{Credentials: metadata, MaxRetries: 5})
				c.InjectFault(simulator.Fault{Service: cloud.IMDS, Path: "/api/token", Status: test.status})
				if err := get(t.Context(), client); (err != nil) != test.fails {
					t.Errorf("read: error %v, want one: %v", err, test.fails)
				}
				want := test.attempts
				if !test.fails {
					want++ // for the keys
				}
				if got := c.count(cloud.IMDS); got != want {
					t.Errorf("%d requests to the metadata, want %d", got, want)
				}
			})
		})
	}
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
	for name, want := range map[string]string{
		"password":     "(secret) MARKED-TOKEN-session-000001 MARKED-SECRET-000001 MARKED-SECURITY-000001 MARKEDACCESSKEY01",
		"metadata":     "MARKED-TOKEN-000001 (secret) (secret) (secret) MARKEDACCESSKEY01",
		"assumed role": "MARKED-TOKEN-000001 MARKED-TOKEN-session-000001 (secret) (secret) MARKEDACCESSKEY01",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := slices.IndexFunc(refreshed, func(r refreshedProvider) bool { return r.name == name })
				test := refreshed[i]
				c, client := connect(simulator.Options{
					IssuedToken: "MARKED-TOKEN", IssuedAccessKey: "MARKEDACCESSKEY",
					IssuedSecretKey: "MARKED-SECRET", IssuedSecurityToken: "MARKED-SECURITY",
				}, cloud.Config{Credentials: test.provider})
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
