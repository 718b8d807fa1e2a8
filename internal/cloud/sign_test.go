package cloud

import (
	"net/http"
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

// A case of the signer tests of the vendor's SDK.
func TestSignatureOfTheSDKsTest(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, "https://example.huaweicloud.com/path?limit=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(HeaderDate, "20060102T150405Z")
	got := Signature(req, nil, []string{"x-sdk-date"}, "SecretKey")
	if want := "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestSignedHeaders(t *testing.T) {
	now := time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600))
	for name, test := range map[string]struct {
		credentials Credentials
		project     string
		want        string
	}{
		"IAM call":       {Credentials{AccessKey: "AK", SecretKey: "SK"}, "", "host;x-sdk-date"},
		"project call":   {Credentials{AccessKey: "AK", SecretKey: "SK"}, "p", "host;x-project-id;x-sdk-date"},
		"temporary keys": {Credentials{AccessKey: "AK", SecretKey: "SK", SecurityToken: "ST"}, "p", "host;x-project-id;x-sdk-date;x-security-token"},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodGet, "https://dcs.example.com/v2/p/jobs/j", nil)
			if err != nil {
				t.Fatal(err)
			}
			if test.project != "" {
				req.Header.Set(HeaderProjectID, test.project)
			}
			Sign(req, nil, test.credentials, now)
			if got := req.Header.Get(HeaderDate); got != "20260102T030405Z" {
				t.Errorf("date %s is not the time in UTC", got)
			}
			if got := req.Header.Get(HeaderSecurityToken); got != test.credentials.SecurityToken {
				t.Errorf("security token %q", got)
			}
			want := "SDK-HMAC-SHA256 Access=AK, SignedHeaders=" + test.want + ", Signature="
			if got := req.Header.Get("Authorization"); len(got) != len(want)+64 || got[:len(want)] != want {
				t.Errorf("Authorization: %s, want %s…", got, want)
			}
		})
	}
}

func TestCanonicalForms(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, "https://example.com/a%20b/%E4%B8%80~_-.*/?q=%E4%B8%80%20(%26=%3F!%23%25.*)&empty=&b=2&b=1&a=/tmp/1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := canonicalPath(req.URL), "/a%20b/%E4%B8%80~_-.%2A/"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if got, want := canonicalQuery(req.URL), "a=%2Ftmp%2F1&b=1&b=2&empty=&q=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29"; got != want {
		t.Errorf("query %s, want %s", got, want)
	}
}

func BenchmarkSign(b *testing.B) {
	req, err := http.NewRequest(http.MethodGet, "https://dcs.eu-west-101.myhuaweicloud.eu/v2/0f3b5c9ad2804e6f8a1d7c4be59f2a60/jobs/ff8080818822bbf70188235afc24141a", nil)
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
