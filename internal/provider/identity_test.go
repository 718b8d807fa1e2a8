package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// write writes a file and returns its path.
func write(tb testing.TB, path, content string) string {
	tb.Helper()
	must(os.WriteFile(path, []byte(content), 0o600))
	return path
}

// home makes a home directory with files of KooCLI and OpenStack, and makes it the working directory.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "home"))))
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Chdir(dir)
	return dir
}

const inTheBlock = " in the provider block"

// Each set of credentials, from the provider block and the environment.
func TestCredentials(t *testing.T) {
	home(t)
	hwKeys := texts{"HW_ACCESS_KEY": "ABCDEFGHIJKLMNOPQRST", "HW_SECRET_KEY": "sk"}
	osKeys := texts{"OS_ACCESS_KEY": "ABCDEFGHIJKLMNOPQRST", "OS_SECRET_KEY": "sk"}
	blockKeys := texts{"access_key": "ABCDEFGHIJKLMNOPQRST", "secret_key": "sk"}
	hwUser := texts{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_NAME": "d"}
	osUser := texts{"OS_USERNAME": "u", "OS_PASSWORD": "p w", "OS_USER_DOMAIN_NAME": "d"}
	// These take the origins of the keys, and of the security token if there is one; and those of the user.
	keys := func(access, secret string, token ...string) cloud.Config {
		static := cloud.Static{
			Credentials: cloud.Credentials{AccessKey: "ABCDEFGHIJKLMNOPQRST", SecretKey: "sk"},
			Origin:      "the access key ABCD…QRST from " + access + " and the secret key from " + secret,
		}
		if len(token) > 0 {
			static.SecurityToken = "st"
			static.Origin += ", with the security token from " + token[0]
		}
		return cloud.Config{Credentials: static}
	}
	user := func(user, password, domain string) cloud.Config {
		origin := "the user from " + user + ", the password from " + password + " and the domain from " + domain
		return cloud.Config{Credentials: cloud.Password{UserName: "u", Password: "p w", Domain: cloud.Domain{Name: "d"}, Origin: origin}}
	}
	role := func(role cloud.AssumedRole) cloud.Config {
		role.Base = tokenCredentials
		return cloud.Config{Credentials: role}
	}
	for _, test := range []configTest{
		// A security token counts only if it comes from where a key comes from, or from the provider block.
		{
			name: "keys in OS variables, beside HW variables without an access key",
			env:  with(osKeys, texts{"OS_SECURITY_TOKEN": "st", "HW_SECRET_KEY": "x", "HW_SECURITY_TOKEN": "x"}),
			want: keys("OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"), unused: "HW_SECRET_KEY, HW_SECURITY_TOKEN",
		},
		{
			name: "keys in the block, temporary ones in the environment", block: blockKeys,
			env:  texts{"HW_ACCESS_KEY": "x", "HW_SECRET_KEY": "x", "HW_SECURITY_TOKEN": "x"},
			want: keys("access_key"+inTheBlock, "secret_key"+inTheBlock), unused: "HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN",
		},
		{
			name: "access key in the block, the rest in the environment", block: texts{"access_key": "ABCDEFGHIJKLMNOPQRST"},
			env:  texts{"OS_SECRET_KEY": "sk", "OS_SECURITY_TOKEN": "st", "HW_SECURITY_TOKEN": "x"},
			want: keys("access_key"+inTheBlock, "OS_SECRET_KEY", "OS_SECURITY_TOKEN"), unused: "HW_SECURITY_TOKEN",
		},
		{
			name: "keys in the environment, security token in the block", block: texts{"security_token": "st"}, env: hwKeys,
			want: keys("HW_ACCESS_KEY", "HW_SECRET_KEY", "security_token"+inTheBlock),
		},

		// User and password. Variables of the other vendor are not mixed in.
		{
			name: "user in HW variables, beside one in OS variables",
			env:  with(hwUser, with(osUser, texts{"OS_USER_ID": "x", "OS_DOMAIN_ID": "x"})),
			want: user("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME"), unused: "OS_USERNAME, OS_USER_ID, OS_PASSWORD",
		},
		{
			name: "user in OS variables, beside HW variables without a password",
			env:  with(osUser, texts{"HW_USER_NAME": "x", "HW_USER_ID": "x", "HW_DOMAIN_NAME": "x", "HW_DOMAIN_ID": "x", "OS_DOMAIN_NAME": "x"}),
			want: user("OS_USERNAME", "OS_PASSWORD", "OS_USER_DOMAIN_NAME"), unused: "HW_USER_NAME, HW_USER_ID",
		},
		{
			name: "user ID before user name, domain ID before domain name", env: with(hwUser, texts{"HW_USER_ID": "i", "HW_DOMAIN_ID": "j"}),
			want: cloud.Config{Credentials: cloud.Password{
				UserID: "i", Password: "p w", Domain: cloud.Domain{ID: "j"},
				Origin: "the user from HW_USER_ID, the password from HW_USER_PASSWORD and the domain from HW_DOMAIN_ID",
			}},
			unused: "HW_USER_NAME",
		},
		{
			name: "names in the block before IDs in the environment", block: texts{"user_name": "u", "domain_name": "d"},
			env:  texts{"HW_USER_ID": "x", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_ID": "x"},
			want: user("user_name"+inTheBlock, "HW_USER_PASSWORD", "domain_name"+inTheBlock), unused: "HW_USER_ID",
		},
		{
			name: "user ID without a domain", env: texts{"HW_USER_ID": "i", "HW_USER_PASSWORD": "p w"},
			want: cloud.Config{Credentials: cloud.Password{
				UserID: "i", Password: "p w", Origin: "the user from HW_USER_ID and the password from HW_USER_PASSWORD",
			}},
		},
		{
			name: "user in the block, domain in the environment", block: texts{"user_name": "u", "password": "p w"},
			env:  texts{"OS_DOMAIN_NAME": "d", "HW_USER_ID": "x"},
			want: user("user_name"+inTheBlock, "password"+inTheBlock, "OS_DOMAIN_NAME"), unused: "HW_USER_ID",
		},

		// The metadata of the ECS instance.
		{
			name: "metadata", env: texts{"HW_ECS_METADATA": "1"},
			want: cloud.Config{Credentials: cloud.Metadata{Origin: "the metadata of this ECS instance (enabled by HW_ECS_METADATA)"}},
		},
		{
			name: "no metadata", block: texts{"ecs_metadata": "false"}, env: with(tokenInEnvironment, texts{"HW_ECS_METADATA": "true"}),
			want: cloud.Config{Credentials: tokenCredentials},
		},

		// An agency on top of other credentials.
		{
			name: "agency in the block", block: texts{"assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d"},
			env: with(tokenInEnvironment, texts{"HW_ASSUME_ROLE_AGENCY_NAME": "x", "HW_ASSUME_ROLE_DOMAIN_ID": "x"}),
			want: role(cloud.AssumedRole{
				Agency: "a", Domain: cloud.Domain{Name: "d"}, Origin: "assume_role.agency_name" + inTheBlock,
			}),
		},
		{
			name: "agency in the environment, its duration in the block", block: texts{"assume_role": "set", "assume_role.duration": "900"},
			env: with(tokenInEnvironment, texts{
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "i", "HW_ASSUME_ROLE_DURATION": "3600",
			}),
			want: role(cloud.AssumedRole{
				Agency: "a", Domain: cloud.Domain{ID: "i"}, Duration: 15 * time.Minute, Origin: "HW_ASSUME_ROLE_AGENCY_NAME",
			}),
		},
		{
			name: "duration of no agency", env: with(tokenInEnvironment, texts{"HW_ASSUME_ROLE_DURATION": "3600"}),
			want: cloud.Config{Credentials: tokenCredentials},
		},
	} {
		t.Run(test.name, test.run)
	}
}

// Profiles of KooCLI, with their region, project and agency.
func TestProfiles(t *testing.T) {
	dir := home(t)
	file := filepath.Join(dir, ".hcloud", "config.json")
	keys := func(profile string) cloud.Static {
		return cloud.Static{
			Credentials: cloud.Credentials{AccessKey: "PROFILE-ACCESS-KEY", SecretKey: "profile-sk"},
			Origin:      fmt.Sprintf("the keys of profile %q in %s (access key PROF…-KEY)", profile, file),
		}
	}
	mainConfig := cloud.Config{
		Region: "cn-north-4", CloudOrigin: fmt.Sprintf(`region of profile "main" in %s (cn-north-4)`, file),
		ProjectID: "profile-project", Credentials: keys("main"),
	}
	withRole := func(role cloud.AssumedRole) cloud.Config {
		role.Base = keys("agency")
		return cloud.Config{
			Region: "cn-north-4", CloudOrigin: fmt.Sprintf(`region of profile "agency" in %s (cn-north-4)`, file), Credentials: role,
		}
	}
	for _, test := range []configTest{
		{
			name: "by name, before the environment", block: texts{"profile": "main"},
			env:  texts{"HW_REGION_NAME": "x", "HW_PROJECT_ID": "x", "HW_PROJECT_NAME": "x"},
			want: mainConfig,
		},
		{name: "current profile of a file", env: texts{"HW_SHARED_CONFIG_FILE": file}, want: mainConfig},
		{name: "file in the home directory", block: texts{"shared_config_file": "~/.hcloud/config.json"}, want: mainConfig},
		{
			name: "temporary keys, project without a region", env: texts{"HW_PROFILE": "temporary", "HW_REGION_NAME": "eu-de"},
			want: cloud.Config{
				Region: "eu-de", CloudOrigin: "HW_REGION_NAME (eu-de)", ProjectID: "profile-project",
				Credentials: cloud.Static{
					Credentials: cloud.Credentials{AccessKey: "PROFILE-ACCESS-KEY-2", SecretKey: "profile-sk2", SecurityToken: "profile-st2"},
					Origin:      fmt.Sprintf(`the keys of profile "temporary" in %s (access key PROF…EY-2)`, file),
				},
			},
		},
		{
			name: "block before profile, whose project belongs to its region", block: texts{"profile": "main", "region": "cn-south-1"},
			want:   cloud.Config{Region: "cn-south-1", CloudOrigin: "region in the provider block (cn-south-1)", Credentials: keys("main")},
			unused: fmt.Sprintf(`project_id of profile "main" in %s, which belongs to another region`, file),
		},
		{
			name: "agency of the profile", block: texts{"profile": "agency"},
			env: texts{"HW_ASSUME_ROLE_AGENCY_NAME": "x", "HW_ASSUME_ROLE_DOMAIN_ID": "x", "HW_ASSUME_ROLE_DURATION": "900"},
			want: withRole(cloud.AssumedRole{
				Agency: "profile-agency", Domain: cloud.Domain{Name: "profile-domain"}, Duration: 15 * time.Minute,
				Origin: fmt.Sprintf(`assume_role.agency_name of profile "agency" in %s`, file),
			}),
		},
		{
			name:  "agency of the block",
			block: texts{"profile": "agency", "assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d"},
			want: withRole(cloud.AssumedRole{
				Agency: "a", Domain: cloud.Domain{Name: "d"}, Origin: "assume_role.agency_name in the provider block",
			}),
		},
	} {
		t.Run(test.name, test.run)
	}
}

// Clouds of clouds.yaml, with their region, address of IAM and project.
func TestCloudsYAML(t *testing.T) {
	dir := home(t)
	const iam = "https://iam.eu-de.otc.t-systems.com"
	of := func(name string) string {
		return fmt.Sprintf(" of cloud %q in %s", name, filepath.Join(dir, ".config", "openstack", "clouds.yaml"))
	}
	otc := cloud.Config{
		Region: "eu-de", Cloud: "otc.t-systems.com", CloudOrigin: fmt.Sprintf("auth_url%s (%s/v3)", of("otc"), iam),
		ProjectName: "eu-de_team", Endpoints: endpoints(texts{"iam": iam}),
		Credentials: cloud.Password{
			UserName: "cloud-user", Password: "cloud-password", Domain: cloud.Domain{Name: "OTC00000000001000000000"},
			Origin: "the user" + of("otc"),
		},
	}
	token := cloud.Static{Credentials: cloud.Credentials{Token: "cloud-token"}, Origin: "the token" + of("token")}
	inRegion := func(region, iam, project string) cloud.Config {
		return cloud.Config{
			Region: region, Cloud: "cloud.example.com", CloudOrigin: fmt.Sprintf("auth_url%s (%s/v3)", of("regions"), iam),
			ProjectName: project, Endpoints: endpoints(texts{"iam": iam}),
			Credentials: cloud.Password{
				UserName: "cloud-user", Password: "0123", Domain: cloud.Domain{Name: "d"}, ProjectDomain: cloud.Domain{Name: "d"},
				Origin: "the user" + of("regions"),
			},
		}
	}
	for _, test := range []configTest{
		{
			name: "before the environment", env: texts{
				"OS_CLOUD": "otc", "OS_AUTH_URL": "https://x.example.com", "OS_PROJECT_ID": "x", "OS_REGION_NAME": "x", "OS_DOMAIN_NAME": "x",
			},
			want: otc,
		},
		{
			name: "keys", block: texts{"os_cloud": "keys"},
			want: cloud.Config{
				Region: "eu-nl", CloudOrigin: "region" + of("keys") + " (eu-nl)", ProjectID: "cloud-project",
				Credentials: cloud.Static{
					Credentials: cloud.Credentials{AccessKey: "CLOUD-ACCESS-KEY", SecretKey: "cloud-sk", SecurityToken: "cloud-st"},
					Origin:      "the keys" + of("keys") + " (access key CLOU…-KEY)",
				},
			},
		},
		{
			name: "token and tenant", block: texts{"os_cloud": "token"},
			want: cloud.Config{
				Region: "eu-de", CloudOrigin: "region" + of("token") + " (eu-de)", ProjectName: "eu-de_tenant", Credentials: token,
			},
		},
		{
			name: "region of the block, to which the tenant does not belong", block: texts{"os_cloud": "token", "region": "eu-nl"},
			want:   cloud.Config{Region: "eu-nl", CloudOrigin: "region in the provider block (eu-nl)", Credentials: token},
			unused: "project_name" + of("token") + ", which belongs to another region",
		},
		{
			name: "IDs, and parts in clouds-public.yaml", block: texts{"os_cloud": "id"},
			want: cloud.Config{
				Region: "eu-nl", Cloud: "otc.t-systems.com",
				CloudOrigin: "auth_url" + of("id") + " (https://iam.eu-nl.otc.t-systems.com/v3)",
				Endpoints:   endpoints(texts{"iam": "https://iam.eu-nl.otc.t-systems.com"}),
				Credentials: cloud.Password{
					UserID: "cloud-user-id", Password: "0123", Origin: "the user" + of("id"),
					Domain: cloud.Domain{ID: "cloud-domain"}, ProjectDomain: cloud.Domain{ID: "cloud-domain"},
				},
			},
		},
		{
			name: "first region, with its values", block: texts{"os_cloud": "regions"},
			want: inRegion("my-region-1", "https://iam.my-region-1.cloud.example.com", "p"),
		},
		{
			name: "region of the block, with its values", block: texts{"os_cloud": "regions", "region": "my-region-2"},
			env:  texts{"OS_REGION_NAME": "my-region-1"},
			want: inRegion("my-region-2", "https://iam.my-region-2.cloud.example.com", "q"),
		},
		{
			name: "region of the environment, with its values", block: texts{"os_cloud": "regions"}, env: texts{"OS_REGION_NAME": "my-region-2"},
			want: inRegion("my-region-2", "https://iam.my-region-2.cloud.example.com", "q"),
		},
		{
			name: "auth_type password beside a token and keys", block: texts{"os_cloud": "typed"},
			want: cloud.Config{Credentials: cloud.Password{UserID: "cloud-user-id", Password: "0123", Origin: "the user" + of("typed")}},
		},
		{
			name: "endpoint in a cloud, replaced in the block", block: texts{"os_cloud": "endpoint", "endpoints.iam": iam},
			want: cloud.Config{
				Region: "eu-de", Cloud: "otc.t-systems.com", CloudOrigin: `endpoints["iam"] in the provider block (` + iam + ")",
				Endpoints: endpoints(texts{"iam": iam}),
				Credentials: cloud.Static{
					Credentials: cloud.Credentials{Token: "cloud-token"}, Origin: "the token" + of("endpoint"),
				},
			},
		},
		{
			name: "user ID without a domain", block: texts{"os_cloud": "anywhere"},
			want: cloud.Config{Credentials: cloud.Password{UserID: "cloud-user-id", Password: "0123", Origin: "the user" + of("anywhere")}},
		},
	} {
		t.Run(test.name, test.run)
	}
}

// Credentials that are incomplete, malformed or cannot be read are an error, and never replaced by others.
func TestWrongCredentials(t *testing.T) {
	dir := home(t)
	others := func(origins string) string {
		return "\n\nOther credentials are set too (" + origins + "), but those of different sources are never mixed. " +
			"To use those, unset the others."
	}
	for _, test := range []errorTest{
		{
			name: "nothing", at: "access_key",
			want: `No credentials: Set one of these in the provider block or in the environment:

  - access_key, secret_key: HW_ACCESS_KEY, HW_SECRET_KEY or OS_ACCESS_KEY, OS_SECRET_KEY
  - token: HW_AUTH_TOKEN or OS_AUTH_TOKEN
  - user_name, password, domain_name: HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME or OS_USERNAME, OS_PASSWORD, OS_USER_DOMAIN_NAME
  - profile of KooCLI: HW_PROFILE
  - os_cloud, a cloud in clouds.yaml: OS_CLOUD
  - ecs_metadata, on an ECS instance with an agency: HW_ECS_METADATA

See https://registry.terraform.io/providers/hwtasks/hwtasks/latest/docs/guides/authentication

The region is not set either. Set region here or in each data source, or HW_REGION_NAME or OS_REGION_NAME.`,
		},
		// Incomplete sets.
		{
			name: "access key in the block, token in the environment", block: texts{"access_key": "AK"}, env: tokenInEnvironment, at: "secret_key",
			want: "Missing secret_key: access_key in the provider block is set, but secret_key is missing. " +
				"Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY." + others("HW_AUTH_TOKEN"),
		},
		{
			name: "access key in an HW variable, keys in OS variables", at: "secret_key",
			env:  texts{"HW_ACCESS_KEY": "AK", "OS_ACCESS_KEY": "x", "OS_SECRET_KEY": "hunter2"},
			want: "HW_ACCESS_KEY is set, but secret_key is missing. Set secret_key, or HW_SECRET_KEY." + others("OS_ACCESS_KEY, OS_SECRET_KEY"),
		},
		{
			name: "secret key", block: texts{"secret_key": "hunter2"}, at: "access_key",
			want: "secret_key in the provider block is set, but access_key is missing. Set access_key, or HW_ACCESS_KEY or OS_ACCESS_KEY.",
		},
		{
			name: "security token in a variable, keys in a cloud", env: texts{"OS_SECURITY_TOKEN": "hunter2", "OS_CLOUD": "keys"}, at: "access_key",
			want: "OS_SECURITY_TOKEN is set, but access_key is missing. Set access_key, or HW_ACCESS_KEY or OS_ACCESS_KEY." + others("OS_CLOUD"),
		},
		{
			name: "user in the environment, password in a cloud", env: texts{"OS_USERNAME": "u", "OS_CLOUD": "otc"}, at: "password",
			want: "Missing password: OS_USERNAME is set, but password is missing. Set password, or OS_PASSWORD." + others("OS_CLOUD"),
		},
		{
			name: "password", block: texts{"password": "hunter2"}, at: "user_name",
			want: "password in the provider block is set, but user_name is missing. Set user_name, or HW_USER_NAME or OS_USERNAME.",
		},
		{
			name: "user in HW variables, domain in an OS variable", at: "domain_name",
			env:  texts{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "hunter2", "OS_DOMAIN_NAME": "d"},
			want: "HW_USER_NAME and HW_USER_PASSWORD are set, but the account (domain) is missing. Set domain_name, or HW_DOMAIN_NAME.",
		},

		// Malformed values.
		{
			name: "secret key with a space inside", block: texts{"access_key": "AK", "secret_key": "hunter2 hunter2"}, at: "secret_key",
			want: "Invalid secret_key: The value of secret_key in the provider block is wrong: it contains a space, which no secret_key has. " +
				"Copy it again from where it was issued.",
		},
		{
			name: "token with a character that is not ASCII", env: texts{"HW_AUTH_TOKEN": "hunter2…"}, at: "token",
			want: "The value of HW_AUTH_TOKEN is wrong: it contains a control character or a character that is not ASCII",
		},
		{name: "ecs_metadata", env: texts{"HW_ECS_METADATA": "perhaps"}, at: "ecs_metadata", want: `"perhaps" is neither true nor false`},

		// Agencies.
		{
			name: "empty block, agency in the profile", block: texts{"profile": "agency", "assume_role": "set"}, at: "assume_role.agency_name",
			want: "Missing agency_name: assume_role in the provider block is set, but assume_role.agency_name is missing. " +
				"Set assume_role.agency_name, or HW_ASSUME_ROLE_AGENCY_NAME.",
		},
		{
			name: "domain alone", env: with(tokenInEnvironment, texts{"HW_ASSUME_ROLE_DOMAIN_ID": "d"}), at: "assume_role.agency_name",
			want: "HW_ASSUME_ROLE_DOMAIN_ID is set, but assume_role.agency_name is missing.",
		},
		{
			name: "agency in the block, domain in the profile", at: "assume_role.domain_name",
			block: texts{"profile": "agency", "assume_role": "set", "assume_role.agency_name": "a"},
			want: "assume_role.agency_name in the provider block is set, but assume_role.domain_name is missing. " +
				"Set assume_role.domain_name, or HW_ASSUME_ROLE_DOMAIN_NAME.",
		},
		{
			name: "agency of a profile without domain, domain in the environment", block: texts{"profile": "halfrole"},
			env: texts{"HW_ASSUME_ROLE_DOMAIN_NAME": "d"}, at: "profile", want: `names the agency "a", but not the domain that created it.`,
		},
		{
			name: "short duration", at: "assume_role.duration", want: `"60" is not a whole number from 900 to 86400`,
			env: with(tokenInEnvironment, texts{
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "60",
			}),
		},

		// Profiles of KooCLI.
		{
			name: "profile of another mode", block: texts{"profile": "sso"}, at: "profile",
			want: `has the mode "SSO", which this provider does not support. Use a profile of the mode AKSK.`,
		},
		{
			name: "profile with the keys of another one", block: texts{"profile": "source"}, at: "profile",
			want: `uses the keys of the profile "main", which this provider does not support. ` +
				"Use that profile, and set assume_role in the provider block.",
		},
		{
			name: "profile without a secret key", block: texts{"profile": "half"}, at: "profile",
			want: `Incomplete KooCLI profile: The profile "half" in ` + dir + `/.hcloud/config.json (mode "AKSK") has no accessKeyId or no ` +
				"secretAccessKey. Use a profile of the mode AKSK, or add them with `hcloud configure set`.",
		},
		{
			name: "profile whose secret key ends in a line break", block: texts{"profile": "broken"}, at: "profile",
			want: "has a secret key or a security token that holds a space or another character that it cannot have.",
		},
		{
			name: "encrypted profile", env: texts{"HW_PROFILE": "encrypted"}, at: "profile",
			want: "Cannot use the KooCLI profile: The profile of KooCLI (from HW_PROFILE) cannot be used: the keys of profile \"encrypted\" in ",
		},
		{
			name: "file that does not exist", block: texts{"shared_config_file": "/nowhere/config.json"}, at: "shared_config_file",
			want: "The profile of KooCLI (from shared_config_file in the provider block) cannot be used: " +
				"open /nowhere/config.json: no such file or directory. Check the name and the file; `hcloud configure list` shows the profiles.",
		},

		// Clouds of clouds.yaml.
		{
			name: "cloud without password", block: texts{"os_cloud": "half"}, at: "os_cloud",
			want: `Incomplete cloud: The cloud "half" in ` + dir + "/.config/openstack/clouds.yaml has incomplete credentials. " +
				"Set username and password, or ak and sk, below auth, there or in secure.yaml.",
		},
		{name: "cloud without user", block: texts{"os_cloud": "nameless"}, at: "os_cloud", want: "has incomplete credentials."},
		{name: "cloud without sk", block: texts{"os_cloud": "odd"}, at: "os_cloud", want: "has incomplete credentials."},
		{name: "cloud without domain", block: texts{"os_cloud": "nowhere"}, at: "os_cloud", want: "but not the domain of the user. "},
		{
			name: "token with a line break in a cloud", block: texts{"os_cloud": "broken"}, at: "os_cloud",
			want: "has a token, a key, a user or a password that holds a line break, a space or another character that it cannot have.",
		},
		{
			name: "federated cloud", block: texts{"os_cloud": "federated"}, at: "os_cloud",
			want: "has the auth_type v3oidcpassword, which this provider does not support. Use password or token, or ak and sk.",
		},
		{
			name: "auth_type token without a token", block: texts{"os_cloud": "tokenless"}, at: "os_cloud",
			want: "has the auth_type token, but no token. Add it, or remove auth_type.",
		},
		{
			name: "password with a line break in a cloud", block: texts{"os_cloud": "brokenpassword"}, at: "os_cloud",
			want: "has a token, a key, a user or a password that holds a line break",
		},
		{
			name: "key that is not read", block: texts{"os_cloud": "misspelled"}, at: "os_cloud",
			want: `cannot be used: cloud "misspelled" in ` + dir + `/.config/openstack/clouds.yaml (auth) has the key "auth_uri", which `,
		},
		{
			name: "region of the block that is not listed", block: texts{"os_cloud": "regions", "region": "my-region-3"}, at: "region",
			want: `The value of region in the provider block is wrong: cloud "regions" in ` + dir +
				`/.config/openstack/clouds.yaml has the regions "my-region-1", "my-region-2", but not "my-region-3".`,
		},
		{
			name: "region of the environment that is not listed", block: texts{"os_cloud": "regions"}, env: texts{"OS_REGION_NAME": "eu-de"},
			at: "region", want: "The value of OS_REGION_NAME is wrong: cloud ",
		},
		{
			name: "region of an unknown cloud without an address", block: texts{"os_cloud": "lost"}, at: "os_cloud",
			want: `No address of IAM: The cloud "lost" in ` + dir + "/.config/openstack/clouds.yaml has no auth_url, and its region " +
				`"my-region-1" belongs to no cloud that this provider knows. ` +
				"Add auth_url below auth, such as https://iam.my-region-1.cloud.example.com/v3.",
		},
		{
			name: "endpoint in a cloud", block: texts{"os_cloud": "endpoint"}, at: "os_cloud",
			want: `Unsupported identity_endpoint_override: identity_endpoint_override of cloud "endpoint" in ` + dir +
				"/.config/openstack/clouds.yaml is an endpoint, but this provider does not read it. " +
				`Set endpoints = { iam = "…" } in the provider block instead.`,
		},
		{
			name: "cloud with a malformed address", block: texts{"os_cloud": "elsewhere"}, at: "auth_url",
			want: `Invalid endpoint: The value of auth_url of cloud "elsewhere" in ` + dir + "/.config/openstack/clouds.yaml is wrong: ",
		},
		{
			name: "clouds.yaml that does not exist", env: texts{"OS_CLOUD": "otc", "OS_CLIENT_CONFIG_FILE": "/nowhere/clouds.yaml"}, at: "os_cloud",
			want: "The cloud of clouds.yaml (from OS_CLOUD) cannot be used: open /nowhere/clouds.yaml: no such file",
		},
	} {
		t.Run(test.name, test.run)
	}
}

// No credentials and no region are one error. The region may be in the address of IAM.
func TestNoCredentialsButARegion(t *testing.T) {
	for _, block := range []texts{{"region": "eu-de"}, {"auth_url": "https://iam.eu-de.otc.t-systems.com"}, {"endpoints.iam": "https://x"}} {
		_, s := readWith(t, block, nil)
		checkError(t, s, "access_key", "No credentials: ")
		if text := s.diags[0].Detail(); strings.Contains(text, "region is not set") {
			t.Errorf("with %v: got the error\n%s\nwant nothing about the region", block, text)
		}
	}
}

// A variable with which other tools act as another identity or in another project is refused if the credentials come from the
// environment, and does not matter if they, or an agency, are in the provider block.
func TestUnsupportedVariables(t *testing.T) {
	home(t)
	keysInBlock := texts{"access_key": "a", "secret_key": "b"}
	agencyInBlock := texts{"assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d"}
	sets := map[string]texts{
		"keys":     {"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b"},
		"user":     {"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "d"},
		"profile":  {"HW_PROFILE": "main"},
		"cloud":    {"OS_CLOUD": "otc"},
		"metadata": {"HW_ECS_METADATA": "true"},
	}
	for _, u := range unsupported {
		for _, variable := range u.variables {
			for set, env := range sets {
				t.Run(variable+" and "+set, func(t *testing.T) {
					env := with(env, texts{variable: "x"})
					_, s := readWith(t, nil, env)
					checkError(t, s, u.arguments[len(u.arguments)-1], "Unsupported "+variable+": "+variable+" "+u.meaning+", but ")
					for name, block := range map[string]texts{"keys": keysInBlock, "agency": agencyInBlock} {
						if _, s := readWith(t, block, env); len(s.diags) > 0 {
							t.Errorf("with %s in the block: got %v, want no diagnostics", name, s.diags)
						}
					}
				})
			}
			for _, value := range u.harmless {
				if _, s := readWith(t, nil, with(sets["keys"], texts{variable: value})); len(s.diags) > 0 {
					t.Errorf("%s=%s: got %v, want no diagnostics", variable, value, s.diags)
				}
			}
		}
	}
	for name, env := range map[string]texts{
		"agency":  {"OS_AGENCY_NAME": "x", "OS_AGENCY_DOMAIN_NAME": "x", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d"},
		"project": {"OS_DELEGATED_PROJECT": "x"},
	} {
		if _, s := readWith(t, texts{"project_name": "eu-de"}, with(sets["keys"], env)); len(s.diags) > 0 {
			t.Errorf("with another %s: got %v, want no diagnostics", name, s.diags)
		}
	}
}

// A key of clouds.yaml with which other tools act as another identity or in another project is refused, wherever it stands, unless an
// argument of the provider block replaces it.
func TestUnsupportedKeys(t *testing.T) {
	dir := home(t)
	for _, u := range unsupported {
		for _, key := range u.keys {
			for _, clouds := range []string{"{c: {auth: {token: t, %s: hunter2}}}", "{c: {auth: {token: t}, %s: hunter2}}"} {
				file := write(t, filepath.Join(dir, "clouds.yaml"), "clouds: "+fmt.Sprintf(clouds, key))
				_, s := readWith(t, texts{"os_cloud": "c"}, nil)
				checkError(t, s, "os_cloud", fmt.Sprintf(`Unsupported %[1]s: %[1]s of cloud "c" in clouds.yaml %[2]s, but `, key, u.meaning))
				replacement := texts{
					"os_cloud": "c", "project_name": "p", "assume_role": "set", "assume_role.agency_name": "a", "assume_role.domain_name": "d",
				}
				if _, s := readWith(t, replacement, nil); s.diags.HasError() != (len(u.sources) == 0) {
					t.Errorf("%s in %s, with an agency and a project in the block: got %v", key, file, s.diags)
				}
			}
		}
	}
}

// harmlessVariables are in the files that users of these clouds source.
var harmlessVariables = []string{
	"OS_PROJECT_DOMAIN_ID", "OS_PROJECT_DOMAIN_NAME", "OS_DEFAULT_DOMAIN", "OS_DEFAULT_DOMAIN_ID", "OS_DEFAULT_DOMAIN_NAME",
	"OS_IDENTITY_API_VERSION", "OS_IMAGE_API_VERSION", "OS_VOLUME_API_VERSION", "OS_COMPUTE_API_VERSION", "OS_NETWORK_API_VERSION",
	"OS_INTERFACE", "OS_ENDPOINT_TYPE", "NOVA_ENDPOINT_TYPE", "CINDER_ENDPOINT_TYPE", "OS_PASSCODE", "OS_SWAUTH", "OS_ALLOW_REAUTH",
	"HW_ENTERPRISE_PROJECT_ID", "HW_REGIONAL", "HW_ENABLE_FORCE_NEW",
}

func TestHarmlessVariables(t *testing.T) {
	env := texts{"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "d"}
	for _, variable := range harmlessVariables {
		env[variable] = "x"
	}
	configTest{env: env, want: cloud.Config{Credentials: cloud.Password{
		UserName: "u", Password: "p", Domain: cloud.Domain{Name: "d"},
		Origin: "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME",
	}}}.run(t)
}

func TestGuideListsVariablesAndKeys(t *testing.T) {
	guide := simulatortest.Read(t, filepath.Join("..", "..", "templates", "guides", "authentication.md"))
	names := slices.Clone(harmlessVariables)
	for _, u := range unsupported {
		names = slices.Concat(names, u.variables, u.keys)
	}
	for _, name := range names {
		if !strings.Contains(guide, "`"+name+"`") && !strings.HasSuffix(name, "_API_VERSION") {
			t.Errorf("the guide Authentication does not list %s", name)
		}
	}
}

// A blank around a value is named, with the command that removes it.
func TestBlanksAroundValues(t *testing.T) {
	for _, test := range []struct {
		name       string
		block, env texts
		at, want   string
	}{
		{
			name: "Windows line ending", at: "secret_key", env: texts{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "hunter2\r"},
			want: "Invalid secret_key: HW_SECRET_KEY ends with a carriage return (a Windows line ending). Remove it where the variable is set, " +
				"for example:\n\n" + `  export HW_SECRET_KEY="$(printf %s "$HW_SECRET_KEY" | tr -d '\r\n')"`,
		},
		{
			name: "line break", at: "token", env: texts{"OS_TOKEN": "hunter2\n"},
			want: "Invalid token: OS_TOKEN ends with a line break. Remove it where the variable is set, " +
				"for example:\n\n" + `  export OS_TOKEN="$(printf %s "$OS_TOKEN" | tr -d '\r\n')"`,
		},
		{
			name: "spaces", at: "domain_name", env: texts{"OS_USERNAME": "u", "OS_PASSWORD": " p ", "OS_DOMAIN_NAME": " a b\t"},
			want: "OS_DOMAIN_NAME ends with a tab. Remove it where the variable is set, for example:\n\n" +
				`  export OS_DOMAIN_NAME="$(printf %s "$OS_DOMAIN_NAME" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')"`,
		},
		{
			name: "password", at: "password", env: texts{"OS_USERNAME": "u", "OS_PASSWORD": "hunter2\r\n", "OS_DOMAIN_NAME": "d"},
			want: "OS_PASSWORD ends with a carriage return",
		},
		{name: "region", at: "region", env: with(tokenInEnvironment, texts{"HW_REGION_NAME": "eu-de\r"}), want: "HW_REGION_NAME ends with"},
		{name: "project", at: "project_name", env: with(tokenInEnvironment, texts{"OS_TENANT_NAME": "p\r"}), want: "OS_TENANT_NAME ends with"},
		{name: "profile", at: "profile", env: texts{"HW_PROFILE": "main\r"}, want: "HW_PROFILE ends with"},
		{
			name: "in the block", at: "token", block: texts{"token": " hunter2"},
			want: "Invalid token: token in the provider block begins with a space. Remove it, for example with trimspace().",
		},
		{
			name: "in a file", at: "region", block: texts{"os_cloud": "blank"},
			want: `region of cloud "blank" in `,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			home(t)
			_, s := readWith(t, test.block, test.env)
			checkError(t, s, test.at, test.want)
			_, command, found := strings.Cut(s.diags[0].Detail(), "for example:\n\n  export ")
			if !found {
				return
			}
			variable, _, _ := strings.Cut(command, "=")
			script := fmt.Sprintf(`export %s; printf %%s "$%s"`, command, variable)
			value, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
			must(err)
			t.Setenv(variable, string(value))
			if _, s := readWith(t, test.block, nil); s.diags.HasError() {
				t.Errorf("after %s: got %v, want no error", command, s.diags)
			}
		})
	}
}

// Of every two sets of credentials, the one in the provider block is used, or else the first one in the order of the documentation.
func TestPrecedenceOfEveryPair(t *testing.T) {
	file := filepath.Join(home(t), ".hcloud", "config.json")
	sets := []struct {
		name       string
		block, env texts
		origin     string // beginning of the origin of the credentials
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
		{name: "profile", block: texts{"profile": "main"}, env: texts{"HW_SHARED_CONFIG_FILE": file}, origin: "the keys of profile "},
		{name: "cloud", block: texts{"os_cloud": "otc"}, env: texts{"OS_CLOUD": "otc"}, origin: "the user of cloud "},
		{name: "metadata", block: texts{"ecs_metadata": "true"}, env: texts{"HW_ECS_METADATA": "true"}, origin: "the metadata "},
	}
	for i, first := range sets {
		for _, second := range sets[i+1:] {
			for _, test := range []struct {
				name       string
				block, env texts
				want       string
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
