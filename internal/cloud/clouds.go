package cloud

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// openTelekom ends the DNS suffixes of Open Telekom Cloud.
const openTelekom = "otc.t-systems.com"

// clouds lists the known clouds. All others must be configured.
var clouds = []struct {
	suffix   string // DNS suffix of all services
	iam      string // first label of IAM's host name, if it is not iam
	regions  []string
	prefixes []string // of further regions
}{
	// The European site of Huawei Cloud.
	{suffix: "myhuaweicloud.eu", prefixes: []string{"eu-west-1"}},
	// Open Telekom Cloud in Switzerland. It stands before its parent domain, so that "sc" is not taken for a region there.
	{suffix: "sc.otc.t-systems.com", iam: "iam-pub", regions: []string{"eu-ch2"}},
	// Open Telekom Cloud.
	{suffix: openTelekom, regions: []string{"eu-de", "eu-nl"}},
	// Flexible Engine.
	{suffix: "prod-cloud-ocb.orange-business.com", regions: []string{"eu-west-0", "as-south-0"}},
	// Huawei Cloud.
	{
		suffix:   "myhuaweicloud.com",
		regions:  []string{"ru-northwest-2", "ru-moscow-1", "ae-ad-1", "my-kualalumpur-1"},
		prefixes: []string{"cn-", "ap-", "af-", "la-", "na-", "sa-", "me-", "tr-"},
	},
}

// SuffixOf returns the DNS suffix of the cloud that a region belongs to. It is empty for regions of unknown clouds.
func SuffixOf(region string) string {
	for _, c := range clouds {
		hasPrefix := func(prefix string) bool { return strings.HasPrefix(region, prefix) }
		if slices.Contains(c.regions, region) || slices.ContainsFunc(c.prefixes, hasPrefix) {
			return c.suffix
		}
	}
	return ""
}

// regionForm matches regions such as cn-north-4. Those of another form are listed in clouds.
var regionForm = regexp.MustCompile(`^[a-z]{2}-[a-z]+-[0-9]+$`)

// RegionOfProject returns the region at the beginning of a project's name, such as eu-de or eu-de_team. It is empty if there is none.
func RegionOfProject(name string) string {
	region, _, _ := strings.Cut(name, "_")
	listed := regionForm.MatchString(region)
	for _, c := range clouds {
		listed = listed || slices.Contains(c.regions, region)
	}
	if !listed {
		return ""
	}
	return region
}

// KnownSuffix reports whether a DNS suffix, in lower case, is that of a known cloud.
func KnownSuffix(suffix string) bool {
	for _, c := range clouds {
		if c.suffix == suffix {
			return true
		}
	}
	return false
}

// LocateIAM returns the region and the DNS suffix in an address of IAM such as https://iam.eu-de.otc.t-systems.com. Either is
// empty if the address does not have it. The address of an unknown cloud is recognized by its region or its DNS suffix.
func LocateIAM(address *url.URL, region, suffix string) (string, string) {
	if address == nil {
		return "", ""
	}
	label, rest, _ := strings.Cut(strings.ToLower(address.Hostname()), ".")
	if label != "iam" && !strings.HasPrefix(label, "iam-") {
		return "", ""
	}
	suffixes := []string{suffix}
	for _, c := range clouds {
		suffixes = append(suffixes, c.suffix)
	}
	for _, suffix := range suffixes {
		if rest == suffix {
			return "", suffix
		}
		if own, found := strings.CutSuffix(rest, "."+suffix); found && suffix != "" && Region.MatchString(own) {
			return own, suffix
		}
	}
	if suffix, found := strings.CutPrefix(rest, region+"."); found && region != "" {
		return region, suffix
	}
	return "", ""
}

// hostName returns the host name of a service in a region.
func hostName(s Service, hosts Hosts, region, suffix string) string {
	label := hosts.Label(s, suffix)
	for _, c := range clouds {
		if s == IAM && c.suffix == suffix && c.iam != "" {
			label = c.iam
		}
	}
	return label + "." + region + "." + suffix
}
