// Package simulatortest starts the simulated cloud for a test.
package simulatortest

import (
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Target is what requests of a test are about.
var Target = cloud.Target{Region: simulator.DefaultRegion, ProjectID: simulator.DefaultProjectID}

// Start starts a simulated cloud on a loopback address until the test ends, and gives its URL.
func Start(tb testing.TB, o simulator.Options) (*simulator.Simulator, string) {
	tb.Helper()
	s := simulator.New(o)
	server := httptest.NewServer(s)
	tb.Cleanup(server.Close)
	return s, server.URL
}

// Client makes a client of the simulated cloud at an address, with the simulator's own keys. It does
// not retry.
func Client(tb testing.TB, address string) *cloud.Client {
	tb.Helper()
	return client(tb, address, cloud.Credentials{AccessKey: simulator.DefaultAccessKey, SecretKey: simulator.DefaultSecretKey})
}

// TokenClient makes the same with a token, which serves at any time of the simulator's clock.
func TokenClient(tb testing.TB, address string) *cloud.Client {
	tb.Helper()
	return client(tb, address, cloud.Credentials{Token: simulator.DefaultToken})
}

func client(tb testing.TB, address string, credentials cloud.Credentials) *cloud.Client {
	tb.Helper()
	config := cloud.Config{Region: simulator.DefaultRegion, Credentials: cloud.Static{Credentials: credentials, Origin: "the simulator's own"}, Endpoints: make(map[cloud.Service]*url.URL)}
	for _, service := range cloud.Services {
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

// Read returns the content of a file of the test.
func Read(tb testing.TB, file string) string {
	tb.Helper()
	content, err := os.ReadFile(file) //nolint:gosec // named by the test
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}
