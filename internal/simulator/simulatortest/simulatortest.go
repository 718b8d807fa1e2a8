// Package simulatortest starts the simulated cloud for a test.
package simulatortest

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Target is the region and project of the simulated cloud.
var Target = cloud.Target{Region: simulator.DefaultRegion, ProjectID: simulator.DefaultProjectID}

// Start serves a simulated cloud on a loopback address until the test ends, and returns its URL.
func Start(tb testing.TB, o simulator.Options) (*simulator.Simulator, string) {
	tb.Helper()
	s := servicestest.New(o)
	server := httptest.NewServer(s)
	tb.Cleanup(server.Close)
	return s, server.URL
}

// Client returns a client of the simulated cloud at an address, with the simulator's default keys. It does not retry.
func Client(tb testing.TB, address string) *cloud.Client {
	tb.Helper()
	return client(tb, address, dialLoopback, cloud.Credentials{AccessKey: simulator.DefaultAccessKey, SecretKey: simulator.DefaultSecretKey})
}

// MemoryClient returns a client of a simulated cloud in memory, as a testing/synctest bubble needs it.
func MemoryClient(tb testing.TB, s *simulator.Simulator) *cloud.Client {
	tb.Helper()
	return client(tb, Address, Dial(tb, s), cloud.Credentials{Token: simulator.DefaultToken})
}

// TokenClient returns a client with the default token, which does not depend on the simulator's clock as signatures do.
func TokenClient(tb testing.TB, address string) *cloud.Client {
	tb.Helper()
	return client(tb, address, dialLoopback, cloud.Credentials{Token: simulator.DefaultToken})
}

func client(tb testing.TB, address string, dial cloud.Dial, credentials cloud.Credentials) *cloud.Client {
	tb.Helper()
	config := cloud.Config{
		Region:      simulator.DefaultRegion,
		Credentials: cloud.Static{Credentials: credentials, Origin: "the simulator's own"},
		Endpoints:   make(map[cloud.Service]*url.URL),
		Dial:        dial,
	}
	for _, service := range servicestest.Endpoints() {
		endpoint, err := cloud.ParseEndpoint(service, address+"/"+string(service))
		if err != nil {
			tb.Fatal(err)
		}
		config.Endpoints[service] = endpoint
	}
	c := cloud.NewClient(config)
	tb.Cleanup(c.Close)
	return c
}

// dialLoopback opens connections to the simulated cloud alone. A service that it does not have would be looked for in a real one.
func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, fmt.Errorf("%s is not the simulated cloud: if it is a new service, run make generate", address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// Read returns the content of a file, such as one in testdata.
func Read(tb testing.TB, file string) string {
	tb.Helper()
	content, err := os.ReadFile(file) //nolint:gosec // the test names it
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}
