package faultmatrix

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// Addresses of the simulated cloud. The provider accepts http for loopback addresses. For https the cloud speaks HTTP/2.
const (
	plain       = "http://127.0.0.1"
	encrypted   = "https://127.0.0.1"
	uncertified = "https://127.0.0.2"   // which the certificate does not have
	proxied     = "https://example.com" // behind the proxy

	plainHost = "127.0.0.1:80"
	tlsHost   = "127.0.0.1:443"
	proxyHost = "proxy.test:3128"
)

// maxStreams is how many requests at once the cloud accepts on a connection of HTTP/2.
const maxStreams = 10

// TestMain keeps the user's settings away from the tests.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // as the provider does
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if regexp.MustCompile(`(?i)^(HW|OS)_|_PROXY$`).MatchString(name) {
			must(os.Unsetenv(name))
		}
	}
	must(os.Setenv("HTTPS_PROXY", "http://"+proxyHost)) // never used for loopback addresses
	os.Exit(m.Run())
}

// mark is at the beginning of each secret, so that a part of one is found too.
const mark = "MARKED"

var options = simulator.Options{
	AccessKey:     "AKOFTHEFAULTMATRIX01",
	SecretKey:     mark + "/SECRET+KEY-41ae<&>=",
	SecurityToken: mark + "-SECURITY/TOKEN+9a1c==",
	Token:         mark + "-TOKEN/c03b+==",
}

// certificates has a certificate for 127.0.0.1 and example.com, which is its own authority.
var certificates = func() *httptest.Server {
	server := httptest.NewTLSServer(nil)
	server.Close()
	return server
}()

// A responder answers a request, and is passed the answer of the simulated cloud for that.
type responder func(w http.ResponseWriter, healthy *httptest.ResponseRecorder)

// An env is the environment of a provider: a simulated cloud on a network in memory, so that time can be fake, and a fault.
type env struct {
	*simulator.Simulator
	hosts   map[string]func(*serverConn) // accept connections, by address
	dialing func(context.Context) error  // returns the error of a new connection; may be nil
	respond responder                    // answers the requests that meet the fault; nil: the simulated cloud does
	clock   func() time.Time             // of the cloud

	mu     sync.Mutex
	times  int      // requests or connections that still meet the fault; -1: all
	dialed []string // addresses, in order
	open   []net.Conn
}

// newEnv returns an environment without a fault, for a test in a bubble.
func newEnv(tb testing.TB, o simulator.Options) *env {
	tb.Helper()
	e := &env{hosts: make(map[string]func(*serverConn)), times: -1, clock: time.Now}
	o.Now = func() time.Time { return e.clock() }
	e.Simulator = servicestest.New(o)
	server := &http.Server{
		Handler: e, ErrorLog: log.New(io.Discard, "", 0), HTTP2: &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		TLSConfig: &tls.Config{Certificates: certificates.TLS.Certificates, NextProtos: []string{"h2"}},
	}
	unencrypted, secure := simulatortest.NewListener(), simulatortest.NewListener()
	go func() { _ = server.Serve(unencrypted) }()       // ends with the listener
	go func() { _ = server.ServeTLS(secure, "", "") }() // ends with the listener
	accept := func(l *simulatortest.Listener) func(*serverConn) {
		return func(conn *serverConn) { _ = l.Deliver(context.Background(), conn) } // fails at the end of the test
	}
	e.hosts[plainHost], e.hosts[tlsHost], e.hosts["127.0.0.2:443"] = accept(unencrypted), accept(secure), accept(secure)
	e.hosts[proxyHost] = func(conn *serverConn) {
		if readConnect(conn) {
			write(conn, []byte("HTTP/1.1 200 OK\r\n\r\n"))
			accept(secure)(conn)
		}
	}
	tb.Cleanup(func() {
		_ = server.Close()
		e.mu.Lock()
		for _, conn := range e.open {
			_ = conn.Close()
		}
		e.mu.Unlock()
		time.Sleep(time.Minute) // for responders that are still busy
	})
	return e
}

// readConnect reads the request of a client to its proxy.
func readConnect(conn net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(conn))
	return err == nil && r.Method == http.MethodConnect
}

// Dial connects as net.Dialer does.
func (e *env) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	e.mu.Lock()
	e.dialed = append(e.dialed, address)
	e.mu.Unlock()
	accept, err := e.hosts[address], error(nil)
	switch {
	case accept == nil:
		err = &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}
	case e.dialing != nil:
		err = e.dialing(ctx)
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	client, clientPeer := net.Pipe()
	server, serverPeer := net.Pipe()
	pump(clientPeer, serverPeer)
	pump(serverPeer, clientPeer)
	conn := &serverConn{Conn: server}
	e.mu.Lock()
	e.open = append(e.open, server)
	e.mu.Unlock()
	go accept(conn)
	return &clientConn{Conn: client, reset: &conn.reset}, nil
}

// pump copies what comes from one connection to another one. Unlike on that of net.Pipe, what is written need not be read yet.
func pump(from, to net.Conn) {
	chunks := make(chan []byte, 64)
	go func() {
		defer close(chunks)
		for {
			chunk := make([]byte, 1<<13)
			n, err := from.Read(chunk)
			if err != nil {
				return
			}
			chunks <- chunk[:n]
		}
	}()
	go func() {
		for chunk := range chunks {
			_, _ = to.Write(chunk) // nobody may read any more
		}
		_ = to.Close()
	}()
}

// serverConn is the server's end of a connection.
type serverConn struct {
	net.Conn
	reset atomic.Bool
}

// Reset closes the connection. The client reads what was sent before, and then gets a reset.
func (c *serverConn) Reset() {
	c.reset.Store(true)
	_ = c.Close()
}

// clientConn is the client's end of a connection.
type clientConn struct {
	net.Conn
	reset *atomic.Bool
}

func (c *clientConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if errors.Is(err, io.EOF) && c.reset.Load() {
		err = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return n, err
}

// ServeHTTP answers a request with the fault, or as the simulated cloud does.
func (e *env) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e.respond == nil || !e.meet() {
		e.Simulator.ServeHTTP(w, r)
		return
	}
	healthy := httptest.NewRecorder()
	e.Simulator.ServeHTTP(healthy, r)
	e.respond(w, healthy)
}

// meet reports whether a request or a connection meets the fault, and counts it.
func (e *env) meet() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.times == 0 {
		return false
	}
	e.times--
	return true
}

// over reports whether the fault is over.
func (e *env) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.times == 0
}

// configured returns the provider in an environment, with the settings for an address of the cloud and some others.
func configured(tb testing.TB, e *env, address string, others map[string]any) *plugintest.Plugin {
	tb.Helper()
	settings := servicestest.Block(address)
	delete(settings, "max_retries") // the default
	settings["access_key"], settings["secret_key"], settings["security_token"] = options.AccessKey, options.SecretKey, options.SecurityToken
	if address != plain {
		settings["cacert_file"] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificates.Certificate().Raw}))
	}
	maps.Copy(settings, others)
	p := newPlugin(tb, e)
	if r := p.Configure(settings); len(r.Diagnostics) > 0 {
		tb.Fatalf("the provider cannot be configured: %s%s", r.Errors(), r.Warnings())
	}
	return p
}

// newPlugin returns the provider in an environment, not yet configured.
func newPlugin(tb testing.TB, e *env) *plugintest.Plugin {
	tb.Helper()
	return plugintest.New(tb, providerserver.NewProtocol6(provider.NewOver("test", e.Dial)())())
}

// with answers with a status, a body and headers, given by name and value.
func with(status int, body string, header ...string) responder {
	return func(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
		for i := 0; i < len(header); i += 2 {
			healthy.Header().Set(header[i], header[i+1])
		}
		healthy.Code, healthy.Body = status, bytes.NewBufferString(body)
		forward(w, healthy)
	}
}

// changed answers with the healthy answer, after a function has changed it.
func changed(change func(header http.Header, body []byte) []byte) responder {
	return func(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
		healthy.Body = bytes.NewBuffer(change(healthy.Header(), healthy.Body.Bytes()))
		forward(w, healthy)
	}
}

// forward sends an answer as it is.
func forward(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	write(w, answer.Body.Bytes())
}

// write writes to a client that may be gone.
func write(w io.Writer, parts ...[]byte) { _, _ = w.Write(bytes.Join(parts, nil)) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}
