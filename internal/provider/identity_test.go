package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// write writes a file and returns its path.
func write(tb testing.TB, path, content string) string {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// home makes a home directory with files of KooCLI and OpenStack, and makes it the working directory.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".hcloud", "config.json"), `{"current":"main","profiles":[
		{"name":"main","mode":"AKSK","accessKeyId":"PROFILE-ACCESS-KEY","secretAccessKey":"profile-sk","securityToken":"",
		 "region":"cn-north-4","projectId":"profile-project"},
		{"name":"temporary","mode":"AKSK","accessKeyId":"PROFILE-ACCESS-KEY-2","secretAccessKey":"profile-sk2","securityToken":"profile-st2"},
		{"name":"agency","mode":"AKSK","accessKeyId":"PROFILE-ACCESS-KEY","secretAccessKey":"profile-sk","region":"cn-north-4",
		 "agencyName":"profile-agency","agencyDomainName":"profile-domain"},
		{"name":"half","mode":"AKSK","accessKeyId":"PROFILE-ACCESS-KEY"},
		{"name":"halfrole","accessKeyId":"PROFILE-ACCESS-KEY","secretAccessKey":"hunter2","agencyName":"a"},
		{"name":"odd","accessKeyId":"PROFILE-ACCESS-KEY","secretAccessKey":"x","securityToken":"hunter2\nx"},
		{"name":"sso","mode":"SSO"},
		{"name":"encrypted","mode":"AKSK","accessKeyId":"q+0bJ2mGf1hU4xv0Zk3yJg==","secretAccessKey":"hunter2","region":"cn-north-4"}]}`)
	write(t, filepath.Join(dir, ".config", "openstack", "clouds.yaml"), `
clouds:
  otc:
    region_name: eu-de
    auth:
      auth_url: https://iam.eu-de.otc.t-systems.com/v3
      username: cloud-user
      user_domain_name: OTC00000000001000000000
      project_name: eu-de_team
  keys:
    region_name: eu-nl
    auth: {ak: CLOUD-ACCESS-KEY, sk: cloud-sk, project_id: cloud-project}
  token:
    region_name: eu-de
    auth: {token: cloud-token}
  id:
    profile: public
    auth: {user_id: cloud-user-id, password: 0123, domain_id: cloud-domain}
  half: {auth: {username: cloud-user, user_domain_name: d}}
  nameless: {auth: {password: hunter2}}
  nowhere: {auth: {username: cloud-user, password: hunter2}}
  application: {auth: {application_credential_id: x, application_credential_secret: hunter2}}
  agency: {auth: {ak: CLOUD-ACCESS-KEY, sk: hunter2, agency_name: a}}
  odd: {auth: {ak: CLOUD-ACCESS-KEY}}
  empty: {region_name: eu-de}
  insecure: {verify: false, auth: {token: cloud-token}}
  secure: {verify: true, auth: {token: cloud-token}}
  tenant: {region_name: eu-de, auth: {token: cloud-token, tenant_name: eu-de_tenant}}
  federated: {auth_type: v3oidcpassword, auth: {username: u, password: hunter2}}
  elsewhere: {auth: {token: cloud-token, auth_url: nonsense}}
`)
	write(t, filepath.Join(dir, ".config", "openstack", "secure.yaml"), "clouds:\n  otc: {auth: {password: cloud-password}}\n")
	write(t, filepath.Join(dir, ".config", "openstack", "clouds-public.yaml"),
		"public-clouds:\n  public: {region_name: eu-nl, auth: {auth_url: 'https://iam.eu-nl.otc.t-systems.com/v3', password: never}}\n")
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Chdir(dir)
	return dir
}

// The credentials that the files of home have.
func homeCredentials(dir string) (profile func(name string) cloud.Static, fromCloud func(kind, name string) string) {
	kooCLI, clouds := filepath.Join(dir, ".hcloud", "config.json"), filepath.Join(dir, ".config", "openstack", "clouds.yaml")
	profile = func(name string) cloud.Static {
		return cloud.Static{
			Credentials: cloud.Credentials{AccessKey: "PROFILE-ACCESS-KEY", SecretKey: "profile-sk"},
			Origin:      fmt.Sprintf("the keys of profile %q in %s (access key PROF…-KEY)", name, kooCLI),
		}
	}
	return profile, func(kind, name string) string { return fmt.Sprintf("the %s of cloud %q in %s", kind, name, clouds) }
}

// Each set of credentials, from the provider block and the environment.
func TestCredentials(t *testing.T) {
	home(t)
	hwUser := texts{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_NAME": "d"}
	osUser := texts{"OS_USERNAME": "u", "OS_PASSWORD": "p w", "OS_USER_DOMAIN_NAME": "d"}
	user := func(origin string) cloud.Password {
		return cloud.Password{UserName: "u", Password: "p w", Domain: cloud.Domain{Name: "d"}, Origin: origin}
	}
	const (
		fromHW = "the user from HW_USER_NAME, the password from HW_USER_PASSWORD and the domain from HW_DOMAIN_NAME"
		fromOS = "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME"
	)
	for _, test := range []struct {
		name   string
		block  texts
		env    texts
		want   cloud.CredentialsProvider
		unused []string
	}{
		{
			name: "token", env: texts{"OS_TOKEN": "!t~"},
			want: cloud.Static{Credentials: cloud.Credentials{Token: "!t~"}, Origin: "the token from OS_TOKEN"},
		},
		{
			name: "token in the block, keys in the environment", block: texts{"token": "t"},
			env:    texts{"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b", "HW_AUTH_TOKEN": "x"},
			want:   cloud.Static{Credentials: cloud.Credentials{Token: "t"}, Origin: "the token from token in the provider block"},
			unused: []string{"HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY"},
		},

		// Keys. A security token counts only if it comes from where a key comes from, or from the provider block.
		{
			name: "keys", env: texts{"HW_ACCESS_KEY": "ABCDEFGHIJKLMNOPQRST", "HW_SECRET_KEY": "b"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "ABCDEFGHIJKLMNOPQRST", SecretKey: "b"},
				Origin:      "the access key ABCD…QRST from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY",
			},
		},
		{
			name: "temporary keys", env: texts{"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "b", "OS_SECURITY_TOKEN": "c", "HW_SECURITY_TOKEN": "x"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b", SecurityToken: "c"},
				Origin: "the access key … from OS_ACCESS_KEY and the secret key from OS_SECRET_KEY, " +
					"with the security token from OS_SECURITY_TOKEN",
			},
			unused: []string{"HW_SECURITY_TOKEN"},
		},
		{
			name: "temporary keys in the block", block: texts{"access_key": "a", "secret_key": "b", "security_token": "c"},
			env: texts{"HW_ACCESS_KEY": "x", "HW_SECRET_KEY": "x", "HW_SECURITY_TOKEN": "x"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b", SecurityToken: "c"},
				Origin: "the access key … from access_key in the provider block and the secret key from secret_key in the provider block, " +
					"with the security token from security_token in the provider block",
			},
			unused: []string{"HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"},
		},
		{
			name: "keys in the block, security token in the environment", block: texts{"access_key": "a", "secret_key": "b"},
			env: texts{"HW_SECURITY_TOKEN": "x", "HW_AUTH_TOKEN": "x"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b"},
				Origin:      "the access key … from access_key in the provider block and the secret key from secret_key in the provider block",
			},
			unused: []string{"HW_AUTH_TOKEN", "HW_SECURITY_TOKEN"},
		},
		{
			name: "keys in HW variables, security token in an OS variable",
			env:  texts{"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b", "OS_SECURITY_TOKEN": "x"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b"},
				Origin:      "the access key … from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY",
			},
			unused: []string{"OS_SECURITY_TOKEN"},
		},
		{
			name: "access key in the block, the rest in the environment", block: texts{"access_key": "a"},
			env: texts{"OS_SECRET_KEY": "b", "OS_SECURITY_TOKEN": "c", "HW_SECURITY_TOKEN": "x"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b", SecurityToken: "c"},
				Origin: "the access key … from access_key in the provider block and the secret key from OS_SECRET_KEY, " +
					"with the security token from OS_SECURITY_TOKEN",
			},
			unused: []string{"HW_SECURITY_TOKEN"},
		},
		{
			name: "keys in the environment, security token in the block", block: texts{"security_token": "c"},
			env: texts{"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b", SecurityToken: "c"},
				Origin: "the access key … from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY, " +
					"with the security token from security_token in the provider block",
			},
		},
		{
			name: "OS keys beside an HW secret key", env: texts{"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "b", "HW_SECRET_KEY": "x"},
			want: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "a", SecretKey: "b"},
				Origin:      "the access key … from OS_ACCESS_KEY and the secret key from OS_SECRET_KEY",
			},
			unused: []string{"HW_SECRET_KEY"},
		},

		// User and password. Variables of the other vendor are not mixed in.
		{name: "user in HW variables", env: hwUser, want: user(fromHW)},
		{name: "user in OS variables", env: with(osUser, texts{"OS_DOMAIN_NAME": "x"}), want: user(fromOS)},
		{
			name: "user in HW variables, beside one in OS variables", env: with(hwUser, with(osUser, texts{"OS_USER_ID": "x", "OS_DOMAIN_ID": "x"})),
			want: user(fromHW), unused: []string{"OS_USERNAME", "OS_USER_ID", "OS_PASSWORD"},
		},
		{
			name: "user in OS variables, beside HW variables without a password",
			env:  with(osUser, texts{"HW_USER_NAME": "x", "HW_USER_ID": "x", "HW_DOMAIN_NAME": "x", "HW_DOMAIN_ID": "x"}),
			want: user(fromOS), unused: []string{"HW_USER_NAME", "HW_USER_ID"},
		},
		{
			name: "user ID before user name, domain ID before domain name", env: with(hwUser, texts{"HW_USER_ID": "i", "HW_DOMAIN_ID": "j"}),
			want: cloud.Password{
				UserID: "i", Password: "p w", Domain: cloud.Domain{ID: "j"},
				Origin: "the user from HW_USER_ID, the password from HW_USER_PASSWORD and the domain from HW_DOMAIN_ID",
			},
			unused: []string{"HW_USER_NAME"},
		},
		{
			name: "names in the block before IDs in the environment", block: texts{"user_name": "u", "domain_name": "d"},
			env: texts{"HW_USER_ID": "x", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_ID": "x"},
			want: user("the user from user_name in the provider block, the password from HW_USER_PASSWORD and " +
				"the domain from domain_name in the provider block"),
			unused: []string{"HW_USER_ID"},
		},
		{
			name: "user ID without a domain", env: texts{"HW_USER_ID": "i", "HW_USER_PASSWORD": "p w"},
			want: cloud.Password{UserID: "i", Password: "p w", Origin: "the user from HW_USER_ID and the password from HW_USER_PASSWORD"},
		},
		{
			name: "user in the block, domain in the environment", block: texts{"user_name": "u", "password": "p w"},
			env: texts{"OS_DOMAIN_NAME": "d", "HW_USER_ID": "x"},
			want: user("the user from user_name in the provider block, the password from password in the provider block and " +
				"the domain from OS_DOMAIN_NAME"),
			unused: []string{"HW_USER_ID"},
		},

		// The metadata of the ECS instance.
		{
			name: "metadata", block: texts{"ecs_metadata": "true"},
			want: cloud.Metadata{Origin: "the metadata of this ECS instance (enabled by ecs_metadata in the provider block)"},
		},
		{
			name: "metadata in the environment", env: texts{"HW_ECS_METADATA": "1"},
			want: cloud.Metadata{Origin: "the metadata of this ECS instance (enabled by HW_ECS_METADATA)"},
		},
		{
			name: "no metadata", block: texts{"ecs_metadata": "false"}, env: with(tokenInEnvironment, texts{"HW_ECS_METADATA": "true"}),
			want: tokenCredentials,
		},

		// An agency on top of other credentials.
		{
			name: "agency", block: texts{"assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d"},
			env: with(tokenInEnvironment, texts{"HW_ASSUME_ROLE_DOMAIN_ID": "x"}),
			want: cloud.AssumedRole{
				Base: tokenCredentials, Agency: "a", Domain: cloud.Domain{Name: "d"}, Origin: "assume_role.agency_name in the provider block",
			},
		},
		{
			name: "agency in the environment",
			env: with(tokenInEnvironment, texts{
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "3600",
			}),
			want: cloud.AssumedRole{
				Base: tokenCredentials, Agency: "a", Domain: cloud.Domain{Name: "d"}, Duration: time.Hour, Origin: "HW_ASSUME_ROLE_AGENCY_NAME",
			},
		},
		{
			name:  "agency in the block, the rest in the environment",
			block: texts{"assume_role": "set", "assume_role.agency_name": "a", "assume_role.duration": "900"},
			env: with(tokenInEnvironment, texts{
				"HW_ASSUME_ROLE_AGENCY_NAME": "x", "HW_ASSUME_ROLE_DOMAIN_ID": "i", "HW_ASSUME_ROLE_DURATION": "3600",
			}),
			want: cloud.AssumedRole{
				Base: tokenCredentials, Agency: "a", Domain: cloud.Domain{ID: "i"}, Duration: 15 * time.Minute,
				Origin: "assume_role.agency_name in the provider block",
			},
		},
		{
			name: "duration of no agency", env: with(tokenInEnvironment, texts{"HW_ASSUME_ROLE_DURATION": "3600"}),
			want: tokenCredentials,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, test.env)
			checkConfig(t, config, s.diags, cloud.Config{Credentials: test.want})
			if got, want := strings.Join(s.unused, ", "), strings.Join(test.unused, ", "); got != want {
				t.Errorf("unused: got %s; want %s", got, want)
			}
		})
	}
}

// Profiles of KooCLI, and what they have beside the keys.
func TestProfiles(t *testing.T) {
	dir := home(t)
	profile, _ := homeCredentials(dir)
	file := filepath.Join(dir, ".hcloud", "config.json")
	mainConfig := cloud.Config{
		Region: "cn-north-4", CloudOrigin: fmt.Sprintf("region of profile %q in %s (cn-north-4)", "main", file),
		ProjectID: "profile-project", Credentials: profile("main"),
	}
	withAgency := func(role cloud.AssumedRole) cloud.Config {
		role.Base = profile("agency")
		return cloud.Config{
			Region: "cn-north-4", CloudOrigin: fmt.Sprintf("region of profile %q in %s (cn-north-4)", "agency", file), Credentials: role,
		}
	}
	for _, test := range []struct {
		name   string
		block  texts
		env    texts
		want   cloud.Config
		unused []string
	}{
		{name: "by name", block: texts{"profile": "main"}, want: mainConfig},
		{name: "current profile of a file", env: texts{"HW_SHARED_CONFIG_FILE": file}, want: mainConfig},
		{name: "file in the home directory", block: texts{"shared_config_file": "~/.hcloud/config.json"}, want: mainConfig},
		{
			name: "temporary keys", env: texts{"HW_PROFILE": "temporary"},
			want: cloud.Config{Credentials: cloud.Static{
				Credentials: cloud.Credentials{AccessKey: "PROFILE-ACCESS-KEY-2", SecretKey: "profile-sk2", SecurityToken: "profile-st2"},
				Origin:      fmt.Sprintf("the keys of profile %q in %s (access key PROF…EY-2)", "temporary", file),
			}},
		},
		{
			name: "profile before environment", block: texts{"profile": "main"},
			env:  texts{"HW_REGION_NAME": "x", "HW_PROJECT_ID": "x", "HW_PROJECT_NAME": "x"},
			want: mainConfig,
		},
		{
			name: "block before profile, whose project belongs to its region", block: texts{"profile": "main", "region": "cn-south-1"},
			want: cloud.Config{
				Region: "cn-south-1", CloudOrigin: "region in the provider block (cn-south-1)", Credentials: profile("main"),
			},
			unused: []string{fmt.Sprintf("project_id of profile %q in %s, which belongs to another region", "main", file)},
		},
		{
			name: "agency of the profile", block: texts{"profile": "agency"},
			env: texts{"HW_ASSUME_ROLE_AGENCY_NAME": "x", "HW_ASSUME_ROLE_DOMAIN_ID": "x", "HW_ASSUME_ROLE_DURATION": "900"},
			want: withAgency(cloud.AssumedRole{
				Agency: "profile-agency", Domain: cloud.Domain{Name: "profile-domain"}, Duration: 15 * time.Minute,
				Origin: fmt.Sprintf("assume_role.agency_name of profile %q in %s", "agency", file),
			}),
		},
		{
			name:  "agency of the block",
			block: texts{"profile": "agency", "assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d"},
			want: withAgency(cloud.AssumedRole{
				Agency: "a", Domain: cloud.Domain{Name: "d"}, Origin: "assume_role.agency_name in the provider block",
			}),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, test.env)
			checkConfig(t, config, s.diags, test.want)
			if got, want := strings.Join(s.unused, ", "), strings.Join(test.unused, ", "); got != want {
				t.Errorf("unused: got %s; want %s", got, want)
			}
		})
	}
}

// Clouds of clouds.yaml, and what they have beside the credentials.
func TestCloudsYAML(t *testing.T) {
	dir := home(t)
	_, origin := homeCredentials(dir)
	const iam = "https://iam.eu-de.otc.t-systems.com"
	file := filepath.Join(dir, ".config", "openstack", "clouds.yaml")
	otc := cloud.Config{
		Region: "eu-de", Cloud: "otc.t-systems.com", CloudOrigin: fmt.Sprintf("auth_url of cloud %q in %s (%s/v3)", "otc", file, iam),
		ProjectName: "eu-de_team", Endpoints: endpoints(t, map[cloud.Service]string{cloud.IAM: iam}),
		Credentials: cloud.Password{
			UserName: "cloud-user", Password: "cloud-password", Domain: cloud.Domain{Name: "OTC00000000001000000000"}, Origin: origin("user", "otc"),
		},
	}
	global := otc
	global.CloudOrigin = "auth_url in the provider block (https://iam.otc.t-systems.com)"
	global.Endpoints = endpoints(t, map[cloud.Service]string{cloud.IAM: "https://iam.otc.t-systems.com"})
	token := func(name string) cloud.Static {
		return cloud.Static{Credentials: cloud.Credentials{Token: "cloud-token"}, Origin: origin("token", name)}
	}
	regionOf := func(name, region string) string {
		return fmt.Sprintf("region of cloud %q in %s (%s)", name, file, region)
	}
	for _, test := range []struct {
		name  string
		block texts
		env   texts
		want  cloud.Config
	}{
		{name: "by name", block: texts{"os_cloud": "otc"}, want: otc},
		{name: "in the environment", env: texts{"OS_CLOUD": "otc"}, want: otc},
		{
			name: "cloud before environment", block: texts{"os_cloud": "otc"},
			env:  texts{"OS_AUTH_URL": "https://x.example.com", "OS_PROJECT_ID": "x", "OS_REGION_NAME": "x"},
			want: otc,
		},
		{name: "block before cloud", block: texts{"os_cloud": "otc", "auth_url": "https://iam.otc.t-systems.com"}, want: global},
		{
			name: "keys", block: texts{"os_cloud": "keys"},
			want: cloud.Config{
				Region: "eu-nl", CloudOrigin: regionOf("keys", "eu-nl"), ProjectID: "cloud-project",
				Credentials: cloud.Static{
					Credentials: cloud.Credentials{AccessKey: "CLOUD-ACCESS-KEY", SecretKey: "cloud-sk"},
					Origin:      origin("keys", "keys") + " (access key CLOU…-KEY)",
				},
			},
		},
		{
			name: "token", block: texts{"os_cloud": "token"},
			want: cloud.Config{Region: "eu-de", CloudOrigin: regionOf("token", "eu-de"), Credentials: token("token")},
		},
		{
			name: "tenant", block: texts{"os_cloud": "tenant"},
			want: cloud.Config{
				Region: "eu-de", CloudOrigin: regionOf("tenant", "eu-de"), ProjectName: "eu-de_tenant", Credentials: token("tenant"),
			},
		},
		{
			name: "region of the block, to which the tenant does not belong", block: texts{"os_cloud": "tenant", "region": "eu-nl"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "region in the provider block (eu-nl)", Credentials: token("tenant")},
		},
		{
			name: "IDs, and parts in clouds-public.yaml", block: texts{"os_cloud": "id"},
			want: cloud.Config{
				Region: "eu-nl", Cloud: "otc.t-systems.com",
				CloudOrigin: fmt.Sprintf("auth_url of cloud %q in %s (https://iam.eu-nl.otc.t-systems.com/v3)", "id", file),
				Endpoints:   endpoints(t, map[cloud.Service]string{cloud.IAM: "https://iam.eu-nl.otc.t-systems.com"}),
				Credentials: cloud.Password{
					UserID: "cloud-user-id", Password: "0123", Origin: origin("user", "id"),
					Domain: cloud.Domain{ID: "cloud-domain"}, ProjectDomain: cloud.Domain{ID: "cloud-domain"},
				},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, test.env)
			checkConfig(t, config, s.diags, test.want)
		})
	}
}

// Credentials that are incomplete, malformed or cannot be read are an error, and never replaced by others.
func TestWrongCredentials(t *testing.T) {
	dir := home(t)
	const block = " in the provider block"
	others := func(origins string) string {
		return "\n\nOther credentials are set too (" + origins + "), but those of different sources are never mixed. " +
			"To use those, unset the others."
	}
	for _, test := range []struct {
		name  string
		block texts
		env   texts
		at    string
		want  string
	}{
		{name: "nothing", at: "access_key",
			want: "No credentials: Set access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY, or OS_ACCESS_KEY and OS_SECRET_KEY), " +
				"or token (HW_AUTH_TOKEN, OS_AUTH_TOKEN or OS_TOKEN), or user_name, password and domain_name, or profile, os_cloud or ecs_metadata. " +
				"The guide Authentication explains them."},

		// Incomplete sets.
		{name: "access key alone", block: texts{"access_key": "AK"}, at: "secret_key",
			want: "Missing secret_key: Without secret_key, access_key" + block + " cannot be used. " +
				"Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY."},
		{name: "access key alone in an OS variable", env: texts{"OS_ACCESS_KEY": "AK"}, at: "secret_key",
			want: "Without secret_key, OS_ACCESS_KEY cannot be used. Set secret_key, or OS_SECRET_KEY."},
		{name: "secret key alone", block: texts{"secret_key": "hunter2"}, at: "access_key",
			want: "Missing access_key: Without access_key, secret_key" + block + " cannot be used. " +
				"Set access_key, or HW_ACCESS_KEY or OS_ACCESS_KEY."},
		{name: "security token alone", block: texts{"security_token": "hunter2"}, at: "access_key",
			want: "Without access_key, security_token" + block + " cannot be used. Set access_key, or HW_ACCESS_KEY or OS_ACCESS_KEY."},
		{name: "access key in the block, token in the environment", block: texts{"access_key": "AK"}, env: texts{"HW_AUTH_TOKEN": "hunter2"},
			at:   "secret_key",
			want: "Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY." + others("HW_AUTH_TOKEN")},
		{name: "access key in the environment, secret key in a profile", env: texts{"HW_ACCESS_KEY": "AK", "HW_PROFILE": "main"},
			at:   "secret_key",
			want: "Without secret_key, HW_ACCESS_KEY cannot be used. Set secret_key, or HW_SECRET_KEY." + others("HW_PROFILE")},
		{name: "security token in the environment, keys in a cloud", env: texts{"OS_SECURITY_TOKEN": "hunter2", "OS_CLOUD": "keys"},
			at:   "access_key",
			want: "Without access_key, OS_SECURITY_TOKEN cannot be used. Set access_key, or HW_ACCESS_KEY or OS_ACCESS_KEY." + others("OS_CLOUD")},
		{name: "access key in an HW variable, secret key in an OS variable", env: texts{"HW_ACCESS_KEY": "AK", "OS_SECRET_KEY": "hunter2"},
			at:   "secret_key",
			want: "Without secret_key, HW_ACCESS_KEY cannot be used. Set secret_key, or HW_SECRET_KEY." + others("OS_SECRET_KEY")},
		{name: "access key in an HW variable, keys in OS variables",
			env: texts{"HW_ACCESS_KEY": "AK", "OS_ACCESS_KEY": "x", "OS_SECRET_KEY": "hunter2"}, at: "secret_key",
			want: "Without secret_key, HW_ACCESS_KEY cannot be used. Set secret_key, or HW_SECRET_KEY." + others("OS_ACCESS_KEY, OS_SECRET_KEY")},
		{name: "secret key and password in the environment", env: texts{"HW_SECRET_KEY": "hunter2", "OS_PASSWORD": "hunter2"}, at: "access_key",
			want: "Without access_key, HW_SECRET_KEY cannot be used. Set access_key, or HW_ACCESS_KEY." + others("OS_PASSWORD")},
		{name: "user in the environment, password in a cloud", env: texts{"OS_USERNAME": "u", "OS_CLOUD": "otc"}, at: "password",
			want: "Missing password: Without password, OS_USERNAME cannot be used. Set password, or OS_PASSWORD." + others("OS_CLOUD")},
		{name: "password alone", block: texts{"password": "hunter2"}, at: "user_name",
			want: "Missing user_name: Without user_name, password" + block + " cannot be used. Set user_name, or HW_USER_NAME or OS_USERNAME."},
		{name: "user name without domain", block: texts{"user_name": "u", "password": "hunter2"}, at: "domain_name",
			want: "Missing domain_name: Without domain_name, user_name" + block + " and password" + block + " cannot be used. " +
				"Set domain_name, or HW_DOMAIN_NAME or OS_USER_DOMAIN_NAME or OS_DOMAIN_NAME."},
		{name: "user in HW variables, domain in an OS variable",
			env: texts{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "hunter2", "OS_DOMAIN_NAME": "d"}, at: "domain_name",
			want: "Without domain_name, HW_USER_NAME and HW_USER_PASSWORD cannot be used. Set domain_name, or HW_DOMAIN_NAME."},

		// Malformed values.
		{name: "token with a line break", block: texts{"token": "hunter2\n"}, at: "token",
			want: "Invalid token: The value of token" + block + " is wrong: it holds a space, a line break or another character " +
				"that it cannot have; trimspace() removes those around it."},
		{name: "secret key with a space", block: texts{"access_key": "AK", "secret_key": " hunter2"}, at: "secret_key", want: "it holds a space"},
		{name: "security token with a space", env: texts{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hunter2", "HW_SECURITY_TOKEN": "hunter2 "},
			at: "security_token", want: "The value of HW_SECURITY_TOKEN is wrong: it holds a space"},
		{name: "ecs_metadata", env: texts{"HW_ECS_METADATA": "perhaps"}, at: "ecs_metadata",
			want: `The value of HW_ECS_METADATA is wrong: "perhaps" is neither true nor false`},

		// Agencies.
		{name: "empty block", block: texts{"token": "hunter2", "assume_role": "set"}, at: "assume_role.agency_name",
			want: "Missing agency_name: Without assume_role.agency_name, assume_role" + block + " cannot be used. " +
				"Set assume_role.agency_name, or HW_ASSUME_ROLE_AGENCY_NAME."},
		{name: "empty block, agency in the profile", block: texts{"profile": "agency", "assume_role": "set"}, at: "assume_role.agency_name",
			want: "Missing agency_name: Without assume_role.agency_name, assume_role" + block + " cannot be used."},
		{name: "domain alone in the environment", env: texts{"HW_AUTH_TOKEN": "hunter2", "HW_ASSUME_ROLE_DOMAIN_ID": "d"},
			at: "assume_role.agency_name", want: "Without assume_role.agency_name, HW_ASSUME_ROLE_DOMAIN_ID cannot be used."},
		{name: "agency alone in the environment", env: texts{"HW_AUTH_TOKEN": "hunter2", "HW_ASSUME_ROLE_AGENCY_NAME": "a"},
			at: "assume_role.domain_name",
			want: "Without assume_role.domain_name, HW_ASSUME_ROLE_AGENCY_NAME cannot be used. " +
				"Set assume_role.domain_name, or HW_ASSUME_ROLE_DOMAIN_NAME."},
		{name: "agency in the block, domain in the profile",
			block: texts{"profile": "agency", "assume_role": "set", "assume_role.agency_name": "a"},
			at:    "assume_role.domain_name", want: "Without assume_role.domain_name, assume_role.agency_name" + block + " cannot be used."},
		{name: "agency of a profile without domain, domain in the environment", block: texts{"profile": "halfrole"},
			env: texts{"HW_ASSUME_ROLE_DOMAIN_NAME": "d"}, at: "profile", want: `names the agency "a", but not the domain that created it.`},
		{name: "short duration", block: texts{
			"token": "hunter2", "assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d", "assume_role.duration": "60",
		},
			at: "assume_role.duration", want: `"60" is not a whole number from 900 to 86400`},

		// Profiles of KooCLI.
		{name: "profile without a secret key", block: texts{"profile": "half"}, at: "profile",
			want: `Incomplete KooCLI profile: The profile "half" in ` + dir + `/.hcloud/config.json (mode "AKSK") has no accessKeyId or no ` +
				"secretAccessKey. Use a profile of the mode AKSK, or add them with `hcloud configure set`."},
		{name: "profile of another mode", block: texts{"profile": "sso"}, at: "profile", want: `(mode "SSO") has no accessKeyId`},
		{name: "security token of a profile with a line break", block: texts{"profile": "odd"}, at: "profile",
			want: "has a key or a security token that holds a space or another character that it cannot have."},
		{name: "encrypted profile", env: texts{"HW_PROFILE": "encrypted"}, at: "profile",
			want: "Cannot use the KooCLI profile: The profile of KooCLI (from HW_PROFILE) cannot be used: the keys of profile \"encrypted\" in "},
		{name: "file that does not exist", block: texts{"shared_config_file": "/nowhere/config.json"}, at: "shared_config_file",
			want: "The profile of KooCLI (from shared_config_file" + block + ") cannot be used: " +
				"open /nowhere/config.json: no such file or directory. Check the name and the file; `hcloud configure list` shows the profiles."},

		// Clouds of clouds.yaml.
		{name: "cloud without password", block: texts{"os_cloud": "half"}, at: "os_cloud",
			want: `Incomplete cloud: The cloud "half" in ` + dir + "/.config/openstack/clouds.yaml has incomplete credentials below auth. " +
				"Set username and password, or ak and sk, there or in secure.yaml."},
		{name: "cloud without user", block: texts{"os_cloud": "nameless"}, at: "os_cloud", want: "has incomplete credentials below auth."},
		{name: "cloud without sk", block: texts{"os_cloud": "odd"}, at: "os_cloud", want: "has incomplete credentials below auth."},
		{name: "cloud without credentials", env: texts{"OS_CLOUD": "empty"}, at: "os_cloud", want: "has incomplete credentials below auth."},
		{name: "cloud without domain", block: texts{"os_cloud": "nowhere"}, at: "os_cloud",
			want: "has a username, but not the domain of the user. Add user_domain_name."},
		{name: "federated cloud", block: texts{"os_cloud": "federated"}, at: "os_cloud",
			want: "has the auth_type v3oidcpassword, which this provider does not support. Use password or token, or ak and sk."},
		{name: "application credential", block: texts{"os_cloud": "application"}, at: "os_cloud",
			want: "has an application credential, which these clouds do not support. Use username and password, or ak and sk."},
		{name: "cloud with an agency", block: texts{"os_cloud": "agency"}, at: "os_cloud",
			want: "names an agency, which is not read from clouds.yaml. Use the assume_role block instead."},
		{name: "cloud with a malformed address", block: texts{"os_cloud": "elsewhere"}, at: "auth_url",
			want: `Invalid endpoint: The value of auth_url of cloud "elsewhere" in ` + dir + "/.config/openstack/clouds.yaml is wrong: " +
				`"nonsense" is not an http or https URL`},
		{name: "clouds.yaml that does not exist", env: texts{"OS_CLOUD": "otc", "OS_CLIENT_CONFIG_FILE": "/nowhere/clouds.yaml"}, at: "os_cloud",
			want: "The cloud of clouds.yaml (from OS_CLOUD) cannot be used: open /nowhere/clouds.yaml: no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, s := readWith(t, test.block, test.env)
			checkError(t, s.diags, test.at, test.want)
		})
	}
}

// Of every two sets of credentials, the one in the provider block is used, or else the first one in the order of the documentation.
func TestPrecedenceOfEveryPair(t *testing.T) {
	dir := home(t)
	sets := []struct {
		name   string
		block  texts
		env    texts
		origin string // a part of the origin of the credentials
	}{
		{name: "token", block: texts{"token": "t"}, env: texts{"HW_AUTH_TOKEN": "t"}, origin: "the token from "},
		{
			name: "keys", block: texts{"access_key": "a", "secret_key": "b"}, env: texts{"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "b"},
			origin: "the access key … from ",
		},
		{
			name: "user", block: texts{"user_name": "u", "password": "p", "domain_name": "d"},
			env: texts{"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "d"}, origin: "the user from ",
		},
		{
			name: "profile", block: texts{"profile": "main"},
			env: texts{"HW_SHARED_CONFIG_FILE": filepath.Join(dir, ".hcloud", "config.json")}, origin: "the keys of profile ",
		},
		{name: "cloud", block: texts{"os_cloud": "otc"}, env: texts{"OS_CLOUD": "otc"}, origin: "the user of cloud "},
		{name: "metadata", block: texts{"ecs_metadata": "true"}, env: texts{"HW_ECS_METADATA": "true"}, origin: "the metadata "},
	}
	for i, first := range sets {
		for _, second := range sets[i+1:] {
			for _, test := range []struct {
				name  string
				block texts
				env   texts
				want  string
			}{
				{name: "both in the environment", env: with(first.env, second.env), want: first.origin},
				{name: "both in the block", block: with(first.block, second.block), want: first.origin},
				{name: "the first in the block", block: first.block, env: second.env, want: first.origin},
				{name: "the second in the block", block: second.block, env: first.env, want: second.origin},
			} {
				t.Run(first.name+" and "+second.name+", "+test.name, func(t *testing.T) {
					config, s := readWith(t, test.block, test.env)
					if s.diags.HasError() {
						t.Fatalf("got %v, want no error", s.diags)
					}
					if got := config.Credentials.String(); !strings.HasPrefix(got, test.want) {
						t.Errorf("got %s, want %s…", got, test.want)
					}
				})
			}
		}
	}
}

// A cloud of clouds.yaml can switch the verification of certificates off, and takes precedence over the environment.
func TestVerifyInCloudsYAML(t *testing.T) {
	home(t)
	config, s := readWith(t, texts{"os_cloud": "insecure"}, nil)
	const want = `With insecure of cloud "insecure" in `
	if !config.Insecure || len(s.diags) != 1 || !strings.HasPrefix(s.diags[0].Detail(), want) {
		t.Errorf("verify: false: got insecure %v and %v; want true and a warning: %s…", config.Insecure, s.diags, want)
	}
	config, s = readWith(t, texts{"os_cloud": "secure"}, texts{"OS_INSECURE": "true"})
	if config.Insecure || len(s.diags) > 0 {
		t.Errorf("verify: true: got insecure %v and %v; want false and no warning", config.Insecure, s.diags)
	}
}
