package cloud

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestSuffixOf(t *testing.T) {
	const huawei, flexible = "myhuaweicloud.com", "prod-cloud-ocb.orange-business.com"
	for region, want := range map[string]string{
		"eu-west-101": "myhuaweicloud.eu", "eu-west-1": "myhuaweicloud.eu",
		"eu-de": "otc.t-systems.com", "eu-nl": "otc.t-systems.com", "eu-ch2": "sc.otc.t-systems.com",
		"eu-west-0": flexible, "as-south-0": flexible,
		"cn-north-4": huawei, "ap-southeast-1": huawei, "af-south-1": huawei, "la-south-2": huawei, "na-mexico-1": huawei,
		"sa-brazil-1": huawei, "me-east-1": huawei, "tr-west-1": huawei,
		"ru-northwest-2": huawei, "ru-moscow-1": huawei, "ae-ad-1": huawei, "my-kualalumpur-1": huawei,
		"": "", "cn": "", "eu-de-1": "", "eu-ch1": "", "eu-west-2": "", "as-south-1": "", "ru-moscow-2": "", "dc-1": "",
	} {
		if got := SuffixOf(region); got != want {
			t.Errorf("region %q: got cloud %q, want %q", region, got, want)
		}
	}
}

func TestLocateIAM(t *testing.T) {
	for _, test := range []struct {
		address, region, suffix string // region and suffix are those of the configuration
		wantRegion, wantSuffix  string
	}{
		// Known clouds.
		{address: "https://iam.eu-de.otc.t-systems.com/v3", wantRegion: "eu-de", wantSuffix: "otc.t-systems.com"},
		{address: "https://iam.eu-west-101.myhuaweicloud.eu:443", wantRegion: "eu-west-101", wantSuffix: "myhuaweicloud.eu"},
		{address: "https://IAM.CN-North-4.MyHuaweiCloud.com", wantRegion: "cn-north-4", wantSuffix: "myhuaweicloud.com"},
		{address: "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3", wantRegion: "eu-ch2", wantSuffix: "sc.otc.t-systems.com"},
		{address: "https://iam.sc.otc.t-systems.com/v3", wantSuffix: "sc.otc.t-systems.com"},
		{address: "https://iam.myhuaweicloud.com", wantSuffix: "myhuaweicloud.com"},
		{address: "https://iam.myhuaweicloud.com", region: "eu-de", suffix: "example.com", wantSuffix: "myhuaweicloud.com"},
		// Unknown clouds, by the configured region or DNS suffix.
		{address: "https://iam.dc-1.example.com"},
		{address: "https://iam.dc-1.example.com", region: "dc-1", wantRegion: "dc-1", wantSuffix: "example.com"},
		{address: "https://iam.dc-1.example.com", region: "dc-2"},
		{address: "https://iam.dc-1.example.com", suffix: "example.com", wantRegion: "dc-1", wantSuffix: "example.com"},
		{address: "https://iam.example.com", suffix: "example.com", wantSuffix: "example.com"},
		{address: "https://iam.dc-1.example.net", suffix: "example.com"},
		// Other hosts.
		{address: "https://gateway.eu-de.otc.t-systems.com"},
		{address: "https://iamb.eu-de.otc.t-systems.com"},
		{address: "https://iam.eu-de.otc.t-systems.com.example.org/x"},
		{address: "https://iam.-x-.otc.t-systems.com"},
		{address: "https://iam.a.b.otc.t-systems.com"},
		{address: "http://127.0.0.1:9800/iam", region: "eu-de"},
		{address: "https://iam"},
	} {
		region, suffix := LocateIAM(parse(t, IAM, test.address), test.region, test.suffix)
		if region != test.wantRegion || suffix != test.wantSuffix {
			t.Errorf("%s with region %q and suffix %q: got region %q and suffix %q, want %q and %q",
				test.address, test.region, test.suffix, region, suffix, test.wantRegion, test.wantSuffix)
		}
	}
	if region, suffix := LocateIAM(nil, "eu-de", "example.com"); region != "" || suffix != "" {
		t.Errorf("no address: got region %q and suffix %q, want none", region, suffix)
	}
}

func parse(t *testing.T, s Service, address string) *url.URL {
	t.Helper()
	u, err := ParseEndpoint(s, address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestRegionOfProject(t *testing.T) {
	for name, want := range map[string]string{
		"eu-de": "eu-de", "eu-nl_team": "eu-nl", "eu-ch2_a_b": "eu-ch2", "eu-west-0": "eu-west-0", "my-kualalumpur-1_x": "my-kualalumpur-1",
		"cn-north-4": "cn-north-4", "ap-southeast-10_x": "ap-southeast-10", "dc-north-1": "dc-north-1",
		"": "", "team": "", "_eu-de": "", "eu-de-team": "", "ap-team": "", "ap-team_x": "", "eu-xx": "", "team-north-1": "", "EU-DE": "",
	} {
		if got := RegionOfProject(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestEndpoint(t *testing.T) {
	gateway := map[Service]*url.URL{DCS: parse(t, DCS, "https://gateway.example.com/dcs/")}
	iam := func(address string) map[Service]*url.URL { return map[Service]*url.URL{IAM: parse(t, IAM, address)} }
	private, partner := Config{Region: "dc-1", Cloud: "example.com"}, Config{Region: "ru-moscow-1", Cloud: "hc.sbercloud.ru"}
	privateIAM, gatewayIAM := Config{Endpoints: iam("https://iam.dc-1.example.com/v3")}, Config{Endpoints: iam("https://gateway.example.com")}
	capitals := Config{Region: "eu-de", Cloud: "OTC.T-Systems.com"}
	for _, test := range []struct {
		name    string
		config  Config
		service Service
		hosts   Hosts
		region  string
		want    string
	}{
		{name: "European site", service: DCS, region: "eu-west-101", want: "https://dcs.eu-west-101.myhuaweicloud.eu"},
		{name: "IAM", service: IAM, region: "eu-nl", want: "https://iam.eu-nl.otc.t-systems.com"},
		{name: "Swiss region", service: DCS, region: "eu-ch2", want: "https://dcs.eu-ch2.sc.otc.t-systems.com"},
		{name: "IAM of the Swiss region", service: IAM, region: "eu-ch2", want: "https://iam-pub.eu-ch2.sc.otc.t-systems.com"},
		{name: "cloud of a partner", config: partner, service: IAM, region: "ru-moscow-1", want: "https://iam.ru-moscow-1.hc.sbercloud.ru"},
		{name: "private cloud", config: private, service: DCS, region: "dc-2", want: "https://dcs.dc-2.example.com"},
		{name: "its region with a known name", config: private, service: DCS, region: "cn-north-4", want: "https://dcs.cn-north-4.example.com"},
		{name: "private cloud by its IAM", config: privateIAM, service: DCS, region: "dc-1", want: "https://dcs.dc-1.example.com"},
		{name: "another region", config: Config{Region: "eu-de"}, service: DCS, region: "eu-nl", want: "https://dcs.eu-nl.otc.t-systems.com"},
		{
			name:   "unknown region of a known cloud",
			config: Config{Cloud: "otc.t-systems.com"}, service: DCS, region: "eu-xx",
			want: "https://dcs.eu-xx.otc.t-systems.com",
		},
		{name: "cloud in capitals", config: capitals, service: DCS, region: "eu-de", want: "https://dcs.eu-de.OTC.T-Systems.com"},
		{name: "IAM at a gateway", config: gatewayIAM, service: DCS, region: "eu-de", want: "https://dcs.eu-de.otc.t-systems.com"},
		{name: "endpoint without region", config: Config{Endpoints: gateway}, service: DCS, want: "https://gateway.example.com/dcs"},
		{
			name:   "endpoint in another cloud",
			config: Config{Region: "eu-de", Endpoints: gateway}, service: DCS, region: "eu-west-101",
			want: "https://gateway.example.com/dcs",
		},
		{
			name: "another host", service: "taurusdb", hosts: Hosts{Huawei: "gaussdb", OpenTelekom: "gaussdb-mysql"}, region: "eu-west-101",
			want: "https://gaussdb.eu-west-101.myhuaweicloud.eu",
		},
		{
			name: "another host on Open Telekom Cloud", service: "taurusdb", hosts: Hosts{Huawei: "gaussdb", OpenTelekom: "gaussdb-mysql"},
			region: "eu-ch2", want: "https://gaussdb-mysql.eu-ch2.sc.otc.t-systems.com",
		},
		{
			name: "the same host on Open Telekom Cloud", service: "geminidb", hosts: Hosts{Huawei: "gaussdb-nosql"}, region: "eu-de",
			want: "https://gaussdb-nosql.eu-de.otc.t-systems.com",
		},
		{name: "instance metadata", service: IMDS, want: "http://169.254.169.254"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if u, err := test.config.endpoint(test.service, test.hosts, test.region); err != nil || u.String() != test.want {
				t.Errorf("%s in region %q: got %v, %v; want %s", test.service, test.region, u, err, test.want)
			}
		})
	}
}

// Each of these is an error at the region, and no address.
func TestEndpointThatIsRefused(t *testing.T) {
	const (
		unknown = `Region "eu-xx" belongs to no cloud that this provider knows, and so the address of dcs is unknown. ` +
			"Check the region, or set one of these in the provider block, with the addresses of your cloud:\n\n" +
			"  cloud     = \"cloud.example.com\"\n" +
			"  auth_url  = \"https://iam.eu-xx.cloud.example.com/v3\"\n" +
			"  endpoints = { dcs = \"https://dcs.eu-xx.cloud.example.com\" }"
		foreign = `Region "eu-west-101" belongs to the cloud myhuaweicloud.eu, but the provider is configured for otc.t-systems.com ` +
			"by HW_REGION_NAME (x). Credentials are sent to one cloud only.\n\n" +
			"Use another provider block (alias) for this region. If HW_REGION_NAME (x) is left over from another cloud, unset it. " +
			"To send these credentials to this address nevertheless, set it in the provider block:\n\n" +
			`  endpoints = { dcs = "https://dcs.eu-west-101.myhuaweicloud.eu" }`
		configured = "cloud otc.t-systems.com, but the provider is configured for myhuaweicloud.com by HW_REGION_NAME (x)."
		private    = "cloud myhuaweicloud.com, but the provider is configured for an unknown cloud by HW_REGION_NAME (x)."
	)
	iam := map[Service]*url.URL{IAM: parse(t, IAM, "https://iam.dc-1.example.com")}
	for _, test := range []struct {
		name   string
		config Config
		region string
		want   string // a part of the message
	}{
		{name: "no region", want: errNoRegion.Message},
		{name: "unknown region", region: "eu-xx", want: unknown},
		{name: "unknown region beside a known one", config: Config{Region: "eu-de"}, region: "eu-xx", want: unknown},
		{name: "IAM of another region", config: Config{Endpoints: iam}, region: "eu-xx", want: unknown},
		{name: "cloud of another region", config: Config{Region: "eu-de"}, region: "eu-west-101", want: foreign},
		{name: "configured cloud", config: Config{Cloud: "myhuaweicloud.com"}, region: "eu-de", want: configured},
		{name: "unknown cloud of the provider", config: Config{Region: "dc-1"}, region: "cn-north-4", want: private},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.config.CloudOrigin = "HW_REGION_NAME (x)"
			u, err := test.config.endpoint(DCS, Hosts{}, test.region)
			var setting *SettingError
			if u != nil || !errors.As(err, &setting) {
				t.Fatalf("got %v, %v; want a SettingError", u, err)
			}
			if setting.Setting != "region" || !strings.Contains(setting.Message, test.want) {
				t.Errorf("got an error at %s:\n%s\nwant one at region with:\n%s", setting.Setting, setting.Message, test.want)
			}
		})
	}
}

// A provider without region and cloud is one for the cloud of the first region.
func TestFirstRegionDecidesOnTheCloud(t *testing.T) {
	c := newClient(Config{Credentials: keys}, nil)
	for _, test := range []struct{ region, want string }{
		{region: "eu-de", want: "https://iam.eu-de.otc.t-systems.com"},
		{region: "eu-nl", want: "https://iam.eu-nl.otc.t-systems.com"},
		{region: "eu-west-101", want: ""},
	} {
		if got := c.config.addressOfIAM(test.region); got != test.want {
			t.Errorf("%s: got %q, want %q", test.region, got, test.want)
		}
	}
	const want = `but the provider is configured for otc.t-systems.com by region "eu-de"`
	if u, err := c.config.endpoint(DCS, Hosts{}, "eu-west-101"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, %v; want an error with %s", u, err, want)
	}
}

func TestParseEndpoint(t *testing.T) {
	for _, test := range []struct {
		service Service
		address string
		want    string
		wantErr string // a part of the error
	}{
		{service: DCS, address: "https://dcs.example.com", want: "https://dcs.example.com"},
		{service: DCS, address: "http://127.0.0.1:8080/a/b/", want: "http://127.0.0.1:8080/a/b"},
		{service: IAM, address: "https://iam.example.com/v3", want: "https://iam.example.com"},
		{service: IAM, address: "https://iam.example.com:443/v3/", want: "https://iam.example.com:443"},
		{service: DCS, address: "https://dcs.example.com/v2/", want: "https://dcs.example.com"},
		{service: DWS, address: "https://gateway.example.com/dws/v1.0", want: "https://gateway.example.com/dws"},
		{service: DCS, address: "https://dcs.example.com/v2x", want: "https://dcs.example.com/v2x"},
		{service: DCS, address: "https://dcs.example.com/a%20b%25c", want: "https://dcs.example.com/a%20b%25c"},
		{service: DCS, address: "https://bücher.example:8443/a", want: "https://xn--bcher-kva.example:8443/a"},
		{service: DCS, address: "https://b%C3%BCcher.example", want: "https://xn--bcher-kva.example"},
		{service: DCS, address: "https://[2001:db8::1]:8443", want: "https://[2001:db8::1]:8443"},
		{service: IMDS, address: "http://[fe80::1%25lo]", want: "http://[fe80::1%25lo]"},
		{service: IMDS, address: "169.254.169.254", wantErr: "such as http://169.254.169.254"},
		{service: DCS, address: "", wantErr: "not an http or https URL"},
		{service: DCS, address: "dcs.example.com", wantErr: "not an http or https URL"},
		{service: DCS, address: "https://", wantErr: "not an http or https URL"},
		{service: DCS, address: "https://%zz", wantErr: "not an http or https URL"},
		{service: DCS, address: "https://user:hunter2@dcs.example.com", wantErr: "user name or password"},
		{service: DCS, address: "ftp://user:hunter2@dcs.example.com", wantErr: "not an http or https URL"},
		{service: DCS, address: "https://dcs.example.com?a=b", wantErr: "without a query"},
		{service: DCS, address: "https://dcs.example.com?", wantErr: "without a query"},
		{service: DCS, address: "https://dcs.example.com#a", wantErr: "without a query"},
		{service: DCS, address: "https://[fe80::1%25lo]", wantErr: "must not have a zone"},
		{service: IAM, address: "https://[fe80::1%25lo]:8443/v3", wantErr: "must not have a zone"},
		{service: DCS, address: "https://xn--ü.example", wantErr: "is not the address of a host"},
		{service: DCS, address: `https://a"b.example`, wantErr: "is not the address of a host"},
		{service: DCS, address: "https://dcs.example.com/a%2Fb", wantErr: "encoded slashes (%2F)"},
		{service: DCS, address: "https://dcs.example.com/a%2fb/v2", wantErr: "encoded slashes (%2F)"},
		{service: DCS, address: "https://dcs.example.com//a", wantErr: "without empty segments (//)"},
		{service: IAM, address: "https://iam.example.com//v3/a", wantErr: "without empty segments (//)"},
		{service: DCS, address: "https://dcs.example.com/a//b/", wantErr: "without empty segments (//)"},
		{service: DCS, address: "https://dcs.example.com/a/../b", wantErr: "without empty segments (//)"},
		{service: DCS, address: "https://dcs.example.com/./a", wantErr: "without empty segments (//)"},
	} {
		u, err := ParseEndpoint(test.service, test.address)
		if test.wantErr == "" {
			if err != nil || u.String() != test.want {
				t.Errorf("%s at %q: got %v, %v; want %s", test.service, test.address, u, err, test.want)
			}
		} else if err == nil || !strings.Contains(err.Error(), test.wantErr) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s at %q: got %v, %v; want an error with %q and without the password", test.service, test.address, u, err, test.wantErr)
		}
	}
}

// A service checks the signature of the request that it receives.
func TestEndpointIsSentAsItIsSigned(t *testing.T) {
	for _, address := range []string{
		"http://bücher.example", "http://b%C3%BCcher.example:8080/ü", "http://[2001:db8::1]:8080", "http://dcs.example:",
		"http://dcs.example/a%20b%25c/", "http://DCS.example/a;b=c,d:e@f!g(h)*i'j&k+l",
	} {
		t.Run(address, func(t *testing.T) {
			ours, theirs := net.Pipe()
			c := NewClient(Config{
				Credentials: keys, Endpoints: map[Service]*url.URL{DCS: parse(t, DCS, address)},
				Dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil },
			})
			defer c.Close()
			go func() { _, _ = c.Get(t.Context(), job, &answer{}) }()
			received, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				t.Fatal(err)
			}
			defer theirs.Close() //nolint:errcheck // in memory
			_, sent, _ := strings.Cut(received.Header.Get("Authorization"), ", Signature=")
			names := []string{"host", "x-project-id", "x-sdk-date", "x-security-token"}
			if want := Signature(received, nil, names, keys.SecretKey); sent != want {
				t.Errorf("%s%s has the signature %s, want %s", received.Host, received.URL, sent, want)
			}
		})
	}
}

func TestPathSegmentsStaySegments(t *testing.T) {
	endpoint := &url.URL{Scheme: "https", Host: "dcs.example.com", Path: "/base"}
	for _, segment := range []string{"", ".", "..", "a/b", `a\b`, "a?b", "a#b", "a%2Fb"} {
		if u, err := join(endpoint, []string{"v2", segment}, nil); err == nil {
			t.Errorf("segment %q: got %s, want an error", segment, u)
		}
	}
	const want = "https://dcs.example.com/base/v1.0/p/job/a%20b?x=1+%26"
	if u, err := join(endpoint, []string{"v1.0", "p", "job", "a b"}, url.Values{"x": {"1 &"}}); err != nil || u.String() != want {
		t.Errorf("got %v, %v; want %s", u, err, want)
	}
}
