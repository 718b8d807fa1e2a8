package cloud

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestEndpointFollowsFromRegionAndCloud(t *testing.T) {
	own, err := ParseEndpoint(DCS, "https://gateway.example.com/dcs/")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		config  Config
		service Service
		region  string
		want    string
	}{
		{Config{}, DCS, "cn-north-4", "https://dcs.cn-north-4.myhuaweicloud.com"},
		{Config{}, DCS, "eu-west-101", "https://dcs.eu-west-101.myhuaweicloud.eu"},
		{Config{}, DMS, "eu-de", "https://dms.eu-de.otc.t-systems.com"},
		{Config{}, IAM, "eu-nl", "https://iam.eu-nl.otc.t-systems.com"},
		{Config{Cloud: "prod-cloud-ocb.orange-business.com"}, DWS, "eu-west-0", "https://dws.eu-west-0.prod-cloud-ocb.orange-business.com"},
		{Config{Endpoints: map[Service]*url.URL{DCS: own}}, DCS, "eu-de", "https://gateway.example.com/dcs"},
		{Config{Endpoints: map[Service]*url.URL{DCS: own}}, DCS, "", "https://gateway.example.com/dcs"},
		{Config{Endpoints: map[Service]*url.URL{DCS: own}}, DMS, "eu-de", "https://dms.eu-de.otc.t-systems.com"},
	} {
		got, err := test.config.endpoint(test.service, test.region)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != test.want {
			t.Errorf("%s in %q: %s, want %s", test.service, test.region, got, test.want)
		}
	}
	if _, err := (&Config{}).endpoint(DCS, ""); err == nil {
		t.Error("an address without region and endpoint")
	}
}

// Credentials never leave for another cloud than the one that is configured.
func TestEveryRegionIsOfTheConfiguredCloud(t *testing.T) {
	iam := func(address string) map[Service]*url.URL {
		u, err := ParseEndpoint(IAM, address)
		if err != nil {
			t.Fatal(err)
		}
		return map[Service]*url.URL{IAM: u}
	}
	for name, test := range map[string]struct {
		config Config
		region string
		want   string // the host, or after "!" the setting that is wrong
	}{
		"region of the same cloud":               {Config{Region: "eu-de"}, "eu-nl", "dcs.eu-nl.otc.t-systems.com"},
		"unknown region":                         {Config{Region: "eu-de"}, "eu-xx", "dcs.eu-xx.otc.t-systems.com"},
		"other Huawei Cloud regions":             {Config{Region: "cn-north-4"}, "ap-southeast-1", "dcs.ap-southeast-1.myhuaweicloud.com"},
		"from Open Telekom Cloud to Europe":      {Config{Region: "eu-de"}, "eu-west-101", "!region"},
		"from Huawei Cloud to Europe":            {Config{Region: "cn-north-4"}, "eu-west-101", "!region"},
		"from Huawei Cloud to Telekom":           {Config{Region: "cn-north-4"}, "eu-de", "!region"},
		"from Europe to Huawei Cloud":            {Config{Region: "eu-west-101"}, "cn-north-4", "dcs.cn-north-4.myhuaweicloud.eu"},
		"cloud is configured":                    {Config{Region: "eu-de", Cloud: "example.com"}, "eu-west-101", "dcs.eu-west-101.example.com"},
		"no region configured":                   {Config{}, "eu-nl", "dcs.eu-nl.otc.t-systems.com"},
		"IAM of a region":                        {Config{Endpoints: iam("https://iam.eu-de.otc.t-systems.com/v3")}, "eu-nl", "dcs.eu-nl.otc.t-systems.com"},
		"IAM of a region with a port":            {Config{Region: "eu-de", Endpoints: iam("https://iam.eu-de.otc.t-systems.com:443/v3")}, "eu-de", "dcs.eu-de.otc.t-systems.com"},
		"global IAM":                             {Config{Region: "cn-north-4", Endpoints: iam("https://iam.myhuaweicloud.com/v3")}, "cn-south-1", "dcs.cn-south-1.myhuaweicloud.com"},
		"IAM of another cloud than the region's": {Config{Region: "eu-de", Endpoints: iam("https://iam.myhuaweicloud.com/v3")}, "eu-de", "!region"},
		"IAM of a partner":                       {Config{Region: "eu-west-0", Endpoints: iam("https://iam.eu-west-0.prod-cloud-ocb.orange-business.com/v3")}, "eu-west-0", "dcs.eu-west-0.prod-cloud-ocb.orange-business.com"},
		"IAM of a partner, other region":         {Config{Region: "eu-west-0", Endpoints: iam("https://iam.eu-west-0.prod-cloud-ocb.orange-business.com/v3")}, "na-east-0", "dcs.na-east-0.prod-cloud-ocb.orange-business.com"},
		"global IAM of a private cloud":          {Config{Region: "dc-1", Endpoints: iam("https://iam.cloud.example.com")}, "dc-1", "!cloud"},
		"IAM of one region of a private cloud":   {Config{Region: "dc2", Endpoints: iam("https://iam.dc1.corp.local")}, "dc2", "!cloud"},
		"IAM of a partner, region of the read":   {Config{Endpoints: iam("https://iam.eu-west-0.prod-cloud-ocb.orange-business.com/v3")}, "eu-west-0", "dcs.eu-west-0.prod-cloud-ocb.orange-business.com"},
		"Swiss Telekom, region of the read":      {Config{Endpoints: iam("https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3")}, "eu-ch2", "dcs.eu-ch2.sc.otc.t-systems.com"},
		"Europe's IAM below the other suffix":    {Config{Region: "eu-west-101", Endpoints: iam("https://iam.eu-west-101.myhuaweicloud.com")}, "eu-west-101", "dcs.eu-west-101.myhuaweicloud.com"},
		"Swiss Telekom":                          {Config{Region: "eu-ch2", Endpoints: iam("https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3")}, "eu-ch2", "dcs.eu-ch2.sc.otc.t-systems.com"},
		"IAM that tells nothing, known region":   {Config{Region: "eu-de", Endpoints: iam("https://gateway.example.com/iam")}, "eu-de", "dcs.eu-de.otc.t-systems.com"},
		"IAM that tells nothing":                 {Config{Region: "cn-north-4", Endpoints: iam("https://gateway.example.com/iam")}, "cn-north-4", "!cloud"},
		"IAM that tells nothing, other cloud":    {Config{Region: "eu-de", Endpoints: iam("https://gateway.example.com/iam")}, "eu-west-101", "!region"},
		"IAM by its address":                     {Config{Region: "cn-north-4", Endpoints: iam("https://10.0.0.1")}, "cn-north-4", "!cloud"},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := test.config.endpoint(DCS, test.region)
			if wrong, is := strings.CutPrefix(test.want, "!"); is {
				var setting *SettingError
				if !errors.As(err, &setting) || setting.Setting != wrong {
					t.Errorf("%v, %v", u, err)
				}
			} else if err != nil || u.Host != test.want {
				t.Errorf("%v, %v, want %s", u, err, test.want)
			}
		})
	}
}

// Where nothing tells the cloud, credentials go to the first one only.
func TestFirstRegionDecidesWhereNothingElseDoes(t *testing.T) {
	c := newClient(Config{Credentials: keys}, nil)
	for region, fine := range map[string]bool{"eu-de": true, "eu-nl": true} {
		if _, err := c.config.endpoint(DCS, region); (err == nil) != fine {
			t.Errorf("%s: %v", region, err)
		}
	}
	for _, region := range []string{"eu-west-101", "cn-north-4"} {
		var setting *SettingError
		if u, err := c.config.endpoint(DCS, region); !errors.As(err, &setting) || setting.Setting != "region" {
			t.Errorf("%s: %v, %v", region, u, err)
		}
	}
}

func TestRegionOfIAM(t *testing.T) {
	for address, want := range map[string]string{
		"https://iam.eu-de.otc.t-systems.com/v3":         "eu-de",
		"https://iam.eu-west-101.myhuaweicloud.eu:443":   "eu-west-101",
		"https://iam.cn-north-4.myhuaweicloud.com":       "cn-north-4",
		"https://IAM.eu-nl.otc.t-systems.com":            "eu-nl",
		"https://iam.dc-1.example.com":                   "dc-1", // the cloud is configured
		"https://iam.myhuaweicloud.com":                  "",
		"https://iam.eu-ch2.sc.otc.t-systems.com":        "",
		"https://iam.dc-1.other.example.net":             "",
		"https://gateway.eu-de.otc.t-systems.com":        "",
		"http://127.0.0.1:9800/iam":                      "",
		"https://iam.eu-de.otc.t-systems.com.evil.org/x": "",
	} {
		u, err := ParseEndpoint(IAM, address)
		if err != nil {
			t.Fatal(err)
		}
		if got := RegionOfIAM(u, "example.com"); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestParseEndpoint(t *testing.T) {
	for _, test := range []struct {
		service       Service
		address, want string // want: the URL, or after "!" a part of the error
	}{
		{DCS, "https://dcs.example.com", "https://dcs.example.com"},
		{DCS, "https://dcs.example.com/", "https://dcs.example.com"},
		{DCS, "http://127.0.0.1:8080/a/b/", "http://127.0.0.1:8080/a/b"},
		{IAM, "https://iam.example.com/v3", "https://iam.example.com"},
		{IAM, "https://iam.example.com:443/v3/", "https://iam.example.com:443"},
		{DCS, "https://dcs.example.com/v3", "https://dcs.example.com/v3"},
		{IMDS, "169.254.169.254", "!such as http://169.254.169.254"},
		{DCS, "", "!not an http or https URL"},
		{DCS, "dcs.example.com", "!not an http or https URL"},
		{DCS, "ftp://dcs.example.com", "!not an http or https URL"},
		{DCS, "https://", "!not an http or https URL"},
		{DCS, "https://%zz", "!not an http or https URL"},
		{DCS, "https://user:hunter2@dcs.example.com", "!user name or password"},
		{DCS, "ftp://user:hunter2@dcs.example.com", "!not an http or https URL"},
		{DCS, "https://dcs.example.com?a=b", "!without a query"},
		{DCS, "https://dcs.example.com#a", "!without a query"},
	} {
		u, err := ParseEndpoint(test.service, test.address)
		if part, wrong := strings.CutPrefix(test.want, "!"); wrong {
			if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q: %v, want …%s…", test.address, err, part)
			}
		} else if err != nil || u.String() != test.want {
			t.Errorf("%q: %v, %v, want %s", test.address, u, err, test.want)
		}
	}
}

func TestPathSegmentsStaySegments(t *testing.T) {
	endpoint := &url.URL{Scheme: "https", Host: "dcs.example.com", Path: "/base"}
	for _, bad := range []string{"", ".", "..", "a/b", `a\b`, "a?b", "a#b", "a%2Fb"} {
		if u, err := join(endpoint, []string{"v2", bad}, nil); err == nil {
			t.Errorf("segment %q was taken: %s", bad, u)
		}
	}
	u, err := join(endpoint, []string{"v1.0", "p", "job", "a b"}, url.Values{"x": {"1 &"}})
	if err != nil || u.String() != "https://dcs.example.com/base/v1.0/p/job/a%20b?x=1+%26" {
		t.Errorf("%v, %v", u, err)
	}
}
