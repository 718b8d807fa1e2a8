package simulator

import (
	"context"
	"crypto/hmac"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

const skew = 15 * time.Minute // how far the date of a request may be off

type rawRequestKey struct{}

// rawRequest is a request as it was sent, which is what was signed, and who sent it.
type rawRequest struct {
	request *http.Request
	body    []byte
	by      principal
}

func withRawRequest(r *http.Request, s *rawRequest) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), rawRequestKey{}, s))
}

func rawRequestOf(r *http.Request) *rawRequest {
	return r.Context().Value(rawRequestKey{}).(*rawRequest)
} //nolint:forcetypeassert // ServeHTTP put it there

func rawBody(r *http.Request) []byte { return rawRequestOf(r).body }

// authenticate checks token or signature, and tells whose it is.
func (s *Simulator) authenticate(service cloud.Service, r *http.Request) (principal, *reply) {
	by, reason := s.identify(r)
	if reason != "" {
		e := gatewayError(http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+reason)
		if service == cloud.IAM {
			e = iamError(http.StatusUnauthorized, "The request you have made requires authentication. "+reason)
		}
		return by, &e
	}
	rawRequestOf(r).by = by
	return by, nil
}

// identify tells who a request comes from, or why that is not known.
func (s *Simulator) identify(r *http.Request) (by principal, reason string) {
	if token := r.Header.Get(cloud.HeaderAuthToken); token != "" {
		s.mu.Lock()
		by, known := s.tokens[token]
		s.mu.Unlock()
		switch {
		case token == s.options.Token:
			return principal{name: "token", projects: s.options.Projects}, ""
		case !known:
			return by, "decrypt token fail"
		case s.options.Now().After(by.expires):
			return by, "token expired at " + iamTime(by.expires)
		}
		return by, ""
	}
	parameters, found := strings.CutPrefix(r.Header.Get("Authorization"), "SDK-HMAC-SHA256 ")
	if !found {
		return by, "x-auth-token not found"
	}
	given := make(map[string]string)
	for pair := range strings.SplitSeq(parameters, ", ") {
		name, value, _ := strings.Cut(pair, "=")
		given[name] = value
	}
	s.mu.Lock()
	key, known := s.keys[given["Access"]]
	s.mu.Unlock()
	if given["Access"] == s.options.AccessKey {
		known = true
		key = temporaryKey{s.options.SecretKey, s.options.SecurityToken, principal{name: "keys", projects: s.options.Projects}}
	}
	signed := strings.Split(given["SignedHeaders"], ";")
	date, err := time.Parse(cloud.DateFormat, r.Header.Get(cloud.HeaderDate))
	switch {
	case err != nil:
		return by, "header X-Sdk-Date missing or malformed"
	case s.options.Now().Sub(date).Abs() > skew:
		return by, "signature expired"
	case !known:
		return by, "Get secretKey failed,ak:" + given["Access"] + ",err:ak not exist"
	case !key.expires.IsZero() && s.options.Now().After(key.expires):
		return by, "security token expired at " + iamTime(key.expires)
	case !slices.IsSorted(signed) || !slices.Contains(signed, "x-sdk-date"): // the vendor's SDK does not sign the host
		return by, "SignedHeaders must be sorted and hold x-sdk-date"
	case r.Header.Get(cloud.HeaderSecurityToken) != key.securityToken:
		return by, "security token invalid"
	}
	for _, name := range []string{cloud.HeaderProjectID, cloud.HeaderSecurityToken} {
		if r.Header.Get(name) != "" && !slices.Contains(signed, strings.ToLower(name)) {
			return by, "header " + name + " is not signed"
		}
	}
	sent := rawRequestOf(r)
	want := cloud.Signature(sent.request, sent.body, signed, key.secret)
	if !hmac.Equal([]byte(want), []byte(given["Signature"])) {
		return by, "verify aksk signature fail"
	}
	return key.principal, ""
}

// authorize checks that the project is one of those of whoever sends the request, and that of the token if it has one.
func authorize(r *http.Request, by principal) *reply {
	project := r.PathValue("project")
	known := slices.ContainsFunc(by.projects, func(p Project) bool { return p.ID == project })
	if header := r.Header.Get(cloud.HeaderProjectID); !known || header != "" && header != project || by.scoped && by.scope != project {
		e := gatewayError(http.StatusForbidden, "APIGW.0302", "The IAM user is not authorized to access the API in this project")
		return &e
	}
	return nil
}
