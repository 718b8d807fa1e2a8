package provider

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// write writes a file of a test and gives its path.
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

// home makes a home directory with the files of KooCLI and OpenStack, and nothing else in reach.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".hcloud", "config.json"), `{"current":"main","profiles":[
		{"name":"main","mode":"AKSK","accessKeyId":"PROFILEAK","secretAccessKey":"profile-sk","securityToken":"","region":"cn-north-4","projectId":"profile-project"},
		{"name":"temporary","mode":"AKSK","accessKeyId":"PROFILEAK2","secretAccessKey":"profile-sk2","securityToken":"profile-st2"},
		{"name":"agency","mode":"AKSK","accessKeyId":"PROFILEAK","secretAccessKey":"profile-sk","region":"cn-north-4","agencyName":"profile-agency","agencyDomainName":"profile-domain"},
		{"name":"half","mode":"AKSK","accessKeyId":"PROFILEAK"},
		{"name":"halfrole","accessKeyId":"PROFILEAK","secretAccessKey":"hunter2","agencyName":"a"},
		{"name":"odd","accessKeyId":"PROFILEAK","secretAccessKey":"x","securityToken":"hunter2\nx"},
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
    auth: {ak: CLOUDAK, sk: cloud-sk, project_id: cloud-project}
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
  agency: {auth: {ak: CLOUDAK, sk: hunter2, agency_name: a}}
  odd: {auth: {ak: CLOUDAK}}
  empty: {region_name: eu-de}
  insecure: {verify: false, auth: {token: cloud-token}}
  secure: {verify: true, auth: {token: cloud-token}}
  tenant: {region_name: eu-de, auth: {token: cloud-token, tenant_name: eu-de_tenant}}
  federated: {auth_type: v3oidcpassword, auth: {username: u, password: hunter2}}
  elsewhere: {auth: {token: cloud-token, auth_url: nonsense}}
`)
	write(t, filepath.Join(dir, ".config", "openstack", "secure.yaml"), "clouds:\n  otc: {auth: {password: cloud-password}}\n")
	write(t, filepath.Join(dir, ".config", "openstack", "clouds-public.yaml"), "public-clouds:\n  public: {region_name: eu-nl, auth: {auth_url: 'https://iam.eu-nl.otc.t-systems.com/v3', password: never}}\n")
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Chdir(dir)
	return dir
}

// Every way to authenticate, from the provider block, the environment and files.
func TestIdentities(t *testing.T) {
	dir := home(t)
	kooCLI, clouds := filepath.Join(dir, ".hcloud", "config.json"), filepath.Join(dir, ".config", "openstack", "clouds.yaml")
	profile := map[string]string{
		"region": "cn-north-4", "project_id": "profile-project", "access_key": "PROFILEAK", "secret_key": "profile-sk", "origin": fmt.Sprintf("the keys of profile %q in %s", "main", kooCLI),
	}
	otc := map[string]string{
		"region": "eu-de", "project_name": "eu-de_team", "iam": "https://iam.eu-de.otc.t-systems.com", "cloud": "otc.t-systems.com", "user_name": "cloud-user", "password": "cloud-password", "domain_name": "OTC00000000001000000000",
		"origin": fmt.Sprintf("the user of cloud %q in %s", "otc", clouds),
	}
	// but is a map with other values for some keys, and without those that are empty.
	but := func(m map[string]string, pairs ...string) map[string]string {
		m = maps.Clone(m)
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		maps.DeleteFunc(m, func(_, value string) bool { return value == "" })
		return m
	}
	user := map[string]string{"user_name": "u", "password": "p w", "domain_name": "d", "origin": "the user from HW_USER_NAME, the password from HW_USER_PASSWORD and the domain from HW_DOMAIN_NAME"}
	token := map[string]string{"token": "t", "origin": "the token from HW_AUTH_TOKEN"}
	role := but(token, "agency", "a", "agency_domain_name", "d")
	for name, test := range map[string]struct {
		block model
		env   map[string]string
		want  map[string]string
	}{
		"user, HW":           {model{}, map[string]string{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_NAME": "d", "OS_USERNAME": "x", "OS_PASSWORD": "x", "OS_USER_DOMAIN_NAME": "x"}, user},
		"user, OS":           {model{}, map[string]string{"OS_USERNAME": "u", "OS_PASSWORD": "p w", "OS_USER_DOMAIN_NAME": "d", "OS_DOMAIN_NAME": "x"}, but(user, "origin", "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME")},
		"user, OS and IAM":   {model{}, map[string]string{"OS_USERNAME": "u", "OS_PASSWORD": "p w", "OS_DOMAIN_NAME": "d", "OS_AUTH_URL": "https://iam.eu-nl.otc.t-systems.com:443/v3"}, but(user, "origin", "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_DOMAIN_NAME", "region", "eu-nl", "iam", "https://iam.eu-nl.otc.t-systems.com:443", "cloud", "otc.t-systems.com")},
		"user ID":            {model{}, map[string]string{"HW_USER_ID": "i", "HW_USER_NAME": "u", "HW_USER_PASSWORD": "p w", "OS_DOMAIN_ID": "d"}, but(user, "user_name", "", "user_id", "i", "domain_name", "", "domain_id", "d", "origin", "the user from HW_USER_ID, the password from HW_USER_PASSWORD and the domain from OS_DOMAIN_ID")},
		"user ID, no domain": {model{ProjectID: s("pr")}, map[string]string{"HW_USER_ID": "i", "HW_USER_PASSWORD": "p w"}, but(user, "user_name", "", "user_id", "i", "domain_name", "", "project_id", "pr", "origin", "the user from HW_USER_ID and the password from HW_USER_PASSWORD")},
		"name in the block, ID in the environment": {
			model{UserName: s("u"), DomainName: s("d")}, map[string]string{"HW_USER_ID": "i", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_ID": "x"},
			but(user, "origin", "the user from user_name in the provider block, the password from HW_USER_PASSWORD and the domain from domain_name in the provider block"),
		},
		"HW user beside OS leftovers": {
			model{}, map[string]string{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p w", "HW_DOMAIN_NAME": "d", "OS_USER_ID": "x", "OS_DOMAIN_ID": "x"}, user,
		},
		"OS user beside HW leftovers": {
			model{}, map[string]string{"OS_USERNAME": "u", "OS_PASSWORD": "p w", "OS_USER_DOMAIN_NAME": "d", "HW_USER_NAME": "x", "HW_DOMAIN_NAME": "x", "HW_DOMAIN_ID": "x", "HW_USER_ID": "x"},
			but(user, "origin", "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME"),
		},
		"HW user with an OS domain": {
			model{}, map[string]string{"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p w", "OS_DOMAIN_NAME": "d"},
			but(user, "origin", "the user from HW_USER_NAME, the password from HW_USER_PASSWORD and the domain from OS_DOMAIN_NAME"),
		},
		"HW keys beside an OS security token": {
			model{}, map[string]string{"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b", "OS_SECURITY_TOKEN": "x"},
			map[string]string{"access_key": "a", "secret_key": "b", "origin": "the access key from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY"},
		},
		"OS keys beside an HW security token": {
			model{}, map[string]string{"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "b", "OS_SECURITY_TOKEN": "c", "HW_SECURITY_TOKEN": "x"},
			map[string]string{"access_key": "a", "secret_key": "b", "security_token": "c", "origin": "the access key from OS_ACCESS_KEY and the secret key from OS_SECRET_KEY, with the security token from OS_SECURITY_TOKEN"},
		},
		"HW access key with an OS secret key": {
			model{}, map[string]string{"HW_ACCESS_KEY": "a", "OS_SECRET_KEY": "b"},
			map[string]string{"access_key": "a", "secret_key": "b", "origin": "the access key from HW_ACCESS_KEY and the secret key from OS_SECRET_KEY"},
		},
		"suffix below that of IAM": {
			model{Cloud: s("svc.example.com"), AuthURL: s("https://iam.example.com")}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_REGION_NAME": "r"},
			but(token, "region", "r", "cloud", "svc.example.com", "iam", "https://iam.example.com"),
		},
		"IAM endpoint below another suffix": {
			model{Region: s("eu-west-101"), Cloud: s("myhuaweicloud.eu"), Endpoints: m("iam", "https://iam.eu-west-101.myhuaweicloud.com")}, map[string]string{"HW_AUTH_TOKEN": "t"},
			but(token, "region", "eu-west-101", "cloud", "myhuaweicloud.eu", "iam", "https://iam.eu-west-101.myhuaweicloud.com"),
		},
		"cloud and IAM of a private cloud": {
			model{}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_REGION_NAME": "dc1", "HW_CLOUD": "cloud.corp.local", "HW_AUTH_URL": "https://iam.auth.corp.local/v3"},
			but(token, "region", "dc1", "cloud", "cloud.corp.local", "iam", "https://iam.auth.corp.local"),
		},
		"cloud in the block, IAM of a private cloud in the environment": {
			model{Cloud: s("cloud.corp.local")}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_REGION_NAME": "dc1", "HW_AUTH_URL": "https://iam.auth.corp.local/v3"},
			but(token, "region", "dc1", "cloud", "cloud.corp.local", "iam", "https://iam.auth.corp.local"),
		},
		"openrc of Open Telekom Cloud": {
			model{}, map[string]string{"OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com:443/v3", "OS_USERNAME": "u", "OS_PASSWORD": "p w", "OS_USER_DOMAIN_NAME": "d", "OS_TENANT_NAME": "eu-de", "OS_PROJECT_NAME": "eu-de", "OS_REGION_NAME": "eu-de"},
			but(user, "region", "eu-de", "project_name", "eu-de", "iam", "https://iam.eu-de.otc.t-systems.com:443", "cloud", "otc.t-systems.com", "origin", "the user from OS_USERNAME, the password from OS_PASSWORD and the domain from OS_USER_DOMAIN_NAME"),
		},
		"duration of no role": {model{}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_ASSUME_ROLE_DURATION": "3600"}, token},
		"profile's role, not the environment's": {
			model{Profile: s("agency")}, map[string]string{"HW_ASSUME_ROLE_AGENCY_NAME": "x", "HW_ASSUME_ROLE_DOMAIN_ID": "x"},
			but(profile, "project_id", "", "origin", fmt.Sprintf("the keys of profile %q in %s", "agency", kooCLI), "agency", "profile-agency", "agency_domain_name", "profile-domain"),
		},
		"cloud with a tenant":                          {model{OSCloud: s("tenant")}, nil, map[string]string{"region": "eu-de", "token": "cloud-token", "project_name": "eu-de_tenant", "origin": fmt.Sprintf("the token of cloud %q in %s", "tenant", clouds)}},
		"cloud in another region":                      {model{OSCloud: s("tenant"), Region: s("eu-nl")}, nil, map[string]string{"region": "eu-nl", "token": "cloud-token", "origin": fmt.Sprintf("the token of cloud %q in %s", "tenant", clouds)}},
		"profile by name":                              {model{Profile: s("main")}, nil, profile},
		"current profile":                              {model{}, map[string]string{"HW_SHARED_CONFIG_FILE": kooCLI}, profile},
		"profile, file below home":                     {model{SharedConfigFile: s("~/.hcloud/config.json")}, nil, profile},
		"profile of the environment":                   {model{}, map[string]string{"HW_PROFILE": "temporary"}, map[string]string{"access_key": "PROFILEAK2", "secret_key": "profile-sk2", "security_token": "profile-st2", "origin": fmt.Sprintf("the keys of profile %q in %s", "temporary", kooCLI)}},
		"profile with an agency":                       {model{Profile: s("agency")}, nil, but(profile, "project_id", "", "origin", fmt.Sprintf("the keys of profile %q in %s", "agency", kooCLI), "agency", "profile-agency", "agency_domain_name", "profile-domain")},
		"profile wins over the environment's settings": {model{Profile: s("main")}, map[string]string{"HW_REGION_NAME": "x", "HW_PROJECT_ID": "x", "HW_PROJECT_NAME": "y"}, but(profile, "project_name", "y")},
		"block wins over the profile's settings":       {model{Profile: s("main"), Region: s("cn-south-1")}, nil, but(profile, "region", "cn-south-1", "project_id", "")},
		"cloud":                                        {model{OSCloud: s("otc")}, nil, otc},
		"cloud of the environment":                     {model{}, map[string]string{"OS_CLOUD": "otc"}, otc},
		"cloud's IAM, not the environment's":           {model{OSCloud: s("otc")}, map[string]string{"OS_AUTH_URL": "https://evil.example.com", "OS_PROJECT_ID": "x", "OS_REGION_NAME": "x"}, otc},
		"block's IAM, not the cloud's":                 {model{OSCloud: s("otc"), AuthURL: s("https://iam.otc.t-systems.com")}, nil, but(otc, "iam", "https://iam.otc.t-systems.com")},
		"cloud with keys":                              {model{OSCloud: s("keys")}, nil, map[string]string{"region": "eu-nl", "access_key": "CLOUDAK", "secret_key": "cloud-sk", "project_id": "cloud-project", "origin": fmt.Sprintf("the keys of cloud %q in %s", "keys", clouds)}},
		"cloud with a token":                           {model{OSCloud: s("token")}, nil, map[string]string{"region": "eu-de", "token": "cloud-token", "origin": fmt.Sprintf("the token of cloud %q in %s", "token", clouds)}},
		"cloud with public parts":                      {model{OSCloud: s("id")}, nil, map[string]string{"region": "eu-nl", "iam": "https://iam.eu-nl.otc.t-systems.com", "cloud": "otc.t-systems.com", "user_id": "cloud-user-id", "password": "0123", "domain_id": "cloud-domain", "project_domain_id": "cloud-domain", "origin": fmt.Sprintf("the user of cloud %q in %s", "id", clouds)}},
		"metadata":                                     {model{ECSMetadata: types.BoolValue(true)}, nil, map[string]string{"origin": "the metadata of this ECS instance (asked for by ecs_metadata in the provider block)"}},
		"metadata of the environment":                  {model{}, map[string]string{"HW_ECS_METADATA": "1"}, map[string]string{"origin": "the metadata of this ECS instance (asked for by HW_ECS_METADATA)"}},
		"metadata not wanted":                          {model{ECSMetadata: types.BoolValue(false)}, map[string]string{"HW_ECS_METADATA": "true", "HW_AUTH_TOKEN": "t"}, token},
		"role":                                         {model{AssumeRole: &assumeRole{AgencyName: s("a"), DomainName: s("d")}}, map[string]string{"HW_AUTH_TOKEN": "t"}, role},
		"role of the environment":                      {model{}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "3600"}, but(role, "duration", "1h0m0s")},
		"role by domain ID":                            {model{AssumeRole: &assumeRole{AgencyName: s("a"), Duration: types.Int64Value(900)}}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_ASSUME_ROLE_AGENCY_NAME": "x", "HW_ASSUME_ROLE_DOMAIN_ID": "i", "HW_ASSUME_ROLE_DURATION": "3600"}, but(role, "agency_domain_name", "", "agency_domain_id", "i", "duration", "15m0s")},
		"domain name in the block":                     {model{AssumeRole: &assumeRole{DomainName: s("d")}}, map[string]string{"HW_AUTH_TOKEN": "t", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "i"}, role},
		"role of the block, not the profile's":         {model{Profile: s("agency"), AssumeRole: &assumeRole{AgencyName: s("a"), DomainName: s("d")}}, nil, but(profile, "project_id", "", "origin", fmt.Sprintf("the keys of profile %q in %s", "agency", kooCLI), "agency", "a", "agency_domain_name", "d")},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			config, diags := test.block.read()
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.want, flat(config)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is half, wrong, or not to be read is an error that names it, and never another identity.
func TestWrongIdentities(t *testing.T) {
	dir := home(t)
	folder := t.TempDir()
	noJSON, noYAML := write(t, filepath.Join(folder, "config.json"), `{"profiles": hunter2`), write(t, filepath.Join(folder, "bad.yaml"), "clouds:\n  otc: hunter2\n")
	noCurrent := write(t, filepath.Join(folder, "none.json"), `{"profiles":[{"name":"one"},{"name":"two"}]}`)
	unreadable := filepath.Join(folder, "folder")
	if err := os.Mkdir(unreadable, 0o700); err != nil {
		t.Fatal(err)
	}
	secret, token := s("hunter2"), map[string]string{"HW_AUTH_TOKEN": "hunter2"}
	mixed := "but those of different sources are never mixed into one identity."
	for name, test := range map[string]struct {
		block  model
		env    map[string]string
		at     string
		detail []string
	}{
		"key of the environment, secret of a profile": {
			model{}, map[string]string{"HW_ACCESS_KEY": "AK", "HW_PROFILE": "main"}, "secret_key",
			[]string{"There is an access key (from HW_ACCESS_KEY), but no secret key. Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY.", "Other credentials are set too (HW_PROFILE)", mixed},
		},
		"security token of the environment, keys of a cloud": {
			model{}, map[string]string{"OS_SECURITY_TOKEN": "hunter2", "OS_CLOUD": "keys"}, "access_key",
			[]string{"There is a security token (from OS_SECURITY_TOKEN), but no access key and secret key", "Other credentials are set too (OS_CLOUD)", mixed},
		},
		"user of the environment, password of a cloud": {
			model{}, map[string]string{"OS_USERNAME": "u", "OS_CLOUD": "otc"}, "password",
			[]string{"There is a user (from OS_USERNAME), but no password. Set password, or HW_USER_PASSWORD or OS_PASSWORD.", "(OS_CLOUD)", mixed},
		},
		"password alone":           {model{Password: secret}, nil, "user_name", []string{"There is a password (from password in the provider block), but no user. Set user_name or user_id, or HW_USER_NAME or OS_USERNAME."}},
		"user without domain":      {model{UserName: s("u"), Password: secret}, nil, "domain_name", []string{"but not the domain (account) of the user. Set domain_name or domain_id, or HW_DOMAIN_NAME"}},
		"user ID without domain":   {model{UserID: s("u"), Password: secret}, nil, "domain_name", []string{"needed since the project ID must be looked up in IAM."}},
		"user ID without, agency":  {model{UserID: s("u"), Password: secret, ProjectID: s("p"), AssumeRole: &assumeRole{AgencyName: s("a"), DomainName: s("d")}}, nil, "domain_name", []string{"needed since an agency is to be assumed."}},
		"half keys, half password": {model{}, map[string]string{"HW_SECRET_KEY": "hunter2", "OS_PASSWORD": "hunter2"}, "access_key", []string{"There is a secret key (from HW_SECRET_KEY)", "Other credentials are set too (OS_PASSWORD)"}},
		"role of a profile without domain, domain of the environment": {model{Profile: s("halfrole")}, map[string]string{"HW_ASSUME_ROLE_DOMAIN_NAME": "d"}, "profile", []string{`names the agency "a", but not the domain that created it.`}},
		"security token of a profile with a line break":               {model{Profile: s("odd")}, nil, "profile", []string{"the securityToken holds a space or another character"}},
		"regions of two clouds in the environment": {
			model{}, map[string]string{"HW_AUTH_TOKEN": "hunter2", "HW_REGION_NAME": "eu-west-101", "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com/v3"}, "region",
			[]string{"HW_REGION_NAME (eu-west-101) belongs to the cloud myhuaweicloud.eu, but OS_AUTH_URL (https://iam.eu-de.otc.t-systems.com/v3) to otc.t-systems.com."},
		},
		"region and IAM of two clouds in the block": {model{Token: secret, Region: s("cn-north-4"), AuthURL: s("https://iam.eu-de.otc.t-systems.com")}, nil, "region", []string{"region in the provider block (cn-north-4) belongs to the cloud myhuaweicloud.com, but auth_url in the provider block"}},
		"suffix and IAM of two clouds":              {model{}, map[string]string{"HW_AUTH_TOKEN": "hunter2", "HW_CLOUD": "myhuaweicloud.eu", "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com"}, "region", []string{"but HW_CLOUD (myhuaweicloud.eu) to"}},
		"global IAM beside another cloud's region":  {model{Token: secret, AuthURL: s("https://iam.myhuaweicloud.com/v3")}, map[string]string{"OS_REGION_NAME": "eu-de"}, "auth_url", []string{"OS_REGION_NAME (eu-de) belongs to the cloud otc.t-systems.com, but auth_url in the provider block"}},
		"HW access key beside OS keys":              {model{}, map[string]string{"HW_ACCESS_KEY": "a", "OS_ACCESS_KEY": "x", "OS_SECRET_KEY": "hunter2"}, "secret_key", []string{"There is an access key (from HW_ACCESS_KEY), but no secret key."}},
		"empty role":                                {model{AssumeRole: &assumeRole{}}, token, "assume_role.agency_name", []string{"A role is to be assumed (the assume_role block), but not which agency."}},
		"empty role, profile's role":                {model{Profile: s("agency"), AssumeRole: &assumeRole{}}, nil, "assume_role.agency_name", []string{"A role is to be assumed (the assume_role block), but not which agency."}},
		"null agency":                               {model{AssumeRole: &assumeRole{AgencyName: types.StringNull(), DomainName: s("")}}, token, "assume_role.agency_name", []string{"but not which agency."}},
		"federated cloud":                           {model{OSCloud: s("federated")}, nil, "os_cloud", []string{"has the auth_type v3oidcpassword, which this provider does not know."}},
		"cloud with a wrong IAM":                    {model{OSCloud: s("elsewhere")}, nil, "auth_url", []string{`The value of auth_url of cloud "elsewhere" in `, `"nonsense" is not an http or https URL`}},
		"key in another form":                       {model{Token: secret, Cert: s("-----BEGIN x"), Key: s("aHVudGVyMg==hunter2")}, nil, "key", []string{"it is neither PEM nor the path of a file that can be read: no such file or directory."}},
		"long key in another form":                  {model{Token: secret, Cert: s("-----BEGIN x"), Key: s(strings.Repeat("hunter2", 1000))}, nil, "key", []string{"it is neither PEM nor the path of a file that can be read: file name too long."}},
		"half a profile":                            {model{Profile: s("half")}, nil, "profile", []string{`The profile "half" in ` + dir, "has no secretAccessKey"}},
		"profile of another mode":                   {model{Profile: s("sso")}, nil, "profile", []string{"has no accessKeyId, and SSO is not a mode that this provider can use"}},
		"encrypted profile":                         {model{}, map[string]string{"HW_PROFILE": "encrypted"}, "profile", []string{"(from HW_PROFILE) cannot be used: the keys of profile \"encrypted\" in ", "seem to be encrypted", "hcloud configure set --cli-auth-encrypt=false"}},
		"no such profile":                           {model{Profile: s("nope")}, nil, "profile", []string{`has no profile "nope"; it has "main", "temporary", "agency", "half", "halfrole", "odd", "sso", "encrypted".`}},
		"no current profile":                        {model{SharedConfigFile: s(noCurrent)}, nil, "shared_config_file", []string{`so its name must be given; it has "one", "two".`}},
		"no such file":                              {model{SharedConfigFile: s("/nowhere/config.json")}, nil, "shared_config_file", []string{"The profile of KooCLI (from shared_config_file in the provider block) cannot be used: open /nowhere/config.json: no such file or directory."}},
		"unreadable file":                           {model{}, map[string]string{"HW_SHARED_CONFIG_FILE": unreadable}, "shared_config_file", []string{"The profile of KooCLI (from HW_SHARED_CONFIG_FILE) cannot be used: read " + unreadable + ": is a directory."}},
		"file of nonsense":                          {model{SharedConfigFile: s(noJSON)}, nil, "shared_config_file", []string{"is not a configuration of KooCLI: it is not the JSON that is expected (byte 14)."}},
		"no such cloud":                             {model{OSCloud: s("nope")}, nil, "os_cloud", []string{`has no cloud "nope"; it has "agency", "application", "elsewhere", "empty", "federated", "half", "id", "insecure", "keys", "nameless", "nowhere", "odd", "otc", "secure", "tenant", "token".`}},
		"cloud without password":                    {model{OSCloud: s("half")}, nil, "os_cloud", []string{`The cloud "half" in ` + dir, "has a user, but no password. Add it there or in secure.yaml."}},
		"cloud without user":                        {model{OSCloud: s("nameless")}, nil, "os_cloud", []string{"has a password, but no username or user_id."}},
		"cloud without domain":                      {model{OSCloud: s("nowhere")}, nil, "os_cloud", []string{"has a username, but not the domain of the user. Add user_domain_name."}},
		"cloud with half the keys":                  {model{OSCloud: s("odd")}, nil, "os_cloud", []string{"has only one of ak and sk. Add the other one."}},
		"application credential":                    {model{OSCloud: s("application")}, nil, "os_cloud", []string{"has an application credential, which these clouds do not take."}},
		"agency in clouds.yaml":                     {model{OSCloud: s("agency")}, nil, "os_cloud", []string{"Use the assume_role block instead."}},
		"empty cloud":                               {model{}, map[string]string{"OS_CLOUD": "empty"}, "os_cloud", []string{"has no credentials below auth."}},
		"no such clouds.yaml":                       {model{}, map[string]string{"OS_CLOUD": "otc", "OS_CLIENT_CONFIG_FILE": "/nowhere/clouds.yaml"}, "os_cloud", []string{"The cloud of clouds.yaml (from OS_CLOUD) cannot be used: open /nowhere/clouds.yaml: no such file"}},
		"clouds.yaml of nonsense":                   {model{}, map[string]string{"OS_CLOUD": "otc", "OS_CLIENT_CONFIG_FILE": noYAML}, "os_cloud", []string{"is not the YAML that is expected (line 2)."}},
		"ecs_metadata":                              {model{}, map[string]string{"HW_ECS_METADATA": "perhaps"}, "ecs_metadata", []string{`The value of HW_ECS_METADATA is wrong: "perhaps" is neither true nor false`}},
		"role without agency":                       {model{AssumeRole: &assumeRole{DomainName: s("d")}}, token, "assume_role.agency_name", []string{"A role is to be assumed (assume_role.domain_name in the provider block), but not which agency. Set agency_name, or HW_ASSUME_ROLE_AGENCY_NAME."}},
		"role without domain":                       {model{}, map[string]string{"HW_AUTH_TOKEN": "hunter2", "HW_ASSUME_ROLE_AGENCY_NAME": "a"}, "assume_role.domain_name", []string{`The agency "a" is to be assumed (HW_ASSUME_ROLE_AGENCY_NAME), but the domain (account) that created it is not given.`}},
		"short role":                                {model{AssumeRole: &assumeRole{AgencyName: s("a"), DomainName: s("d"), Duration: types.Int64Value(60)}}, token, "assume_role.duration", []string{`"60" is not a whole number from 900 to 86400`}},
		"unknown agency":                            {model{AssumeRole: &assumeRole{AgencyName: types.StringUnknown(), DomainName: s("d")}}, token, "assume_role.agency_name", []string{"known only after apply", "or set HW_ASSUME_ROLE_AGENCY_NAME instead"}},
		"unknown os_cloud":                          {model{OSCloud: types.StringUnknown()}, token, "os_cloud", []string{"known only after apply"}},
		"certificate without key":                   {model{Token: secret, Cert: s("c.pem")}, nil, "key", []string{"There is a client certificate (from cert in the provider block), but not its private key. Set key, or OS_KEY."}},
		"key without certificate":                   {model{Token: secret}, map[string]string{"OS_KEY": "k.pem"}, "cert", []string{"There is a private key (from OS_KEY), but no client certificate that it belongs to. Set cert, or OS_CERT."}},
		"certificate of nonsense":                   {model{Token: secret, Cert: s("-----BEGIN hunter2"), Key: s("-----BEGIN hunter2")}, nil, "cert", []string{"and its private key (from key in the provider block) cannot be used: tls: failed to find any PEM data", "the key must not be encrypted."}},
		"key without its header":                    {model{Token: secret, Cert: s("-----BEGIN x"), Key: s("hunter2\nhunter2")}, nil, "key", []string{"it is neither PEM nor the path of a file that can be read: "}},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			_, diags := test.block.read()
			checkError(t, diags, test.at, test.detail...)
		})
	}
}

// Of every two ways to authenticate the one in the provider block wins, and else the first in the order of the documentation.
func TestPrecedenceOfEveryPair(t *testing.T) {
	dir := home(t)
	ways := []struct {
		name   string
		block  func(*model)
		env    map[string]string
		origin string // a part of where the identity comes from
	}{
		{"token", func(m *model) { m.Token = s("t") }, map[string]string{"HW_AUTH_TOKEN": "t"}, "the token from "},
		{"keys", func(m *model) { m.AccessKey, m.SecretKey = s("a"), s("b") }, map[string]string{"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "b"}, "the access key from "},
		{"password", func(m *model) { m.UserName, m.Password, m.DomainName = s("u"), s("p"), s("d") }, map[string]string{"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "d"}, "the user from "},
		{"profile", func(m *model) { m.Profile = s("main") }, map[string]string{"HW_SHARED_CONFIG_FILE": filepath.Join(dir, ".hcloud", "config.json")}, "profile "},
		{"os_cloud", func(m *model) { m.OSCloud = s("otc") }, map[string]string{"OS_CLOUD": "otc"}, "cloud "},
		{"ecs_metadata", func(m *model) { m.ECSMetadata = types.BoolValue(true) }, map[string]string{"HW_ECS_METADATA": "true"}, "the metadata "},
	}
	pairs := 0
	for i, first := range ways {
		for _, second := range ways[i+1:] {
			for where, test := range map[string]struct {
				firstInBlock, secondInBlock bool
				want                        string
			}{
				"both in the environment": {false, false, first.origin},
				"both in the block":       {true, true, first.origin},
				"first in the block":      {true, false, first.origin},
				"second in the block":     {false, true, second.origin},
			} {
				pairs++
				t.Run(first.name+" and "+second.name+", "+where, func(t *testing.T) {
					var m model
					for _, way := range []struct {
						inBlock bool
						block   func(*model)
						env     map[string]string
					}{{test.firstInBlock, first.block, first.env}, {test.secondInBlock, second.block, second.env}} {
						if way.inBlock {
							way.block(&m)
							continue
						}
						for name, value := range way.env {
							t.Setenv(name, value)
						}
					}
					config, diags := m.read()
					if diags.HasError() {
						t.Fatal(diags)
					}
					if origin := config.Credentials.String(); !strings.Contains(origin, test.want) {
						t.Errorf("used %s, want …%s…", origin, test.want)
					}
				})
			}
		}
	}
	if pairs != 4*15 {
		t.Errorf("%d cases", pairs)
	}
}

func TestCloudMaySayNotToVerifyCertificates(t *testing.T) {
	home(t)
	block := model{OSCloud: s("insecure")}
	config, diags := block.read()
	if !config.Insecure || len(diags) != 1 || !strings.Contains(diags[0].Detail(), `With insecure of cloud "insecure" in `) {
		t.Errorf("insecure %v: %v", config.Insecure, diags)
	}
	t.Setenv("OS_INSECURE", "true")
	block = model{OSCloud: s("secure")}
	if config, diags := block.read(); config.Insecure || len(diags) > 0 {
		t.Errorf("the environment wins over the cloud: %v", diags)
	}
}
