package provider

import (
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// s and m make values of arguments.
var s = types.StringValue

func m(pairs ...string) types.Map {
	elements := make(map[string]attr.Value)
	for i := 0; i < len(pairs); i += 2 {
		elements[pairs[i]] = s(pairs[i+1])
	}
	return types.MapValueMust(types.StringType, elements)
}

// flat is what a configuration comes to, in texts that are easy to compare.
func flat(c cloud.Config) map[string]string {
	got := map[string]string{"region": c.Region, "cloud": c.Cloud, "project_id": c.ProjectID, "project_name": c.ProjectName}
	identity := c.Credentials
	if role, assumed := identity.(cloud.AssumedRole); assumed {
		got["agency"], got["agency_domain_name"], got["agency_domain_id"] = role.Agency, role.Domain.Name, role.Domain.ID
		if role.Duration > 0 {
			got["duration"] = role.Duration.String()
		}
		identity = role.Base
	}
	got["origin"] = identity.String()
	switch i := identity.(type) {
	case cloud.Static:
		got["access_key"], got["secret_key"], got["security_token"], got["token"] = i.AccessKey, i.SecretKey, i.SecurityToken, i.Token
	case cloud.Password:
		got["user_name"], got["user_id"], got["password"] = i.UserName, i.UserID, i.Password
		got["domain_name"], got["domain_id"] = i.Domain.Name, i.Domain.ID
		got["project_domain_name"], got["project_domain_id"] = i.ProjectDomain.Name, i.ProjectDomain.ID
	}
	for service, u := range c.Endpoints {
		got[string(service)] = u.String()
	}
	maps.DeleteFunc(got, func(_, value string) bool { return value == "" })
	return got
}

const keysInBlock = "the access key from access_key in the provider block and the secret key from secret_key in the provider block"

func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		block model
		env   map[string]string
		want  map[string]string
	}{
		"all in the block": {
			model{
				Region: s("eu-de"), AccessKey: s("a"), SecretKey: s("b"), SecurityToken: s("c"), ProjectID: s("p"), ProjectName: s("n"), Cloud: s("example.com"),
				AuthURL: s("https://iam.example.com/v3"), Endpoints: m("dcs", "https://dcs.example.com/x/", "dms", "http://127.0.0.1:1", "dws", "https://dws.example.com"),
			},
			map[string]string{"HW_REGION_NAME": "x", "HW_ACCESS_KEY": "x", "HW_SECRET_KEY": "x", "HW_SECURITY_TOKEN": "x", "HW_AUTH_TOKEN": "x", "HW_PROJECT_ID": "x", "HW_PROJECT_NAME": "x", "HW_CLOUD": "x", "HW_AUTH_URL": "https://x"},
			map[string]string{
				"region": "eu-de", "access_key": "a", "secret_key": "b", "security_token": "c", "project_id": "p", "project_name": "n", "cloud": "example.com",
				"iam": "https://iam.example.com", "dcs": "https://dcs.example.com/x", "dms": "http://127.0.0.1:1", "dws": "https://dws.example.com",
				"origin": keysInBlock + ", with the security token from security_token in the provider block",
			},
		},
		"HW variables win over OS variables": {
			model{},
			map[string]string{
				"HW_REGION_NAME": "eu-de", "HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b", "HW_SECURITY_TOKEN": "c", "HW_PROJECT_ID": "p", "HW_PROJECT_NAME": "n", "HW_CLOUD": "example.com", "HW_AUTH_URL": "https://iam.example.com:443/v3/",
				"OS_REGION_NAME": "x", "OS_ACCESS_KEY": "x", "OS_SECRET_KEY": "x", "OS_SECURITY_TOKEN": "x", "OS_PROJECT_ID": "x", "OS_PROJECT_NAME": "x", "OS_AUTH_URL": "https://x",
			},
			map[string]string{
				"region": "eu-de", "access_key": "a", "secret_key": "b", "security_token": "c", "project_id": "p", "project_name": "n", "cloud": "example.com", "iam": "https://iam.example.com:443",
				"origin": "the access key from HW_ACCESS_KEY and the secret key from HW_SECRET_KEY, with the security token from HW_SECURITY_TOKEN",
			},
		},
		"OS variables": {
			model{},
			map[string]string{"OS_REGION_NAME": "eu-nl", "OS_REGION": "x", "OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "b", "OS_TENANT_ID": "p", "OS_TENANT_NAME": "n"},
			map[string]string{"region": "eu-nl", "access_key": "a", "secret_key": "b", "project_id": "p", "project_name": "n", "origin": "the access key from OS_ACCESS_KEY and the secret key from OS_SECRET_KEY"},
		},
		"third names": {
			model{},
			map[string]string{"OS_REGION": "eu-nl", "OS_TOKEN": "t"},
			map[string]string{"region": "eu-nl", "token": "t", "origin": "the token from OS_TOKEN"},
		},
		"empty texts count as unset": {
			model{Region: s(""), AccessKey: s(""), SecretKey: s("")},
			map[string]string{"HW_REGION_NAME": "", "OS_REGION_NAME": "eu-nl", "OS_AUTH_TOKEN": "t"},
			map[string]string{"region": "eu-nl", "token": "t", "origin": "the token from OS_AUTH_TOKEN"},
		},
		"an argument and a variable are one source": {
			model{AccessKey: s("a")},
			map[string]string{"HW_SECRET_KEY": "b"},
			map[string]string{"access_key": "a", "secret_key": "b", "origin": "the access key from access_key in the provider block and the secret key from HW_SECRET_KEY"},
		},
		"keys in the block win over a token of the environment": {
			model{AccessKey: s("a"), SecretKey: s("b")},
			map[string]string{"HW_AUTH_TOKEN": "t"},
			map[string]string{"access_key": "a", "secret_key": "b", "origin": keysInBlock},
		},
		"token in the block wins over keys of the environment": {
			model{Token: s("t")},
			map[string]string{"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b"},
			map[string]string{"token": "t", "origin": "the token from token in the provider block"},
		},
		"token of the environment wins over its keys": {
			model{},
			map[string]string{"OS_AUTH_TOKEN": "t", "HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "b"},
			map[string]string{"token": "t", "origin": "the token from OS_AUTH_TOKEN"},
		},
		"token in the block wins over keys there": {
			model{Token: s("t"), AccessKey: s("a"), SecretKey: s("b")},
			nil,
			map[string]string{"token": "t", "origin": "the token from token in the provider block"},
		},
		"project name in the block wins over a project ID of the environment": {
			model{Token: s("t"), ProjectName: s("eu-de_team")},
			map[string]string{"HW_PROJECT_ID": "p"},
			map[string]string{"token": "t", "project_name": "eu-de_team", "origin": "the token from token in the provider block"},
		},
		"endpoints.iam wins over auth_url": {
			model{Token: s("t"), AuthURL: s("https://x"), Endpoints: m("iam", "https://iam.example.com/")},
			nil,
			map[string]string{"token": "t", "iam": "https://iam.example.com", "origin": "the token from token in the provider block"},
		},
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
			if config.MaxRetries != 5 || config.Insecure || config.RootCAs != nil {
				t.Errorf("defaults: %d retries, insecure %v, CAs %v", config.MaxRetries, config.Insecure, config.RootCAs)
			}
		})
	}
}

func TestOtherSettings(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		block model
		env   map[string]string
	}{
		"in the block":       {model{MaxRetries: types.Int64Value(0), Insecure: types.BoolValue(true), CACertFile: s(ca)}, map[string]string{"HW_MAX_RETRIES": "7", "HW_INSECURE": "false"}},
		"in the environment": {model{}, map[string]string{"HW_MAX_RETRIES": "0", "OS_INSECURE": "true", "OS_CACERT": ca}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HW_AUTH_TOKEN", "t")
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			config, diags := test.block.read()
			if config.MaxRetries != 0 || !config.Insecure || config.RootCAs == nil {
				t.Errorf("%d retries, insecure %v, CAs %v", config.MaxRetries, config.Insecure, config.RootCAs)
			}
			if len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning || diags[0].Summary() != "TLS certificates are not verified" {
				t.Errorf("diagnostics %v", diags)
			}
		})
	}
}

func TestWrongSettings(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	unknown := types.StringUnknown()
	token := s("hunter2")
	for name, test := range map[string]struct {
		block  model
		env    map[string]string
		at     string
		detail string
	}{
		"no credentials":             {model{}, nil, "access_key", "Set access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY, or OS_ACCESS_KEY and OS_SECRET_KEY), or token (HW_AUTH_TOKEN, OS_AUTH_TOKEN or OS_TOKEN), or user_name, password and domain_name, or profile, os_cloud or ecs_metadata. The guide Authentication explains them."},
		"security token alone":       {model{SecurityToken: token}, nil, "access_key", "Set access_key and secret_key"},
		"access key alone":           {model{AccessKey: s("AK")}, nil, "secret_key", "There is an access key (from access_key in the provider block), but no secret key. Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY."},
		"access key alone, variable": {model{}, map[string]string{"OS_ACCESS_KEY": "AK"}, "secret_key", "There is an access key (from OS_ACCESS_KEY), but no secret key."},
		"secret key alone":           {model{SecretKey: token}, nil, "access_key", "There is a secret key (from secret_key in the provider block), but no access key. Set access_key, or HW_ACCESS_KEY or OS_ACCESS_KEY."},
		"half keys beside a token":   {model{AccessKey: s("AK")}, map[string]string{"HW_AUTH_TOKEN": "hunter2"}, "secret_key", "There is an access key (from access_key in the provider block), but no secret key."},
		"token with a line break":    {model{Token: s("hunter2\n")}, nil, "token", "The value of token in the provider block is wrong: it holds a space, a line break"},
		"key with a space":           {model{AccessKey: s("AK"), SecretKey: s(" hunter2")}, nil, "secret_key", "trimspace() removes"},
		"unknown service":            {model{Token: token, Endpoints: m("obs", "https://x")}, nil, `endpoints["obs"]`, `"obs" is not a service whose endpoint can be set; use one of dcs, dms, dws, iam, metadata.`},
		"Kafka by its name":          {model{Token: token, Endpoints: m("kafka", "https://x")}, nil, `endpoints["kafka"]`, "(Kafka is part of dms)"},
		"endpoint without scheme":    {model{Token: token, Endpoints: m("dcs", "dcs.example.com")}, nil, `endpoints["dcs"]`, `The value of endpoints["dcs"] in the provider block is wrong: "dcs.example.com" is not an http or https URL`},
		"endpoint with password":     {model{Token: token, Endpoints: m("dcs", "https://u:hunter2@x")}, nil, `endpoints["dcs"]`, "the URL must not hold a user name or password"},
		"auth_url":                   {model{Token: token, AuthURL: s("iam")}, nil, "auth_url", `The value of auth_url in the provider block is wrong: "iam" is not an http or https URL`},
		"auth_url, variable":         {model{Token: token}, map[string]string{"OS_AUTH_URL": "iam"}, "auth_url", `The value of OS_AUTH_URL is wrong: "iam"`},
		"region":                     {model{Token: token, Region: s("eu-de.evil.com/")}, nil, "region", `The value of region in the provider block is wrong: "eu-de.evil.com/" is not a region`},
		"region, variable":           {model{Token: token}, map[string]string{"OS_REGION": "EU DE"}, "region", `The value of OS_REGION is wrong: "EU DE" is not a region`},
		"cloud":                      {model{Token: token, Cloud: s("https://myhuaweicloud.com")}, nil, "cloud", "is not a DNS suffix such as myhuaweicloud.com"},
		"project_id":                 {model{Token: token, ProjectID: s("a/b")}, nil, "project_id", `"a/b" is not an ID: 1 to 64 letters, digits, hyphens or underscores`},
		"CA file that is not there":  {model{Token: token, CACertFile: s("/nowhere/ca.pem")}, nil, "cacert_file", "The value of cacert_file in the provider block is wrong: it is neither PEM nor the path of a file that can be read: no such file or directory (/nowhere/ca.pem)."},
		"CA file of nonsense":        {model{Token: token}, map[string]string{"OS_CACERT": empty}, "cacert_file", "holds no PEM certificate"},
		"insecure":                   {model{Token: token}, map[string]string{"HW_INSECURE": "perhaps"}, "insecure", `The value of HW_INSECURE is wrong: "perhaps" is neither true nor false`},
		"max_retries":                {model{Token: token, MaxRetries: types.Int64Value(-1)}, nil, "max_retries", `The value of max_retries in the provider block is wrong: "-1" is not a whole number from 0 to 100`},
		"requests_per_second":        {model{Token: token, RequestsPerSecond: types.Int64Value(0)}, nil, "requests_per_second", `"0" is not a whole number from 1 to 1000`},
		"max_retries, variable":      {model{Token: token}, map[string]string{"HW_MAX_RETRIES": "many"}, "max_retries", `The value of HW_MAX_RETRIES is wrong: "many"`},
		"unknown region":             {model{Token: token, Region: unknown}, nil, "region", "The value of region is known only after apply, but data sources are read before that. Set it to a value that is known, or set HW_REGION_NAME or OS_REGION_NAME or OS_REGION instead"},
		"unknown access key":         {model{AccessKey: unknown, SecretKey: token}, nil, "access_key", "known only after apply"},
		"unknown token":              {model{Token: unknown}, map[string]string{"HW_AUTH_TOKEN": "hunter2"}, "token", "known only after apply"},
		"unknown max_retries":        {model{Token: token, MaxRetries: types.Int64Unknown()}, nil, "max_retries", "known only after apply"},
		"unknown insecure":           {model{Token: token, Insecure: types.BoolUnknown()}, nil, "insecure", "known only after apply"},
		"unknown endpoints":          {model{Token: token, Endpoints: types.MapUnknown(types.StringType)}, nil, "endpoints", "known only after apply"},
		"unknown endpoint":           {model{Token: token, Endpoints: types.MapValueMust(types.StringType, map[string]attr.Value{"dcs": unknown})}, nil, `endpoints["dcs"]`, "known only after apply"},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			_, diags := test.block.read()
			checkError(t, diags, test.at, test.detail)
		})
	}
}

// checkError checks that there is one diagnostic alone, an error at an argument, that it has all parts, and that it shows no
// secret.
func checkError(t *testing.T, diags diag.Diagnostics, at string, parts ...string) {
	t.Helper()
	if len(diags) != 1 {
		t.Fatalf("%d diagnostics: %v", len(diags), diags)
	}
	d, text := diags[0], diags[0].Summary()+": "+diags[0].Detail()
	place := ""
	if placed, is := d.(diag.DiagnosticWithPath); is {
		place = placed.Path().String()
	}
	if d.Severity() != diag.SeverityError || place != at {
		t.Errorf("at %s, want %s: %s", place, at, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s\nwant …%s…", text, part)
		}
	}
	if strings.Contains(text, "hunter2") {
		t.Errorf("a secret is shown: %s", text)
	}
}

func TestEndpointInClearTextGivesAWarning(t *testing.T) {
	for endpoint, warnings := range map[string]int{
		"http://dcs.example.com": 1, "https://dcs.example.com": 0, "http://127.0.0.1:1": 0, "http://localhost:1": 0, "http://[::1]:1": 0,
	} {
		block := model{Token: s("t"), Endpoints: m("dcs", endpoint)}
		_, diags := block.read()
		if diags.HasError() || diags.WarningsCount() != warnings {
			t.Errorf("%s: %v", endpoint, diags)
		}
	}
}

// The same through Terraform: the error stands at the argument.
func TestProviderErrorsOnTheScreen(t *testing.T) {
	for name, test := range map[string]struct {
		config string
		want   []string
	}{
		"nothing set":   {"provider \"hwtasks\" {}\n", []string{"No credentials", `provider "hwtasks"`, "Set access_key and secret_key"}},
		"half":          {"provider \"hwtasks\" {\n  access_key = \"a\"\n}\n", []string{"Missing secret_key", "Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY"}},
		"wrong service": {"provider \"hwtasks\" {\n  token = \"t\"\n  endpoints = {\n    kafka = \"https://x\"\n  }\n}\n", []string{"Unknown service in endpoints", `kafka = "https://x"`, `"kafka" is not a service`}},
		"no region":     {"provider \"hwtasks\" {\n  token = \"t\"\n}\n", []string{"Cannot read DCS job", "region is not set", "HW_REGION_NAME"}},
		"unknown value": {"resource \"terraform_data\" \"r\" {}\nprovider \"hwtasks\" {\n  token = \"t\"\n  region = terraform_data.r.id\n}\n", []string{"Unknown region", "region = terraform_data.r.id", "known only after apply"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: test.config + jobConfig, ExpectError: inOrder(test.want...)}},
			})
		})
	}
}
