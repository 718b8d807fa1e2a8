package cloud_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// A network counts the connections that a client makes to each address.
type network struct {
	dial cloud.Dial

	mu          sync.Mutex
	connections map[string]int
}

// newNetwork returns a network in memory on which a handler answers at each address.
func newNetwork(t *testing.T, handler http.HandlerFunc) *network {
	t.Helper()
	return &network{dial: simulatortest.Dial(t, handler), connections: make(map[string]int)}
}

func (n *network) Dial(ctx context.Context, protocol, address string) (net.Conn, error) {
	n.mu.Lock()
	n.connections[address]++
	n.mu.Unlock()
	return n.dial(ctx, protocol, address)
}

// client returns a client whose services have loopback addresses of their own, which are never reached through a proxy.
func (n *network) client(t *testing.T, config cloud.Config) *cloud.Client {
	t.Helper()
	config.Credentials = given
	config.Dial = n.Dial
	config.Endpoints = map[cloud.Service]*url.URL{
		cloud.DCS: {Scheme: "http", Host: "127.0.0.1:1001"},
		cloud.DMS: {Scheme: "http", Host: "127.0.0.1:1002"},
		cloud.IAM: {Scheme: "http", Host: "127.0.0.1:1003"},
	}
	c := cloud.NewClient(config)
	t.Cleanup(c.Close)
	return c
}

// An idle connection of a service is used again although requests to another service fail.
func TestThrottledServiceCostsOthersNoConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "127.0.0.1:1002" {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			_, _ = w.Write([]byte(`{}`))
		})
		client := n.client(t, cloud.Config{}).WithoutRetries()
		healthy, throttled := read(project), read(project)
		throttled.Service = cloud.DMS
		for range 5 {
			if err := client.Get(t.Context(), healthy, new(struct{})); err != nil {
				t.Errorf("healthy service: %v", err)
			}
			if err := client.Get(t.Context(), throttled, new(struct{})); err == nil {
				t.Error("throttled service: no error")
			}
		}
		for address, connections := range n.connections {
			if connections != 1 {
				t.Errorf("%s: 5 requests took %d connections, want 1", address, connections)
			}
		}
		if len(n.connections) != 2 {
			t.Errorf("connections %v, want some to 2 addresses", n.connections)
		}
	})
}
