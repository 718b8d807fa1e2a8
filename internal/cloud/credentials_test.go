package cloud_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

var (
	given    = cloud.Static{Credentials: cloud.Credentials{AccessKey: simulator.DefaultAccessKey, SecretKey: simulator.DefaultSecretKey}, Origin: "given keys"}
	password = cloud.Password{
		UserName: simulator.DefaultUserName, Password: simulator.DefaultPassword, Domain: cloud.Domain{Name: simulator.DefaultDomainName}, Origin: "test user",
	}
	metadata = cloud.Metadata{Origin: "test instance"}
	agency   = cloud.AssumedRole{Base: given, Agency: simulator.DefaultAgency, Domain: cloud.Domain{Name: simulator.DefaultAgencyDomainName}, Origin: "test agency"}

	project = cloud.Target{Region: simulator.DefaultRegion, ProjectID: simulator.DefaultProjectID}

	// The agency is of another account, and so is its project.
	agencyProject = cloud.Target{Region: simulator.DefaultRegion, ProjectID: simulator.DefaultAgencyProjectID}
)

// read is a read of the job in a project.
func read(t cloud.Target) cloud.Request {
	return cloud.Request{Service: cloud.DCS, Target: t, Path: []string{"v2", t.ProjectID, "jobs", "j1"}}
}

// renewed are the identities whose credentials expire, and how long they live.
var renewed = map[string]struct {
	identity cloud.CredentialsProvider
	lifetime time.Duration
	target   cloud.Target
}{
	"password":     {password, 24 * time.Hour, project},
	"metadata":     {metadata, time.Hour, project},
	"assumed role": {agency, 15 * time.Minute, agencyProject},
}

// A connection leads to a simulated cloud in the same process, so that time can be fake.
type connection struct {
	*simulator.Simulator
	hang chan struct{} // until it is closed, requests to IAM are not answered; nil: all are
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
	if received.Body == nil {
		received.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	c.ServeHTTP(answer, received)
	return answer.Result(), nil
}

// connect makes a simulated cloud with one job, and a client of it.
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

// asked tells how many requests there were to a service, and how many of all were refused.
func (c *connection) asked(service cloud.Service) (requests, refused int) {
	for _, r := range c.Requests() {
		if r.Service == service {
			requests++
		}
		if r.Status == http.StatusUnauthorized {
			refused++
		}
	}
	return requests, refused
}

func TestEveryIdentity(t *testing.T) {
	byID := password
	byID.UserName, byID.UserID, byID.Domain = "", simulator.DefaultUserID, cloud.Domain{ID: simulator.DefaultDomainID}
	withoutDomain := byID
	withoutDomain.Domain = cloud.Domain{}
	role := func(base cloud.CredentialsProvider, domain cloud.Domain) cloud.CredentialsProvider {
		return cloud.AssumedRole{Base: base, Agency: simulator.DefaultAgency, Domain: domain, Duration: time.Hour}
	}
	byName, agencyByID := cloud.Domain{Name: simulator.DefaultAgencyDomainName}, cloud.Domain{ID: simulator.DefaultAgencyDomainID}
	token := cloud.Static{Credentials: cloud.Credentials{Token: simulator.DefaultToken}}
	for name, test := range map[string]struct {
		identity cloud.CredentialsProvider
		by       string
		iam      int // requests to IAM where the project must be looked up
	}{
		"keys":                  {given, "keys", 1},
		"token":                 {token, "token", 1},
		"user name":             {password, "user " + simulator.DefaultUserName, 3},
		"user ID":               {byID, "user " + simulator.DefaultUserName, 3},
		"metadata":              {metadata, "instance", 1},
		"agency with keys":      {role(given, byName), "agency " + simulator.DefaultAgency, 2},
		"agency with token":     {role(token, agencyByID), "agency " + simulator.DefaultAgency, 2},
		"agency with password":  {role(password, byName), "agency " + simulator.DefaultAgency, 3},
		"agency with metadata":  {role(metadata, byName), "agency " + simulator.DefaultAgency, 2},
		"user ID and no domain": {withoutDomain, "user " + simulator.DefaultUserName, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.identity})
				want := project
				if strings.HasPrefix(test.by, "agency") {
					want = agencyProject
				}
				if name != "user ID and no domain" {
					target, err := client.Resolve(t.Context(), cloud.Target{})
					if err != nil || target != want {
						t.Fatalf("%+v, %v", target, err)
					}
				}
				for range 3 {
					if err := getIn(t.Context(), client, want); err != nil {
						t.Fatal(err)
					}
				}
				if iam, refused := c.asked(cloud.IAM); iam != test.iam || refused > 0 {
					t.Errorf("%d requests to IAM, %d refused, want %d", iam, refused, test.iam)
				}
				requests := c.Requests()
				if by := requests[len(requests)-1].By; by != test.by {
					t.Errorf("the services saw %q, want %q", by, test.by)
				}
			})
		})
	}
}

// The domain of a user that is known by ID alone is missed only where it is needed.
func TestUserIDWithoutDomainNeedsTheProjectID(t *testing.T) {
	identity := cloud.Password{UserID: simulator.DefaultUserID, Password: simulator.DefaultPassword}
	_, client := connect(simulator.Options{}, cloud.Config{Credentials: identity})
	_, err := client.Resolve(t.Context(), cloud.Target{})
	var setting *cloud.SettingError
	if !errors.As(err, &setting) || setting.Setting != "domain_name" {
		t.Error(err)
	}
}

// Fifty readers share one set of credentials, and when it comes close to its end or is refused, one new set.
func TestFiftyReadersGetOneNewSet(t *testing.T) {
	for name, test := range renewed {
		for reason, age := range map[string]struct {
			after   time.Duration // from when on the first set is a reason to get another one
			revoked bool
		}{
			"expiring": {test.lifetime - 5*time.Minute + time.Second, false},
			"expired":  {2 * test.lifetime, false},
			"revoked":  {time.Second, true},
		} {
			t.Run(name+", "+reason, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.identity})
					readers := func() {
						var all sync.WaitGroup
						for range 50 {
							all.Go(func() {
								if err := getIn(t.Context(), client, test.target); err != nil {
									t.Error(err)
								}
							})
						}
						all.Wait()
					}
					readers()
					if sets := cachedCredentials(c); sets != 1 {
						t.Fatalf("%d sets of credentials at first", sets)
					}
					pass(age.after)
					if age.revoked {
						c.Revoke()
					}
					readers()
					if sets := cachedCredentials(c); sets != 2 {
						t.Errorf("%d new sets of credentials", sets-1)
					}
					if _, refused := c.asked(cloud.DCS); refused > 0 != age.revoked {
						t.Errorf("%d requests were refused", refused)
					}
				})
			})
		}
	}
}

// cachedCredentials tells how many sets of credentials the simulated cloud has handed out.
func cachedCredentials(c *connection) int {
	tokens, keys := c.Issued()
	return tokens + keys
}

// Whoever reads once a minute for a long time is never refused, and gets new credentials five minutes before the old expire.
func TestRenewalIsInTime(t *testing.T) {
	for name, test := range renewed {
		for clock, off := range map[string]time.Duration{"right": 0, "fast": -6 * time.Minute, "slow": 6 * time.Minute} {
			t.Run(name+", "+clock+" clock", func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, client := connect(simulator.Options{Now: func() time.Time { return time.Now().Add(off) }}, cloud.Config{Credentials: test.identity})
					total := 4 * test.lifetime
					for range total / time.Minute {
						if err := getIn(t.Context(), client, test.target); err != nil {
							t.Fatal(err)
						}
						pass(time.Minute)
					}
					if _, refused := c.asked(cloud.DCS); refused > 0 {
						t.Errorf("%d requests were refused", refused)
					}
					each := test.lifetime - 5*time.Minute
					want := int((total + each - 1) / each)
					if sets := cachedCredentials(c); sets != want {
						t.Errorf("%d sets of credentials, want %d", sets, want)
					}
				})
			})
		}
	}
}

// A password does not depend on the clock at all.
func TestPasswordWithAWrongClock(t *testing.T) {
	for _, off := range []time.Duration{-100 * time.Hour, 100 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			c, client := connect(simulator.Options{Now: func() time.Time { return time.Now().Add(off) }}, cloud.Config{Credentials: password})
			for range 20 * 60 {
				if err := get(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				pass(time.Minute)
			}
			if sets := cachedCredentials(c); sets != 1 {
				t.Errorf("%d tokens in 20 hours", sets)
			}
		})
	}
}

// While IAM is down, credentials serve to their end, and reads are held up little.
func TestEarlyRenewalMayFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5})
		if err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Status: http.StatusServiceUnavailable})
		pass(24*time.Hour - 4*time.Minute - 30*time.Second)
		start := time.Now()
		for range 12 { // four minutes
			if err := get(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			pass(20 * time.Second)
		}
		if took := time.Since(start); took > 4*time.Minute+time.Second {
			t.Errorf("reads were held up: %s", took)
		}
		if requests, _ := c.asked(cloud.IAM); requests > 1+5 {
			t.Errorf("%d requests to IAM", requests)
		}
		pass(time.Minute)
		var identity *cloud.CredentialsError
		if err := get(t.Context(), client); !errors.As(err, &identity) {
			t.Errorf("after the end: %v", err)
		}
		c.ClearFaults()
		if err := get(t.Context(), client); err != nil {
			t.Errorf("when IAM is back: %v", err)
		}
	})
}

// An IAM that does not answer holds up those little who have credentials that serve.
func TestEarlyRenewalMayHang(t *testing.T) {
	for name, trouble := range map[string]simulator.Fault{
		"slow":      {Service: cloud.IAM, Delay: simulator.Duration(29 * time.Second), Status: http.StatusServiceUnavailable},
		"throttled": {Service: cloud.IAM, Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "120"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5, RequestsPerSecond: 10})
				if err := get(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				c.InjectFault(trouble)
				pass(24*time.Hour - 4*time.Minute - 30*time.Second)
				var held time.Duration
				for range 12 { // four minutes
					start := time.Now()
					if err := get(t.Context(), client); err != nil {
						t.Fatal(err)
					}
					held += time.Since(start)
					pass(20 * time.Second)
				}
				if held > 15*time.Second {
					t.Errorf("reads were held up for %s", held)
				}
			})
		})
	}
}

// A wrong password is sent for one project and for the domain, however many projects there are; a right one once for each.
func TestPasswordForManyProjects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var projects []simulator.Project
		for i := range 8 {
			projects = append(projects, simulator.Project{ID: fmt.Sprintf("p%d", i), Name: simulator.DefaultRegion})
		}
		for pass, want := range map[string]int{"wrong-password-of-no-real-account": 2, simulator.DefaultPassword: len(projects)} {
			identity := password
			identity.Password = pass
			c, client := connect(simulator.Options{Projects: projects}, cloud.Config{Credentials: identity, MaxRetries: 5})
			var all sync.WaitGroup
			for _, p := range projects {
				for range 3 {
					all.Go(func() {
						if err := getIn(t.Context(), client, cloud.Target{Region: simulator.DefaultRegion, ProjectID: p.ID}); (err == nil) != (want > 2) {
							t.Error(err)
						}
					})
				}
			}
			all.Wait()
			if requests, _ := c.asked(cloud.IAM); requests != want {
				t.Errorf("the password was sent %d times, want %d", requests, want)
			}
		}
	})
}

// IAM locks users after several wrong passwords: of fifty readers one sends it.
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
				var identity *cloud.CredentialsError
				var e *cloud.Error
				if !errors.As(err, &identity) || !errors.As(err, &e) || e.Status != http.StatusUnauthorized || strings.Contains(err.Error(), wrong.Password) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if requests, _ := c.asked(cloud.IAM); requests != 2 {
			t.Errorf("the password was sent %d times, and not for the project and the domain", requests)
		}
	})
}

// Renewed credentials that are refused as well are no reason for others, however many reads there are.
func TestRefusalThatStays(t *testing.T) {
	for name, test := range renewed {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: test.identity, MaxRetries: 5})
				c.InjectFault(simulator.Fault{Service: cloud.DCS, Status: http.StatusUnauthorized, Body: `{"error_code":"APIGW.0301"}`})
				for range 30 {
					var e *cloud.Error
					if err := getIn(t.Context(), client, test.target); !errors.As(err, &e) || e.Service != cloud.DCS || e.Code != "APIGW.0301" || !e.Issued {
						t.Error(err)
					}
				}
				requests, _ := c.asked(cloud.DCS)
				if sets := cachedCredentials(c); sets != 2 || requests != 31 {
					t.Errorf("%d sets of credentials, %d requests", sets, requests)
				}
				// Later it is worth another try.
				c.ClearFaults()
				pass(2 * time.Minute)
				c.Revoke()
				if err := getIn(t.Context(), client, test.target); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Passing troubles of IAM are got over, and tell what they are where they stay.
func TestTroublesOfIAM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, client := connect(simulator.Options{}, cloud.Config{Credentials: password, MaxRetries: 5})
		c.InjectFault(simulator.Fault{Service: cloud.IAM, Status: http.StatusBadGateway, Times: 3})
		if err := get(t.Context(), client); err != nil {
			t.Error(err)
		}
	})
	for name, fault := range map[string]struct {
		simulator.Fault
		says string
	}{
		"no token":      {simulator.Fault{Status: 201, Body: `{"token":{}}`}, "the answer has no token (header X-Subject-Token)"},
		"no JSON":       {simulator.Fault{Status: 201, Body: `<html><title>Sign in</title>`}, "HTML page: Sign in"},
		"not found":     {simulator.Fault{Status: 404, Body: `{}`}, "HTTP 404"},
		"redirect":      {simulator.Fault{Status: 302, Header: map[string]string{"Location": "https://elsewhere.invalid/"}}, "HTTP 302"},
		"half the keys": {simulator.Fault{Status: 201, Body: `{"credential":{"access":"A","secret":"S"}}`}, "lacks a part of the temporary keys"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				identity := cloud.CredentialsProvider(password)
				if strings.Contains(name, "keys") {
					identity = agency
				}
				c, client := connect(simulator.Options{}, cloud.Config{Credentials: identity, MaxRetries: 5})
				fault.Service = cloud.IAM
				c.InjectFault(fault.Fault)
				err := get(t.Context(), client)
				var failed *cloud.CredentialsError
				if !errors.As(err, &failed) || !strings.Contains(err.Error(), fault.says) {
					t.Error(err)
				}
			})
		})
	}
}

// Whoever asks for a token, or waits for another one who does, may be interrupted: at once and without harm to the others.
func TestInterruptWhileATokenIsFetched(t *testing.T) {
	for _, asker := range []bool{true, false} { // whether the one who asks is interrupted, or those who wait for it
		synctest.Test(t, func(t *testing.T) {
			c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
			c.hang = make(chan struct{})
			ctx, cancel := context.WithCancel(t.Context())
			var all sync.WaitGroup
			for i := range 50 {
				all.Go(func() {
					pass(time.Duration(i) * time.Millisecond) // the first one asks
					start := time.Now()
					if interrupted := (i%2 == 0) == asker; !interrupted {
						if err := get(t.Context(), client); err != nil { //nolint:contextcheck // not interrupted
							t.Error(err)
						}
						return
					}
					err := get(ctx, client)
					if took := time.Since(start); !errors.Is(err, context.Canceled) || took > 3*time.Second {
						t.Errorf("after %s: %v", took, err)
					}
				})
			}
			pass(3 * time.Second)
			cancel()
			pass(time.Second)
			close(c.hang)
			all.Wait()
			if tokens, _ := c.Issued(); tokens != 1 {
				t.Errorf("%d tokens", tokens)
			}
		})
	}
}

// Each project has its own token, and each region its own project.
func TestTokensOfTwoProjects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const other = "11112222333344445555666677778888"
		c, client := connect(simulator.Options{Projects: []simulator.Project{{ID: simulator.DefaultProjectID, Name: simulator.DefaultRegion}, {ID: other, Name: "eu-west-101_team"}}}, cloud.Config{Credentials: password, ProjectName: "eu-west-101_team"})
		target, err := client.Resolve(t.Context(), cloud.Target{})
		if err != nil || target.ProjectID != other {
			t.Fatalf("%+v, %v", target, err)
		}
		if err := getIn(t.Context(), client, target); err != nil {
			t.Error(err)
		}
		if err := get(t.Context(), client); err != nil {
			t.Error(err)
		}
		if tokens, _ := c.Issued(); tokens != 3 {
			t.Errorf("%d tokens, want one for the domain and one for each project", tokens)
		}
	})
}

func TestMetadataWithoutTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{403, 404, 405} {
			c, client := connect(simulator.Options{MetadataV1: true}, cloud.Config{Credentials: metadata})
			c.InjectFault(simulator.Fault{Service: cloud.IMDS, Path: "/api/token", Status: status})
			if err := get(t.Context(), client); err != nil {
				t.Errorf("%d: %v", status, err)
			}
		}
		// Where tokens are known but fail, it is an error and not a lesser way.
		c, client := connect(simulator.Options{MetadataV1: true}, cloud.Config{Credentials: metadata, MaxRetries: 5})
		c.InjectFault(simulator.Fault{Service: cloud.IMDS, Path: "/api/token", Status: 503})
		if err := get(t.Context(), client); err == nil {
			t.Error("keys without a token")
		}
		if requests, _ := c.asked(cloud.IMDS); requests != 3 {
			t.Errorf("%d requests to the metadata, want 3", requests)
		}
	})
}

// Whatever is printed of an identity holds no secret.
func TestIdentitiesPrintNoSecret(t *testing.T) {
	config := cloud.Config{Credentials: cloud.AssumedRole{Base: password, Agency: "a"}}
	for _, value := range []any{given, given.Credentials, password, metadata, agency, config, &config, []any{given, password}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			text := fmt.Sprintf(verb, value)
			for _, secret := range []string{simulator.DefaultAccessKey, simulator.DefaultSecretKey, simulator.DefaultPassword} {
				if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
					t.Errorf("%s of %T: %s", verb, value, text)
				}
			}
		}
	}
}

// Keystone answers with a 401 too where a project is not the user's. Then the others are read all the same.
func TestForeignProjectIsNoWrongPassword(t *testing.T) {
	for _, foreignFirst := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			c, client := connect(simulator.Options{}, cloud.Config{Credentials: password})
			if !foreignFirst {
				if err := get(t.Context(), client); err != nil {
					t.Error(err)
				}
			}
			c.InjectFault(simulator.Fault{Service: cloud.IAM, Times: 1, Status: 401, Body: `{"error":{"code":401,"message":"no","title":"Unauthorized"}}`})
			var identity *cloud.CredentialsError
			if err := getIn(t.Context(), client, cloud.Target{Region: project.Region, ProjectID: "foreign"}); !errors.As(err, &identity) {
				t.Error(err)
			}
			if err := get(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
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
				test := renewed[name]
				c, client := connect(simulator.Options{
					IssuedToken: "MARKED-TOKEN", IssuedAccessKey: "MARKEDACCESSKEY",
					IssuedSecretKey: "MARKED-SECRET", IssuedSecurityToken: "MARKED-SECURITY",
				}, cloud.Config{Credentials: test.identity})
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
