package cloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Header names of the SDK-HMAC-SHA256 request signature.
const (
	HeaderDate          = "X-Sdk-Date"
	HeaderProjectID     = "X-Project-Id"
	HeaderSecurityToken = "X-Security-Token"
	HeaderAuthToken     = "X-Auth-Token" //nolint:gosec // the name of a header
)

// DateFormat is the form of HeaderDate, in UTC.
const DateFormat = "20060102T150405Z"

const algorithm = "SDK-HMAC-SHA256"

// Sign sets the date of a request and signs it with the key pair of c, as the vendor's "API Request Signing Guide" says. The signature
// covers host, date, body, and project ID and security token if there are any. The body is the one of req, which is not read; nil if
// it has none.
func Sign(req *http.Request, body []byte, c Credentials, now time.Time) {
	req.Header.Set(HeaderDate, now.UTC().Format(DateFormat))
	signed := []string{"host", "x-sdk-date"}
	if c.SecurityToken != "" {
		req.Header.Set(HeaderSecurityToken, c.SecurityToken)
		signed = append(signed, "x-security-token")
	}
	if req.Header.Get(HeaderProjectID) != "" {
		signed = append(signed, "x-project-id")
	}
	slices.Sort(signed)
	req.Header.Set("Authorization", algorithm+" Access="+c.AccessKey+
		", SignedHeaders="+strings.Join(signed, ";")+
		", Signature="+Signature(req, body, signed, c.SecretKey))
}

// Signature returns the signature of a request with a body over some headers, whose names are sorted and in lower case. Both ends of
// a connection can compute it.
func Signature(req *http.Request, body []byte, signedHeaders []string, secretKey string) string {
	canonical := strings.Join([]string{
		req.Method,
		canonicalPath(req.URL),
		canonicalQuery(req.URL),
		canonicalHeaders(req, signedHeaders),
		strings.Join(signedHeaders, ";"),
		sha256hex(body),
	}, "\n")
	toSign := algorithm + "\n" + req.Header.Get(HeaderDate) + "\n" + sha256hex([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secretKey))
	mac.Write([]byte(toSign))
	return hex.EncodeToString(mac.Sum(nil))
}

func canonicalPath(u *url.URL) string {
	segments := strings.Split(u.Path, "/")
	for i, s := range segments {
		segments[i] = percentEncode(s)
	}
	path := strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path
}

func canonicalQuery(u *url.URL) string {
	query := u.Query()
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range slices.Sorted(slices.Values(query[name])) {
			pairs = append(pairs, percentEncode(name)+"="+percentEncode(value))
		}
	}
	return strings.Join(pairs, "&")
}

func canonicalHeaders(req *http.Request, names []string) string {
	var b strings.Builder
	for _, name := range names {
		value := req.Header.Get(name)
		if name == "host" {
			value = req.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return b.String()
}

// percentEncode encodes all but the unreserved characters of RFC 3986. url.QueryEscape differs only in the space.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func sha256hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
