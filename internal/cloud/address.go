package cloud

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
)

// clouds are the DNS suffixes of the clouds that can be told by the names of their regions.
var clouds = []string{"myhuaweicloud.com", "myhuaweicloud.eu", "otc.t-systems.com"}

// suffixOf returns the DNS suffix of the cloud a region belongs to, and whether the region's name tells for
// sure. Other clouds (private ones, those of partners) must be configured.
func suffixOf(region string) (suffix string, certain bool) {
	switch {
	case strings.HasPrefix(region, "eu-west-1"): // eu-west-101: the European site
		return "myhuaweicloud.eu", true
	case region == "eu-de" || region == "eu-nl":
		return "otc.t-systems.com", true
	default:
		return "myhuaweicloud.com", false
	}
}

// endpoint returns the address of a service in a region.
func (c *Config) endpoint(s Service, region string) (*url.URL, error) {
	if u := c.Endpoints[s]; u != nil {
		return u, nil
	}
	if s == IMDS {
		return metadataAddress, nil
	}
	if region == "" {
		return nil, errNoRegion
	}
	suffix, err := c.suffix(region)
	if err != nil {
		return nil, err
	}
	return &url.URL{Scheme: "https", Host: string(s) + "." + region + "." + suffix}, nil
}

// addressOfIAM names the IAM of a region.
func (c *Config) addressOfIAM(region string) string {
	u, err := c.endpoint(IAM, region)
	if err != nil {
		return ""
	}
	return u.String()
}

// home returns the DNS suffix of the cloud that is configured, as far as a region of it tells, and by what. The suffix is empty
// where the configuration does not tell; both are where it says nothing at all.
func (c *Config) home(region string) (suffix, reason string) {
	if iam := c.Endpoints[IAM]; iam != nil {
		reason = "IAM at " + iam.String()
		if suffix := SuffixOfIAM(iam, region, c.Region); suffix != "" {
			return suffix, reason
		}
		if suffix, certain := suffixOf(c.Region); certain {
			return suffix, "its region " + c.Region
		}
		return "", reason
	}
	if c.Region != "" {
		suffix, _ := suffixOf(c.Region)
		return suffix, "its region " + c.Region
	}
	return "", ""
}

// suffix returns the DNS suffix of the cloud for a region. Credentials belong to one cloud and must not leave
// it: that is the configured one, or that of the configured IAM, or that of the provider's region. Where none of
// them is configured, the first region that is asked for decides.
func (c *Config) suffix(region string) (string, error) {
	if c.Cloud != "" {
		return c.Cloud, nil
	}
	if iam := c.Endpoints[IAM]; iam != nil {
		if suffix, found := strings.CutPrefix(ofIAM(iam), region+"."); found {
			return suffix, nil // it is the region's own
		}
	}
	own, certain := suffixOf(region)
	home, reason := c.home(region)
	pinned := home == "" && reason == ""
	if pinned {
		home, reason = c.pin.first(own), "the first region that was read"
	}
	switch {
	case home == "":
		return "", &SettingError{"cloud", fmt.Sprintf("The address of the service in region %q is not known, since %s does not tell which cloud it belongs to. "+
			"Set cloud to the cloud's DNS suffix, or endpoints to the addresses of the services.", region, reason)}
	case (certain || pinned) && home != own:
		return "", &SettingError{"region", fmt.Sprintf("Region %q belongs to the cloud %s, as far as its name tells, but the provider is configured for %s (by %s). "+
			"Its credentials are not sent to another cloud. Use another provider block (alias) for this region, or set cloud if both are the same.", region, own, home, reason)}
	}
	return home, nil
}

// A pin holds the cloud of the first region that was asked for, where nothing else tells the cloud.
type pin struct{ suffix atomic.Pointer[string] }

// first returns the suffix that it was given first.
func (p *pin) first(suffix string) string {
	if p == nil {
		return suffix
	}
	p.suffix.CompareAndSwap(nil, &suffix)
	return *p.suffix.Load()
}

// CloudsDiffer reports whether an address of IAM is known to belong to another cloud than a region.
func CloudsDiffer(iam *url.URL, region string) bool {
	own, _ := suffixOf(region)
	suffix := SuffixOfIAM(iam)
	return suffix != "" && suffix != own && !strings.HasPrefix(ofIAM(iam), region+".")
}

// SuffixesDiffer reports whether an address of IAM and the DNS suffix of a cloud are known to belong to different clouds.
func SuffixesDiffer(iam *url.URL, suffix string) bool {
	told := SuffixOfIAM(iam)
	return told != "" && slices.Contains(clouds, strings.ToLower(suffix)) && !strings.EqualFold(told, suffix)
}

// ofIAM returns what follows the service's name in the host of an IAM endpoint: {region}.{suffix} or {suffix}.
func ofIAM(endpoint *url.URL) string {
	name, rest, _ := strings.Cut(strings.ToLower(endpoint.Hostname()), ".")
	if name != "iam" && !strings.HasPrefix(name, "iam-") || !strings.Contains(rest, ".") {
		return ""
	}
	return rest
}

// SuffixOfIAM tells by the address of IAM the DNS suffix of the cloud that it belongs to: of the known clouds, or what
// follows one of some regions. It is empty where the address does not tell.
func SuffixOfIAM(endpoint *url.URL, regions ...string) string {
	rest := ofIAM(endpoint)
	for _, region := range regions {
		if suffix, found := strings.CutPrefix(rest, region+"."); found && region != "" {
			return suffix
		}
	}
	_, below, _ := strings.Cut(rest, ".")
	for _, suffix := range clouds {
		if rest == suffix || below == suffix {
			return suffix
		}
	}
	return ""
}

// RegionOfIAM tells by the address of IAM, such as https://iam.eu-de.otc.t-systems.com, its region. It is empty
// where the address does not tell. The cloud is a DNS suffix, or empty for those that are known.
func RegionOfIAM(endpoint *url.URL, cloud string) string {
	for _, suffix := range slices.Concat([]string{cloud}, clouds) {
		if region, found := strings.CutSuffix(ofIAM(endpoint), "."+suffix); found && suffix != "" && Region.MatchString(region) {
			return region
		}
	}
	return ""
}
