package cloud

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Service is a cloud service by the name it has in endpoint addresses and in the
// provider's endpoints argument.
type Service string

// The services this client calls.
const (
	DCS Service = "dcs" // Distributed Cache Service (Redis)
	DMS Service = "dms" // Distributed Message Service (Kafka)
	DWS Service = "dws" // Data Warehouse Service
	IAM Service = "iam" // Identity and Access Management

	IMDS Service = "metadata" // Instance Metadata Service of an ECS instance
)

// Services are all services whose endpoints can be set.
var Services = []Service{DCS, DMS, DWS, IAM, IMDS}

// Config is what a Client needs to know. NewClient does not check it: the provider does,
// which can point at the argument that is wrong.
type Config struct {
	Region      string               // default region of every request
	Cloud       string               // DNS suffix of the cloud; empty: follows from the IAM endpoint or the region
	ProjectID   string               // default project in the default region; empty: found by name
	ProjectName string               // name of the default project; empty: the region's
	Credentials CredentialsProvider  // nil: nobody, which the services refuse
	Endpoints   map[Service]*url.URL // used instead of the derived address, in every region
	RootCAs     *x509.CertPool       // nil: those of the system
	Certificate *tls.Certificate     // shown to servers that ask for one; may be nil
	Insecure    bool                 // do not verify TLS certificates
	MaxRetries  int                  // further attempts of a request that failed in a way that may pass
	UserAgent   string
	Dial        Dial // makes the connections; nil: the network does

	pin *pin // set by NewClient

	// RequestsPerSecond is how many requests are sent to each service, further attempts included. 0: no limit.
	RequestsPerSecond int
}

// Dial connects to an address such as 192.0.2.1:443, as net.Dialer does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// A SettingError is a setting that is missing or wrong.
type SettingError struct {
	Setting string // name of the argument, as in the provider block and the data sources
	Message string // what is wrong and what to do
}

var errNoRegion = &SettingError{"region", "The region is not set, and without it neither the project nor the address of the service is known. " +
	"Set region here or in the provider block, or HW_REGION_NAME or OS_REGION_NAME, or region_name in clouds.yaml, or auth_url to an address of IAM that has the region."}

func (e *SettingError) Error() string { return e.Setting + ": " + e.Message }

// ID is what an ID of these clouds looks like: 1 to 64 letters, digits, hyphens and underscores.
// Nothing else may become part of a path.
var ID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Region is what a region looks like. It becomes part of a host name.
var Region = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// DNSSuffix is what the DNS suffix of a cloud looks like, such as myhuaweicloud.com.
var DNSSuffix = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// ParseEndpoint reads the address of a service: an http or https URL, with or without a path.
// A trailing slash means nothing, and neither does IAM's API version, which people copy along.
func ParseEndpoint(s Service, address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		example := "https://" + string(s) + ".eu-west-101.myhuaweicloud.eu"
		if s == IMDS {
			example = metadataAddress.String()
		}
		return nil, fmt.Errorf("%q is not an http or https URL such as %s", redactURL(address), example)
	case u.User != nil:
		return nil, fmt.Errorf("the URL must not hold a user name or password")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, fmt.Errorf("%q must be an address and an optional path, without a query or fragment", u.Redacted())
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if s == IAM {
		u.Path = strings.TrimRight(strings.TrimSuffix(u.Path, "/v3"), "/")
	}
	u.RawPath = ""
	return u, nil
}

// redactURL hides what may be a password in a text that is not even a URL.
func redactURL(address string) string {
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return "…" + address[i:]
	}
	return address
}

// ParseService reads a key of the endpoints argument.
func ParseService(name string) (Service, error) {
	if s := Service(name); slices.Contains(Services, s) {
		return s, nil
	}
	hint := ""
	if name == "kafka" {
		hint = " (Kafka is part of dms)"
	}
	return "", fmt.Errorf("%q is not a service whose endpoint can be set%s; use one of %s", name, hint, serviceNames())
}

func serviceNames() string {
	names := make([]string, len(Services))
	for i, s := range Services {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
