package faultmatrix

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Secrets that are easily found wherever they should not be.
var marked = simulator.Options{
	AccessKey:     "MARKEDACCESSKEY7d1f",
	SecretKey:     "MARKED/SECRET+KEY-41ae<&>=",
	SecurityToken: "MARKED-SECURITY/TOKEN+9a1c==",
	Token:         "MARKED-TOKEN/c03b+==",
}

const (
	host      = "127.0.0.1"      // for which no encryption is asked, and nothing real
	elsewhere = "elsewhere.test" // nobody configured it
)

// A behavior answers a request in place of the simulated cloud, whose answer it is given.
type behavior func(w http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder)

// A world is a simulated cloud on a network in memory.
type world struct {
	*network
	*simulator.Simulator
	servers []*http.Server

	mu          sync.Mutex
	certificate *tls.Certificate // of the cloud
	meets       string           // only requests whose path contains this meet the fault; empty: all
	fault       behavior         // nil: none
	limited     bool             // whether only so many meet it
	times       int              // how many still do
	jumpAt      time.Time        // when the cloud's clock jumps; zero: never
	jumpBy      time.Duration    // how far
	requests    []*http.Request
	strayed     []string // what was sent elsewhere
}

// newWorld makes a world in which all is well.
func newWorld(tb testing.TB, o simulator.Options, change ...func(*http.Server)) *world {
	tb.Helper()
	w := &world{network: &network{hosts: make(map[string]func(net.Conn))}, certificate: certificate()}
	o.Now = w.now
	w.Simulator = simulator.New(o)
	for address, secure := range map[string]bool{host + ":80": false, host + ":443": true} {
		l := newListener()
		server := &http.Server{Handler: w, ErrorLog: log.New(io.Discard, "", 0)}
		for _, c := range change {
			c(server)
		}
		w.servers = append(w.servers, server)
		w.hosts[address] = l.take
		if secure {
			server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				return w.certificate, nil
			}}
			go func() { _ = server.ServeTLS(l, "", "") }() // ends when it is closed
		} else {
			go func() { _ = server.Serve(l) }() // ends when it is closed
		}
	}
	for _, address := range []string{elsewhere + ":80", elsewhere + ":443"} {
		w.hosts[address] = w.stray
	}
	tb.Cleanup(func() {
		for _, server := range w.servers {
			_ = server.Close()
		}
		w.Close()
	})
	return w
}

// now is what the cloud's clock shows.
func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if !w.jumpAt.IsZero() && !now.Before(w.jumpAt) {
		now = now.Add(w.jumpBy)
	}
	return now
}

// jump makes the cloud's clock jump after a while.
func (w *world) jump(after, by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jumpAt, w.jumpBy = time.Now().Add(after), by
}

// stray notes what is sent where nothing should be.
func (w *world) stray(conn net.Conn) {
	go func() {
		defer conn.Close() //nolint:errcheck // in memory
		must(conn.SetReadDeadline(time.Now().Add(time.Second)))
		sent, _ := io.ReadAll(conn)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.strayed = append(w.strayed, string(sent))
	}()
}

// ServeHTTP lets the request meet the fault, if there is one for it.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.requests = append(w.requests, r)
	fault := w.fault
	w.mu.Unlock()
	if fault == nil || !strings.Contains(r.URL.Path, w.meets) || !w.meet() {
		w.Simulator.ServeHTTP(rw, r)
		return
	}
	body, _ := io.ReadAll(r.Body) // in memory; what is missing makes it invalid
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	w.Simulator.ServeHTTP(answer, r)
	r.Body = io.NopCloser(bytes.NewReader(body))
	fault(rw, r, answer)
}

// meet reports whether a request, stream or connection meets the fault, and counts it.
func (w *world) meet() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limited && w.times == 0 {
		return false
	}
	w.times--
	return true
}

// over reports whether nobody meets the fault any more.
func (w *world) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.limited && w.times == 0
}

// asked returns the requests so far.
func (w *world) asked() []*http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]*http.Request(nil), w.requests...)
}

// forget forgets the requests so far.
func (w *world) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = nil
}

// endpoints are those of the simulated cloud.
func endpoints(scheme string) map[string]any {
	all := make(map[string]any)
	for _, service := range cloud.Services {
		all[string(service)] = scheme + "://" + host + "/" + string(service)
	}
	return all
}

// authority signs certificates in this process.
var authority = sync.OnceValue(func() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2990, 1, 1, 0, 0, 0, 0, time.UTC), KeyUsage: x509.KeyUsageCertSign,
	}
})

var authorityKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
})

// authorityPEM is the certificate of the authority, for cacert_file.
var authorityPEM = sync.OnceValue(func() string {
	der, err := x509.CreateCertificate(rand.Reader, authority(), authority(), authorityKey().Public(), authorityKey())
	must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
})

// issue makes a certificate for a host, changed by those who want another one.
func issue(change func(*x509.Certificate)) *tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, IPAddresses: []net.IP{net.ParseIP(host)},
		NotBefore: authority().NotBefore, NotAfter: authority().NotAfter, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	der, err := x509.CreateCertificate(rand.Reader, template, authority(), key.Public(), authorityKey())
	must(err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// certificate is that of the simulated cloud.
var certificate = sync.OnceValue(func() *tls.Certificate { return issue(nil) })
