package diagnose

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

var object = Object{Kind: "DCS job", ID: "j"}

const (
	later       = "The service or its gateway has a fault. Run it again later, and give the request ID to the cloud's support if it stays."
	unreachable = "Check that this machine reaches the endpoint, directly or through the proxy variables, and endpoints.dcs if it is set."
)

// The whole text of diagnostics: what could not be done, of which object and where, and the next step.
func TestError(t *testing.T) {
	const (
		summary  = "Cannot read DCS job"
		endpoint = "\n\nEndpoint: https://dcs.example.com\n"
		busy     = ` in region eu-de, project p: HTTP 503 Service Unavailable, code DCS.1: "busy".` +
			endpoint + "Request ID: r\nAttempts: 3\n\n" + later
		forbidden = " in region eu-de: HTTP 403 Forbidden.\n\nEndpoint: https://iam.example.com\nRequest ID: r\n\n"
	)
	dcs := func(e cloud.Error) *cloud.Error {
		e.Service, e.Endpoint = "dcs", "https://dcs.example.com"
		return &e
	}
	failed := dcs(cloud.Error{Region: "eu-de", ProjectID: "p", Attempts: 3, Status: 503, Code: "DCS.1", Message: "busy", RequestID: "r"})
	iam := &cloud.Error{Service: cloud.IAM, Endpoint: "https://iam.example.com", Region: "eu-de", Attempts: 1, Status: 403, RequestID: "r"}
	for _, test := range []struct {
		name    string
		err     error
		summary string // if it is another one
		at      string // the argument with the error, if it is one of the data source
		detail  string
	}{
		{name: "answer with an error", err: failed, detail: "DCS job j" + busy},
		{
			name: "answer without a request ID", err: dcs(cloud.Error{Attempts: 1, Status: 503}),
			detail: "DCS job j: HTTP 503 Service Unavailable." + endpoint + "Request ID: the response has none\n\n" + later,
		},
		{
			name: "no answer", err: dcs(cloud.Error{Region: "eu-de", Attempts: 2, Err: errors.New("connection reset by peer")}),
			detail: "DCS job j in region eu-de: connection reset by peer." + endpoint + "Attempts: 2\n\n" + unreachable,
		},
		{
			name: "no project", err: &cloud.ProjectError{Name: "eu-de", Err: iam},
			detail: `Looking up the project "eu-de" for DCS job j` + forbidden +
				"The user of these credentials may not list projects in IAM. Grant iam:projects:listProjects, or set project_id, " +
				"which makes the lookup unnecessary.",
		},
		{
			name: "no token", err: &cloud.CredentialsError{Provider: cloud.Password{Origin: "user u"}, Err: iam},
			detail: "Getting a token for DCS job j" + forbidden + "The user may not get a token for this domain (user u). " +
				"Check domain_name or domain_id. Without an agency to assume, project_id makes this token unnecessary.",
		},
		{
			name: "no keys of an agency", err: &cloud.CredentialsError{Provider: cloud.AssumedRole{Agency: "a"}, Err: failed},
			detail: `Getting temporary keys of agency "a" for DCS job j` + busy,
		},
		{
			name: "no keys of the instance", err: &cloud.CredentialsError{Provider: cloud.Metadata{}, Err: failed},
			detail: "Getting temporary keys from the instance metadata for DCS job j" + busy,
		},
		{
			name: "no keys of the instance, and no token", detail: "Getting temporary keys from the instance metadata for DCS job j" +
				strings.Replace(busy, "\n\n", "\n\nBefore that, the request for a token failed: HTTP 405 Method Not Allowed.\n\n", 1),
			err: &cloud.CredentialsError{
				Provider: cloud.Metadata{}, Err: &cloud.MetadataError{Token: &cloud.Error{Status: 405}, Keys: failed},
			},
		},
		{name: "region", err: &cloud.SettingError{Setting: "region", Message: "It is not set."}, at: "region", detail: "It is not set."},
		{name: "project_id", err: &cloud.SettingError{Setting: "project_id", Message: "It is wrong."}, at: "project_id", detail: "It is wrong."},
		{
			name: "with a summary of its own", err: &cloud.SettingError{Summary: "Not found", Setting: "region", Message: "It is wrong."},
			summary: "Not found", at: "region", detail: "It is wrong.",
		},
		{name: "argument of the provider", err: &cloud.SettingError{Setting: "auth_url", Message: "It is wrong."}, detail: "It is wrong."},
		{name: "interrupted", err: dcs(cloud.Error{Err: context.Canceled}), detail: "DCS job j: the read was interrupted."},
		{name: "not about a request", err: errors.New("something else"), detail: "DCS job j: something else."},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantSummary := cmp.Or(test.summary, summary)
			if e := (*cloud.Error)(nil); errors.As(test.err, &e) && !errors.Is(e, context.Canceled) {
				test.detail += "\n\n" + sectionOf(e).See()
			}
			want := diag.Diagnostic(diag.NewErrorDiagnostic(wantSummary, test.detail))
			if test.at != "" {
				want = diag.NewAttributeErrorDiagnostic(path.Root(test.at), wantSummary, test.detail)
			}
			if diff := gocmp.Diff(diag.Diagnostics{want}, Error(summary, object, test.err)); diff != "" {
				t.Errorf("diagnostics (- want, + got):\n%s", diff)
			}
		})
	}
	lower := Object{Kind: "progress of DCS background task", ID: "t"}
	if got, want := Error(summary, lower, errors.New("e"))[0].Detail(), "Progress of DCS background task t: e."; got != want {
		t.Errorf("object in lower case: got %q, want %q", got, want)
	}
}

// The next step for each kind of answer, and for each way in which there is none.
func TestAdvice(t *testing.T) {
	unknownHost := &net.DNSError{Err: "no such host", Name: "dcs.nowhere.example.com", IsNotFound: true}
	const (
		page = "The endpoint returned an HTML page instead of JSON. Usually it comes from a proxy or a login page of the network " +
			"(captive portal) instead of the service. Check the proxy variables (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), " +
			"and endpoints.dcs if it is set: it must be the address of the service's API."
		notHTTPS = "The endpoint does not speak HTTPS. Check endpoints.dcs and the proxy variables."
		report   = "If this stays, check endpoints.dcs and any proxy in between, and give the request ID to the cloud's support."
		notTaken = "The service, or something in between, does not take the request. " +
			"Check endpoints.dcs and any proxy in between; if they are right, give the request ID to the cloud's support."
		throttled = "There were too many requests. Lower the provider's requests_per_second, or raise its max_retries, and run it again."
		redirect  = " That is not followed, since it would send the credentials there. If the address is right, set endpoints.dcs to it."
		addressed = "Check auth_url or endpoints.iam: it must be the address of IAM. Or set project_id, which makes the lookup unnecessary."
	)
	for _, test := range []struct {
		name string
		err  cloud.Error // of DCS unless it says otherwise
		want string
	}{
		// Without an answer.
		{
			name: "unknown host", err: cloud.Error{Err: &net.OpError{Op: "dial", Err: unknownHost}},
			want: "The host dcs.nowhere.example.com does not exist. " +
				"Check the region, the cloud's DNS suffix (cloud), and endpoints.dcs if it is set.",
		},
		{
			name: "unknown host in a region", err: cloud.Error{Region: "eu-west-999", Err: unknownHost},
			want: "The host dcs.nowhere.example.com does not exist. " +
				"Check the region (eu-west-999), the cloud's DNS suffix (cloud), and endpoints.dcs if it is set.",
		},
		{
			name: "DNS failure", err: cloud.Error{Err: &net.DNSError{Err: "server misbehaving", Name: "dcs.example.com", IsTemporary: true}},
			want: "The address of the host dcs.example.com could not be looked up. Check the network and the DNS servers of this machine.",
		},
		{
			name: "unknown proxy", err: cloud.Error{Err: &net.OpError{Op: "proxyconnect", Err: unknownHost}},
			want: "Check the proxy variables (HTTP_PROXY, HTTPS_PROXY, NO_PROXY): the proxy cannot be reached.",
		},
		{
			name: "unknown authority", err: cloud.Error{Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}},
			want: "Set cacert_file to the file of the certificate authority that signed the certificate, if you trust the endpoint.",
		},
		{
			name: "expired certificate", err: cloud.Error{Err: &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{}}},
			want: "Check endpoints.dcs: the certificate is not one of this address, or not valid now.",
		},
		{name: "no TLS", err: cloud.Error{Err: tls.RecordHeaderError{Msg: "no TLS", Conn: new(net.TCPConn)}}, want: notHTTPS},
		{name: "HTTP instead of HTTPS", err: cloud.Error{Err: fmt.Errorf("get: %w", http.ErrSchemeMismatch)}, want: notHTTPS},
		{name: "TLS that breaks", err: cloud.Error{Err: tls.RecordHeaderError{Msg: "version ffff"}}, want: unreachable},
		{name: "connection refused", err: cloud.Error{Err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, want: unreachable},
		{name: "answer too large", err: cloud.Error{Err: cloud.ErrTooLarge}, want: report},
		{name: "answer of another form", err: cloud.Error{Status: 200, Err: errors.New("not JSON")}, want: report},
		{name: "error in the body of an error", err: cloud.Error{Status: 300, Err: errors.New("EOF")}, want: unreachable},

		// HTML.
		{name: "page with a 200", err: cloud.Error{Status: 200, HTML: true, Err: errors.New("not JSON")}, want: page},
		{name: "page of a proxy that forbids", err: cloud.Error{Status: 403, HTML: true}, want: page},
		{name: "page with a 404", err: cloud.Error{Status: 404, HTML: true}, want: page},
		{name: "page with a redirect", err: cloud.Error{Status: 302, HTML: true}, want: "The endpoint redirects." + redirect},
		{name: "page of a gateway", err: cloud.Error{Status: 502, HTML: true}, want: later},
		{name: "page with a 429", err: cloud.Error{Status: 429, HTML: true}, want: throttled},

		// By the meaning of the answer.
		{name: "throttled", err: cloud.Error{Status: 429}, want: throttled},
		{
			name: "throttled for a time", err: cloud.Error{Status: 429, RetryAfter: time.Minute},
			want: "There were too many requests, and the service asks to wait 1m0s. " +
				"Run it again after that, and lower the provider's requests_per_second.",
		},
		{
			name: "API not published", err: cloud.Error{Status: 404, Code: "APIGW.0101"},
			want: "The gateway at this address does not offer the API. Check the region, and endpoints.dcs if it is set.",
		},
		{
			name: "code of the service", want: "Read another call.",
			err: cloud.Error{Status: 400, Code: "X.1", Codes: &cloud.Codes{Advice: map[string]string{"X.1": "Read another call."}}},
		},
		{name: "bad request to IAM", err: cloud.Error{Service: cloud.IAM, Status: 400}, want: addressed},
		{name: "not found in IAM", err: cloud.Error{Service: cloud.IAM, Status: 404}, want: addressed},

		// By the status.
		{
			name: "proxy wants a password", err: cloud.Error{Status: 407},
			want: "The proxy requires authentication. Put user and password into the proxy variables (https://user:password@host:port), " +
				"or name the endpoint in NO_PROXY.",
		},
		{
			name: "not modified", err: cloud.Error{Status: 304},
			want: "A proxy in between seems to answer instead of the service. Check it, and endpoints.dcs if it is set.",
		},
		{
			name: "bad request", err: cloud.Error{Status: 400},
			want: "The service does not accept the request. Check the IDs: they must be those of this service.",
		},
		{
			name: "forbidden", err: cloud.Error{Status: 403, Permission: "dcs:job:get", Origin: "the token from HW_AUTH_TOKEN"},
			want: "The user of these credentials (the token from HW_AUTH_TOKEN) lacks a permission in this project, " +
				"or the project is not one of theirs. " +
				"Reading needs dcs:job:get; check project_id too (HW_PROJECT_ID, OS_PROJECT_ID, OS_TENANT_ID).",
		},
		{
			name: "not found", err: cloud.Error{Status: 404},
			want: "Check the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks.",
		},
		{
			name: "not found by its code", err: cloud.Error{Status: 400, Code: "X.1", Codes: &cloud.Codes{NotFound: []string{"X.1"}}},
			want: "Check the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks.",
		},
		{name: "redirect", err: cloud.Error{Status: 300}, want: "The endpoint redirects." + redirect},
		{
			name: "redirect with an address", err: cloud.Error{Status: 399, Location: "https://other.example.com"},
			want: "The endpoint redirects to https://other.example.com." + redirect,
		},
		{
			name: "service asks to wait", err: cloud.Error{Status: 503, RetryAfter: time.Hour},
			want: "The service asks to wait 1h0m0s. Run it again after that.",
		},
		{name: "service fails", err: cloud.Error{Status: 500}, want: later},
		{
			name: "request too slow", err: cloud.Error{Status: 408},
			want: "The request did not come to the service in time. Run it again, and check the network and any proxy in between if it stays.",
		},
		{
			name: "other success", err: cloud.Error{Status: 204},
			want: "The service answers such requests with a 200 alone. Check endpoints.dcs and any proxy in between.",
		},
		{name: "other error", err: cloud.Error{Status: 400 + 18}, want: notTaken},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.err.Service == "" {
				test.err.Service = "dcs"
			}
			if got := Advice(fmt.Errorf("poll: %w", &test.err)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	if got := Advice(errors.New("not about a request")); got != "" {
		t.Errorf("error that is not about a request: got %q, want none", got)
	}
}

func TestSectionOf(t *testing.T) {
	for _, test := range []struct {
		err  cloud.Error
		want Section
	}{
		{cloud.Error{Status: 401}, unauthorized},
		{cloud.Error{Status: 403}, forbidden},
		{cloud.Error{Status: 404}, notFound},
		{cloud.Error{Status: 429}, throttled},
		{cloud.Error{Err: io.ErrUnexpectedEOF}, network},
		{cloud.Error{Status: 302}, network},
		{cloud.Error{Status: 407}, network},
		{cloud.Error{Status: 200, HTML: true}, network},
		{cloud.Error{Status: 400}, otherResponses},
		{cloud.Error{Status: 500}, otherResponses},
	} {
		if got := sectionOf(&test.err); got != test.want {
			t.Errorf("status %d, error %v: got %s, want %s", test.err.Status, test.err.Err, got, test.want)
		}
	}
}
