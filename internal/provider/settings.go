package provider

import (
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// environment lists the variables an argument defaults to; the first that is set wins. They are
// those of the vendors' own providers.
var environment = map[string][]string{
	"region":         {"HW_REGION_NAME", "OS_REGION_NAME", "OS_REGION"},
	"access_key":     {"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
	"secret_key":     {"HW_SECRET_KEY", "OS_SECRET_KEY"},
	"security_token": {"HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"},
	"token":          {"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"},
	"project_id":     {"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
	"project_name":   {"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
	"auth_url":       {"HW_AUTH_URL", "OS_AUTH_URL"},
	"cloud":          {"HW_CLOUD"},
	"insecure":       {"HW_INSECURE", "OS_INSECURE"},
	"cacert_file":    {"OS_CACERT"},
	"max_retries":    {"HW_MAX_RETRIES"},
}

// model is the provider block.
type model struct {
	Region        types.String `tfsdk:"region"`
	AccessKey     types.String `tfsdk:"access_key"`
	SecretKey     types.String `tfsdk:"secret_key"`
	SecurityToken types.String `tfsdk:"security_token"`
	Token         types.String `tfsdk:"token"`
	ProjectID     types.String `tfsdk:"project_id"`
	ProjectName   types.String `tfsdk:"project_name"`
	AuthURL       types.String `tfsdk:"auth_url"`
	Cloud         types.String `tfsdk:"cloud"`
	Endpoints     types.Map    `tfsdk:"endpoints"`
	Insecure      types.Bool   `tfsdk:"insecure"`
	CACertFile    types.String `tfsdk:"cacert_file"`
	MaxRetries    types.Int64  `tfsdk:"max_retries"`

	RequestsPerSecond types.Int64 `tfsdk:"requests_per_second"`
}

// A setting is the value of an argument, or of the variable that stands in for it.
type setting struct {
	name     string // the argument
	value    string // empty where nothing is set
	variable string // the environment variable it came from; empty: the argument
}

// explicit tells whether the provider block has the value.
func (s setting) explicit() bool { return s.value != "" && s.variable == "" }

// origin says where the value came from.
func (s setting) origin() string {
	if s.variable != "" {
		return s.variable
	}
	return s.name + " in the provider block"
}

// settings collects what is configured, and what is wrong with it.
type settings struct {
	diags diag.Diagnostics
}

// fail adds an error at an argument.
func (s *settings) fail(at path.Path, summary, format string, args ...any) {
	s.diags.AddAttributeError(at, summary, fmt.Sprintf(format, args...))
}

// wrong adds an error about the value of a setting.
func (s *settings) wrong(v setting, format string, args ...any) {
	s.fail(path.Root(v.name), "Invalid "+v.name, "The value of %s is wrong: %s.", v.origin(), fmt.Sprintf(format, args...))
}

// unknown adds an error about a value that is known only after apply.
func (s *settings) unknown(at path.Path, name, alternative string) {
	s.fail(at, "Unknown "+name,
		"The value of %s is known only after apply, but data sources are read before that. "+
			"Set it to a value that is known%s, or apply what it depends on first with -target.", name, alternative)
}

// get gives the value of an argument, or of its environment variable. Empty texts count as unset.
func (s *settings) get(name string, argument attr.Value) setting {
	v := setting{name: name}
	switch {
	case argument.IsUnknown():
		s.unknown(path.Root(name), name, orVariables(name))
		return v
	case !argument.IsNull():
		if text, ok := argument.(types.String); ok {
			v.value = text.ValueString()
		} else {
			v.value = argument.String()
		}
	}
	if v.value != "" {
		return v
	}
	for _, variable := range environment[name] {
		if value := os.Getenv(variable); value != "" {
			v.value, v.variable = value, variable
			break
		}
	}
	return v
}

// orVariables offers the environment variables of an argument.
func orVariables(name string) string {
	if len(environment[name]) == 0 {
		return ""
	}
	return ", or set " + strings.Join(environment[name], " or ") + " instead"
}

// read turns the provider block and the environment into the configuration of a client. It sends
// nothing; of files it reads the CA file alone.
func (m *model) read() (cloud.Config, diag.Diagnostics) {
	var s settings
	config := cloud.Config{
		Credentials: s.credentials(m),
		Endpoints:   s.endpoints(m),
		MaxRetries:  s.number(s.get("max_retries", m.MaxRetries), defaultMaxRetries, 0, mostRetries),

		RequestsPerSecond: s.number(s.get("requests_per_second", m.RequestsPerSecond), defaultRequestsPerSecond, 1, mostRequestsPerSecond),
		Insecure:          s.insecure(m),
		RootCAs:           s.rootCAs(m),
	}

	region := s.get("region", m.Region)
	if config.Region = region.value; config.Region != "" && !cloud.Region.MatchString(config.Region) {
		s.wrong(region, "%q is not a region such as eu-west-101: lower-case letters, digits and hyphens", config.Region)
	}
	suffix := s.get("cloud", m.Cloud)
	if config.Cloud = suffix.value; config.Cloud != "" && !cloud.DNSSuffix.MatchString(config.Cloud) {
		s.wrong(suffix, "%q is not a DNS suffix such as myhuaweicloud.com", config.Cloud)
	}

	projectID, projectName := s.get("project_id", m.ProjectID), s.get("project_name", m.ProjectName)
	if projectName.explicit() && !projectID.explicit() {
		projectID.value = "" // what the block says wins over the environment
	}
	if config.ProjectID = projectID.value; config.ProjectID != "" && !cloud.ID.MatchString(config.ProjectID) {
		s.wrong(projectID, "%q is not an ID: 1 to 64 letters, digits, hyphens or underscores", config.ProjectID)
	}
	config.ProjectName = projectName.value
	return config, s.diags
}

// secret gives a setting whose value is never shown. It becomes part of a header, where nothing but
// visible characters can be.
func (s *settings) secret(name string, argument attr.Value) setting {
	v := s.get(name, argument)
	if strings.ContainsFunc(v.value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		s.wrong(v, "it holds a space, a line break or another character that it cannot have; trimspace() removes those around it")
	}
	return v
}

// credentials picks the one identity to use: what the provider block has wins, then a token, then keys.
func (s *settings) credentials(m *model) cloud.Credentials {
	token := s.secret("token", m.Token)
	access, secret := s.secret("access_key", m.AccessKey), s.secret("secret_key", m.SecretKey)
	temporary := s.secret("security_token", m.SecurityToken)
	if s.diags.HasError() {
		return cloud.Credentials{} // unknown or wrong
	}

	keysInBlock := access.explicit() || secret.explicit() || temporary.explicit()
	if token.value != "" && (token.explicit() || !keysInBlock) {
		return cloud.Credentials{Token: token.value, Origin: "the token from " + token.origin()}
	}
	switch {
	case access.value == "" && secret.value == "":
		s.fail(path.Root("access_key"), "No credentials",
			"Set access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY, or OS_ACCESS_KEY and OS_SECRET_KEY), "+
				"or token (HW_AUTH_TOKEN, OS_AUTH_TOKEN or OS_TOKEN).")
	case secret.value == "":
		s.fail(path.Root("secret_key"), "Missing secret_key",
			"There is an access key (from %s), but no secret key. Set secret_key, or %s.", access.origin(), strings.Join(environment["secret_key"], " or "))
	case access.value == "":
		s.fail(path.Root("access_key"), "Missing access_key",
			"There is a secret key (from %s), but no access key. Set access_key, or %s.", secret.origin(), strings.Join(environment["access_key"], " or "))
	}
	origin := fmt.Sprintf("the access key from %s and the secret key from %s", access.origin(), secret.origin())
	if temporary.value != "" {
		origin += ", with the security token from " + temporary.origin()
	}
	return cloud.Credentials{
		AccessKey: access.value, SecretKey: secret.value, SecurityToken: temporary.value,
		Origin: origin,
	}
}

func (s *settings) endpoints(m *model) map[cloud.Service]*url.URL {
	endpoints := make(map[cloud.Service]*url.URL)
	if v := s.get("auth_url", m.AuthURL); v.value != "" {
		if u := s.endpoint(cloud.IAM, path.Root(v.name), v.origin(), v.value); u != nil {
			endpoints[cloud.IAM] = u
		}
	}
	s.get("endpoints", m.Endpoints) // refuses an unknown map
	elements := m.Endpoints.Elements()
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := path.Root("endpoints").AtMapKey(key)
		service, err := cloud.ParseService(key)
		if err != nil {
			s.fail(at, "Unknown service in endpoints", "%s.", err)
			continue
		}
		address, _ := elements[key].(types.String) // the schema says so
		if address.IsUnknown() {
			s.unknown(at, fmt.Sprintf("endpoints[%q]", key), "")
			continue
		}
		if u := s.endpoint(service, at, fmt.Sprintf("endpoints[%q] in the provider block", key), address.ValueString()); u != nil {
			endpoints[service] = u
		}
	}
	return endpoints
}

// endpoint reads the address of a service. It gives nil where it is wrong.
func (s *settings) endpoint(service cloud.Service, at path.Path, origin, address string) *url.URL {
	u, err := cloud.ParseEndpoint(service, address)
	if err != nil {
		s.fail(at, "Invalid endpoint", "The value of %s is wrong: %s.", origin, err)
		return nil
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		s.diags.AddAttributeWarning(at, "Endpoint without encryption",
			fmt.Sprintf("With %s requests to %s go to %s in clear text, and a token with them.", origin, service, u))
	}
	return u
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

const (
	defaultMaxRetries = 5
	mostRetries       = 100

	defaultRequestsPerSecond = 10
	mostRequestsPerSecond    = 1000
)

// number reads a whole number in a range.
func (s *settings) number(v setting, unset, least, most int) int {
	if v.value == "" {
		return unset
	}
	n, err := strconv.Atoi(v.value)
	if err != nil || n < least || n > most {
		s.wrong(v, "%q is not a whole number from %d to %d", v.value, least, most)
	}
	return n
}

func (s *settings) insecure(m *model) bool {
	v := s.get("insecure", m.Insecure)
	if v.value == "" {
		return false
	}
	insecure, err := strconv.ParseBool(v.value)
	if err != nil {
		s.wrong(v, "%q is neither true nor false", v.value)
	}
	if insecure {
		s.diags.AddAttributeWarning(path.Root("insecure"), "TLS certificates are not verified",
			fmt.Sprintf("With %s anyone between this machine and the cloud can read and change what is sent, credentials included. "+
				"Set cacert_file to the file of your certificate authority instead.", v.origin()))
	}
	return insecure
}

// rootCAs adds the certificates of the CA file to those of the system.
func (s *settings) rootCAs(m *model) *x509.CertPool {
	v := s.get("cacert_file", m.CACertFile)
	if v.value == "" {
		return nil
	}
	pem, err := os.ReadFile(v.value)
	if err != nil {
		s.wrong(v, "%s", err)
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		s.wrong(v, "%s holds no PEM certificate", v.value)
	}
	return pool
}
