package simulator

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

const scheme = "SDK-HMAC-SHA256"

// A signature is the content of an Authorization header. It is verified without the provider's own signer, whose mistakes it shows.
type signature struct {
	accessKey string
	scope     string   // from which the signing key is derived, as the client of Open Telekom Cloud does; empty: that is the secret key
	headers   []string // names of the signed headers
	digest    string
}

// parseSignature parses an Authorization header, or returns the reason why it is not accepted.
func parseSignature(authorization string) (s signature, reason string) {
	name, parameters, found := strings.Cut(authorization, " ")
	if !found {
		name = "none" // it may be a secret
	}
	if name != scheme {
		return s, "the simulator knows " + scheme + " only, got " + name
	}
	for parameter := range strings.SplitSeq(parameters, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(parameter), "="); name {
		case "Access":
			s.accessKey = value
		case "Credential":
			s.accessKey, s.scope, _ = strings.Cut(value, "/")
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			s.digest = value
		}
	}
	return s, ""
}

// checkHeaders returns the reason why the names of the signed headers are not accepted, or nothing.
func (s signature) checkHeaders(r *http.Request) (reason string) {
	switch missing := slices.IndexFunc(s.headers, func(name string) bool { return headerValues(r, name) == nil }); {
	case !slices.Contains(s.headers, "x-sdk-date"):
		return "SignedHeaders lacks x-sdk-date"
	case !slices.IsSorted(s.headers):
		return "SignedHeaders is not sorted"
	case missing >= 0:
		return "SignedHeaders names " + s.headers[missing] + ", but the request has no such header"
	}
	return ""
}

// matches reports whether it is the signature of a request with a body. Clients differ in the canonical forms of path and query.
func (s signature) matches(r *http.Request, body []byte, secretKey string) bool {
	key, toSign := []byte(secretKey), scheme+"\n"+r.Header.Get(cloud.HeaderDate)+"\n"
	if s.scope != "" {
		key = []byte("SDK" + secretKey)
		for part := range strings.SplitSeq(s.scope, "/") {
			key = hmacSHA256(key, part)
		}
		toSign += s.scope + "\n"
	}
	var headers strings.Builder
	for _, name := range s.headers {
		for _, value := range headerValues(r, name) {
			headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
		}
	}
	path := strings.TrimSuffix(strings.ReplaceAll(percentEncode(r.URL.Path), "%2F", "/"), "/")
	for _, path := range []string{path + "/", path} {
		for _, query := range canonicalQueries(r.URL.Query()) {
			canonical := []string{r.Method, path, query, headers.String(), strings.Join(s.headers, ";"), sha256hex(string(body))}
			want := hex.EncodeToString(hmacSHA256(key, toSign+sha256hex(strings.Join(canonical, "\n"))))
			if hmac.Equal([]byte(want), []byte(s.digest)) {
				return true
			}
		}
	}
	return false
}

// headerValues returns the values of a header in the order in which they are signed. It is nil if the request lacks the header.
func headerValues(r *http.Request, name string) []string {
	if name == "host" {
		return []string{r.Host}
	}
	return slices.Sorted(slices.Values(r.Header.Values(name)))
}

// canonicalQueries returns the form of a query that most clients sign, and that of the client of Open Telekom Cloud, which sorts the
// names without regard to case and signs the first value of each only.
func canonicalQueries(query url.Values) []string {
	names := slices.Sorted(maps.Keys(query))
	var all, first []string
	for _, name := range names {
		for _, value := range slices.Sorted(slices.Values(query[name])) {
			all = append(all, percentEncode(name)+"="+percentEncode(value))
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(strings.ToLower(percentEncode(a)), strings.ToLower(percentEncode(b)))
	})
	for _, name := range names {
		first = append(first, percentEncode(name)+"="+percentEncode(query.Get(name)))
	}
	return []string{strings.Join(all, "&"), strings.Join(first, "&")}
}

// percentEncode encodes all but the unreserved characters of RFC 3986.
func percentEncode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func sha256hex(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
