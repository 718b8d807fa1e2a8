package provider

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
)

// texts are the arguments of a provider block, or environment variables.
type texts = map[string]string

// with returns the union of some texts and others, which take precedence.
func with(m, more texts) texts {
	union := make(texts)
	maps.Copy(union, m)
	maps.Copy(union, more)
	return union
}

// readWith reads the settings of a provider block and an environment.
func readWith(t *testing.T, block, env texts) (cloud.Config, *settings) {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	s := &settings{block: block}
	return s.read(), s
}

// A configTest is a provider block and an environment with the configuration that follows from them.
type configTest struct {
	name       string
	block, env texts
	want       cloud.Config // settings that it does not have must have their defaults
	unused     string       // credentials and settings that are not used, with commas
}

func (test configTest) run(t *testing.T) {
	t.Helper()
	config, s := readWith(t, test.block, test.env)
	if len(s.diags) > 0 {
		t.Fatalf("got %v, want no diagnostics", s.diags)
	}
	want := test.want
	want.MaxRetries = cmp.Or(want.MaxRetries, defaultMaxRetries)
	want.RequestsPerSecond = cmp.Or(want.RequestsPerSecond, defaultRequestsPerSecond)
	if diff := gocmp.Diff(want, config, cmpopts.IgnoreUnexported(cloud.Config{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("configuration (-want, +got):\n%s", diff)
	}
	if got := strings.Join(s.unused, ", "); got != test.unused {
		t.Errorf("unused: got %s; want %s", got, test.unused)
	}
}

// An errorTest is a provider block and an environment with the error that follows from them.
type errorTest struct {
	name       string
	block, env texts
	at         string // the argument with the error
	want       string // part of it
}

func (test errorTest) run(t *testing.T) {
	t.Helper()
	_, s := readWith(t, test.block, test.env)
	checkError(t, s, test.at, test.want)
}

// checkError checks that settings have one diagnostic only, an error at an argument, and that it shows no secret.
func checkError(t *testing.T, s *settings, at, want string) {
	t.Helper()
	if len(s.diags) != 1 {
		t.Fatalf("got %d diagnostics, want 1: %v", len(s.diags), s.diags)
	}
	d, placed := s.diags[0].(diag.DiagnosticWithPath)
	if !placed || d.Severity() != diag.SeverityError || d.Path().String() != at {
		t.Errorf("got %v, want an error at %s", s.diags[0], at)
	}
	if text := s.diags[0].Summary() + ": " + s.diags[0].Detail(); !strings.Contains(text, want) || strings.Contains(text, "hunter2") {
		t.Errorf("got the error\n%s\nwant\n…%s…\nand no secret", text, want)
	}
}

// endpoints returns the addresses of services.
func endpoints(addresses texts) map[cloud.Service]*url.URL {
	endpoints := make(map[cloud.Service]*url.URL)
	for service, address := range addresses {
		u, err := url.Parse(address)
		must(err)
		endpoints[cloud.Service(service)] = u
	}
	return endpoints
}

// The credentials of the tests that are about other settings.
var (
	tokenInEnvironment = texts{"HW_AUTH_TOKEN": "hunter2"}
	tokenCredentials   = cloud.Static{Credentials: cloud.Credentials{Token: "hunter2"}, Origin: "the token from HW_AUTH_TOKEN"}
)

// How region and cloud follow from an address of IAM is tested with the client.
func TestSettings(t *testing.T) {
	const otc, partner = "https://iam.eu-de.otc.t-systems.com", "https://iam.ru-moscow-1.hc.sbercloud.ru"
	withProject := func(c cloud.Config, project string) cloud.Config {
		c.ProjectName = project
		return c
	}
	located := func(region, suffix, iam, origin string) cloud.Config {
		return cloud.Config{Region: region, Cloud: suffix, CloudOrigin: origin, Endpoints: endpoints(texts{"iam": iam})}
	}
	for _, test := range []configTest{
		{name: "nothing"},
		{
			name: "provider block before environment",
			block: texts{
				"region": "eu-xx", "cloud": "example.com", "project_id": "p", "auth_url": "https://iam.example.com/v3",
				"endpoints.dcs": "https://dcs.example.com/x/", "endpoints.dms": "http://127.0.0.1:1", "max_retries": "1", "requests_per_second": "1000",
			},
			env: texts{
				"HW_REGION_NAME": "eu-de", "HW_CLOUD": "otc.t-systems.com", "HW_PROJECT_ID": "x", "HW_PROJECT_NAME": "x", "HW_AUTH_URL": "https://x",
				"HW_MAX_RETRIES": "7",
			},
			want: cloud.Config{
				Region: "eu-xx", Cloud: "example.com", CloudOrigin: "cloud in the provider block (example.com)", ProjectID: "p",
				MaxRetries: 1, RequestsPerSecond: 1000,
				Endpoints: endpoints(texts{"iam": "https://iam.example.com", "dcs": "https://dcs.example.com/x", "dms": "http://127.0.0.1:1"}),
			},
		},
		{
			name: "HW variables before OS variables",
			env: texts{
				"HW_REGION_NAME": "eu-xx", "HW_PROJECT_ID": "p", "HW_CLOUD": "example.com", "HW_AUTH_URL": "https://iam.example.com:443/v3/",
				"HW_MAX_RETRIES": "100", "OS_REGION_NAME": "x", "OS_PROJECT_ID": "x", "OS_AUTH_URL": "https://x",
			},
			want: cloud.Config{
				Region: "eu-xx", Cloud: "example.com", CloudOrigin: "HW_CLOUD (example.com)", ProjectID: "p",
				MaxRetries: 100, Endpoints: endpoints(texts{"iam": "https://iam.example.com:443"}),
			},
		},
		{
			name: "OS variables", env: texts{"OS_REGION_NAME": "eu-nl", "OS_REGION": "x", "OS_TENANT_ID": "p"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "OS_REGION_NAME (eu-nl)", ProjectID: "p"},
		},
		{
			name: "further names of OS variables", env: texts{"OS_REGION": "eu-nl", "OS_TENANT_NAME": "n"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "OS_REGION (eu-nl)", ProjectName: "n"},
		},
		{
			name: "empty texts are not set", block: texts{"region": ""}, env: texts{"HW_REGION_NAME": "", "OS_REGION_NAME": "eu-nl"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "OS_REGION_NAME (eu-nl)"},
		},

		// The region in the name of the project.
		{
			name: "project with the name of its region", env: texts{"OS_PROJECT_NAME": "eu-nl"},
			want: cloud.Config{Region: "eu-nl", CloudOrigin: "the region in OS_PROJECT_NAME (eu-nl)", ProjectName: "eu-nl"},
		},
		{
			name: "before the region in auth_url", env: texts{"OS_TENANT_NAME": "eu-nl_team", "OS_AUTH_URL": otc},
			want: withProject(located("eu-nl", "otc.t-systems.com", otc, "OS_AUTH_URL ("+otc+")"), "eu-nl_team"),
		},
		{
			name: "not that of a name that is not used", env: texts{"OS_PROJECT_ID": "p", "OS_PROJECT_NAME": "eu-nl", "OS_AUTH_URL": otc},
			want: cloud.Config{
				Region: "eu-de", Cloud: "otc.t-systems.com", CloudOrigin: "OS_AUTH_URL (" + otc + ")", ProjectID: "p",
				Endpoints: endpoints(texts{"iam": otc}),
			},
		},
		{
			name: "project of the region", block: texts{"region": "eu-de", "project_name": "eu-de_team"},
			want: cloud.Config{Region: "eu-de", CloudOrigin: "region in the provider block (eu-de)", ProjectName: "eu-de_team"},
		},
		{
			name: "project that names no region", block: texts{"region": "eu-de", "project_name": "ap-team_x"},
			want: cloud.Config{Region: "eu-de", CloudOrigin: "region in the provider block (eu-de)", ProjectName: "ap-team_x"},
		},

		// Region and cloud, as far as they agree.
		{
			name: "region and cloud in auth_url", env: texts{"OS_AUTH_URL": otc + ":443/v3"},
			want: located("eu-de", "otc.t-systems.com", otc+":443", "OS_AUTH_URL ("+otc+":443/v3)"),
		},
		{
			name: "another region in auth_url", block: texts{"auth_url": otc}, env: texts{"OS_REGION_NAME": "eu-nl"},
			want: located("eu-nl", "otc.t-systems.com", otc, "auth_url in the provider block ("+otc+")"),
		},
		{
			name: "cloud of a partner in auth_url", env: texts{"HW_AUTH_URL": partner, "HW_REGION_NAME": "ru-moscow-1"},
			want: located("ru-moscow-1", "hc.sbercloud.ru", partner, "HW_AUTH_URL ("+partner+")"),
		},
		{
			name: "region of a private cloud in auth_url", env: texts{"HW_CLOUD": "example.com", "HW_AUTH_URL": "https://iam.dc-1.example.com"},
			want: located("dc-1", "example.com", "https://iam.dc-1.example.com", "HW_CLOUD (example.com)"),
		},
		{
			name: "cloud in another letter case", env: texts{"HW_CLOUD": "MyHuaweiCloud.eu", "HW_REGION_NAME": "eu-west-101"},
			want: cloud.Config{Region: "eu-west-101", Cloud: "MyHuaweiCloud.eu", CloudOrigin: "HW_CLOUD (MyHuaweiCloud.eu)"},
		},
		{
			name: "region and cloud in endpoints.iam", block: texts{"endpoints.iam": otc}, env: texts{"OS_AUTH_URL": "https://x"},
			want: located("eu-de", "otc.t-systems.com", otc, `endpoints["iam"] in the provider block (`+otc+")"),
		},
		{
			name: "endpoints.iam in another cloud", block: texts{"region": "cn-north-4", "cloud": "myhuaweicloud.com", "endpoints.iam": otc},
			want: located("cn-north-4", "myhuaweicloud.com", otc, "cloud in the provider block (myhuaweicloud.com)"),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.env, test.want.Credentials = with(test.env, tokenInEnvironment), tokenCredentials
			test.run(t)
		})
	}
}

// Settings of different clouds are an error at the one in the provider block.
func TestSettingsOfDifferentClouds(t *testing.T) {
	const otc = "https://iam.eu-de.otc.t-systems.com/v3"
	for _, test := range []errorTest{
		{
			name: "region and auth_url in the environment", env: texts{"HW_REGION_NAME": "eu-west-101", "OS_AUTH_URL": otc}, at: "region",
			want: "Conflicting clouds: OS_AUTH_URL (" + otc + ") belongs to the cloud otc.t-systems.com, " +
				"but HW_REGION_NAME (eu-west-101) to myhuaweicloud.eu. Credentials are sent to one cloud only.\n\n" +
				"If one of them is left over from another cloud, unset it, or set the right one in the provider block. " +
				"For a second cloud use another provider block with an alias. " +
				"To send these credentials to both, set endpoints instead of auth_url, to the addresses of IAM and of the services.",
		},
		{
			name: "auth_url in the block, region in the environment", block: texts{"auth_url": otc}, env: texts{"OS_REGION_NAME": "cn-north-4"},
			at: "auth_url", want: "auth_url in the provider block (" + otc + ") belongs to the cloud otc.t-systems.com, but OS_REGION_NAME ",
		},
		{
			name: "region and auth_url in the block", block: texts{"region": "eu-ch2", "auth_url": otc},
			at: "region", want: "but region in the provider block (eu-ch2) to sc.otc.t-systems.com. ",
		},
		{
			name: "region and cloud", block: texts{"region": "eu-west-101"}, env: texts{"HW_CLOUD": "myhuaweicloud.com"},
			at: "region", want: "HW_CLOUD (myhuaweicloud.com) belongs to the cloud myhuaweicloud.com, but region in the provider block ",
		},
		{
			name: "cloud, auth_url and region", at: "cloud",
			env:  texts{"HW_CLOUD": "MyHuaweiCloud.eu", "OS_AUTH_URL": "https://iam.otc.t-systems.com", "HW_REGION_NAME": "cn-north-4"},
			want: "but HW_CLOUD (MyHuaweiCloud.eu) to myhuaweicloud.eu. ",
		},
		{
			name: "region in auth_url", env: texts{"HW_AUTH_URL": "https://iam.eu-west-101.myhuaweicloud.com"},
			at: "region", want: "but the region in HW_AUTH_URL (eu-west-101) to myhuaweicloud.eu. ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.env = with(test.env, tokenInEnvironment)
			test.run(t)
		})
	}
}

func TestProjectOfAnotherRegion(t *testing.T) {
	for _, test := range []errorTest{
		{
			name: "both in the block", block: texts{"region": "eu-de", "project_name": "eu-nl"},
			want: "Project of another region: project_name in the provider block (eu-nl) is a project of the region eu-nl, " +
				"but the region is eu-de (from region in the provider block). If one of them is left over, unset it. " +
				"Otherwise set region to eu-nl, or project_name to a project of eu-de: the name of the region, or one that begins with eu-de_.",
		},
		{
			name: "project in the environment", block: texts{"region": "eu-west-101"}, env: texts{"OS_TENANT_NAME": "eu-west-0_team"},
			want: "OS_TENANT_NAME (eu-west-0_team) is a project of the region eu-west-0, but the region is eu-west-101 (from region in",
		},
		{
			name: "region of a private cloud", env: texts{"OS_PROJECT_NAME": "dc-north-1", "OS_REGION_NAME": "dc-north-2"},
			want: "OS_PROJECT_NAME (dc-north-1) is a project of the region dc-north-1, but the region is dc-north-2 (from OS_REGION_NAME)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.env, test.at = with(test.env, tokenInEnvironment), "project_name"
			test.run(t)
		})
	}
}

// Certificates are verified unless insecure is set, or verify of the cloud that is used, which causes a warning.
func TestInsecure(t *testing.T) {
	home(t)
	for _, test := range []struct {
		name       string
		block, env texts
		origin     string // in the warning; empty: certificates are verified
	}{
		{name: "default", env: tokenInEnvironment},
		{
			name: "in the block", block: texts{"insecure": "true"}, env: with(tokenInEnvironment, texts{"HW_INSECURE": "false"}),
			origin: "insecure in the provider block",
		},
		{name: "in the environment", env: with(tokenInEnvironment, texts{"OS_INSECURE": "1"}), origin: "OS_INSECURE"},
		{name: "in a cloud", block: texts{"os_cloud": "insecure"}, origin: `insecure of cloud "insecure" in `},
		{name: "verified in a cloud", block: texts{"os_cloud": "secure"}, env: texts{"OS_INSECURE": "true"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, test.env)
			warning := ""
			for _, d := range s.diags {
				warning += d.Severity().String() + ": " + d.Summary() + ": " + d.Detail()
			}
			want := "Warning: TLS certificates are not verified: With " + test.origin
			if config.Insecure != (test.origin != "") || config.Insecure != strings.HasPrefix(warning, want) || !config.Insecure && warning != "" {
				t.Errorf("got insecure %t and %q, want %t", config.Insecure, warning, test.origin != "")
			}
		})
	}
}

// newCertificate returns a certificate and its key, also in PEM.
func newCertificate() (pair tls.Certificate, cert, key string) {
	server := httptest.NewTLSServer(nil)
	server.Close()
	pair = server.TLS.Certificates[0]
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	must(err)
	return pair, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Certificates and their key are given as texts or as files.
func TestCertificates(t *testing.T) {
	const mark = "\uFEFF" // byte order mark
	pair, cert, key := newCertificate()
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	must(err)
	dir := home(t)
	file := write(t, filepath.Join(dir, "cert.pem"), cert)
	write(t, filepath.Join(dir, "key.pem"), key)
	marked, markedKey := write(t, filepath.Join(dir, "marked.pem"), mark+cert), write(t, filepath.Join(dir, "markedkey.pem"), mark+key)
	bundle := write(t, filepath.Join(dir, "bundle.pem"), "# comment\n"+key+mark+cert)
	for _, test := range []struct {
		name       string
		block, env texts
	}{
		{name: "texts", block: texts{"cacert_file": cert, "cert": cert, "key": key}, env: texts{"OS_CACERT": "x", "OS_KEY": "x"}},
		{name: "files of a cloud", block: texts{"os_cloud": "certificates"}},
		{name: "files", env: texts{"OS_CACERT": file, "OS_CERT": file, "OS_KEY": "~/key.pem"}},
		{name: "files with a byte order mark", block: texts{"cacert_file": marked, "cert": marked, "key": markedKey}},
		{name: "texts with a byte order mark", block: texts{"cacert_file": mark + cert, "cert": mark + cert, "key": mark + key}},
		{name: "bundles of other things too", block: texts{"cacert_file": bundle, "cert": bundle, "key": bundle}},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, s := readWith(t, test.block, with(test.env, tokenInEnvironment))
			if len(s.diags) > 0 {
				t.Fatalf("got %v, want no diagnostics", s.diags)
			}
			if _, err := leaf.Verify(x509.VerifyOptions{Roots: config.RootCAs}); err != nil {
				t.Errorf("got certificate authorities with which verification fails: %s", err)
			}
			if config.Certificate == nil || !bytes.Equal(config.Certificate.Certificate[0], pair.Certificate[0]) {
				t.Errorf("got client certificate %v, want the given one", config.Certificate)
			}
		})
	}
}

// A certificate that cannot be read is never left out of a bundle.
func TestDamagedBundle(t *testing.T) {
	home(t)
	_, cert, key := newCertificate()
	const begin, end = "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n"
	line := fmt.Sprintf("PEM block 2 (line %d)", 1+strings.Count(cert, "\n"))
	for _, test := range []struct{ name, bundle, want string }{
		{
			name: "no certificate", bundle: cert + begin + "aHVudGVyMg==\n" + end + cert,
			want: "its " + line + " is not a certificate that can be read: x509: ",
		},
		{name: "cut off", bundle: cert + begin + "aHVudGVyMg==\n", want: "its " + line + " cannot be read: it is incomplete or damaged"},
		{name: "cut off before another one", bundle: cert + begin + "aHVudGVyMg==\n" + cert, want: "its " + line + " cannot be read"},
		{
			name: "in the format of OpenSSL", bundle: cert + strings.ReplaceAll(cert, "CERTIFICATE", "TRUSTED CERTIFICATE") +
				strings.ReplaceAll(begin+"aHVudGVyMg==\n"+end, "CERTIFICATE", "TRUSTED CERTIFICATE"), want: "its PEM block 3 (line ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, s := readWith(t, texts{"token": "t", "cacert_file": test.bundle}, nil)
			checkError(t, s, "cacert_file", "The value of cacert_file in the provider block is wrong: "+test.want)
			_, s = readWith(t, texts{"token": "t", "cert": test.bundle, "key": key}, nil)
			checkError(t, s, "cert", "its private key (from key in the provider block) cannot be used: "+test.want)
		})
	}
}

// Which values are wrong is tested with the client. The error is at no argument.
func TestWrongProxy(t *testing.T) {
	_, s := readWith(t, nil, with(tokenInEnvironment, texts{"https_proxy": "http://user:hunter2@127.0.0.1:3128\r"}))
	if got := fmt.Sprint(s.diags.Errors()); len(s.diags) != 1 || !strings.Contains(got, "https_proxy") || strings.Contains(got, "hunter2") {
		t.Errorf("got %s, want one error with https_proxy and without the password", got)
	}
}

// Which addresses are malformed is tested with the client.
func TestWrongSettings(t *testing.T) {
	noPEM := write(t, filepath.Join(t.TempDir(), "empty.pem"), "hunter2")
	endpoints := strings.ReplaceAll(strings.Trim(fmt.Sprint(servicestest.Endpoints()), "[]"), " ", ", ")
	for _, test := range []errorTest{
		{
			name: "unknown service", block: texts{"endpoints.obs": "https://x"}, at: `endpoints["obs"]`,
			want: `Unknown service in endpoints: "obs" is not a service whose endpoint can be set; use one of ` + endpoints + ".",
		},
		{
			name: "service without an endpoint of its own", block: texts{"endpoints.kafka": "https://x"}, at: `endpoints["kafka"]`,
			want: `Unknown service in endpoints: "kafka" is not a service whose endpoint can be set (the endpoint of kafka is dms); use one of `,
		},
		{
			name: "service whose name is that of another one elsewhere", block: texts{"endpoints.gaussdb": "https://x"}, at: `endpoints["gaussdb"]`,
			want: `"gaussdb" is not a service whose endpoint can be set (the endpoint of gaussdb is opengauss; ` +
				`that of TaurusDB, which the huaweicloud provider calls gaussdb, is taurusdb); use one of `,
		},
		{
			name: "endpoint", block: texts{"endpoints.dcs": "dcs.example.com"}, at: `endpoints["dcs"]`,
			want: `Invalid endpoint: The value of endpoints["dcs"] in the provider block is wrong: "dcs.example.com" is not an http or https URL`,
		},
		{name: "auth_url", env: texts{"OS_AUTH_URL": "iam"}, at: "auth_url", want: `Invalid endpoint: The value of OS_AUTH_URL is wrong: "iam"`},
		{
			name: "region", block: texts{"region": "eu-de.example.com/"}, at: "region",
			want: `Invalid region: The value of region in the provider block is wrong: "eu-de.example.com/" is not a region`,
		},
		{name: "cloud", block: texts{"cloud": "https://myhuaweicloud.com"}, at: "cloud", want: "is not a DNS suffix such as myhuaweicloud.com"},
		{
			name: "project_id", block: texts{"project_id": "a/b"}, at: "project_id",
			want: `"a/b" is not an ID: 1 to 64 letters, digits, hyphens or underscores`,
		},
		{
			name: "certificate authorities in a missing file", block: texts{"cacert_file": "/nowhere/ca.pem"}, at: "cacert_file",
			want: "The value of cacert_file in the provider block is wrong: it is neither PEM nor the path of a file that can be read: " +
				"no such file or directory (/nowhere/ca.pem).",
		},
		{name: "certificate authorities in another format", env: texts{"OS_CACERT": noPEM}, at: "cacert_file", want: "holds no PEM certificate"},
		{
			name: "certificate without key", block: texts{"cert": "c.pem"}, at: "key",
			want: "Missing key: cert in the provider block is set, but key is missing. Set key, or OS_KEY.",
		},
		{name: "key without certificate", env: texts{"OS_KEY": "k.pem"}, at: "cert", want: "OS_KEY is set, but cert is missing. Set cert, or "},
		{
			name: "malformed certificate", block: texts{"cert": "-----BEGIN hunter2", "key": "-----BEGIN hunter2"}, at: "cert",
			want: "The client certificate (from cert in the provider block) and its private key (from key in the provider block) cannot be used: " +
				"tls: failed to find any PEM data in certificate input. They must be in PEM, belong together, and the key must not be encrypted.",
		},
		{
			name: "key in another format", block: texts{"cert": "-----BEGIN x", "key": "aHVudGVyMg==hunter2"}, at: "key",
			want: "it is neither PEM nor the path of a file that can be read: no such file or directory.",
		},
		{
			name: "insecure", env: texts{"HW_INSECURE": "perhaps"}, at: "insecure",
			want: `The value of HW_INSECURE is wrong: "perhaps" is neither true nor false`,
		},
		{
			name: "max_retries", block: texts{"max_retries": "101"}, at: "max_retries",
			want: `The value of max_retries in the provider block is wrong: "101" is not a whole number from 0 to 100`,
		},
		{name: "text for a number", env: texts{"HW_MAX_RETRIES": "many"}, at: "max_retries", want: `HW_MAX_RETRIES is wrong: "many"`},
		{
			name: "requests_per_second", block: texts{"requests_per_second": "0"}, at: "requests_per_second",
			want: `"0" is not a whole number from 1 to 1000`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.env = with(test.env, tokenInEnvironment)
			test.run(t)
		})
	}
}

func TestEndpointInClearTextCausesAWarning(t *testing.T) {
	for endpoint, want := range map[string]int{
		"http://dcs.example.com": 1, "https://dcs.example.com": 0, "http://127.0.0.1:1": 0, "http://localhost:1": 0, "http://[::1]:1": 0,
		"http://169.254.169.254": 0,
	} {
		_, s := readWith(t, texts{"token": "t", "endpoints.dcs": endpoint}, nil)
		if got := s.diags.WarningsCount(); got != want || s.diags.HasError() {
			t.Errorf("%s: got %d warnings, want %d: %v", endpoint, got, want, s.diags)
		}
	}
}

// Each of the lines that an error about a region offers for the provider block leads to the right host.
func TestAdviceAboutTheRegion(t *testing.T) {
	for _, test := range []struct {
		name, region string // of a data source
		block        texts
		want         string
		advice       int // lines
		host         string
	}{
		{
			name: "unknown region", region: "eu-xx", want: `region: Region "eu-xx" belongs to no cloud that this provider knows`,
			advice: 3, host: "dcs.eu-xx.cloud.example.com:443",
		},
		{
			name: "region of another cloud", region: "eu-west-101", block: texts{"region": "eu-de"},
			want:   `region: Region "eu-west-101" belongs to the cloud myhuaweicloud.eu, but the provider is configured for otc.t-systems.com by `,
			advice: 1, host: "dcs.eu-west-101.myhuaweicloud.eu:443",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			// read returns the error of a read, and the hosts to which it tried to connect.
			read := func(block texts) (text string, hosts []string) {
				config, _ := readWith(t, with(block, texts{"max_retries": "0"}), tokenInEnvironment)
				config.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
					hosts = append(hosts, address)
					return nil, errors.New("there is no network")
				}
				request := cloud.Request{Service: "dcs", Target: cloud.Target{Region: test.region, ProjectID: "p"}}
				_, err := cloud.NewClient(config).Get(t.Context(), request, new(struct{}))
				return err.Error(), hosts
			}
			got, hosts := read(test.block)
			if !strings.HasPrefix(got, test.want) || len(hosts) > 0 {
				t.Errorf("connected to %q, got the error\n%s\nwant no connection and\n%s…", hosts, got, test.want)
			}
			lines := regexp.MustCompile(`(?m)^  (\w+) += (?:\{ (\w+) = )?"(.*?)"`).FindAllStringSubmatch(got, -1)
			if len(lines) != test.advice {
				t.Errorf("got %d lines of advice, want %d:\n%s", len(lines), test.advice, got)
			}
			for _, line := range lines {
				argument := strings.TrimSuffix(line[1]+"."+line[2], ".")
				if _, hosts := read(with(test.block, texts{argument: line[3]})); len(hosts) != 1 || hosts[0] != test.host {
					t.Errorf("with %s: connected to %q, want %s", line[0], hosts, test.host)
				}
			}
		})
	}
}
