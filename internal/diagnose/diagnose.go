// Package diagnose makes diagnostics of errors: what could not be done, where, why, and a next step that works.
package diagnose

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// An Object is what a data source reads, as its diagnostics name it.
type Object struct {
	Kind string // such as "DCS job"
	ID   string // such as `ff8080818822bbf70188235afc24141a` or `… of instance …`
}

func (o Object) String() string { return strings.TrimSpace(o.Kind + " " + o.ID) }

// Noun returns the last word of the kind, such as "job".
func (o Object) Noun() string { return o.Kind[strings.LastIndex(o.Kind, " ")+1:] }

// A Section is the anchor of a section of the guide Troubleshooting, which explains the first words of an error and what else may help.
type Section string

// The sections that errors name.
const (
	Outcomes       Section = "a-wait-that-did-not-succeed"
	unauthorized   Section = "401-credentials-were-rejected"
	forbidden      Section = "403-no-permission"
	notFound       Section = "404-not-found"
	throttled      Section = "throttled"
	network        Section = "network-proxies-and-certificates"
	otherResponses Section = "other-responses"
)

// See returns the last line of an error.
func (s Section) See() string {
	return "See https://registry.terraform.io/providers/hwtasks/hwtasks/latest/docs/guides/troubleshooting#" + string(s)
}

// sectionOf returns the section about a request that failed.
func sectionOf(e *cloud.Error) Section {
	switch {
	case e.Throttled():
		return throttled
	case e.Status == http.StatusUnauthorized:
		return unauthorized
	case e.Status == http.StatusForbidden:
		return forbidden
	case e.Status == http.StatusNotFound:
		return notFound
	case e.Status == 0, e.Status == http.StatusProxyAuthRequired, e.Status >= 300 && e.Status < 400, e.HTML:
		return network
	}
	return otherResponses
}

// Error returns the diagnostics of an error: where it happened, the cause and the next step.
// The summary says what could not be done. More are paragraphs before the last line of an error about a request.
func Error(summary string, object Object, err error, more ...string) diag.Diagnostics {
	subject := object.String()
	subject = strings.ToUpper(subject[:1]) + subject[1:]

	var setting *cloud.SettingError
	var project *cloud.ProjectError
	var credentials *cloud.CredentialsError
	var e *cloud.Error
	switch {
	case errors.As(err, &setting) && (setting.Setting == "region" || setting.Setting == "project_id"):
		return diag.Diagnostics{
			diag.NewAttributeErrorDiagnostic(path.Root(setting.Setting), cmp.Or(setting.Summary, summary), setting.Message),
		}
	case errors.As(err, &setting): // an argument of the provider block, to which a data source's error cannot point
		return diag.Diagnostics{diag.NewErrorDiagnostic(cmp.Or(setting.Summary, summary), setting.Message)}
	case errors.As(err, &credentials):
		subject = fmt.Sprintf("Getting %s for %s", credentialKind(credentials.Provider), object)
	case errors.As(err, &project):
		subject = fmt.Sprintf("Looking up the project %q for %s", project.Name, object)
	}
	if errors.Is(err, context.Canceled) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, subject+": the read was interrupted.")}
	}
	if !errors.As(err, &e) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, fmt.Sprintf("%s: %s.", subject, err))}
	}

	var b strings.Builder
	b.WriteString(subject)
	if e.Region != "" {
		fmt.Fprintf(&b, " in region %s", e.Region)
	}
	if e.ProjectID != "" {
		fmt.Fprintf(&b, ", project %s", e.ProjectID)
	}
	fmt.Fprintf(&b, ": %s.\n\n", e.Cause())
	if metadata, ok := errors.AsType[*cloud.MetadataError](err); ok {
		fmt.Fprintf(&b, "Before that, the request for a token failed: %s.\n\n", metadata.Token.Cause())
	}
	fmt.Fprintf(&b, "Endpoint: %s\n", e.Endpoint)
	if e.RequestID != "" {
		fmt.Fprintf(&b, "Request ID: %s\n", e.RequestID)
	} else if e.Status != 0 {
		b.WriteString("Request ID: the response has none\n")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, "Attempts: %d\n", e.Attempts)
	}
	paragraphs := append([]string{"\n" + Advice(err)}, more...)
	b.WriteString(strings.Join(append(paragraphs, sectionOf(e).See()), "\n\n"))
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, b.String())}
}

// Advice returns the next step after a failed request, which may be one for credentials. It returns "" if the error is not
// one of a request.
func Advice(err error) string {
	var e *cloud.Error
	if !errors.As(err, &e) {
		return ""
	}
	endpoint := fmt.Sprintf("endpoints.%s", e.Service)
	if e.Service == cloud.IAM {
		endpoint = "auth_url or endpoints.iam"
	}
	if e.HTML && e.Service != cloud.IMDS && !e.Retryable() && (e.Status < 300 || e.Status >= 400 && e.Status < 500) &&
		e.Status != http.StatusProxyAuthRequired {
		return fmt.Sprintf("The endpoint returned an HTML page instead of JSON. Usually it comes from a proxy or a login page of the network "+
			"(captive portal) instead of the service. Check the proxy variables (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), "+
			"and %s if it is set: it must be the address of the service's API.", endpoint)
	}
	if credentials, ok := errors.AsType[*cloud.CredentialsError](err); ok {
		if next := adviseNoCredentials(credentials, endpoint, e); next != "" {
			return next
		}
	}
	if e.Err != nil && !e.NotFound() {
		return adviseNoResponse(endpoint, e)
	}
	switch {
	case e.Throttled() && e.RetryAfter > 0:
		return fmt.Sprintf("There were too many requests, and the service asks to wait %s. "+
			"Run it again after that, and lower the provider's requests_per_second.", e.RetryAfter)
	case e.Throttled():
		return "There were too many requests. Lower the provider's requests_per_second, or raise its max_retries, and run it again."
	case e.APINotPublished():
		next := fmt.Sprintf("The gateway at this address does not offer the API. Check the region, and %s if it is set.", endpoint)
		if e.OnlyHuawei {
			next += " Open Telekom Cloud does not document this call, and may not have it."
		}
		return next
	case e.Advice() != "":
		return e.Advice()
	case e.Service == cloud.IAM && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound):
		return fmt.Sprintf("Check %s: it must be the address of IAM. Or set project_id, which makes the lookup unnecessary.", endpoint)
	}
	if e.NotFound() {
		return "Check the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks."
	}
	switch e.Status {
	case http.StatusProxyAuthRequired:
		return "The proxy requires authentication. Put user and password into the proxy variables (https://user:password@host:port), " +
			"or name the endpoint in NO_PROXY."
	case http.StatusNotModified:
		return fmt.Sprintf("A proxy in between seems to answer instead of the service. Check it, and %s if it is set.", endpoint)
	case http.StatusBadRequest:
		return "The service does not accept the request. Check the IDs: they must be those of this service."
	case http.StatusUnauthorized:
		return adviseUnauthorized(e)
	case http.StatusForbidden:
		if e.Permission == "" { // it is a request to IAM
			return "The user of these credentials may not list projects in IAM. Grant iam:projects:listProjects, or set project_id, " +
				"which makes the lookup unnecessary."
		}
		return fmt.Sprintf("The user of these credentials (%s) lacks a permission in this project, or the project is not one of theirs. "+
			"Reading needs %s; check project_id too (HW_PROJECT_ID, OS_PROJECT_ID, OS_TENANT_ID).", e.Origin, e.Permission)
	}
	switch {
	case e.Status >= 300 && e.Status < 400:
		to := ""
		if e.Location != "" {
			to = " to " + e.Location
		}
		return fmt.Sprintf("The endpoint redirects%s. That is not followed, since it would send the credentials there. "+
			"If the address is right, set %s to it.", to, endpoint)
	case e.RetryAfter > 0:
		return fmt.Sprintf("The service asks to wait %s. Run it again after that.", e.RetryAfter)
	case e.Status >= 500:
		return "The service or its gateway has a fault. Run it again later, and give the request ID to the cloud's support if it stays."
	case e.Status == http.StatusRequestTimeout:
		return "The request did not come to the service in time. Run it again, and check the network and any proxy in between if it stays."
	case e.InBody:
		return "The service does not accept the request, although its status is one of success. Check the IDs, region and project_id."
	case e.Status < 300:
		return fmt.Sprintf("The service answers such requests with a 200 alone. Check %s and any proxy in between.", endpoint)
	}
	return fmt.Sprintf("The service, or something in between, does not take the request. "+
		"Check %s and any proxy in between; if they are right, give the request ID to the cloud's support.", endpoint)
}

// adviseNoResponse returns the next step after a request that brought no usable response.
func adviseNoResponse(endpoint string, e *cloud.Error) string {
	var authority x509.UnknownAuthorityError
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var dns *net.DNSError
	var operation *net.OpError
	switch {
	case errors.As(e.Err, &authority):
		return "Set cacert_file to the file of the certificate authority that signed the certificate, if you trust the endpoint."
	case errors.As(e.Err, &certificate):
		return fmt.Sprintf("Check %s: the certificate is not one of this address, or not valid now.", endpoint)
	case errors.As(e.Err, &operation) && operation.Op == "proxyconnect":
		return "Check the proxy variables (HTTP_PROXY, HTTPS_PROXY, NO_PROXY): the proxy cannot be reached."
	case errors.As(e.Err, &notTLS) && notTLS.Conn != nil, errors.Is(e.Err, http.ErrSchemeMismatch):
		return fmt.Sprintf("The endpoint does not speak HTTPS. Check %s and the proxy variables.", endpoint)
	case errors.As(e.Err, &dns):
		return adviseNoHost(dns, endpoint, e.Region)
	case e.Status >= 200 && e.Status < 300, errors.Is(e.Err, cloud.ErrTooLarge):
		return fmt.Sprintf("If this stays, check %s and any proxy in between, and give the request ID to the cloud's support.", endpoint)
	}
	return fmt.Sprintf("Check that this machine reaches the endpoint, directly or through the proxy variables, and %s if it is set.", endpoint)
}

// adviseNoHost returns the next step if the address of a host was not found.
func adviseNoHost(dns *net.DNSError, endpoint, region string) string {
	if !dns.IsNotFound {
		return fmt.Sprintf("The address of the host %s could not be looked up. Check the network and the DNS servers of this machine.", dns.Name)
	}
	if region != "" {
		region = fmt.Sprintf(" (%s)", region)
	}
	return fmt.Sprintf("The host %s does not exist. Check the region%s, the cloud's DNS suffix (cloud), and %s if it is set.",
		dns.Name, region, endpoint)
}
