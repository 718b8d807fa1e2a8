package provider

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

const (
	defaultMaxRetries        = 5
	maxMaxRetries            = 100
	defaultRequestsPerSecond = 10
	maxRequestsPerSecond     = 1000
	minRoleDuration          = 15 * time.Minute
	maxRoleDuration          = 24 * time.Hour
)

// A source is a place of settings. The first one that has a setting takes precedence.
type source int

const (
	inBlock source = iota // the provider block
	inFile                // the profile of KooCLI or the cloud of clouds.yaml whose credentials are used
	inHW                  // variables HW_…
	inOS                  // variables OS_…
)

var (
	everywhere = []source{inBlock, inFile, inHW, inOS}
	prefixes   = map[source]string{inHW: "HW_", inOS: "OS_"}
)

// A setting is the value of an argument.
type setting struct {
	name   string // of the argument
	value  string // empty if it is not set
	source source
	origin string // such as HW_REGION_NAME
}

// settings reads the configuration of a client from the provider block, files and the environment.
type settings struct {
	block      map[string]string // texts of the arguments by name
	file       map[string]string // the same of the profile or the cloud whose credentials are used
	fileOrigin string            // such as: profile "main" in /home/user/.hcloud/config.json

	unknown     diag.Diagnostics // errors about arguments that are known only after apply
	diags       diag.Diagnostics
	credentials []setting // in use
	unused      []string  // settings that are not used, and why; for the log
}

// from returns a setting from one source. Empty texts count as not set.
func (s *settings) from(source source, name string) setting {
	v := setting{name: name, source: source}
	switch source {
	case inBlock:
		v.value, v.origin = s.block[name], at(name).String()+" in the provider block"
	case inFile:
		v.value, v.origin = s.file[name], name+" of "+s.fileOrigin
	case inHW, inOS:
		for _, variable := range argumentOf(name).variables {
			if v.value == "" && strings.HasPrefix(variable, prefixes[source]) {
				v.value, v.origin = os.Getenv(variable), variable
			}
		}
	}
	return v
}

// find returns the setting that takes precedence among arguments of which one is used, such as domain_id and domain_name: that of the
// first source, and in the same source that of the first argument.
func (s *settings) find(sources []source, names ...string) setting {
	for _, source := range sources {
		for _, name := range names {
			if v := s.from(source, name); v.value != "" {
				return s.trim(v)
			}
		}
	}
	return setting{name: names[len(names)-1]}
}

// trim returns a setting without the blanks around it, which are an error: they come from the file or the script that sets it. A password
// may have spaces, and a certificate ends in a line break.
func (s *settings) trim(v setting) setting {
	const breaks = "\r\n"
	blanks := breaks + " \t"
	if v.name == "password" {
		blanks = breaks
	}
	value := strings.Trim(v.value, blanks)
	if value == v.value || strings.Contains(v.value, "-----BEGIN ") {
		return v
	}
	where, blank := "begins", v.value
	if n := len(strings.TrimRight(v.value, blanks)); n < len(v.value) {
		where, blank = "ends", v.value[n:]
	}
	var advice string
	switch v.source {
	case inBlock:
		advice = "Remove it, for example with trimspace()."
	case inFile:
		advice = "Remove it there."
	case inHW, inOS:
		filter := "sed 's/^[[:space:]]*//; s/[[:space:]]*$//'"
		if strings.Trim(v.value, breaks) == value {
			filter = `tr -d '\r\n'`
		}
		// A line that begins with spaces is not wrapped on the screen.
		advice = fmt.Sprintf("Remove it where the variable is set, for example:\n\n"+
			`  export %[1]s="$(printf %%s "$%[1]s" | %[2]s)"`, v.origin, filter)
	}
	s.fail(v.name, "Invalid "+v.name, "%s %s with %s. %s", v.origin, where, describeBlank(blank), advice)
	v.value = value
	return v
}

// describeBlank returns the name of the character with which a text begins. It is none that one sees.
func describeBlank(text string) string {
	r, _ := utf8.DecodeRuneInString(text)
	switch r {
	case '\r':
		return "a carriage return (a Windows line ending)"
	case '\n':
		return "a line break"
	case ' ':
		return "a space"
	case '\t':
		return "a tab"
	case '\uFEFF':
		return "a byte order mark"
	}
	return "a control character or a character that is not ASCII"
}

func (s *settings) get(names ...string) setting { return s.find(everywhere, names...) }

// readBlock reads the arguments of the provider block, or those of a nested block or map with its name as prefix.
func (s *settings) readBlock(prefix string, values map[string]attr.Value) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value, name := values[name], prefix+name
		if value.IsUnknown() {
			instead := ""
			if variables := argumentOf(name).variables; len(variables) > 0 {
				instead = ", or set " + strings.Join(variables, " or ") + " instead"
			}
			s.unknown.AddError("Unknown "+at(name).String(), fmt.Sprintf("The value of %s in the provider block is known only after apply, "+
				"but this data source is read before that. Set it to a value that is known%s, or apply what it depends on first with -target, "+
				"or add that to depends_on of this data source, which is then read during apply.", at(name), instead))
			continue
		}
		if value.IsNull() {
			continue
		}
		switch v := value.(type) {
		case types.Object:
			s.block[name] = "set"
			s.readBlock(name+".", v.Attributes())
		case types.Map:
			s.readBlock(name+".", v.Elements())
		case types.String:
			s.block[name] = v.ValueString()
		default:
			s.block[name] = v.String()
		}
	}
}

// read returns the configuration of a client. It sends no requests.
func (s *settings) read() cloud.Config {
	config := cloud.Config{
		Credentials:       s.provider(), // comes first, since the profile or cloud in use has other settings too
		Endpoints:         s.endpoints(),
		MaxRetries:        s.number("max_retries", defaultMaxRetries, 0, maxMaxRetries),
		RequestsPerSecond: s.number("requests_per_second", defaultRequestsPerSecond, 1, maxRequestsPerSecond),
		Insecure:          s.insecure(),
		RootCAs:           s.rootCAs(),
		Certificate:       s.certificate(),
	}
	s.project(&config, s.place(&config))
	if err := cloud.CheckProxies(); err != nil {
		s.diags.AddError("Invalid proxy", fmt.Sprintf("No requests are sent: %s.", err))
	}
	return config
}

// place determines the region, the cloud and the address of IAM, and returns the region. Settings of different clouds are an error.
func (s *settings) place(config *cloud.Config) setting {
	suffix, authURL, region := s.get("cloud"), s.get("auth_url"), s.get("region")
	if suffix.value != "" && !cloud.DNSSuffix.MatchString(suffix.value) {
		s.wrong(suffix, "%q is not a DNS suffix such as myhuaweicloud.com", suffix.value)
		return region
	}
	if region.value != "" && !cloud.Region.MatchString(region.value) {
		s.wrong(region, "%q is not a region such as eu-west-101: lower-case letters, digits and hyphens", region.value)
		return region
	}
	if config.Endpoints[cloud.IAM] != nil {
		authURL = s.from(inBlock, "endpoints.iam")
	} else if authURL.value != "" {
		if config.Endpoints[cloud.IAM] = s.endpoint(cloud.IAM, authURL); config.Endpoints[cloud.IAM] == nil {
			return region
		}
	}
	if project := s.get("project_id", "project_name"); region.value == "" && project.name == "project_name" {
		region = setting{name: "region", value: cloud.RegionOfProject(project.value), origin: "the region in " + project.origin}
	}
	own := strings.ToLower(suffix.value)
	regionOfIAM, cloudOfIAM := cloud.LocateIAM(config.Endpoints[cloud.IAM], region.value, own)
	if region.value == "" {
		region = setting{name: "region", value: regionOfIAM, origin: "the region in " + authURL.origin}
	}
	s.checkClouds(authURL, cloudOfIAM, suffix, own)
	s.checkClouds(authURL, cloudOfIAM, region, cloud.SuffixOf(region.value))
	s.checkClouds(suffix, own, region, cloud.SuffixOf(region.value))

	if s.lacksIAM(config, region.value) && own == "" {
		s.fail("os_cloud", "No address of IAM", "The %s has no auth_url, and its region %q belongs to no cloud that this provider knows. "+
			"Add auth_url below auth, such as https://iam.%s.cloud.example.com/v3.", s.fileOrigin, region.value, region.value)
	}
	config.Region, config.Cloud = region.value, cmp.Or(suffix.value, cloudOfIAM)
	origin := region
	if suffix.value != "" {
		origin = suffix
	} else if cloudOfIAM != "" {
		origin = authURL
	}
	if origin.value != "" {
		config.CloudOrigin = fmt.Sprintf("%s (%s)", origin.origin, origin.value)
	}
	return region
}

// lacksIAM reports whether the credentials of a cloud of clouds.yaml are for an IAM whose address is not set and does not follow from the
// region.
func (s *settings) lacksIAM(config *cloud.Config, region string) bool {
	if _, found := s.file["auth_url"]; !found || config.Endpoints[cloud.IAM] != nil || region == "" || cloud.SuffixOf(region) != "" {
		return false
	}
	switch config.Credentials.(type) {
	case cloud.Password, cloud.AssumedRole:
		return true
	}
	return false // keys and tokens may not need IAM
}

// checkClouds adds an error if two settings belong to different clouds. Endpoints are used as they are.
func (s *settings) checkClouds(first setting, firstCloud string, second setting, secondCloud string) {
	if firstCloud == secondCloud || !cloud.KnownSuffix(firstCloud) || !cloud.KnownSuffix(secondCloud) ||
		first.name == "endpoints.iam" || s.diags.HasError() {
		return
	}
	argument := second.name
	if first.source == inBlock && second.source != inBlock {
		argument = first.name
	}
	s.fail(argument, "Conflicting clouds", "%s (%s) belongs to the cloud %s, but %s (%s) to %s. "+
		"Credentials are sent to one cloud only.\n\n"+
		"If one of them is left over from another cloud, unset it, or set the right one in the provider block. "+
		"For a second cloud use another provider block with an alias. "+
		"To send these credentials to both, set endpoints instead of %s, to the addresses of IAM and of the services.",
		first.origin, first.value, firstCloud, second.origin, second.value, secondCloud, first.name)
}

// project determines the project. That of a profile or cloud belongs to its region. A project of another region is an error.
func (s *settings) project(config *cloud.Config, region setting) {
	switch v := s.get("project_id", "project_name"); {
	case v.source == inFile && s.file["region"] != "" && s.file["region"] != config.Region:
		s.unused = append(s.unused, v.origin+", which belongs to another region")
	case v.name == "project_name":
		config.ProjectName = v.value
		if own := cloud.RegionOfProject(v.value); own != "" && region.value != "" && own != region.value && !s.diags.HasError() {
			s.fail("project_name", "Project of another region", "%s (%s) is a project of the region %s, but the region is %s (from %s). "+
				"If one of them is left over, unset it. Otherwise set region to %s, or project_name to a project of %s: "+
				"the name of the region, or one that begins with %s_.",
				v.origin, v.value, own, region.value, region.origin, own, region.value, region.value)
		}
	default:
		if config.ProjectID = v.value; v.value != "" && !cloud.ID.MatchString(v.value) {
			s.wrong(v, "%q is not an ID: 1 to 64 letters, digits, hyphens or underscores", v.value)
		}
	}
}

// endpoints returns the addresses in endpoints.
func (s *settings) endpoints() map[cloud.Service]*url.URL {
	endpoints := make(map[cloud.Service]*url.URL)
	for _, name := range slices.Sorted(maps.Keys(s.block)) {
		key, found := strings.CutPrefix(name, "endpoints.")
		if !found {
			continue
		}
		service := cloud.Service(key)
		if !slices.Contains(endpointKeys(), service) {
			s.fail(name, "Unknown service in endpoints", "%q is not a service whose endpoint can be set%s; use one of %s.",
				key, endpointHint(key), joinKeys())
			continue
		}
		endpoints[service] = s.endpoint(service, s.from(inBlock, name))
	}
	return endpoints
}

// endpoint returns the address of a service in a setting. It is nil if the address is malformed.
func (s *settings) endpoint(service cloud.Service, v setting) *url.URL {
	u, err := cloud.ParseEndpoint(service, v.value)
	if err != nil {
		s.fail(v.name, "Invalid endpoint", "The value of %s is wrong: %s.", v.origin, err)
		return nil
	}
	ip := net.ParseIP(u.Hostname())
	if local := u.Hostname() == "localhost" || ip.IsLoopback() || ip.IsLinkLocalUnicast(); u.Scheme == "http" && !local {
		s.diags.AddAttributeWarning(at(v.name), "Endpoint without encryption",
			fmt.Sprintf("With %s requests to %s are sent to %s in clear text, including tokens and passwords.", v.origin, service, u))
	}
	return u
}

// number returns an argument that is a whole number.
func (s *settings) number(name string, unset, lowest, highest int) int {
	v := s.get(name)
	if v.value == "" {
		return unset
	}
	n, err := strconv.Atoi(v.value)
	if err != nil || n < lowest || n > highest {
		s.wrong(v, "%q is not a whole number from %d to %d", v.value, lowest, highest)
	}
	return n
}

// flag returns an argument that is true or false. The default is false.
func (s *settings) flag(name string) (bool, setting) {
	v := s.get(name)
	if v.value == "" {
		return false, v
	}
	is, err := strconv.ParseBool(v.value)
	if err != nil {
		s.wrong(v, "%q is neither true nor false", v.value)
	}
	return is, v
}

func (s *settings) insecure() bool {
	insecure, v := s.flag("insecure")
	if insecure {
		s.diags.AddAttributeWarning(at("insecure"), "TLS certificates are not verified",
			fmt.Sprintf("With %s anyone between this machine and the cloud can read and change requests and responses, including credentials. "+
				"Set cacert_file to the file of your certificate authority instead.", v.origin))
	}
	return insecure
}

// fail adds an error at an argument.
func (s *settings) fail(name, summary, format string, args ...any) {
	s.diags.AddAttributeError(at(name), summary, fmt.Sprintf(format, args...))
}

// wrong adds an error about the value of a setting.
func (s *settings) wrong(v setting, format string, args ...any) {
	s.fail(v.name, "Invalid "+v.name, "The value of %s is wrong: %s.", v.origin, fmt.Sprintf(format, args...))
}

// require adds an error if an argument is not set that other settings need. The argument may be set in the given sources.
func (s *settings) require(v setting, sources []source, by ...setting) {
	if v.value != "" || s.diags.HasError() {
		return
	}
	var origins, variables []string
	for _, other := range by {
		if other.value != "" {
			origins = append(origins, other.origin)
		}
	}
	for _, variable := range argumentOf(v.name).variables {
		if len(sources) == 1 || slices.ContainsFunc(sources, func(s source) bool { return prefixes[s] == variable[:3] }) {
			variables = append(variables, variable)
		}
	}
	verb, missing := "is", v.name
	if len(origins) > 1 {
		verb = "are"
	}
	if v.name == "domain_name" {
		missing = "the account (domain)"
	}
	detail := fmt.Sprintf("%s %s set, but %s is missing. Set %s, or %s.",
		strings.Join(origins, " and "), verb, missing, v.name, strings.Join(variables, " or "))
	if others := s.unusedCredentials(); len(others) > 0 && argumentOf(v.name).set != noSet {
		detail += fmt.Sprintf("\n\nOther credentials are set too (%s), but those of different sources are never mixed. "+
			"To use those, unset the others.", strings.Join(others, ", "))
	}
	s.fail(v.name, "Missing "+v.name[strings.Index(v.name, ".")+1:], "%s", detail)
}
