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
	keys, temporary := Credentials{AccessKey: "AK", SecretKey: "SK"}, Credentials{AccessKey: "AK", SecretKey: "SK", SecurityToken: "ST"}
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
		req := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/v2/p/jobs/j"}, Header: http.Header{}}
		req.Header.Set(HeaderProjectID, test.project)
		Sign(req, nil, test.credentials, time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600)))
		date, token := req.Header.Get(HeaderDate), req.Header.Get(HeaderSecurityToken)
		if date != "20260102T030405Z" || token != test.credentials.SecurityToken {
			t.Errorf("%s: date %s and security token %q, want 20260102T030405Z and %q", test.name, date, token, test.credentials.SecurityToken)
		}
		want := "SDK-HMAC-SHA256 Access=AK, SignedHeaders=" + test.signed + ", Signature="
		if got := req.Header.Get("Authorization"); len(got) != len(want)+64 || !strings.HasPrefix(got, want) {
			t.Errorf("%s: Authorization: %s, want %s and 64 digits", test.name, got, want)
		}
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
		address, err := url.Parse("https://example.com" + test.address)
		if err != nil {
			t.Fatal(err)
		}
		if path, query := canonicalPath(address), canonicalQuery(address); path != test.path || query != test.query {
			t.Errorf("%s: path %s and query %s, want %s and %s", test.name, path, query, test.path, test.query)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	const project, job = "0f3b5c9ad2804e6f8a1d7c4be59f2a60", "ff8080818822bbf70188235afc24141a"
	address := &url.URL{Scheme: "https", Host: "dcs.eu-west-101.myhuaweicloud.eu", Path: "/v2/" + project + "/jobs/" + job}
	req := &http.Request{Method: http.MethodGet, URL: address, Header: http.Header{HeaderProjectID: {project}}}
	credentials := Credentials{AccessKey: "QTWAOYTTINDUT2QVKYUC", SecretKey: "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"}
	b.ReportAllocs()
	for b.Loop() {
		Sign(req, nil, credentials, time.Now())
	}
}
