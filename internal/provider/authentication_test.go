package provider

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// marked are the secrets of a simulated cloud, easily found wherever they should not be.
var marked = simulator.Options{
	AccessKey: "MARKED-ACCESS-KEY-2c6d", SecretKey: "MARKED-SECRET-KEY-7f3d",
	// Tokens are longer than what is shown of an answer.
	Token:       strings.Repeat("MARKED-TOKEN-5e8b", 100) + "/+==",
	Users:       []simulator.User{{Name: "user", ID: "0123456789abcdef", Password: "MARKED-PASSWORD-4d1e with a space"}},
	IssuedToken: strings.Repeat("MARKED-ISSUED-TOKEN-8b2f", 50), IssuedAccessKey: "MARKED-ISSUED-KEY-3a7c-",
	Agencies: []simulator.Agency{{
		Name: simulator.DefaultAgency, Domain: cloud.Domain{Name: simulator.DefaultAgencyDomainName, ID: simulator.DefaultAgencyDomainID},
		Projects: []simulator.Project{{ID: simulator.DefaultAgencyProjectID, Name: simulator.DefaultRegion}},
	}},
	IssuedSecretKey: "MARKED-ISSUED-SECRET-6e9d", IssuedSecurityToken: strings.Repeat("MARKED-ISSUED-SECURITY-1f5a", 50),
}

// A way is one way to authenticate at the simulated cloud with the marked secrets.
type way struct {
	env       []string
	files     map[string]string // below the home directory
	temporary bool              // the keys come with a security token
	by        string            // as whom the services see it
	log       string            // what the log says of it

	tokens, keys int // that are handed out for one read
}

const markedSecurityToken = "MARKED-SECURITY-TOKEN-9a1c"

var (
	markedKeys = []string{"HW_ACCESS_KEY=" + marked.AccessKey, "HW_SECRET_KEY=" + marked.SecretKey}
	markedUser = []string{"OS_USERNAME=user", "OS_PASSWORD=" + marked.Users[0].Password, "OS_USER_DOMAIN_NAME=" + simulator.DefaultDomainName}
	markedRole = []string{"HW_ASSUME_ROLE_AGENCY_NAME=" + simulator.DefaultAgency, "HW_ASSUME_ROLE_DOMAIN_NAME=" + simulator.DefaultAgencyDomainName}
)

const asAgency = "agency " + simulator.DefaultAgency

var ways = map[string]way{
	"token":          {env: []string{"HW_AUTH_TOKEN=" + marked.Token}, by: "token", log: "the token from HW_AUTH_TOKEN"},
	"keys":           {env: markedKeys, by: "keys", log: "the access key MARK…2c6d from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY"},
	"temporary keys": {env: append(markedKeys, "HW_SECURITY_TOKEN="+markedSecurityToken), temporary: true, by: "keys", log: "with the security token from HW_SECURITY_TOKEN"},
	"user name":      {env: markedUser, tokens: 2, by: "user user", log: "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME"},
	"user ID": {
		env:    []string{"HW_USER_ID=" + marked.Users[0].ID, "HW_USER_PASSWORD=" + marked.Users[0].Password, "HW_DOMAIN_ID=" + simulator.DefaultDomainID},
		tokens: 2, by: "user user", log: "the user from HW_USER_ID, the password from HW_USER_PASSWORD and the domain from HW_DOMAIN_ID",
	},
	"profile": {
		env:   []string{"HW_PROFILE=test"},
		files: map[string]string{".hcloud/config.json": fmt.Sprintf(`{"profiles":[{"name":"test","mode":"AKSK","accessKeyId":%q,"secretAccessKey":%q}]}`, marked.AccessKey, marked.SecretKey)},
		by:    "keys", log: `the keys of profile "test" in`,
	},
	"profile with an agency": {
		env: []string{"HW_PROFILE=test"},
		files: map[string]string{".hcloud/config.json": fmt.Sprintf(`{"profiles":[{"name":"test","accessKeyId":%q,"secretAccessKey":%q,"agencyName":%q,"agencyDomainName":%q}]}`,
			marked.AccessKey, marked.SecretKey, simulator.DefaultAgency, simulator.DefaultAgencyDomainName)},
		keys: 1, by: asAgency, log: `assumed with the keys of profile "test" in`,
	},
	"clouds.yaml": {
		env: []string{"OS_CLOUD=test"},
		files: map[string]string{
			".config/openstack/clouds.yaml": "clouds: {test: {auth: {username: user, user_domain_name: " + simulator.DefaultDomainName + "}}}",
			".config/openstack/secure.yaml": "clouds: {test: {auth: {password: " + marked.Users[0].Password + "}}}",
		},
		tokens: 2, by: "user user", log: `the user of cloud "test" in`,
	},
	"clouds.yaml with keys": {
		env:   []string{"OS_CLOUD=test"},
		files: map[string]string{".config/openstack/clouds.yaml": "clouds: {test: {auth: {ak: " + marked.AccessKey + ", sk: " + marked.SecretKey + "}}}"},
		by:    "keys", log: `the keys of cloud "test" in`,
	},
	"metadata":             {env: []string{"HW_ECS_METADATA=true"}, keys: 1, by: "instance", log: "the metadata of this ECS instance (enabled by HW_ECS_METADATA)"},
	"agency with keys":     {env: slices.Concat(markedKeys, markedRole), keys: 1, by: asAgency, log: "assumed with the access key MARK…2c6d from HW_ACCESS_KEY"},
	"agency with a user":   {env: slices.Concat(markedUser, markedRole), tokens: 1, keys: 1, by: asAgency, log: "assumed with the user from OS_USERNAME"},
	"agency with metadata": {env: append([]string{"HW_ECS_METADATA=1"}, markedRole...), keys: 2, by: asAgency, log: "assumed with the metadata of this ECS instance"},
}

// start starts a simulated cloud with the marked secrets and a job, and makes a workspace that reads the job.
func (w way) start(t *testing.T, change func(*simulator.Options)) (*simulator.Simulator, *workspace) {
	t.Helper()
	options := marked
	if w.temporary {
		options.SecurityToken = markedSecurityToken
	}
	if change != nil {
		change(&options)
	}
	s, address := simulatortest.Start(t, options)
	s.Add(simulator.DCSJob{ID: "j0"})
	return s, initialise(t, bareBlock(address)+jobs(1), w.environment(t)...)
}

// environment is where the way finds its credentials.
func (w way) environment(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	for file, content := range w.files {
		write(t, filepath.Join(dir, filepath.FromSlash(file)), content)
	}
	return append([]string{"HOME=" + dir, "HW_REGION_NAME=" + simulator.DefaultRegion, "HW_MAX_RETRIES=0"}, w.env...)
}

// secrets lists those that this client is given, and those that are handed out to it.
func (w way) secrets() (given, issued []string) {
	sources := strings.Join(w.env, " ")
	for _, content := range w.files {
		sources += content
	}
	for _, secret := range []string{marked.AccessKey, marked.SecretKey, markedSecurityToken, marked.Token, marked.Users[0].Password} {
		if strings.Contains(sources, secret) {
			given = append(given, secret)
		}
	}
	for i := range w.tokens {
		issued = append(issued, fmt.Sprintf("%s-%06d", marked.IssuedToken, i+1))
	}
	for i := range w.keys {
		issued = append(issued, fmt.Sprintf("%s%02d", marked.IssuedAccessKey, i+1), fmt.Sprintf("%s-%06d", marked.IssuedSecretKey, i+1), fmt.Sprintf("%s-%06d", marked.IssuedSecurityToken, i+1))
	}
	return given, issued
}

func TestEveryWayToAuthenticate(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := way.start(t, nil)
			w.env = append(w.env, "TF_LOG_PROVIDER=INFO", "TF_LOG_PATH=info.log")
			if out, err := w.run(t, "plan"); err != nil {
				t.Fatal(out)
			}
			if tokens, keys := s.Issued(); tokens != way.tokens || keys != way.keys {
				t.Errorf("%d tokens and %d keys were handed out, want %d and %d", tokens, keys, way.tokens, way.keys)
			}
			for _, r := range s.Requests() {
				if r.Service == cloud.DCS && (r.By != way.by || r.Status != http.StatusOK) {
					t.Errorf("DCS saw %q: %+v", r.By, r)
				}
			}
			// Older versions of Terraform do not escape quotation marks.
			if log := strings.ReplaceAll(simulatortest.Read(t, filepath.Join(w.dir, "info.log")), `\"`, `"`); !strings.Contains(log, way.log) {
				t.Errorf("the log does not say which credentials were used: %s", log)
			}
		})
	}
}

// The same from the provider block, the role in its own block.
func TestAuthenticationInTheProviderBlock(t *testing.T) {
	s, address := simulatortest.Start(t, marked)
	s.Add(simulator.DCSJob{ID: "j0"})
	config := strings.Replace(bareBlock(address), "{\n", fmt.Sprintf(`{
  region      = %q
  user_name   = "user"
  password    = var.password
  domain_name = %q
  assume_role {
    agency_name = %q
    domain_id   = %q
    duration    = 3600
  }
`, simulator.DefaultRegion, simulator.DefaultDomainName, simulator.DefaultAgency, simulator.DefaultAgencyDomainID), 1)
	config += "variable \"password\" {\n  sensitive = true\n}\n" + jobs(1)
	w := initialise(t, config, "TF_VAR_password="+marked.Users[0].Password, "HW_ACCESS_KEY=never", "HW_SECRET_KEY=never", "HW_ASSUME_ROLE_DOMAIN_NAME=never")
	if out, err := w.run(t, "apply", "-auto-approve"); err != nil {
		t.Fatal(out)
	}
	requests := s.Requests()
	if by := requests[len(requests)-1].By; by != asAgency {
		t.Errorf("the services saw %q", by)
	}
}

// What a user reads when credentials cannot be had or are refused.
func TestAuthenticationErrorsOnTheScreen(t *testing.T) {
	unauthorized := func(message string) simulator.Fault {
		return simulator.Fault{Service: cloud.DCS, Status: 401, Body: `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: ` + message + `"}`}
	}
	for name, test := range map[string]struct {
		way    string
		env    []string
		change func(*simulator.Options)
		fault  simulator.Fault
		want   []string
	}{
		"wrong password": {
			"user name", []string{"OS_PASSWORD=MARKED-WRONG"}, nil, simulator.Fault{Service: "none"},
			[]string{
				"Cannot read DCS job", "Getting a token for DCS job j0 in region eu-west-101: HTTP 401 Unauthorized", `"The username or password is wrong."`, "Endpoint: http://127.0.0.1:", "Request ID: ",
				"User, password or domain are wrong (the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME). Check them.", "IAM locks a user after several wrong ones.",
			},
		},
		"locked user": {
			"user name", nil, nil, simulator.Fault{Service: cloud.IAM, Status: 401, Body: `{"error":{"code":401,"message":"The account is locked.","title":"Unauthorized"}}`},
			[]string{"IAM has locked the user, as it does after several wrong passwords"},
		},
		"project that is not the user's": {
			"user name", []string{"HW_PROJECT_ID=nobodys"}, nil, simulator.Fault{Service: "none"},
			[]string{"Getting a token for DCS job j0", "HTTP 404 Not Found", "Could not find project: nobodys.", "The user has no project nobodys. Check project_id, and that the project belongs to this region and account."},
		},
		"project not found": {
			"user name", []string{"HW_PROJECT_NAME=eu-west-101_nobodys"}, nil, simulator.Fault{Service: "none"},
			[]string{"Cannot read DCS job", `lists no project named "eu-west-101_nobodys" for region "eu-west-101". Check the region and project_name`},
		},
		"agency refused": {
			"agency with keys", []string{"HW_ASSUME_ROLE_AGENCY_NAME=nobodys"}, nil, simulator.Fault{Service: "none"},
			[]string{
				`Getting temporary keys of agency "nobodys" for DCS job j0`, "HTTP 403 Forbidden", "You have no permission to assume this agency.", "Request ID: ",
				"Check the agency's name and the domain (account) that created it, that it was given to the account of the credentials (the access key MARK…2c6d from HW_ACCESS_KEY", "Agent Operator",
			},
		},
		"agency with a wrong key": {
			"agency with keys", []string{"HW_SECRET_KEY=MARKED-WRONG"}, nil, simulator.Fault{Service: "none"},
			[]string{`Getting temporary keys of agency "simulated-agency"`, "HTTP 401", "The signature is wrong: check that the secret key belongs to the access key"},
		},
		"no agency on the instance": {
			"metadata", nil, nil, simulator.Fault{Service: cloud.IMDS, Path: "securitykey", Status: 404},
			[]string{"Getting temporary keys from the instance metadata for DCS job j0: HTTP 404 Not Found", "The instance has no agency that gives it keys, or what answers is not the metadata of an ECS instance."},
		},
		"not an instance": {
			"metadata", nil, nil, simulator.Fault{Service: cloud.IMDS, Reset: true},
			[]string{"Getting temporary keys from the instance metadata for DCS job j0", "Endpoint: http://127.0.0.1:", "Only an ECS instance reaches its metadata. Use other credentials on this machine."},
		},
		"IAM out of reach": {
			"user name", nil, nil, simulator.Fault{Service: cloud.IAM, Reset: true},
			[]string{"Getting a token for DCS job j0 in region eu-west-101", "reset by peer", "Check that this machine reaches the endpoint, directly or through the proxy variables, and auth_url or endpoints.iam if it is set."},
		},
		"IAM that is none": {
			"user name", []string{"HW_PROJECT_ID=p"}, nil, simulator.Fault{Service: cloud.IAM, Status: 404, Body: "<html><title>Not here</title></html>"},
			[]string{"HTTP 404", "HTML page: Not here", "What answers there is not IAM. Check auth_url or endpoints.iam, the region and the cloud"},
		},
		"token without its header": {
			"user name", nil, nil, simulator.Fault{Service: cloud.IAM, Status: 201, Body: "{}"},
			[]string{"the answer has no token (header X-Subject-Token)", "If this stays, check auth_url or endpoints.iam and any proxy in between"},
		},
		"expired password": {
			"user name", nil, nil, simulator.Fault{Service: cloud.IAM, Status: 401, Body: `{"error":{"code":401,"message":"The password has expired.","title":"Unauthorized"}}`},
			[]string{"The password has expired (the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME). Change it in IAM."},
		},
		"fresh token that is refused": {
			"user name", nil, nil, unauthorized("decrypt token fail"),
			[]string{"They are fresh, and were refused all the same: check that they may be used in this project, region and cloud."},
		},
		"wrong security token": {
			"temporary keys", []string{"HW_SECURITY_TOKEN=MARKED-WRONG"}, nil, simulator.Fault{Service: "none"},
			[]string{"security token invalid", "get new temporary keys, or unset a security token that is left over from others"},
		},
		"project of others": {
			"keys", []string{"HW_PROJECT_ID=nobodys"}, nil, simulator.Fault{Service: "none"},
			[]string{"HTTP 403 Forbidden", "or the project is not one of theirs. Reading needs dcs:job:get; check project_id too"},
		},
		"proxy that asks who it is": {
			"keys", nil, nil, simulator.Fault{Service: cloud.DCS, Status: 407},
			[]string{"HTTP 407", "Put user and password into the proxy variables"},
		},
		"clock that is behind": {
			"keys", nil, func(o *simulator.Options) {
				o.Now = func() time.Time { return time.Now().Add(20*time.Minute + 30*time.Second) }
			}, simulator.Fault{Service: "none"},
			[]string{"HTTP 401", "signature expired", "The clock of this machine is 20m", "behind that of the service, and signatures are refused beyond 15m0s. Set the clock, best by NTP."},
		},
		"clock that is ahead": {
			"temporary keys", nil, func(o *simulator.Options) {
				o.Now = func() time.Time { return time.Now().Add(-3*time.Hour - 30*time.Second) }
			}, simulator.Fault{Service: "none"},
			[]string{"The clock of this machine is 3h0m", "ahead of that of the service"},
		},
		"expired token": {
			"token", nil, nil, unauthorized("token expired at yesterday"),
			[]string{"HTTP 401", "The credentials were refused: the token from HW_AUTH_TOKEN. A token lives for a day at most", "with which tokens are renewed."},
		},
		"expired keys": {
			"temporary keys", nil, nil, unauthorized("security token expired"),
			[]string{"Temporary keys expire: get new ones, or use a way of authentication that renews them"},
		},
		"disabled key": {
			"keys", nil, nil, unauthorized("the ak is inactive"),
			[]string{"The access key, its user or the account is disabled. Enable it in IAM, or use another one."},
		},
		"unknown key": {
			"keys", []string{"HW_ACCESS_KEY=MARKED-WRONG"}, nil, simulator.Fault{Service: "none"},
			[]string{"The access key does not exist here: it was deleted, or belongs to another cloud."},
		},
		"locked key": {
			"keys", nil, nil, unauthorized("AK access failed to reach the limit,forbidden."),
			[]string{"The access key is locked for five minutes after several wrong signatures."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := ways[test.way].start(t, test.change)
			s.InjectFault(test.fault)
			w.env = append(w.env, test.env...)
			out, err := w.run(t, "plan")
			if err == nil || !inOrder(test.want...).MatchString(out) {
				t.Errorf("want %q in\n%s", test.want, out)
			}
			if strings.Contains(out, "MARKED-") {
				t.Errorf("a secret is shown: %s", out)
			}
		})
	}
}

// A data source's region of another cloud is refused, at the argument, before anything is sent.
func TestRegionOfAnotherCloudOnTheScreen(t *testing.T) {
	t.Parallel()
	w := initialise(t, "provider \"hwtasks\" {\n  region = \"eu-de\"\n}\ndata \"hwtasks_dcs_job\" \"test\" {\n  job_id = \"j\"\n  region = \"eu-west-101\"\n}\n", keysInEnvironment...)
	out, err := w.run(t, "plan")
	if err == nil || !inOrder("Cannot read DCS job", `region = "eu-west-101"`, `Region "eu-west-101" belongs to the cloud myhuaweicloud.eu, but the provider is configured for otc.t-systems.com`, "Use another provider block").MatchString(out) {
		t.Error(out)
	}
}

// A wait outlives its credentials: those that expire are renewed in time, those that are revoked when it is noticed.
func TestWaitOutlivesItsCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		lifetime time.Duration
		revoked  bool
	}{
		"expiring": {4 * time.Second, false},
		"revoked":  {time.Hour, true},
	} {
		for _, kind := range []string{"user name", "metadata"} {
			t.Run(kind+", "+name, func(t *testing.T) {
				t.Parallel()
				options := marked
				options.TokenLifetime, options.KeyLifetime = test.lifetime, test.lifetime
				looks := 0
				var s *simulator.Simulator
				options.Log = func(r simulator.Request) {
					if r.Service == cloud.DCS && r.Status == http.StatusOK {
						if looks++; looks == 3 && test.revoked {
							s.Revoke()
						}
					}
				}
				s, address := simulatortest.Start(t, options)
				s.Add(simulator.DCSJob{ID: "j", Timeline: runs(9*time.Second, "")})
				w := initialise(t, bareBlock(address)+waitConfig(dcsJob...), ways[kind].environment(t)...)
				w.env = append(w.env, "HW_PROJECT_ID="+simulator.DefaultProjectID)
				if out, err := w.run(t, "plan"); err != nil {
					t.Fatal(out)
				}
				refused := 0
				for _, r := range s.Requests() {
					if r.Status == http.StatusUnauthorized {
						refused++
					}
				}
				tokens, keys := s.Issued()
				switch sets := tokens + keys; {
				case test.revoked && (sets != 2 || refused != 1):
					t.Errorf("%d sets of credentials, %d requests refused", sets, refused)
				case !test.revoked && (sets < 3 || refused > 0):
					t.Errorf("%d sets of credentials, %d requests refused", sets, refused)
				}
			})
		}
	}
}

// A wait with the keys of an instance, on a machine that is none, says so at once instead of trying for an hour.
func TestWaitOffTheInstance(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, marked)
	s.InjectFault(simulator.Fault{Service: cloud.IMDS, Reset: true})
	w := initialise(t, bareBlock(address)+waitConfig(dcsJob...), append(ways["metadata"].environment(t), "HW_PROJECT_ID="+simulator.DefaultProjectID)...)
	out, err := w.run(t, "plan")
	if err == nil || !inOrder("Cannot wait for DCS job", "Only an ECS instance reaches its metadata.").MatchString(out) {
		t.Error(out)
	}
}

// Ctrl-C while a token is asked for ends the run at once.
func TestInterruptWhileAuthenticating(t *testing.T) {
	asked := make(chan bool, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = new(bytes.Buffer).ReadFrom(r.Body) // so that the server notices the client's end
		asked <- true
		<-r.Context().Done()
	}))
	defer server.Close()
	w := initialise(t, bareBlock(server.URL)+jobs(1), ways["user name"].environment(t)...)
	out, took := w.interrupt(t, func() bool { return len(asked) > 0 }, "plan")
	if !inOrder("the read was interrupted").MatchString(out) {
		t.Error(out)
	}
	if took > 3*time.Second {
		t.Errorf("it went on for %s", took)
	}
}
