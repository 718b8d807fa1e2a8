package cloud

import (
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
