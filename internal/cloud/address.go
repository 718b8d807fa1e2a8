package cloud

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
)

// Hosts are the beginnings of the host names of a service that has others than its name.
type Hosts struct {
	Huawei      string // for Huawei Cloud, and all clouds but Open Telekom Cloud; default: the name of the service
	OpenTelekom string // default: the one for Huawei Cloud
}

// Label returns the beginning of the host name of a service on the cloud whose DNS suffix ends another host name.
func (h Hosts) Label(s Service, hostName string) string {
	label := cmp.Or(h.Huawei, string(s))
	if strings.HasSuffix(strings.ToLower(hostName), openTelekom) {
		label = cmp.Or(h.OpenTelekom, label)
	}
	return label
}

// endpoint returns the address of a service in a region.
func (c *Config) endpoint(s Service, hosts Hosts, region string) (*url.URL, error) {
	if u := c.Endpoints[s]; u != nil {
		return u, nil
	}
	if s == IMDS {
		return metadataAddress, nil
	}
	if region == "" {
		return nil, errNoRegion
	}
	suffix, err := c.suffix(s, hosts, region)
	if err != nil {
		return nil, err
	}
	return &url.URL{Scheme: "https", Host: hostName(s, hosts, region, suffix)}, nil
}

// addressOfIAM returns the address of the IAM of a region. It is empty if the address is not known.
func (c *Config) addressOfIAM(region string) string {
	u, err := c.endpoint(IAM, Hosts{}, region)
	if err != nil {
		return ""
	}
	return u.String()
}

// suffix returns the DNS suffix of a service in a region. Credentials belong to one cloud: that of the configuration, or that
// of the first region if the configuration has neither a cloud nor a region. They are not sent to another one.
func (c *Config) suffix(s Service, hosts Hosts, region string) (string, error) {
	home := c.homeRegion(region)
	own, other := strings.ToLower(cmp.Or(c.Cloud, SuffixOf(home))), SuffixOf(region)
	if other != "" && other != own && (own == "" || KnownSuffix(own)) {
		from := cmp.Or(c.CloudOrigin, fmt.Sprintf("region %q", home))
		return "", &SettingError{Setting: "region", Message: fmt.Sprintf("Region %q belongs to the cloud %s, "+
			"but the provider is configured for %s by %s. Credentials are sent to one cloud only.\n\n"+
			"Use another provider block (alias) for this region. If %s is left over from another cloud, unset it. "+
			"To send these credentials to this address nevertheless, set it in the provider block:\n\n"+
			"  endpoints = { %s = \"https://%s\" }",
			region, other, cmp.Or(own, "an unknown cloud"), from, from, s, hostName(s, hosts, region, other))}
	}
	_, suffix := LocateIAM(c.Endpoints[IAM], region, "")
	if suffix = cmp.Or(c.Cloud, other, suffix); suffix == "" {
		const example = "cloud.example.com"
		return "", &SettingError{Setting: "region", Message: fmt.Sprintf("Region %q belongs to no cloud that this provider knows, "+
			"and so the address of %s is unknown. "+
			"Check the region, or set one of these in the provider block, with the addresses of your cloud:\n\n"+
			"  cloud     = %q\n"+
			"  auth_url  = \"https://%s/v3\"\n"+
			"  endpoints = { %s = \"https://%s\" }",
			region, s, example, hostName(IAM, Hosts{}, region, example), s, hostName(s, hosts, region, example))}
	}
	return suffix, nil
}

// homeRegion returns the configured region, or the first region that was asked for if none is configured.
func (c *Config) homeRegion(region string) string {
	switch {
	case c.Region != "":
		return c.Region
	case region == "" || c.firstRegion == nil:
		return region
	}
	c.firstRegion.CompareAndSwap(nil, &region)
	return *c.firstRegion.Load()
}
