package cloud

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The worked example of the vendor's "API Request Signing Guide".
func TestSignatureOfThePublishedExample(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet,
		"https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?marker=13551d6b-755d-4757-b956-536f674975c0&limit=2", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(HeaderDate, "20191115T033655Z")
	got := Signature(req, nil, []string{"content-type", "host", "x-sdk-date"}, "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
	if want := "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestSignedHeaders(t *testing.T) {
	keys := Credentials{AccessKey: "AK", SecretKey: "SK"}
	temporary := Credentials{AccessKey: "AK", SecretKey: "SK", SecurityToken: "ST"}
	now := time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600))
	for _, test := range []struct {
		name        string
		credentials Credentials
		project     string
		signed      string
	}{
		{name: "call of IAM", credentials: keys, signed: "host;x-sdk-date"},
		{name: "call in a project", credentials: keys, project: "p", signed: "host;x-project-id;x-sdk-date"},
		{name: "temporary keys", credentials: temporary, project: "p", signed: "host;x-project-id;x-sdk-date;x-security-token"},
	} {
		t.Run(test.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodGet, "https://dcs.example.com/v2/p/jobs/j", nil)
			if err != nil {
				t.Fatal(err)
			}
			if test.project != "" {
				req.Header.Set(HeaderProjectID, test.project)
			}
			Sign(req, nil, test.credentials, now)
			if got, want := req.Header.Get(HeaderDate), "20260102T030405Z"; got != want {
				t.Errorf("date %s, want %s", got, want)
			}
			if got := req.Header.Get(HeaderSecurityToken); got != test.credentials.SecurityToken {
				t.Errorf("security token %q, want %q", got, test.credentials.SecurityToken)
			}
			want := "SDK-HMAC-SHA256 Access=AK, SignedHeaders=" + test.signed + ", Signature="
			if got := req.Header.Get("Authorization"); len(got) != len(want)+64 || !strings.HasPrefix(got, want) {
				t.Errorf("Authorization: %s, want %s and 64 digits", got, want)
			}
		})
	}
}

func TestCanonicalForms(t *testing.T) {
	for _, test := range []struct{ name, address, path, query string }{
		{
			name: "escapes", address: "/a%20b/%E4%B8%80~_-.*/?q=%E4%B8%80%20(%26=%3F!%23%25.*)",
			path: "/a%20b/%E4%B8%80~_-.%2A/", query: "q=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29",
		},
		{name: "no slash at the end", address: "/a", path: "/a/"},
		{name: "no path", address: "", path: "/"},
		{name: "sorted by name and then by value", address: "/?empty=&b=2&b=1&a=/tmp/1", path: "/", query: "a=%2Ftmp%2F1&b=1&b=2&empty="},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, err := url.Parse("https://example.com" + test.address)
			if err != nil {
				t.Fatal(err)
			}
			if got := canonicalPath(address); got != test.path {
				t.Errorf("path %s, want %s", got, test.path)
			}
			if got := canonicalQuery(address); got != test.query {
				t.Errorf("query %s, want %s", got, test.query)
			}
		})
	}
}

func BenchmarkSign(b *testing.B) {
	const address = "https://dcs.eu-west-101.myhuaweicloud.eu/v2/0f3b5c9ad2804e6f8a1d7c4be59f2a60/jobs/ff8080818822bbf70188235afc24141a"
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set(HeaderProjectID, "0f3b5c9ad2804e6f8a1d7c4be59f2a60")
	credentials := Credentials{AccessKey: "QTWAOYTTINDUT2QVKYUC", SecretKey: "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"}
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		Sign(req, nil, credentials, now)
	}
}
