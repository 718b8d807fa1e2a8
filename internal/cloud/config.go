package cloud

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync/atomic"

	"golang.org/x/net/http/httpguts"
)

// A Service is a service by its name in host names and in the provider's argument endpoints, such as "dcs".
type Service string

// The services that this client uses itself.
const (
	IAM  Service = "iam"      // Identity and Access Management
	IMDS Service = "metadata" // Instance Metadata Service of an ECS instance
)

// Codes are the error codes of a service that have a meaning. Those of the gateway and the HTTP status have theirs for all services.
type Codes struct {
	Throttled []string          // too many requests
	Transient []string          // other errors that the same request may not have later
	NotFound  []string          // the requested object does not exist, although the HTTP status is not 404
	Advice    map[string]string // next step, by code
}

// Config configures a Client. NewClient does not check it: the provider does, which can point at the wrong argument.
type Config struct {
	Region            string               // default region of every request
	Cloud             string               // DNS suffix; if empty, it follows from the region
	CloudOrigin       string               // where Cloud, or else Region, was set, such as "HW_REGION_NAME (eu-de)"; for errors
	ProjectID         string               // project in the default region; if empty, it is looked up by name
	ProjectName       string               // default: the region's name
	Credentials       CredentialsProvider  // nil: requests are sent without credentials
	Endpoints         map[Service]*url.URL // used in every region instead of the usual address
	RootCAs           *x509.CertPool       // nil: the system's
	Certificate       *tls.Certificate     // client certificate; may be nil
	Insecure          bool                 // do not verify TLS certificates
	MaxRetries        int                  // further attempts after a transient error
	RequestsPerSecond int                  // to each service, retries included; 0: unlimited
	UserAgent         string
	Dial              Dial // nil: connect through the network

	firstRegion *atomic.Pointer[string] // that was asked for, if Region is empty; set by NewClient
}

// Dial connects to an address such as 192.0.2.1:443, as net.Dialer does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// A SettingError reports a setting that is missing or wrong.
type SettingError struct {
	Summary string // in a few words; may be empty
	Setting string // name of the argument in the provider block or the data source
	Message string // cause and next step
}

var errNoRegion = &SettingError{Setting: "region", Message: "The region is not set. " +
	"Without it the project and the address of the service are unknown. " +
	"Set region here or in the provider block, or HW_REGION_NAME or OS_REGION_NAME, or region_name in clouds.yaml, " +
	"or auth_url to an address of IAM that contains the region."}

func (e *SettingError) Error() string { return e.Setting + ": " + e.Message }

// ID matches the IDs of these clouds. They become segments of paths.
var ID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Region matches the names of regions. They become labels of host names.
var Region = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// DNSSuffix matches the DNS suffixes of clouds, such as myhuaweicloud.com.
var DNSSuffix = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// version matches the version at the end of an endpoint, which users copy with it. The paths of requests begin with their own.
var version = regexp.MustCompile(`/v[0-9]+(\.[0-9]+)?$`)

// ParseEndpoint parses the address of a service: an http or https URL, with or without a path. It drops trailing slashes and a version.
// It refuses what would be sent in another form than it is signed in.
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
	case strings.Contains(u.Hostname(), "%") && s != IMDS: // whose requests are not signed
		return nil, fmt.Errorf("%q must not have a zone (%%25…) behind the IP address, since it is no part of a signed request", address)
	}
	host, err := httpguts.PunycodeHostPort(u.Host)
	if err != nil || !httpguts.ValidHostHeader(host) {
		return nil, fmt.Errorf("%q is not the address of a host: its name has characters that host names cannot have", address)
	}
	u.Host = host
	u.Path = strings.TrimRight(u.Path, "/")
	u.Path = strings.TrimRight(version.ReplaceAllString(u.Path, ""), "/")
	if u.Path != "" && path.Clean(u.Path) != u.Path || strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		return nil, fmt.Errorf("%q must have a path without empty segments (//), %q, %q and encoded slashes (%%2F)", address, ".", "..")
	}
	u.RawPath = ""
	return u, nil
}

// redactURL hides a possible password in a text that is not a valid URL.
func redactURL(address string) string {
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return "…" + address[i:]
	}
	return address
}
