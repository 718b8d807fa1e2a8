package cloud_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
func (n *network) client(t *testing.T) *cloud.Client {
	t.Helper()
	c := cloud.NewClient(cloud.Config{Credentials: given, Dial: n.Dial, Endpoints: map[cloud.Service]*url.URL{
		cloud.DCS: {Scheme: "http", Host: "127.0.0.1:1001"},
		cloud.DMS: {Scheme: "http", Host: "127.0.0.1:1002"},
	}})
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
		client := n.client(t)
		healthy, throttled := read(project), read(project)
		throttled.Service = cloud.DMS
		for range 5 {
			if err := client.Get(t.Context(), healthy, new(struct{})); err != nil {
				t.Errorf("healthy service: %v", err)
			}
			_ = client.Get(t.Context(), throttled, new(struct{}))
		}
		if want := map[string]int{"127.0.0.1:1001": 1, "127.0.0.1:1002": 1}; !maps.Equal(n.connections, want) {
			t.Errorf("5 requests to each address took connections %v, want %v", n.connections, want)
		}
	})
}

func TestParallelReadsShareConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const reads, want = 64, 16
		n := newNetwork(t, func(w http.ResponseWriter, _ *http.Request) {
			<-time.After(time.Millisecond) // so that requests are sent while others wait for their response
			_, _ = io.WriteString(w, `{}`)
		})
		client := n.client(t)
		for range 3 {
			var all sync.WaitGroup
			for range reads {
				all.Go(func() {
					if err := client.Get(t.Context(), read(project), new(struct{})); err != nil {
						t.Errorf("read: %v", err)
					}
				})
			}
			all.Wait()
		}
		if got := n.connections["127.0.0.1:1001"]; got != want {
			t.Errorf("three times %d reads took %d connections, want %d", reads, got, want)
		}
	})
}

func TestProxyOfTheEnvironment(t *testing.T) {
	for _, variable := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		t.Setenv(variable, "http://proxy.example.invalid:3128")
	}
	t.Setenv("NO_PROXY", "direct.example.invalid")
	t.Setenv("no_proxy", "direct.example.invalid")
	for _, test := range []struct {
		name        string
		credentials cloud.CredentialsProvider
		host        string
		want        string
	}{
		{name: "service", credentials: given, host: "dcs.example.invalid", want: "proxy.example.invalid:3128"},
		{name: "exception", credentials: given, host: "direct.example.invalid", want: "direct.example.invalid:443"},
		{name: "metadata of the instance", credentials: metadata, host: "dcs.example.invalid", want: "169.254.169.254:80"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var connected []string
			client := cloud.NewClient(cloud.Config{
				Credentials: test.credentials,
				Dial: func(_ context.Context, _, address string) (net.Conn, error) {
					connected = append(connected, address)
					return nil, errors.New("this test connects to nothing")
				},
				Endpoints: map[cloud.Service]*url.URL{cloud.DCS: {Scheme: "https", Host: test.host}},
			})
			err := client.Get(t.Context(), read(project), new(struct{}))
			if want := []string{test.want}; err == nil || !slices.Equal(connected, want) {
				t.Errorf("connected to %v, error %v, want %v and an error", connected, err, want)
			}
		})
	}
}

// tlsServer returns a function that connects to a server of TLS, which answers one request on each connection. Before that it calls
// handshaken with the number of certificates that it was shown.
func tlsServer(config *tls.Config, handshaken func(int)) cloud.Dial {
	return func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close() //nolint:errcheck // in memory, and without the end of TLS, which nobody would read
			conn := tls.Server(theirs, config)
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
				return // the client does not trust the server
			}
			handshaken(len(conn.ConnectionState().PeerCertificates))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
		}()
		return ours, nil
	}
}

func TestTLS(t *testing.T) {
	certificates := httptest.NewTLSServer(nil) // serves nothing but its certificate
	certificates.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(certificates.Certificate())
	own := &certificates.TLS.Certificates[0]
	server := &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12, Certificates: certificates.TLS.Certificates}
	plain := newNetwork(t, func(http.ResponseWriter, *http.Request) {}).Dial
	untrusted := new(*tls.CertificateVerificationError)
	for _, test := range []struct {
		name   string
		config cloud.Config
		shown  []int // certificates of the client, on each connection
		fails  func(error) bool
	}{
		{name: "known authority", config: cloud.Config{RootCAs: trusted}, shown: []int{0}},
		{name: "insecure", config: cloud.Config{Insecure: true}, shown: []int{0}},
		{name: "own certificate", config: cloud.Config{RootCAs: trusted, Certificate: own}, shown: []int{1}},
		{name: "unknown authority", fails: func(err error) bool { return errors.As(err, untrusted) }},
		{name: "plain HTTP", config: cloud.Config{Dial: plain}, fails: func(err error) bool { return errors.Is(err, http.ErrSchemeMismatch) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			var shown []int
			if test.config.Dial == nil {
				test.config.Dial = tlsServer(server, func(n int) { shown = append(shown, n) })
			}
			test.config.Credentials = given
			test.config.Endpoints = map[cloud.Service]*url.URL{cloud.DCS: {Scheme: "https", Host: "127.0.0.1"}}
			client := cloud.NewClient(test.config)
			defer client.Close()
			err := client.Get(t.Context(), read(project), new(struct{}))
			if (err != nil) != (test.fails != nil) || err != nil && !test.fails(err) || !slices.Equal(shown, test.shown) {
				t.Errorf("got error %v and certificates shown %v, want one: %t, and %v", err, shown, test.fails != nil, test.shown)
			}
		})
	}
}

func TestCloseClosesIdleConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) })
		client := n.client(t)
		for range 2 {
			if err := client.Get(t.Context(), read(project), new(struct{})); err != nil {
				t.Errorf("read: %v", err)
			}
			client.Close()
		}
		if got := n.connections["127.0.0.1:1001"]; got != 2 {
			t.Errorf("%d connections, want 2, since the first was closed", got)
		}
	})
}
