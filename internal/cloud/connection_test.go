package cloud_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// connectInMemory returns a client whose service answers every request in memory, and the number of its connections.
func connectInMemory(t *testing.T, answer http.HandlerFunc) (*cloud.Client, *atomic.Int32) {
	t.Helper()
	connections, dial := new(atomic.Int32), simulatortest.Dial(t, answer)
	client := cloud.NewClient(cloud.Config{
		Credentials: given,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			connections.Add(1)
			return dial(ctx, network, address)
		},
		Endpoints: map[cloud.Service]*url.URL{cloud.DCS: {Scheme: "http", Host: "127.0.0.1"}}, // never through a proxy
	})
	t.Cleanup(client.Close)
	return client, connections
}

func TestParallelReadsShareConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, connections := connectInMemory(t, func(w http.ResponseWriter, _ *http.Request) {
			<-time.After(time.Millisecond) // so that requests are sent while others wait for their response
			_, _ = io.WriteString(w, `{}`)
		})
		const reads, want = 64, 16
		for range 3 {
			var all sync.WaitGroup
			for range reads {
				all.Go(func() {
					if _, err := client.Get(t.Context(), read(project), new(struct{})); err != nil {
						t.Errorf("read: %v", err)
					}
				})
			}
			all.Wait()
		}
		if got := connections.Load(); got != want {
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
		want        []string
	}{
		{name: "service", credentials: given, host: "dcs.example.invalid", want: []string{"proxy.example.invalid:3128"}},
		{name: "exception", credentials: given, host: "direct.example.invalid", want: []string{"direct.example.invalid:443"}},
		{
			name: "metadata of the instance, with a token and without", credentials: metadata, host: "dcs.example.invalid",
			want: []string{"169.254.169.254:80", "169.254.169.254:80"},
		},
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
			_, err := client.Get(t.Context(), read(project), new(struct{}))
			if err == nil || !slices.Equal(connected, test.want) {
				t.Errorf("connected to %v, error %v, want %v and an error", connected, err, test.want)
			}
		})
	}
}

// A proxy that cannot be used is an error: no request bypasses it.
func TestProxyThatCannotBeUsed(t *testing.T) {
	for _, test := range []struct {
		name, value string
		usable      bool
	}{
		{name: "URL", value: "http://proxy.example.invalid:3128/", usable: true},
		{name: "host and port", value: "proxy.example.invalid:3128", usable: true},
		{name: "host", value: "proxy.example.invalid", usable: true},
		{name: "address", value: "[2001:db8::1]:3128", usable: true},
		{name: "TLS", value: "https://proxy.example.invalid", usable: true},
		{name: "SOCKS", value: "socks5h://proxy.example.invalid:1080", usable: true},
		{name: "user without a scheme", value: "user:hunter2@proxy.example.invalid:3128", usable: true},
		{name: "special characters", value: "http://us%40er:%40%3A%2F%23%3F%25hunter2@proxy.example.invalid:3128", usable: true},
		{name: "carriage return", value: "http://proxy.example.invalid:3128\r"},
		{name: "space before", value: " http://proxy.example.invalid:3128"},
		{name: "space after", value: "http://proxy.example.invalid:3128 "},
		{name: "space alone", value: " "},
		{name: "quotes", value: `"http://proxy.example.invalid:3128"`},
		{name: "no host", value: "http://"},
		{name: "no number as port", value: "http://proxy.example.invalid:port"},
		{name: "unknown scheme", value: "ftp://proxy.example.invalid:3128"},
		{name: "percent sign", value: "http://user:100%hunter2@proxy.example.invalid:3128"},
		{name: "number sign", value: "http://user:#hunter2@proxy.example.invalid:3128"},
		{name: "number sign without a scheme", value: "user:#hunter2@proxy.example.invalid:3128"},
		{name: "number sign behind digits", value: "http://user:1#hunter2@proxy.example.invalid:3128"},
		{name: "slash", value: "http://user:a/hunter2@proxy.example.invalid:3128"},
		{name: "slash behind digits", value: "http://user:1/hunter2@proxy.example.invalid:3128"},
		{name: "question mark behind digits", value: "http://user:1?hunter2@proxy.example.invalid:3128"},
	} {
		for _, variable := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
			scheme, _, _ := strings.Cut(strings.ToLower(variable), "_")
			t.Run(test.name+" in "+variable, func(t *testing.T) {
				t.Setenv(variable, test.value)
				err := cloud.CheckProxies()
				if (err == nil) != test.usable || err != nil && !strings.HasPrefix(err.Error(), "the value of "+variable+" is not") {
					t.Errorf("error %v, want one that begins with the variable: %t", err, !test.usable)
				}
				if err != nil && strings.Contains(err.Error(), "hunter2") {
					t.Errorf("error %v has the password", err)
				}
				var connected []string
				client := cloud.NewClient(cloud.Config{
					Credentials: given,
					Dial: func(_ context.Context, _, address string) (net.Conn, error) {
						connected = append(connected, address)
						return nil, errors.New("this test connects to nothing")
					},
					Endpoints: map[cloud.Service]*url.URL{cloud.DCS: {Scheme: scheme, Host: "dcs.example.invalid"}},
				})
				_, _ = client.Get(t.Context(), read(project), new(struct{}))
				if usable := len(connected) == 1; usable != test.usable || usable && strings.HasPrefix(connected[0], "dcs.") {
					t.Errorf("connected to %q, want the proxy: %t", connected, test.usable)
				}
			})
		}
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
	plain := simulatortest.Dial(t, http.NotFoundHandler())
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
			_, err := client.Get(t.Context(), read(project), new(struct{}))
			if (err != nil) != (test.fails != nil) || err != nil && !test.fails(err) || !slices.Equal(shown, test.shown) {
				t.Errorf("got error %v and certificates shown %v, want one: %t, and %v", err, shown, test.fails != nil, test.shown)
			}
		})
	}
}

func TestCloseClosesIdleConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, connections := connectInMemory(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) })
		for range 2 {
			if _, err := client.Get(t.Context(), read(project), new(struct{})); err != nil {
				t.Errorf("read: %v", err)
			}
			client.Close()
		}
		if got := connections.Load(); got != 2 {
			t.Errorf("%d connections, want 2, since the first was closed", got)
		}
	})
}
