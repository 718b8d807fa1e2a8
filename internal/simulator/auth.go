package simulator

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

const maxSkew = 15 * time.Minute // between the date of a request and the clock

type rawRequestKey struct{}

// A rawRequest is a request as it was sent and signed, with the caller once it is authenticated.
type rawRequest struct {
	request *http.Request
	body    []byte
	caller  principal
}

func withRawRequest(r *http.Request, raw *rawRequest) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), rawRequestKey{}, raw))
}

func rawRequestOf(r *http.Request) *rawRequest {
	return r.Context().Value(rawRequestKey{}).(*rawRequest) //nolint:forcetypeassert // ServeHTTP put it there
}

// authenticate checks the token or the signature and returns the caller, or the response to send.
func (s *Simulator) authenticate(service cloud.Service, r *http.Request) (principal, *Response) {
	caller, reason := s.identify(r)
	if reason != "" {
		e := GatewayError(http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+reason)
		if service == cloud.IAM {
			e = iamError(http.StatusUnauthorized, "The request you have made requires authentication. "+reason)
		}
		return caller, &e
	}
	rawRequestOf(r).caller = caller
	return caller, nil
}

// identify returns the caller, or the reason why the token or signature is not accepted.
func (s *Simulator) identify(r *http.Request) (caller principal, reason string) {
	if token := r.Header.Get(cloud.HeaderAuthToken); token != "" {
		s.mu.Lock()
		caller, known := s.tokens[token]
		s.mu.Unlock()
		switch {
		case token == s.options.Token:
			return principal{name: "token", projects: s.options.Projects}, ""
		case !known:
			return caller, "decrypt token fail"
		case s.options.Now().After(caller.expires):
			return caller, "token expired at " + iamTime(caller.expires)
		}
		return caller, ""
	}
	authorization := r.Header.Get("Authorization")
	if authorization == "" {
		return caller, "x-auth-token not found"
	}
	sig, reason := parseSignature(authorization)
	if reason != "" {
		return caller, reason
	}
	s.mu.Lock()
	key, known := s.keys[sig.accessKey]
	s.mu.Unlock()
	if sig.accessKey == s.options.AccessKey {
		known = true
		key = temporaryKey{s.options.SecretKey, s.options.SecurityToken, principal{name: "keys", projects: s.options.Projects}}
	}
	date, err := time.Parse(cloud.DateFormat, r.Header.Get(cloud.HeaderDate))
	raw, invalid := rawRequestOf(r), sig.checkHeaders(r)
	switch {
	case err != nil:
		return caller, "header X-Sdk-Date missing or malformed"
	case s.options.Now().Sub(date).Abs() > maxSkew:
		return caller, "signature expired"
	case !known:
		return caller, "Get secretKey failed,ak:" + sig.accessKey + ",err:ak not exist"
	case !key.expires.IsZero() && s.options.Now().After(key.expires):
		return caller, "security token expired at " + iamTime(key.expires)
	case r.Header.Get(cloud.HeaderSecurityToken) != key.securityToken:
		return caller, "security token invalid"
	case invalid != "":
		return caller, invalid
	case !sig.matches(raw.request, raw.body, key.secret):
		return caller, "verify aksk signature fail"
	}
	return key.principal, ""
}

// authorize checks that the project is one of the caller's, that of the header, and that of the token's scope.
func authorize(r *http.Request, caller principal) *Response {
	project, header := r.PathValue("project"), r.Header.Get(cloud.HeaderProjectID)
	own := slices.ContainsFunc(caller.projects, func(p Project) bool { return p.ID == project })
	if !own || header != "" && header != project || caller.scoped && caller.scope != project {
		e := GatewayError(http.StatusForbidden, "APIGW.0302", "The IAM user is not authorized to access the API in this project")
		return &e
	}
	return nil
}
