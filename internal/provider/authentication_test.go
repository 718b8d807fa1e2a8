package provider

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// marked is a simulated cloud whose secrets are easily found in any output. An access key is no secret.
var marked = simulator.Options{
	AccessKey: "SIMULATED-ACCESS-KEY-2c6d", SecretKey: "MARKED-SECRET-KEY-7f3d",
	Token:       strings.Repeat("MARKED-TOKEN-5e8b", 100) + "/+==", // longer than the part of an answer that is shown
	Users:       []simulator.User{{Name: "user", ID: "0123456789abcdef", Password: `MARKED-PASSWORD-4d1e/with+"signs`}},
	IssuedToken: strings.Repeat("MARKED-ISSUED-TOKEN-8b2f", 50), IssuedAccessKey: "SIMULATED-ISSUED-KEY-3a7c-",
	IssuedSecretKey: "MARKED-ISSUED-SECRET-6e9d", IssuedSecurityToken: strings.Repeat("MARKED-ISSUED-SECURITY-1f5a", 50),
}

const markedSecurityToken = "MARKED-SECURITY-TOKEN-9a1c"

// A way is a way to authenticate at the simulated cloud with the marked secrets.
type way struct {
	env       []string
	files     map[string]string // below the home directory
	temporary bool              // the keys come with a security token

	by           string // the caller as the services see it
	log          string // part of the provider's log
	tokens, keys int    // issued for one read
}

var (
	markedKeys = []string{"HW_ACCESS_KEY=" + marked.AccessKey, "HW_SECRET_KEY=" + marked.SecretKey}
	markedUser = []string{
		"OS_USERNAME=user", "OS_PASSWORD=" + marked.Users[0].Password, "OS_USER_DOMAIN_NAME=" + simulator.DefaultDomainName,
	}
	assumedRole = []string{
		"HW_ASSUME_ROLE_AGENCY_NAME=" + simulator.DefaultAgency, "HW_ASSUME_ROLE_DOMAIN_NAME=" + simulator.DefaultAgencyDomainName,
	}
)

const asAgency = "agency " + simulator.DefaultAgency

var ways = map[string]way{
	"token": {env: []string{"HW_AUTH_TOKEN=" + marked.Token}, by: "token", log: "the token from HW_AUTH_TOKEN"},
	"keys":  {env: markedKeys, by: "keys", log: "from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY"},
	"temporary keys": {
		env: append(markedKeys, "HW_SECURITY_TOKEN="+markedSecurityToken), temporary: true,
		by: "keys", log: "with the security token from HW_SECURITY_TOKEN",
	},
	"user name": {
		env: markedUser,
		by:  "user user", log: "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME", tokens: 2,
	},
	"user ID": {
		env: []string{
			"HW_USER_ID=" + marked.Users[0].ID, "HW_USER_PASSWORD=" + marked.Users[0].Password, "HW_DOMAIN_ID=" + simulator.DefaultDomainID,
		},
		by: "user user", log: "the user from HW_USER_ID, the password from HW_USER_PASSWORD and the domain from HW_DOMAIN_ID", tokens: 2,
	},
	"profile": {
		env: []string{"HW_PROFILE=test"},
		files: map[string]string{".hcloud/config.json": fmt.Sprintf(
			`{"profiles":[{"name":"test","mode":"AKSK","accessKeyId":%q,"secretAccessKey":%q}]}`, marked.AccessKey, marked.SecretKey)},
		by: "keys", log: `the keys of profile "test" in`,
	},
	"profile with an agency": {
		env: []string{"HW_PROFILE=test"},
		files: map[string]string{".hcloud/config.json": fmt.Sprintf(
			`{"profiles":[{"name":"test","accessKeyId":%q,"secretAccessKey":%q,"agencyName":%q,"agencyDomainName":%q}]}`,
			marked.AccessKey, marked.SecretKey, simulator.DefaultAgency, simulator.DefaultAgencyDomainName)},
		by: asAgency, log: `assumed with the keys of profile "test" in`, keys: 1,
	},
	"clouds.yaml": {
		env: []string{"OS_CLOUD=test"},
		files: map[string]string{
			".config/openstack/clouds.yaml": "clouds: {test: {auth: {username: user, user_domain_name: " + simulator.DefaultDomainName + "}}}",
			".config/openstack/secure.yaml": "clouds: {test: {auth: {password: " + marked.Users[0].Password + "}}}",
		},
		by: "user user", log: `the user of cloud "test" in`, tokens: 2,
	},
	"clouds.yaml with keys": {
		env: []string{"OS_CLOUD=test"},
		files: map[string]string{
			".config/openstack/clouds.yaml": "clouds: {test: {auth: {ak: " + marked.AccessKey + ", sk: " + marked.SecretKey + "}}}",
		},
		by: "keys", log: `the keys of cloud "test" in`,
	},
	"metadata": {
		env: []string{"HW_ECS_METADATA=true"},
		by:  "instance", log: "the metadata of this ECS instance", keys: 1,
	},
	"agency with keys": {
		env: slices.Concat(markedKeys, assumedRole),
		by:  asAgency, log: "assumed with the access key", keys: 1,
	},
	"agency with a user": {
		env: slices.Concat(markedUser, assumedRole),
		by:  asAgency, log: "assumed with the user from OS_USERNAME", tokens: 1, keys: 1,
	},
	"agency with metadata": {
		env: append([]string{"HW_ECS_METADATA=1"}, assumedRole...),
		by:  asAgency, log: "assumed with the metadata of this ECS instance", keys: 2,
	},
}

// cloud returns a simulated cloud that takes the credentials of the way, and has the job j0.
func (w way) cloud() *simulator.Simulator {
	options := marked
	if w.temporary {
		options.SecurityToken = markedSecurityToken
	}
	s := simulator.New(options)
	s.Add(simulator.DCSJob{ID: "j0"})
	return s
}

// environment returns the variables that lead to the credentials of the way.
func (w way) environment(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	for file, content := range w.files {
		write(t, filepath.Join(home, filepath.FromSlash(file)), content)
	}
	return append([]string{"HOME=" + home, "HW_REGION_NAME=" + simulator.DefaultRegion, "HW_MAX_RETRIES=0"}, w.env...)
}

func TestEveryWayToAuthenticate(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := way.cloud()
			w := newWorkspace(t, bareBlock(serve(t, s))+jobs(1), way.environment(t)...)
			w.env = append(w.env, "TF_LOG_PROVIDER=INFO", "TF_LOG_PATH=info.log")
			w.run(t, "plan")
			if tokens, keys := s.Issued(); tokens != way.tokens || keys != way.keys {
				t.Errorf("got %d tokens and %d keys issued, want %d and %d", tokens, keys, way.tokens, way.keys)
			}
			requests := s.Requests()
			if last := requests[len(requests)-1]; last.Service != cloud.DCS || last.By != way.by || last.Status != http.StatusOK {
				t.Errorf("got the last request %+v, want one to DCS by %s that succeeds", last, way.by)
			}
			// Older versions of Terraform do not escape quotation marks.
			log := strings.ReplaceAll(simulatortest.Read(t, filepath.Join(w.dir, "info.log")), `\"`, `"`)
			if !strings.Contains(log, way.log) {
				t.Errorf("got the log\n%s\nwant %s", log, way.log)
			}
		})
	}
}

// The provider block takes precedence over variables, and has the agency in a block of its own.
func TestAuthenticationInTheProviderBlock(t *testing.T) {
	t.Parallel()
	s := way{}.cloud()
	w := newWorkspace(t, fmt.Sprintf(`
provider "hwtasks" {
  region      = %q
  user_name   = "user"
  password    = var.password
  domain_name = %q
  assume_role {
    agency_name = %q
    domain_id   = %q
    duration    = 3600
  }
  endpoints = { for service in ["dcs", "iam"] : service => "%s/${service}" }
}
variable "password" {
  sensitive = true
}
`, simulator.DefaultRegion, simulator.DefaultDomainName, simulator.DefaultAgency, simulator.DefaultAgencyDomainID, serve(t, s))+jobs(1),
		"TF_VAR_password="+marked.Users[0].Password, "HW_ACCESS_KEY=never", "HW_SECRET_KEY=never", "HW_ASSUME_ROLE_DOMAIN_NAME=never")
	w.run(t, "apply", "-auto-approve")
	requests := s.Requests()
	if last := requests[len(requests)-1]; last.By != asAgency {
		t.Errorf("got the last request %+v, want one by %s", last, asAgency)
	}
}

// byPassword and byMetadata are arguments of the provider block.
var (
	byPassword = map[string]any{
		"access_key": nil, "secret_key": nil,
		"user_name": "user", "password": marked.Users[0].Password, "domain_name": simulator.DefaultDomainName,
	}
	byMetadata = map[string]any{"access_key": nil, "secret_key": nil, "ecs_metadata": true}
)

// An error of authentication names the request for credentials, the object that they were for, and the cause.
func TestAuthenticationErrors(t *testing.T) {
	for name, test := range map[string]struct {
		block map[string]any
		fault simulator.Fault // none if it is empty
		wait  bool            // read hwtasks_wait instead of hwtasks_dcs_job
		want  []string        // in this order
	}{
		"wrong password": {
			block: object(t, byPassword, `{"password":"MARKED-WRONG"}`),
			want: []string{
				"Cannot read DCS job: Getting a token for DCS job j in region eu-west-101: HTTP 401 Unauthorized",
				`"The username or password is wrong."`,
				"Endpoint: http://127.0.0.1", "Request ID: ", "IAM locks a user after several wrong ones.",
			},
		},
		"project of another account": {
			block: object(t, byPassword, `{"project_id":"nobodys"}`),
			want: []string{
				"Getting a token for DCS job j", "HTTP 404 Not Found", "Could not find project: nobodys.", "The user has no project nobodys.",
			},
		},
		"IAM out of reach": {
			block: byPassword, fault: simulator.Fault{Service: cloud.IAM, Reset: true},
			want: []string{"Getting a token for DCS job j in region eu-west-101", "Check that this machine reaches the endpoint", "auth_url"},
		},
		"wrong agency": {
			block: map[string]any{
				"access_key": marked.AccessKey, "secret_key": marked.SecretKey,
				"assume_role": map[string]any{"agency_name": "nobodys", "domain_name": simulator.DefaultAgencyDomainName},
			},
			want: []string{
				`Getting temporary keys of agency "nobodys" for DCS job j`, "HTTP 403 Forbidden", "You have no permission to assume this agency.",
				"Request ID: ", "Check the agency's name",
			},
		},
		"instance without an agency": {
			block: byMetadata, fault: simulator.Fault{Service: cloud.IMDS, Path: "securitykey", Status: 404},
			want: []string{"Getting temporary keys from the instance metadata for DCS job j: HTTP 404 Not Found", "The instance has no agency"},
		},
		"not an instance": {
			block: byMetadata, fault: simulator.Fault{Service: cloud.IMDS, Reset: true},
			want: []string{"Getting temporary keys from the instance metadata for DCS job j", "Only an ECS instance reaches its metadata."},
		},
		"not an instance, which ends a wait": {
			block: byMetadata, fault: simulator.Fault{Service: cloud.IMDS, Reset: true}, wait: true,
			want: []string{"Cannot wait for DCS job: Getting temporary keys", "Only an ECS instance reaches its metadata."},
		},
		"wrong secret key": {
			block: map[string]any{"access_key": marked.AccessKey, "secret_key": "MARKED-WRONG"},
			want:  []string{"DCS job j in region eu-west-101", "HTTP 401 Unauthorized, code APIGW.0301", "The signature is wrong"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := simulator.New(marked)
			if test.fault.Service != "" {
				s.InjectFault(test.fault)
			}
			p := connect(t, s, test.block)
			var r plugintest.Reply
			if test.wait {
				r = p.Read(t.Context(), "hwtasks_wait", map[string]any{"service": "dcs", "job_id": "j"})
			} else {
				r = p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"})
			}
			if got := r.Errors(); !inOrder(test.want...).MatchString(got) || strings.Contains(got, "MARKED-") {
				t.Errorf("got error %q, want %q without secrets", got, test.want)
			}
		})
	}
}

// During a wait, credentials that expire are replaced in time, and those that are revoked after the first request that is refused.
func TestWaitOutlivesItsCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		block       map[string]any
		lifetime    time.Duration
		revoked     time.Duration // after which they are revoked; 0: never
		least, most int           // sets of credentials that are issued
		refused     int           // requests
	}{
		"password, expiring": {block: byPassword, lifetime: 5 * time.Minute, least: 6, most: 12},
		"metadata, expiring": {block: byMetadata, lifetime: 5 * time.Minute, least: 6, most: 12},
		"password, revoked":  {block: byPassword, lifetime: time.Hour, revoked: 5 * time.Minute, least: 2, most: 2, refused: 1},
		"metadata, revoked":  {block: byMetadata, lifetime: time.Hour, revoked: 5 * time.Minute, least: 2, most: 2, refused: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := marked
				options.TokenLifetime, options.KeyLifetime = test.lifetime, test.lifetime
				s := simulator.New(options)
				s.Add(simulator.DCSJob{ID: "j", Timeline: simulator.Timeline{Takes: 30 * time.Minute}})
				if test.revoked > 0 {
					time.AfterFunc(test.revoked, s.Revoke)
				}
				r := connect(t, s, test.block).Read(t.Context(), "hwtasks_wait", map[string]any{"service": "dcs", "job_id": "j"})
				if r.State["outcome"] != "succeeded" {
					t.Errorf("got outcome %v, errors %q; want succeeded", r.State["outcome"], r.Errors())
				}
				refused := 0
				for _, request := range s.Requests() {
					if request.Status == http.StatusUnauthorized {
						refused++
					}
				}
				tokens, keys := s.Issued()
				if sets := tokens + keys; sets < test.least || sets > test.most || refused != test.refused {
					t.Errorf("got %d sets of credentials, %d requests refused; want %d to %d, %d", sets, refused, test.least, test.most, test.refused)
				}
			})
		})
	}
}
