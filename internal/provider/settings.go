package provider

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
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
	"region":             {"HW_REGION_NAME", "OS_REGION_NAME", "OS_REGION"},
	"access_key":         {"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
	"secret_key":         {"HW_SECRET_KEY", "OS_SECRET_KEY"},
	"security_token":     {"HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"},
	"token":              {"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"},
	"user_name":          {"HW_USER_NAME", "OS_USERNAME"},
	"user_id":            {"HW_USER_ID", "OS_USER_ID"},
	"password":           {"HW_USER_PASSWORD", "OS_PASSWORD"},
	"domain_name":        {"HW_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"},
	"domain_id":          {"HW_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"},
	"shared_config_file": {"HW_SHARED_CONFIG_FILE"},
	"profile":            {"HW_PROFILE"},
	"os_cloud":           {"OS_CLOUD"},
	"ecs_metadata":       {"HW_ECS_METADATA"},
	"project_id":         {"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
	"project_name":       {"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
	"auth_url":           {"HW_AUTH_URL", "OS_AUTH_URL"},
	"cloud":              {"HW_CLOUD"},
	"insecure":           {"HW_INSECURE", "OS_INSECURE"},
	"cacert_file":        {"OS_CACERT"},
	"cert":               {"OS_CERT"},
	"key":                {"OS_KEY"},
	"max_retries":        {"HW_MAX_RETRIES"},

	"assume_role.agency_name": {"HW_ASSUME_ROLE_AGENCY_NAME"},
	"assume_role.domain_name": {"HW_ASSUME_ROLE_DOMAIN_NAME"},
	"assume_role.domain_id":   {"HW_ASSUME_ROLE_DOMAIN_ID"},
	"assume_role.duration":    {"HW_ASSUME_ROLE_DURATION"},
}

// model is the provider block.
type model struct {
	Region           types.String `tfsdk:"region"`
	AccessKey        types.String `tfsdk:"access_key"`
	SecretKey        types.String `tfsdk:"secret_key"`
	SecurityToken    types.String `tfsdk:"security_token"`
	Token            types.String `tfsdk:"token"`
	UserName         types.String `tfsdk:"user_name"`
	UserID           types.String `tfsdk:"user_id"`
	Password         types.String `tfsdk:"password"`
	DomainName       types.String `tfsdk:"domain_name"`
	DomainID         types.String `tfsdk:"domain_id"`
	SharedConfigFile types.String `tfsdk:"shared_config_file"`
	Profile          types.String `tfsdk:"profile"`
	OSCloud          types.String `tfsdk:"os_cloud"`
	ECSMetadata      types.Bool   `tfsdk:"ecs_metadata"`
	AssumeRole       *assumeRole  `tfsdk:"assume_role"`
	ProjectID        types.String `tfsdk:"project_id"`
	ProjectName      types.String `tfsdk:"project_name"`
	AuthURL          types.String `tfsdk:"auth_url"`
	Cloud            types.String `tfsdk:"cloud"`
	Endpoints        types.Map    `tfsdk:"endpoints"`
	Insecure         types.Bool   `tfsdk:"insecure"`
	CACertFile       types.String `tfsdk:"cacert_file"`
	Cert             types.String `tfsdk:"cert"`
	Key              types.String `tfsdk:"key"`
	MaxRetries       types.Int64  `tfsdk:"max_retries"`

	RequestsPerSecond types.Int64 `tfsdk:"requests_per_second"`

	ignored []string // what read found set and did not use, and why
}

// assumeRole is the block of that name.
type assumeRole struct {
	AgencyName types.String `tfsdk:"agency_name"`
	DomainName types.String `tfsdk:"domain_name"`
	DomainID   types.String `tfsdk:"domain_id"`
	Duration   types.Int64  `tfsdk:"duration"`
}

// A rank tells what a value counts against another one: the lower, the more.
type rank int

const (
	inBlock       rank = iota // an argument
	inFile                    // of the profile, or the cloud of clouds.yaml, that is used
	inEnvironment             // a variable
)

// A setting is the value of an argument, or of what stands in for it.
type setting struct {
	name   string // the argument, such as region or assume_role.duration
	value  string // empty where nothing is set
	rank   rank
	origin string // where the value came from, such as HW_REGION_NAME
}

// explicit reports whether the provider block has the value.
func (s setting) explicit() bool { return s.value != "" && s.rank == inBlock }

// over reports whether the setting counts more than another one that says the same in another way, beside a third that
// both may belong to. Of two variables the one of the third's vendor counts. Of two that count the same, this one does.
func (s setting) over(other, beside setting) bool {
	switch {
	case s.value == "" || other.value == "":
		return s.value != ""
	case s.rank != other.rank:
		return s.rank < other.rank
	}
	return s.belongs(beside) || !other.belongs(beside)
}

// belongs reports whether the setting and another one are not variables of different vendors.
func (s setting) belongs(other setting) bool {
	return s.rank != inEnvironment || other.rank != inEnvironment || vendor(s.origin) == vendor(other.origin)
}

// vendor is what the variables of a vendor's provider begin with: HW_ or OS_.
func vendor(variable string) string { return variable[:3] }

// at is the path of an argument.
func at(name string) path.Path {
	if block, attribute, nested := strings.Cut(name, "."); nested {
		return path.Root(block).AtName(attribute)
	}
	return path.Root(name)
}

// settings collects what is configured, and what is wrong with it.
type settings struct {
	diags diag.Diagnostics

	file       map[string]string  // the values of arguments that came along with the credentials
	fileOrigin string             // where they came from
	fileRole   *cloud.AssumedRole // the agency that came along; without a base
	unused     []string           // where credentials come from that are set and not used
	ignored    []string           // what else is set and not used, and why
}

// fail adds an error at an argument.
func (s *settings) fail(at path.Path, summary, format string, args ...any) {
	s.diags.AddAttributeError(at, summary, fmt.Sprintf(format, args...))
}

// wrong adds an error about the value of a setting.
func (s *settings) wrong(v setting, format string, args ...any) {
	s.fail(at(v.name), "Invalid "+v.name, "The value of %s is wrong: %s.", v.origin, fmt.Sprintf(format, args...))
}

// unknown adds an error about a value that is known only after apply.
func (s *settings) unknown(at path.Path, name, alternative string) {
	s.fail(at, "Unknown "+name,
		"The value of %s is known only after apply, but data sources are read before that. "+
			"Set it to a value that is known%s, or apply what it depends on first with -target.", name, alternative)
}

// get returns the value of an argument, else what came along with the credentials, else that of its environment
// variable. Empty texts count as unset.
func (s *settings) get(name string, argument attr.Value) setting {
	v := setting{name: name, origin: name + " in the provider block"}
	switch {
	case argument.IsUnknown():
		s.unknown(at(name), name, orVariables(name))
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
	if value := s.file[name]; value != "" {
		return setting{name, value, inFile, name + " of " + s.fileOrigin}
	}
	for _, variable := range environment[name] {
		if value := os.Getenv(variable); value != "" {
			return setting{name, value, inEnvironment, variable}
		}
	}
	return v
}

// of returns the value of an argument that belongs to another setting, such as a secret key to an access key. Of variables
// those of the same vendor count, HW_SECRET_KEY beside HW_ACCESS_KEY; one of the other vendor's does only if it is not strict, and
// there is nothing of that vendor that it would belong to.
func (s *settings) of(owner setting, name string, argument attr.Value, strict bool) setting {
	v := s.get(name, argument)
	if owner.value == "" || v.value == "" || v.belongs(owner) {
		return v
	}
	for _, variable := range environment[name] {
		if value := os.Getenv(variable); value != "" && vendor(variable) == vendor(owner.origin) {
			return setting{name, value, inEnvironment, variable}
		}
	}
	for _, variable := range environment[owner.name] {
		strict = strict || os.Getenv(variable) != "" && vendor(variable) == vendor(v.origin)
	}
	if strict {
		s.ignored = append(s.ignored, v.origin+", which belongs to other credentials")
		return setting{name: name, origin: name + " in the provider block"}
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

// read turns the provider block, files and the environment into the configuration of a client. It sends
// nothing.
func (m *model) read() (cloud.Config, diag.Diagnostics) {
	var s settings
	identity := s.identity(m) // comes first, since a file with credentials has other settings too
	config := cloud.Config{
		Credentials: identity,
		Endpoints:   s.endpoints(m),
		MaxRetries:  s.number(s.get("max_retries", m.MaxRetries), defaultMaxRetries, 0, mostRetries),

		RequestsPerSecond: s.number(s.get("requests_per_second", m.RequestsPerSecond), defaultRequestsPerSecond, 1, mostRequestsPerSecond),
		Insecure:          s.insecure(m),
		RootCAs:           s.rootCAs(m),
		Certificate:       s.certificate(m),
	}

	s.place(m, &config)

	projectID, projectName := s.get("project_id", m.ProjectID), s.get("project_name", m.ProjectName)
	for _, v := range []*setting{&projectID, &projectName} {
		switch {
		case v.value == "":
		case v.rank == inFile && s.file["region"] != "" && s.file["region"] != config.Region:
			s.ignored = append(s.ignored, v.origin+", which belongs to another region")
			v.value = ""
		}
	}
	if projectName.value != "" && projectName.rank < projectID.rank {
		projectID.value = ""
	}
	if config.ProjectID = projectID.value; config.ProjectID != "" && !cloud.ID.MatchString(config.ProjectID) {
		s.wrong(projectID, "%q is not an ID: 1 to 64 letters, digits, hyphens or underscores", config.ProjectID)
	}
	config.ProjectName = projectName.value
	s.domainFor(&config)
	m.ignored = s.ignored
	return config, s.diags
}

// place determines the region, the cloud and the address of IAM. Settings that belong to different clouds are an error.
func (s *settings) place(m *model, config *cloud.Config) {
	suffix, region, authURL := s.get("cloud", m.Cloud), s.get("region", m.Region), s.get("auth_url", m.AuthURL)
	if suffix.value != "" && !cloud.DNSSuffix.MatchString(suffix.value) {
		s.wrong(suffix, "%q is not a DNS suffix such as myhuaweicloud.com", suffix.value)
		return
	}
	if region.value != "" && !cloud.Region.MatchString(region.value) {
		s.wrong(region, "%q is not a region such as eu-west-101: lower-case letters, digits and hyphens", region.value)
		return
	}
	iam := config.Endpoints[cloud.IAM]
	if iam != nil { // it wins, and belongs to any cloud
		authURL = setting{value: iam.String(), origin: `endpoints["iam"] in the provider block`}
	} else if authURL.value != "" {
		if iam = s.endpoint(cloud.IAM, at(authURL.name), authURL.origin, authURL.value); iam == nil {
			return
		}
		config.Endpoints[cloud.IAM] = iam
	}
	regionOfIAM, cloudOfIAM := cloud.LocateIAM(iam, region.value, strings.ToLower(suffix.value))
	if region.value == "" && regionOfIAM != "" {
		region.value, region.origin = regionOfIAM, authURL.origin
	}
	s.sameCloud(region, cloud.CloudOf(region.value), suffix, strings.ToLower(suffix.value))
	if authURL.name != "" {
		s.sameCloud(region, cloud.CloudOf(region.value), authURL, cloudOfIAM)
		s.sameCloud(suffix, strings.ToLower(suffix.value), authURL, cloudOfIAM)
	}
	config.Region, config.Cloud = region.value, cmp.Or(suffix.value, cloudOfIAM)
	for _, v := range []setting{suffix, authURL, region} {
		if v.value != "" && (v.name == "region" || v.name == "cloud" || cloudOfIAM != "") {
			config.CloudOrigin = fmt.Sprintf("%s (%s)", v.origin, v.value)
			break
		}
	}
}

// sameCloud adds an error if two settings belong to different clouds.
func (s *settings) sameCloud(v setting, own string, other setting, others string) {
	if s.diags.HasError() || !cloud.KnownCloud(own) || !cloud.KnownCloud(others) || own == others {
		return
	}
	at := at(v.name)
	if v.rank != inBlock && other.rank == inBlock {
		at = path.Root(other.name)
	}
	s.fail(at, "Settings of different clouds", "%s (%s) belongs to the cloud %s, but %s (%s) to %s. Credentials are sent to one cloud only.\n\n"+
		"If one of them is left over from another cloud, unset it. To use both clouds, give each a provider block of its own (alias).",
		v.origin, v.value, own, other.origin, other.value, others)
}

func (s *settings) endpoints(m *model) map[cloud.Service]*url.URL {
	endpoints := make(map[cloud.Service]*url.URL)
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
	if u.Scheme == "http" && !isLocal(u.Hostname()) {
		s.diags.AddAttributeWarning(at, "Endpoint without encryption",
			fmt.Sprintf("With %s requests to %s go to %s in clear text, and tokens and passwords with them.", origin, service, u))
	}
	return u
}

// isLocal reports whether what is sent to a host stays on this machine, as with loopback addresses and that of the
// instance metadata.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip.IsLoopback() || ip.IsLinkLocalUnicast()
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

// flag reads a truth value; unset is false.
func (s *settings) flag(v setting) bool {
	if v.value == "" {
		return false
	}
	is, err := strconv.ParseBool(v.value)
	if err != nil {
		s.wrong(v, "%q is neither true nor false", v.value)
	}
	return is
}

func (s *settings) insecure(m *model) bool {
	v := s.get("insecure", m.Insecure)
	insecure := s.flag(v)
	if insecure {
		s.diags.AddAttributeWarning(path.Root("insecure"), "TLS certificates are not verified",
			fmt.Sprintf("With %s anyone between this machine and the cloud can read and change what is sent, credentials included. "+
				"Set cacert_file to the file of your certificate authority instead.", v.origin))
	}
	return insecure
}

// rootCAs adds certificate authorities to those of the system.
func (s *settings) rootCAs(m *model) *x509.CertPool {
	v := s.get("cacert_file", m.CACertFile)
	content := s.pem(v)
	if content == nil {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(content) {
		s.wrong(v, "it holds no PEM certificate")
	}
	return pool
}

// certificate reads the certificate that this client shows, and its key.
func (s *settings) certificate(m *model) *tls.Certificate {
	cert, key := s.get("cert", m.Cert), s.get("key", m.Key)
	switch {
	case cert.value == "" && key.value == "":
		return nil
	case key.value == "":
		s.missing("key", "key", "There is a client certificate (from %s), but not its private key.", cert.origin)
		return nil
	case cert.value == "":
		s.missing("cert", "cert", "There is a private key (from %s), but no client certificate that it belongs to.", key.origin)
		return nil
	}
	certContent, keyContent := s.pem(cert), s.pem(key)
	if certContent == nil || keyContent == nil {
		return nil
	}
	pair, err := tls.X509KeyPair(certContent, keyContent)
	if err != nil {
		s.fail(path.Root("cert"), "Invalid cert or key", "The client certificate (from %s) and its private key (from %s) cannot be used: %s. "+
			"They must be in PEM, belong together, and the key must not be encrypted.", cert.origin, key.origin, err)
		return nil
	}
	return &pair
}

// pem returns what a setting holds, or the file that it names. It is nil where there is nothing, or it cannot be read.
// The value of a private key is not shown, not even as a path: it may be the key in another form.
func (s *settings) pem(v setting) []byte {
	switch {
	case v.value == "":
		return nil
	case strings.Contains(v.value, "-----BEGIN "):
		return []byte(v.value)
	}
	file, err := expand(v.value)
	if err == nil {
		var content []byte
		if content, err = os.ReadFile(file); err == nil { //nolint:gosec // the user names it
			return content
		}
	}
	reason := err.Error()
	if wrapped := (*fs.PathError)(nil); errors.As(err, &wrapped) {
		reason = wrapped.Err.Error()
		if v.name != "key" {
			reason += " (" + wrapped.Path + ")"
		}
	}
	s.wrong(v, "it is neither PEM nor the path of a file that can be read: %s", reason)
	return nil
}

// expand puts the home directory in the place of a leading ~.
func expand(file string) (string, error) {
	rest, found := strings.CutPrefix(file, "~/")
	if !found {
		return file, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, rest), nil
}
