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

type sentKey struct{}

// withSent remembers the request as it was sent, which is what was signed.
func withSent(r, sent *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sentKey{}, sent))
}

// authenticate checks token or signature. It gives nil for those who are known.
func (s *Simulator) authenticate(service cloud.Service, r *http.Request) *reply {
	refuse := func(reason string) *reply {
		e := gatewayError(http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+reason)
		if service == cloud.IAM {
			e.body = object{"error": object{"code": 401, "message": "The request you have made requires authentication. " + reason, "title": "Unauthorized"}}
		}
		return &e
	}
	if token := r.Header.Get(cloud.HeaderAuthToken); token != "" {
		if token != s.options.Token {
			return refuse("decrypt token fail")
		}
		return nil
	}
	parameters, found := strings.CutPrefix(r.Header.Get("Authorization"), "SDK-HMAC-SHA256 ")
	if !found {
		return refuse("x-auth-token not found")
	}
	given := make(map[string]string)
	for pair := range strings.SplitSeq(parameters, ", ") {
		name, value, _ := strings.Cut(pair, "=")
		given[name] = value
	}
	signed := strings.Split(given["SignedHeaders"], ";")
	date, err := time.Parse(cloud.DateFormat, r.Header.Get(cloud.HeaderDate))
	switch {
	case err != nil:
		return refuse("header X-Sdk-Date missing or malformed")
	case s.options.Now().Sub(date).Abs() > skew:
		return refuse("signature expired")
	case given["Access"] != s.options.AccessKey:
		return refuse("Get secretKey failed,ak:" + given["Access"] + ",err:ak not exist")
	case !slices.IsSorted(signed) || !slices.Contains(signed, "host") || !slices.Contains(signed, "x-sdk-date"):
		return refuse("SignedHeaders must be sorted and hold host and x-sdk-date")
	case r.Header.Get(cloud.HeaderSecurityToken) != s.options.SecurityToken:
		return refuse("security token invalid")
	}
	for _, name := range []string{cloud.HeaderProjectID, cloud.HeaderSecurityToken} {
		if r.Header.Get(name) != "" && !slices.Contains(signed, strings.ToLower(name)) {
			return refuse("header " + name + " is not signed")
		}
	}
	sent, _ := r.Context().Value(sentKey{}).(*http.Request)
	want := cloud.Signature(sent, signed, s.options.SecretKey)
	if !hmac.Equal([]byte(want), []byte(given["Signature"])) {
		return refuse("verify aksk signature fail")
	}
	return nil
}

// authorize checks that the project is one of the account's.
func (s *Simulator) authorize(r *http.Request) *reply {
	project := r.PathValue("project")
	known := slices.ContainsFunc(s.options.Projects, func(p Project) bool { return p.ID == project })
	if header := r.Header.Get(cloud.HeaderProjectID); !known || header != "" && header != project {
		e := gatewayError(http.StatusForbidden, "APIGW.0302", "The IAM user is not authorized to access the API in this project")
		return &e
	}
	return nil
}
