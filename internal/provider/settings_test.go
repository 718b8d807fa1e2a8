package provider

import (
	"context"
	"encoding/pem"
	"errors"
	"maps"
	"net"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
)

// texts are the arguments of a provider block, or environment variables.
type texts = map[string]string

// readWith reads the settings of a provider block and an environment.
func readWith(t *testing.T, block, env texts) (cloud.Config, *settings) {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	s := &settings{block: block}
	return s.read(), s
}

// checkConfig checks a whole configuration. Settings that want does not have must have their defaults.
func checkConfig(t *testing.T, got cloud.Config, diags diag.Diagnostics, want cloud.Config) {
	t.Helper()
	if len(diags) > 0 {
		t.Fatalf("got %v, want no diagnostics", diags)
	}
	want.MaxRetries, want.RequestsPerSecond = defaultMaxRetries, defaultRequestsPerSecond
	if want.Endpoints == nil {
		want.Endpoints = make(map[cloud.Service]*url.URL)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(cloud.Config{})); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// checkError checks that there is one diagnostic only, an error at an argument, that it has some parts, and that it shows no secret.
func checkError(t *testing.T, diags diag.Diagnostics, argument string, parts ...string) {
	t.Helper()
	if len(diags) != 1 {
		t.Fatalf("got %d diagnostics, want 1: %v", len(diags), diags)
	}
	text, at := diags[0].Summary()+": "+diags[0].Detail(), ""
	if placed, is := diags[0].(diag.DiagnosticWithPath); is {
		at = placed.Path().String()
	}
	if diags[0].Severity() != diag.SeverityError || at != argument {
		t.Errorf("got a diagnostic of severity %s at %q, want an error at %q: %s", diags[0].Severity(), at, argument, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("got the error\n%s\nwant\n…%s…", text, part)
		}
	}
	if strings.Contains(text, "hunter2") {
		t.Errorf("the error shows a secret: %s", text)
	}
}

// endpoints returns addresses of services, given as pairs.
func endpoints(t *testing.T, addresses map[cloud.Service]string) map[cloud.Service]*url.URL {
	t.Helper()
	endpoints := make(map[cloud.Service]*url.URL)
	for service, address := range addresses {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		endpoints[service] = u
	}
	return endpoints
}

// The credentials of the tests that are about other settings.
var (
	tokenInEnvironment = texts{"HW_AUTH_TOKEN": "t"}
	tokenCredentials   = cloud.Static{Credentials: cloud.Credentials{Token: "t"}, Origin: "the token from HW_AUTH_TOKEN"}
)

// with returns the union of some texts and others, which win.
func with(m, more texts) texts {
	union := make(texts)
	maps.Copy(union, m)
	maps.Copy(union, more)
	return union
}

func TestSettings(t *testing.T) {
	for _, test := range []struct {
		name  string
		block texts
		env   texts
		want  cloud.Config
	}{
		{
			name: "provider block before environment",
			block: texts{
				"region": "eu-xx", "cloud": "example.com", "project_id": "p", "auth_url": "https://iam.example.com/v3",
				"endpoints.dcs": "https://dcs.example.com/x/", "endpoints.dms": "http://127.0.0.1:1", "endpoints.dws": "https://dws.example.com",
			},
			env: texts{
				"HW_REGION_NAME": "eu-de", "HW_CLOUD": "otc.t-systems.com", "HW_PROJECT_ID": "x", "HW_PROJECT_NAME": "x", "HW_AUTH_URL": "https://x",
			},
			want: cloud.Config{
				Region: "eu-xx", Cloud: "example.com", CloudOrigin: "cloud in the provider block (example.com)", ProjectID: "p",
				Endpoints: endpoints(t, map[cloud.Service]string{
					"iam": "https://iam.example.com", "dcs": "https://dcs.example.com/x", "dms": "http://127.0.0.1:1", "dws": "https://dws.example.com",
				}),
			},
		},
		{
			name: "HW variables before OS variables",
			env: texts{
				"HW_REGION_NAME": "eu-xx", "HW_PROJECT_ID": "p", "HW_CLOUD": "example.com", "HW_AUTH_URL": "https://iam.example.com:443/v3/",
				"OS_REGION_NAME": "x", "OS_PROJECT_ID": "x", "OS_AUTH_URL": "https://x",
			},
			want: cloud.Config{
				Region: "eu-xx", Cloud: "example.com", CloudOrigin: "HW_CLOUD (example.com)", ProjectID: "p",
				Endpoints: endpoints(t, map[cloud.Service]string{"iam": "https://iam.example.com:443"}),
			},
		},
		{
			name: "OS variables",
			env:  texts{"OS_REGION_NAME": "eu-nl", "OS_REGION": "x", "OS_TENANT_ID": "p"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "OS_REGION_NAME (eu-nl)", ProjectID: "p"},
		},
		{
			name: "further names of OS variables",
			env:  texts{"OS_REGION": "eu-nl", "OS_TENANT_NAME": "n"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "OS_REGION (eu-nl)", ProjectName: "n"},
		},
		{
			name:  "empty texts are not set",
			block: texts{"region": "", "project_id": ""},
			env:   texts{"HW_REGION_NAME": "", "OS_REGION_NAME": "eu-nl", "HW_PROJECT_ID": "", "OS_PROJECT_ID": "p"},
			want:  cloud.Config{Region: "eu-nl", CloudOrigin: "OS_REGION_NAME (eu-nl)", ProjectID: "p"},
		},
		{
			name:  "project ID before project name",
			block: texts{"project_id": "p", "project_name": "n"},
			want:  cloud.Config{ProjectID: "p"},
		},
		{
			name:  "project name in the block before project ID in the environment",
			block: texts{"project_name": "n"},
			env:   texts{"HW_PROJECT_ID": "p"},
			want:  cloud.Config{ProjectName: "n"},
		},
		{
			name: "project name in an HW variable before project ID in an OS variable",
			env:  texts{"HW_PROJECT_NAME": "n", "OS_PROJECT_ID": "p"},
			want: cloud.Config{ProjectName: "n"},
		},
		{
			name:  "endpoints.iam before auth_url",
			block: texts{"auth_url": "https://x", "endpoints.iam": "https://iam.example.com/"},
			want:  cloud.Config{Endpoints: endpoints(t, map[cloud.Service]string{"iam": "https://iam.example.com"})},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, with(test.env, tokenInEnvironment))
			test.want.Credentials = tokenCredentials
			checkConfig(t, config, s.diags, test.want)
		})
	}
}

// Region and cloud, where they agree.
func TestRegionAndCloud(t *testing.T) {
	const otc, swiss = "https://iam.eu-de.otc.t-systems.com", "https://iam-pub.eu-ch2.sc.otc.t-systems.com"
	for _, test := range []struct {
		name   string
		block  texts
		env    texts
		region string
		cloud  string // as far as it does not follow from the region
		origin string
		iam    string
	}{
		{name: "nothing"},
		{name: "region", env: texts{"HW_REGION_NAME": "dc-1"}, region: "dc-1", origin: "HW_REGION_NAME (dc-1)"},
		{
			name: "region and cloud in auth_url", env: texts{"OS_AUTH_URL": otc + ":443/v3"},
			region: "eu-de", cloud: "otc.t-systems.com", origin: "OS_AUTH_URL (" + otc + ":443/v3)", iam: otc + ":443",
		},
		{
			name: "Swiss region in auth_url", env: texts{"OS_AUTH_URL": swiss + "/v3"},
			region: "eu-ch2", cloud: "sc.otc.t-systems.com", origin: "OS_AUTH_URL (" + swiss + "/v3)", iam: swiss,
		},
		{
			name: "cloud in auth_url", block: texts{"auth_url": "https://iam.myhuaweicloud.com"},
			cloud: "myhuaweicloud.com", iam: "https://iam.myhuaweicloud.com",
			origin: "auth_url in the provider block (https://iam.myhuaweicloud.com)",
		},
		{
			name: "another region in auth_url", block: texts{"auth_url": otc}, env: texts{"OS_REGION_NAME": "eu-nl"},
			region: "eu-nl", cloud: "otc.t-systems.com", origin: "auth_url in the provider block (" + otc + ")", iam: otc,
		},
		{
			name: "region and cloud in endpoints.iam", block: texts{"endpoints.iam": otc},
			region: "eu-de", cloud: "otc.t-systems.com", origin: `endpoints["iam"] in the provider block (` + otc + ")", iam: otc,
		},
		{
			name: "cloud of a partner in auth_url", block: texts{"auth_url": "https://iam.ru-moscow-1.hc.sbercloud.ru/v3", "region": "ru-moscow-1"},
			region: "ru-moscow-1", cloud: "hc.sbercloud.ru", iam: "https://iam.ru-moscow-1.hc.sbercloud.ru",
			origin: "auth_url in the provider block (https://iam.ru-moscow-1.hc.sbercloud.ru/v3)",
		},
		{
			name:   "private cloud",
			env:    texts{"HW_REGION_NAME": "cn-1", "HW_CLOUD": "cloud.example.com", "HW_AUTH_URL": "https://iam.example.com/v3"},
			region: "cn-1", cloud: "cloud.example.com", origin: "HW_CLOUD (cloud.example.com)", iam: "https://iam.example.com",
		},
		{
			name: "region of a private cloud in auth_url", block: texts{"cloud": "example.com", "auth_url": "https://iam.dc-1.example.com"},
			region: "dc-1", cloud: "example.com", origin: "cloud in the provider block (example.com)", iam: "https://iam.dc-1.example.com",
		},
		{
			name: "cloud in another letter case", block: texts{"cloud": "MyHuaweiCloud.eu"}, env: texts{"HW_REGION_NAME": "eu-west-101"},
			region: "eu-west-101", cloud: "MyHuaweiCloud.eu", origin: "cloud in the provider block (MyHuaweiCloud.eu)",
		},
		{
			name: "IAM at a gateway", block: texts{"region": "eu-de", "auth_url": "https://gateway.example.com/iam/v3"},
			region: "eu-de", origin: "region in the provider block (eu-de)", iam: "https://gateway.example.com/iam",
		},
		// The ways out of an error about different clouds.
		{
			name: "endpoints.iam instead of auth_url", block: texts{"region": "cn-north-4", "endpoints.iam": otc}, env: texts{"OS_AUTH_URL": otc},
			region: "cn-north-4", cloud: "otc.t-systems.com", origin: `endpoints["iam"] in the provider block (` + otc + ")", iam: otc,
		},
		{
			name:  "endpoints.iam instead of auth_url, beside cloud",
			block: texts{"cloud": "myhuaweicloud.eu", "endpoints.iam": otc}, env: texts{"OS_AUTH_URL": otc, "HW_REGION_NAME": "dc-1"},
			region: "dc-1", cloud: "myhuaweicloud.eu", origin: "cloud in the provider block (myhuaweicloud.eu)", iam: otc,
		},
		{
			name: "the right auth_url in the block", block: texts{"region": "eu-de", "auth_url": otc},
			env:    texts{"HW_AUTH_URL": "https://iam.cn-north-4.myhuaweicloud.com"},
			region: "eu-de", cloud: "otc.t-systems.com", origin: "auth_url in the provider block (" + otc + ")", iam: otc,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, with(test.env, tokenInEnvironment))
			want := cloud.Config{Region: test.region, Cloud: test.cloud, CloudOrigin: test.origin, Credentials: tokenCredentials}
			if test.iam != "" {
				want.Endpoints = endpoints(t, map[cloud.Service]string{cloud.IAM: test.iam})
			}
			checkConfig(t, config, s.diags, want)
		})
	}
}

// Settings of different clouds are an error at the one in the provider block.
func TestSettingsOfDifferentClouds(t *testing.T) {
	const (
		otc     = "https://iam.eu-de.otc.t-systems.com/v3"
		oneOnly = "Credentials are sent to one cloud only.\n\n" +
			"If one of them is left over from another cloud, unset it, or set the right one in the provider block. " +
			"For a second cloud use another provider block with an alias. " +
			"To send these credentials to both, set endpoints instead of "
	)
	for _, test := range []struct {
		name  string
		block texts
		env   texts
		at    string
		want  string
	}{
		{
			name: "region and auth_url in the environment",
			env:  texts{"HW_REGION_NAME": "eu-west-101", "OS_AUTH_URL": otc},
			at:   "region",
			want: "OS_AUTH_URL (" + otc + ") belongs to the cloud otc.t-systems.com, but HW_REGION_NAME (eu-west-101) to myhuaweicloud.eu. " +
				oneOnly + "auth_url, to the addresses of IAM and of the services.",
		},
		{
			name:  "region in the block, auth_url in the environment",
			block: texts{"region": "cn-north-4"},
			env:   texts{"OS_AUTH_URL": otc},
			at:    "region",
			want: "OS_AUTH_URL (" + otc + ") belongs to the cloud otc.t-systems.com, but region in the provider block (cn-north-4) to " +
				"myhuaweicloud.com. " + oneOnly + "auth_url, to the addresses of IAM and of the services.",
		},
		{
			name:  "auth_url in the block, region in the environment",
			block: texts{"auth_url": "https://iam.myhuaweicloud.com/v3"},
			env:   texts{"OS_REGION_NAME": "eu-de"},
			at:    "auth_url",
			want: "auth_url in the provider block (https://iam.myhuaweicloud.com/v3) belongs to the cloud myhuaweicloud.com, but " +
				"OS_REGION_NAME (eu-de) to otc.t-systems.com. " + oneOnly + "auth_url, ",
		},
		{
			name:  "region and auth_url in the block",
			block: texts{"region": "eu-ch2", "auth_url": otc},
			at:    "region",
			want: "auth_url in the provider block (" + otc + ") belongs to the cloud otc.t-systems.com, but " +
				"region in the provider block (eu-ch2) to sc.otc.t-systems.com. ",
		},
		{
			name:  "region and cloud",
			block: texts{"region": "eu-west-101"},
			env:   texts{"HW_CLOUD": "myhuaweicloud.com"},
			at:    "region",
			want: "HW_CLOUD (myhuaweicloud.com) belongs to the cloud myhuaweicloud.com, but region in the provider block (eu-west-101) to " +
				"myhuaweicloud.eu. " + oneOnly + "cloud, to the addresses of IAM and of the services.",
		},
		{
			name: "cloud and auth_url",
			env:  texts{"HW_CLOUD": "MyHuaweiCloud.eu", "OS_AUTH_URL": "https://iam.otc.t-systems.com/v3"},
			at:   "cloud",
			want: "OS_AUTH_URL (https://iam.otc.t-systems.com/v3) belongs to the cloud otc.t-systems.com, but HW_CLOUD (MyHuaweiCloud.eu) to " +
				"myhuaweicloud.eu. " + oneOnly + "auth_url, ",
		},
		{
			name: "region in auth_url",
			env:  texts{"HW_AUTH_URL": "https://iam.eu-west-101.myhuaweicloud.com"},
			at:   "region",
			want: "HW_AUTH_URL (https://iam.eu-west-101.myhuaweicloud.com) belongs to the cloud myhuaweicloud.com, but " +
				"the region in HW_AUTH_URL (eu-west-101) to myhuaweicloud.eu. ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, s := readWith(t, test.block, with(test.env, tokenInEnvironment))
			checkError(t, s.diags, test.at, "Settings of different clouds: "+test.want)
		})
	}
}

func TestOtherSettings(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	for _, test := range []struct {
		name  string
		block texts
		env   texts
	}{
		{
			name:  "in the block",
			block: texts{"max_retries": "0", "insecure": "true", "cacert_file": ca},
			env:   texts{"HW_MAX_RETRIES": "7", "HW_INSECURE": "false", "OS_CACERT": "x"},
		},
		{
			name: "in the environment",
			env:  texts{"HW_MAX_RETRIES": "0", "OS_INSECURE": "true", "OS_CACERT": ca},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, with(test.env, tokenInEnvironment))
			if config.MaxRetries != 0 || !config.Insecure || config.RootCAs == nil {
				t.Errorf("got %d retries, insecure %v, certificate authorities %v; want 0, true and some",
					config.MaxRetries, config.Insecure, config.RootCAs)
			}
			if len(s.diags) != 1 || s.diags[0].Severity() != diag.SeverityWarning || s.diags[0].Summary() != "TLS certificates are not verified" {
				t.Errorf("got %v, want a warning that TLS certificates are not verified", s.diags)
			}
		})
	}
}

func TestWrongSettings(t *testing.T) {
	noPEM := write(t, filepath.Join(t.TempDir(), "empty.pem"), "hunter2")
	for _, test := range []struct {
		name  string
		block texts
		env   texts
		at    string
		want  string
	}{
		{name: "unknown service", block: texts{"endpoints.obs": "https://x"}, at: `endpoints["obs"]`,
			want: `Unknown service in endpoints: "obs" is not a service whose endpoint can be set; use one of dcs, dms, dws, iam, metadata.`},
		{name: "endpoint without scheme", block: texts{"endpoints.dcs": "dcs.example.com"}, at: `endpoints["dcs"]`,
			want: `Invalid endpoint: The value of endpoints["dcs"] in the provider block is wrong: "dcs.example.com" is not an http or https URL`},
		{name: "endpoint with password", block: texts{"endpoints.dcs": "https://u:hunter2@x"}, at: `endpoints["dcs"]`,
			want: "the URL must not hold a user name or password"},
		{name: "auth_url", block: texts{"auth_url": "iam"}, at: "auth_url",
			want: `The value of auth_url in the provider block is wrong: "iam" is not an http or https URL`},
		{name: "auth_url in a variable", env: texts{"OS_AUTH_URL": "iam"}, at: "auth_url",
			want: `The value of OS_AUTH_URL is wrong: "iam"`},
		{name: "region", block: texts{"region": "eu-de.example.com/"}, at: "region",
			want: `Invalid region: The value of region in the provider block is wrong: "eu-de.example.com/" is not a region`},
		{name: "region in a variable", env: texts{"OS_REGION": "EU DE"}, at: "region",
			want: `The value of OS_REGION is wrong: "EU DE" is not a region`},
		{name: "cloud", block: texts{"cloud": "https://myhuaweicloud.com"}, at: "cloud",
			want: "is not a DNS suffix such as myhuaweicloud.com"},
		{name: "project_id", block: texts{"project_id": "a/b"}, at: "project_id",
			want: `"a/b" is not an ID: 1 to 64 letters, digits, hyphens or underscores`},
		{name: "certificate authorities in a missing file", block: texts{"cacert_file": "/nowhere/ca.pem"}, at: "cacert_file",
			want: "The value of cacert_file in the provider block is wrong: it is neither PEM nor the path of a file that can be read: " +
				"no such file or directory (/nowhere/ca.pem)."},
		{name: "certificate authorities in another format", env: texts{"OS_CACERT": noPEM}, at: "cacert_file",
			want: "holds no PEM certificate"},
		{name: "certificate without key", block: texts{"cert": "c.pem"}, at: "key",
			want: "Missing key: Without key, cert in the provider block cannot be used. Set key, or OS_KEY."},
		{name: "key without certificate", env: texts{"OS_KEY": "k.pem"}, at: "cert",
			want: "Missing cert: Without cert, OS_KEY cannot be used. Set cert, or OS_CERT."},
		{name: "malformed certificate", block: texts{"cert": "-----BEGIN hunter2", "key": "-----BEGIN hunter2"}, at: "cert",
			want: "The client certificate (from cert in the provider block) and its private key (from key in the provider block) cannot be used: " +
				"tls: failed to find any PEM data in certificate input. They must be in PEM, belong together, and the key must not be encrypted."},
		{name: "key in another format", block: texts{"cert": "-----BEGIN x", "key": "aHVudGVyMg==hunter2"}, at: "key",
			want: "it is neither PEM nor the path of a file that can be read: no such file or directory."},
		{name: "long key in another format", block: texts{"cert": "-----BEGIN x", "key": strings.Repeat("hunter2", 1000)}, at: "key",
			want: "it is neither PEM nor the path of a file that can be read: file name too long."},
		{name: "insecure", env: texts{"HW_INSECURE": "perhaps"}, at: "insecure",
			want: `The value of HW_INSECURE is wrong: "perhaps" is neither true nor false`},
		{name: "max_retries", block: texts{"max_retries": "-1"}, at: "max_retries",
			want: `The value of max_retries in the provider block is wrong: "-1" is not a whole number from 0 to 100`},
		{name: "too many retries", block: texts{"max_retries": "101"}, at: "max_retries",
			want: `"101" is not a whole number from 0 to 100`},
		{name: "max_retries in a variable", env: texts{"HW_MAX_RETRIES": "many"}, at: "max_retries",
			want: `The value of HW_MAX_RETRIES is wrong: "many"`},
		{name: "requests_per_second", block: texts{"requests_per_second": "0"}, at: "requests_per_second",
			want: `"0" is not a whole number from 1 to 1000`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, s := readWith(t, test.block, with(test.env, texts{"HW_AUTH_TOKEN": "hunter2"}))
			checkError(t, s.diags, test.at, test.want)
		})
	}
}

func TestEndpointInClearTextCausesAWarning(t *testing.T) {
	for endpoint, want := range map[string]int{
		"http://dcs.example.com":  1,
		"https://dcs.example.com": 0,
		"http://127.0.0.1:1":      0,
		"http://localhost:1":      0,
		"http://[::1]:1":          0,
	} {
		_, s := readWith(t, texts{"token": "t", "endpoints.dcs": endpoint}, nil)
		if got := s.diags.WarningsCount(); got != want || s.diags.HasError() {
			t.Errorf("%s: got %d warnings, want %d: %v", endpoint, got, want, s.diags)
		}
	}
}

// offline returns the provider without a network, and the addresses to which it tried to connect.
func offline(t *testing.T) (*plugintest.Plugin, *[]string) {
	t.Helper()
	var addresses []string
	dial := func(_ context.Context, _, address string) (net.Conn, error) {
		addresses = append(addresses, address)
		return nil, errors.New("there is no network")
	}
	return plugintest.New(t, providerserver.NewProtocol6(NewOver("test", dial)())()), &addresses
}

// Values that are known only after apply are refused, since data sources are read before.
func TestUnknownArguments(t *testing.T) {
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	const want = " is known only after apply, but data sources are read before that. Set it to a value that is known"
	for _, test := range []struct {
		name      string
		arguments map[string]any
		want      string
	}{
		{
			name: "text", arguments: map[string]any{"region": unknown},
			want: `AttributeName("region"): Unknown region: The value of region` + want +
				", or set HW_REGION_NAME or OS_REGION_NAME or OS_REGION instead, or apply what it depends on first with -target.",
		},
		{
			name: "secret, beside its variable", arguments: map[string]any{"token": unknown},
			want: `AttributeName("token"): Unknown token: The value of token` + want + ", or set HW_AUTH_TOKEN or ",
		},
		{
			name:      "number",
			arguments: map[string]any{"max_retries": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue)},
			want:      `AttributeName("max_retries"): Unknown max_retries: The value of max_retries` + want,
		},
		{
			name:      "truth value",
			arguments: map[string]any{"insecure": tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue)},
			want:      `AttributeName("insecure"): Unknown insecure: The value of insecure` + want,
		},
		{
			name:      "map",
			arguments: map[string]any{"endpoints": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue)},
			want:      `AttributeName("endpoints"): Unknown endpoints: The value of endpoints` + want + ", or apply what it depends on",
		},
		{
			name: "element of a map",
			arguments: map[string]any{
				"endpoints": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"dcs": unknown}),
			},
			want: `AttributeName("endpoints").ElementKeyString("dcs"): Unknown endpoints["dcs"]: The value of endpoints["dcs"]` + want,
		},
		{
			name: "argument of a block",
			arguments: map[string]any{"assume_role": tftypes.NewValue(
				tftypes.Object{AttributeTypes: map[string]tftypes.Type{
					"agency_name": tftypes.String, "domain_name": tftypes.String, "domain_id": tftypes.String, "duration": tftypes.Number,
				}},
				map[string]tftypes.Value{
					"agency_name": unknown, "domain_name": tftypes.NewValue(tftypes.String, "d"),
					"domain_id": tftypes.NewValue(tftypes.String, nil), "duration": tftypes.NewValue(tftypes.Number, nil),
				})},
			want: `AttributeName("assume_role").AttributeName("agency_name"): Unknown assume_role.agency_name: ` +
				"The value of assume_role.agency_name" + want + ", or set HW_ASSUME_ROLE_AGENCY_NAME instead",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HW_AUTH_TOKEN", "t")
			p, _ := offline(t)
			if got := p.Configure(test.arguments).Errors(); !strings.HasPrefix(got, test.want) || strings.Contains(got, "\n") {
				t.Errorf("got the errors\n%s\nwant\n%s…", got, test.want)
			}
		})
	}
}

// An error about the region of a data source is about nothing that was sent. Each of the lines that it offers works.
func TestAdviceAboutTheRegion(t *testing.T) {
	for _, test := range []struct {
		name     string
		provider map[string]any
		region   string
		want     string
		advice   int // lines
		host     string
	}{
		{
			name: "unknown region", region: "eu-xx",
			want:   `AttributeName("region"): Cannot read DCS job: Region "eu-xx" belongs to no cloud that this provider knows`,
			advice: 3, host: "dcs.eu-xx.cloud.example.com:443",
		},
		{
			name: "region of another cloud", provider: map[string]any{"region": "eu-de"}, region: "eu-west-101",
			want: `AttributeName("region"): Cannot read DCS job: Region "eu-west-101" belongs to the cloud myhuaweicloud.eu, ` +
				`but the provider is configured for otc.t-systems.com by region in the provider block (eu-de).`,
			advice: 1, host: "dcs.eu-west-101.myhuaweicloud.eu:443",
		},
		{
			name: "no region",
			want: `AttributeName("region"): Cannot read DCS job: The region is not set.`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			read := func(more map[string]any) (string, []string) {
				p, addresses := offline(t)
				arguments := map[string]any{"token": "t", "project_id": "p", "max_retries": 0}
				maps.Copy(arguments, test.provider)
				maps.Copy(arguments, more)
				if diags := p.Configure(arguments).Diagnostics; len(diags) > 0 {
					t.Fatalf("with %v: %s", more, plugintest.String(diags[0]))
				}
				job := map[string]any{"job_id": "j", "project_id": "p"}
				if test.region != "" {
					job["region"] = test.region
				}
				return p.Read(t.Context(), "hwtasks_dcs_job", job).Errors(), *addresses
			}
			got, addresses := read(nil)
			if !strings.HasPrefix(got, test.want) || len(addresses) > 0 {
				t.Fatalf("connected to %q, got the error\n%s\nwant no connection and\n%s…", addresses, got, test.want)
			}
			lines := regexp.MustCompile(`(?m)^  (\w+) += (?:"(.*)"|\{ (\w+) = "(.*)" \})$`).FindAllStringSubmatch(got, -1)
			if len(lines) != test.advice {
				t.Errorf("got %d lines of advice, want %d:\n%s", len(lines), test.advice, got)
			}
			for _, line := range lines {
				var value any = line[2]
				if line[3] != "" {
					value = map[string]any{line[3]: line[4]}
				}
				if _, addresses := read(map[string]any{line[1]: value}); len(addresses) != 1 || addresses[0] != test.host {
					t.Errorf("with %s: connected to %q, want %s", line[0], addresses, test.host)
				}
			}
		})
	}
}
