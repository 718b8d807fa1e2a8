// Package vendorsdk compares this provider with the vendor's Go SDK. It is a module of its own, so that the SDK is not a
// dependency of the provider.
package vendorsdk

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

const (
	requests = 10_000
	seed     = 20260101
)

// TestSignLikeTheVendor signs random requests with both signers. The signatures must be equal.
func TestSignLikeTheVendor(t *testing.T) {
	random := generator{rand.New(rand.NewPCG(seed, 0))}
	for n := range requests {
		credentials := cloud.Credentials{AccessKey: "AK" + random.plain(18), SecretKey: random.plain(40)}
		if random.IntN(2) == 0 {
			credentials.SecurityToken = random.plain(200)
		}
		project := ""
		if random.IntN(4) > 0 {
			project = random.plain(32)
		}
		host := "dcs." + strings.ToLower(random.plain(8)) + ".example.com"
		address := url.URL{Scheme: "https", Host: host, Path: random.path(), RawQuery: random.query().Encode()}
		now := time.Unix(random.Int64N(4e9), 0)
		var body []byte
		if random.IntN(3) == 0 {
			body = []byte(random.odd(200))
		}
		if ours, theirs := signBoth(t, address, project, body, credentials, now); ours != theirs {
			t.Fatalf("request %d of seed %d: %s\ngot  %s\nwant %s", n, seed, &address, ours, theirs)
		}
	}
}

// FuzzSign compares the signatures of requests with any path, query and body.
func FuzzSign(f *testing.F) {
	f.Add("/v2/p/instances/i/tasks", "offset", "0", "limit", "", []byte(nil))
	f.Add("/v1.0/ä b/%2F//./..", "a b", "c+d", "a", "~*'()", []byte(`{"a":1}`))
	f.Add("", "", "", "", "", []byte{})
	f.Add("/\x00\xff", "\xff", "\u202e", "=", "&", []byte{0xff})
	credentials := cloud.Credentials{AccessKey: "AK", SecretKey: "SK", SecurityToken: "T"}
	f.Fuzz(func(t *testing.T, path, name, value, other, second string, body []byte) {
		query := url.Values{name: {value}}
		query.Add(other, second)
		address := url.URL{Scheme: "https", Host: "dcs.eu-de.example.com", Path: "/" + path, RawQuery: query.Encode()}
		if ours, theirs := signBoth(t, address, "p", body, credentials, time.Unix(1e9, 0)); ours != theirs {
			t.Errorf("%s\ngot  %s\nwant %s", &address, ours, theirs)
		}
	})
}

// signBoth signs a request with our signer and with the vendor's, and returns both Authorization headers. The request is
// a POST if it has a body.
func signBoth(
	t *testing.T, address url.URL, project string, body []byte, credentials cloud.Credentials, now time.Time,
) (ours, theirs string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if project != "" {
		r.Header.Set(cloud.HeaderProjectID, project)
	}
	if body != nil {
		r.Method = http.MethodPost
	}
	cloud.Sign(r, body, credentials, now)

	builder := request.NewHttpRequestBuilder().WithMethod(r.Method).
		WithEndpoint(address.Scheme+"://"+address.Host).WithPath(address.Path).
		AddHeaderParam("host", address.Host).
		AddHeaderParam(cloud.HeaderDate, now.UTC().Format(cloud.DateFormat))
	if body != nil {
		builder.WithBody("", string(body))
	}
	for name, values := range address.Query() {
		builder.AddQueryParam(name, reflect.ValueOf(values)) // plain strings would not be signed
	}
	for _, name := range []string{cloud.HeaderProjectID, cloud.HeaderSecurityToken} {
		if value := r.Header.Get(name); value != "" {
			builder.AddHeaderParam(name, value)
		}
	}
	signed, err := signer.Sign(builder.Build(), credentials.AccessKey, credentials.SecretKey)
	if err != nil {
		t.Fatal(err)
	}
	return r.Header.Get("Authorization"), signed["Authorization"]
}

// A generator returns random parts of requests, ordinary and odd ones.
type generator struct{ *rand.Rand }

// plain returns a text of up to n letters and digits.
func (g generator) plain(n int) string {
	return g.text(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
}

// odd returns a text of up to n characters, most of which must be encoded.
func (g generator) odd(n int) string {
	return g.text(n, "aZ09-_.~ !\"#$%&'()*+,:;<=>?@[\\]^`{|}\x01\x7fäß一€😀")
}

func (g generator) text(n int, alphabet string) string {
	runes := []rune(alphabet)
	text := make([]rune, 1+g.IntN(n))
	for i := range text {
		text[i] = runes[g.IntN(len(runes))]
	}
	return string(text)
}

func (g generator) path() string {
	var path strings.Builder
	for range 1 + g.IntN(7) {
		path.WriteByte('/')
		if g.IntN(2) == 0 {
			path.WriteString(g.plain(36))
		} else {
			path.WriteString(g.odd(12))
		}
	}
	if g.IntN(8) == 0 {
		path.WriteByte('/')
	}
	return path.String()
}

func (g generator) query() url.Values {
	query := url.Values{}
	for range g.IntN(5) {
		name := g.odd(6)
		for range 1 + g.IntN(3) {
			value := ""
			if g.IntN(6) > 0 {
				value = g.odd(10)
			}
			query.Add(name, value)
		}
	}
	return query
}
