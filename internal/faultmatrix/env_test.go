package faultmatrix

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// TestMain keeps the user's settings away from the tests.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // as the provider does
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if regexp.MustCompile(`(?i)^(HW|OS)_|_PROXY$`).MatchString(name) {
			must(os.Unsetenv(name))
		}
	}
	must(os.Setenv("HTTPS_PROXY", "http://"+proxyHost+":3128")) // never used for the loopback address that most rows have
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

const (
	host      = "127.0.0.1"      // of the cloud: a loopback address, for which the provider takes http too
	namedHost = "cloud.test"     // of the cloud behind the proxy
	proxyHost = "proxy.test"     // of the proxy
	otherHost = "elsewhere.test" // where nothing must be sent
)

// A responder answers a request. It is passed the answer that the simulated cloud would have given.
type responder func(w http.ResponseWriter, r *http.Request, healthy *httptest.ResponseRecorder)

// An env is the environment of a provider: a simulated cloud on a network in memory, and a fault.
type env struct {
	*network
	*simulator.Simulator

	mu          sync.Mutex
	certificate *tls.Certificate // of the cloud
	respond     responder        // answers the requests that meet the fault; nil: the simulated cloud does
	times       int              // requests or connections that still meet the fault; -1: all
	clockShift  func() time.Duration
	requests    []*http.Request
	misdirected []string // sent to otherHost
}

// newEnv returns an environment without a fault.
func newEnv(tb testing.TB, o simulator.Options, change ...func(*http.Server)) *env {
	tb.Helper()
	e := &env{network: &network{hosts: make(map[string]func(*serverConn))}, certificate: certificate(), times: -1}
	o.Now = e.now
	e.Simulator = simulator.New(o)
	for _, address := range []string{host + ":80", host + ":443"} {
		l := newListener()
		server := &http.Server{Handler: e, ErrorLog: log.New(io.Discard, "", 0)}
		for _, c := range change {
			c(server)
		}
		e.hosts[address] = l.accept
		if address == host+":443" {
			server.TLSConfig = &tls.Config{GetCertificate: e.getCertificate, MinVersion: tls.VersionTLS12}
			go func() { _ = server.ServeTLS(l, "", "") }() // ends when the server is closed
		} else {
			go func() { _ = server.Serve(l) }() // ends when the server is closed
		}
		tb.Cleanup(func() { _ = server.Close() })
	}
	e.hosts[otherHost+":80"], e.hosts[otherHost+":443"] = e.misdirect, e.misdirect
	return e
}

// now returns the time of the cloud's clock.
func (e *env) now() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.clockShift == nil {
		return time.Now()
	}
	return time.Now().Add(e.clockShift())
}

func (e *env) getCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.certificate, nil
}

// misdirect records what is sent to a host that nothing must be sent to.
func (e *env) misdirect(conn *serverConn) {
	go func() {
		defer conn.Close() //nolint:errcheck // in memory
		must(conn.SetReadDeadline(time.Now().Add(time.Second)))
		sent, _ := io.ReadAll(conn)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.misdirected = append(e.misdirected, string(sent))
	}()
}

// ServeHTTP answers a request with the fault, or as the simulated cloud does.
func (e *env) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	e.requests = append(e.requests, r)
	respond := e.respond
	e.mu.Unlock()
	if respond == nil || !e.meet() {
		e.Simulator.ServeHTTP(w, r)
		return
	}
	healthy := httptest.NewRecorder()
	e.Simulator.ServeHTTP(healthy, r)
	respond(w, r, healthy)
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

// received returns the requests so far.
func (e *env) received() []*http.Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.requests)
}

// settings returns a provider block for the simulated cloud at an address such as "http://127.0.0.1".
func settings(address string) map[string]any {
	endpoints := make(map[string]any)
	for _, service := range cloud.Services {
		endpoints[string(service)] = address + "/" + string(service)
	}
	all := map[string]any{
		"region": region, "project_id": project, "endpoints": endpoints,
		"access_key": options.AccessKey, "secret_key": options.SecretKey, "security_token": options.SecurityToken,
	}
	if strings.HasPrefix(address, "https:") {
		all["cacert_file"] = authorityPEM()
	}
	return all
}

// newPlugin returns the provider on a network, not yet configured.
func newPlugin(tb testing.TB, n *network) *plugintest.Plugin {
	tb.Helper()
	return plugintest.New(tb, providerserver.NewProtocol6(provider.NewOver("test", n.Dial)())())
}

// configured returns the provider on a network with settings.
func configured(tb testing.TB, n *network, settings map[string]any) *plugintest.Plugin {
	tb.Helper()
	p := newPlugin(tb, n)
	if r := p.Configure(settings); len(r.Diagnostics) > 0 {
		tb.Fatalf("the provider cannot be configured: %s%s", r.Errors(), r.Warnings())
	}
	return p
}

// with answers with a status, a body and headers, given by name and value.
func with(status int, body string, header ...string) responder {
	return func(w http.ResponseWriter, _ *http.Request, healthy *httptest.ResponseRecorder) {
		w.Header().Set("X-Request-Id", healthy.Header().Get("X-Request-Id"))
		w.Header().Set("Date", healthy.Header().Get("Date"))
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that is gone does not matter
	}
}

// changed answers with the healthy answer, after a function has changed it.
func changed(change func(header http.Header, body []byte) []byte) responder {
	return func(w http.ResponseWriter, _ *http.Request, healthy *httptest.ResponseRecorder) {
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
	_, _ = w.Write(answer.Body.Bytes()) // a client that is gone does not matter
}

// write writes to a client that may be gone.
func write(conn net.Conn, parts ...[]byte) {
	for _, part := range parts {
		if _, err := conn.Write(part); err != nil {
			return
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
