// Package vendorsdk compares this provider with the vendor's Go SDK. It is a module of its own,
// so that the SDK stays out of the provider's dependencies.
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

// TestSignLikeTheVendor signs random requests with both, and the signatures must be the same.
func TestSignLikeTheVendor(t *testing.T) {
	random := generator{rand.New(rand.NewPCG(seed, 0))}
	for n := range requests {
		credentials := cloud.Credentials{AccessKey: "AK" + random.plain(18), SecretKey: random.plain(40)}
		if random.IntN(2) == 0 {
			credentials.SecurityToken = random.plain(200)
		}
		endpoint := "https://dcs." + strings.ToLower(random.plain(8)) + ".example.com"
		path := random.path()
		query := random.query()
		project := ""
		if random.IntN(4) > 0 {
			project = random.plain(32)
		}
		now := time.Unix(random.Int64N(4e9), 0)

		address, err := url.Parse(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		address.Path = path
		address.RawQuery = query.Encode()
		ours, err := http.NewRequest(http.MethodGet, address.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if project != "" {
			ours.Header.Set(cloud.HeaderProjectID, project)
		}
		var body []byte
		if random.IntN(3) == 0 {
			ours.Method, body = http.MethodPost, []byte(random.odd(200))
		}
		cloud.Sign(ours, body, credentials, now)

		builder := request.NewHttpRequestBuilder().WithMethod(ours.Method).WithEndpoint(endpoint).WithPath(path).
			AddHeaderParam("host", address.Host).
			AddHeaderParam(cloud.HeaderDate, now.UTC().Format(cloud.DateFormat))
		if body != nil {
			builder.WithBody("", string(body))
		}
		for name, values := range query {
			builder.AddQueryParam(name, reflect.ValueOf(values)) // plain strings would stay unsigned
		}
		for _, name := range []string{cloud.HeaderProjectID, cloud.HeaderSecurityToken} {
			if value := ours.Header.Get(name); value != "" {
				builder.AddHeaderParam(name, value)
			}
		}
		theirs, err := signer.Sign(builder.Build(), credentials.AccessKey, credentials.SecretKey)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ours.Header.Get("Authorization"), theirs["Authorization"]; got != want {
			t.Fatalf("request %d of seed %d: GET %s\nours   %s\ntheirs %s", n, seed, address, got, want)
		}
	}
}

// A generator makes parts of requests, ordinary and odd ones.
type generator struct{ *rand.Rand }

// plain makes a text of up to n letters and digits.
func (g generator) plain(n int) string {
	return g.text(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
}

// odd makes a text of up to n characters, most of which must be encoded.
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
