package faultmatrix

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"sync"
	"time"
)

// authority signs the certificates of the tests.
var authority = &x509.Certificate{
	SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
	NotBefore: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2990, 1, 1, 0, 0, 0, 0, time.UTC),
	KeyUsage: x509.KeyUsageCertSign,
}

var authorityKey = sync.OnceValue(newKey)

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

// authorityPEM returns the certificate of the authority, for cacert_file.
var authorityPEM = sync.OnceValue(func() string {
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey().Public(), authorityKey())
	must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
})

// certificate returns the certificate of the simulated cloud.
var certificate = sync.OnceValue(func() *tls.Certificate { return issue(func(*x509.Certificate) {}) })

// issue returns a certificate like that of the simulated cloud, after a function has changed it.
func issue(change func(*x509.Certificate)) *tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host},
		IPAddresses: []net.IP{net.ParseIP(host)}, DNSNames: []string{namedHost},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	change(template)
	key := newKey()
	der, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), authorityKey())
	must(err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// handshaking returns a fault in which the cloud has another TLS configuration.
func handshaking(config *tls.Config) func(*env, column) {
	return serving("443", func(conn *serverConn) {
		config := config.Clone()
		config.Certificates = []tls.Certificate{*certificate()}
		if tls.Server(conn, config).Handshake() != nil {
			hang(conn) // so that the alert arrives
		}
	})
}

func tlsRows() []row {
	const group, address = "TLS", "https://" + host
	var rows []row
	// A certificate that is not valid now is not retried.
	invalid := func(name string, change func(*x509.Certificate), texts ...string) {
		rows = append(rows, row{
			group: group, name: "certificate " + name, address: address,
			fault: func(e *env, _ column) { e.certificate = issue(change) },
			want:  expectError(texts...),
		})
	}
	const check = "the certificate is not one of this address, or not valid now"
	invalid("of another host", func(c *x509.Certificate) { c.IPAddresses = []net.IP{{192, 0, 2, 1}} },
		"x509: certificate is valid for 192.0.2.1, not 127.0.0.1", check)
	invalid("expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }, "certificate has expired", check)
	invalid("not valid yet", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }, "not yet valid", check)
	invalid("for clients", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} },
		"incompatible key usage", check)
	rows = append(rows, row{
		group: group, name: "certificate of an unknown authority", address: address, settings: map[string]any{"cacert_file": nil},
		want: expectError("certificate signed by unknown authority", "Set cacert_file"),
	}, row{
		group: group, name: "plain HTTP", address: address,
		fault: serving("443", func(conn *serverConn) {
			_, _ = conn.Read(make([]byte, 1024))
			write(conn, []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
		}),
		want: expectError("server gave HTTP response to HTTPS client", "does not speak HTTPS"),
	}, row{
		group: group, name: "no TLS", address: address,
		fault: serving("443", func(conn *serverConn) {
			_, _ = conn.Read(make([]byte, 1024))
			write(conn, []byte("SSH-2.0-OpenSSH_9.6\r\n\x1b[31m"))
		}),
		want: expectError("first record does not look like a TLS handshake", "does not speak HTTPS"),
	})

	fails := func(name string, fault func(*env, column), each time.Duration, texts ...string) {
		rows = append(rows, transient(row{group: group, name: name, address: address, fault: fault}, each, append(texts, unreachable)...)...)
	}
	fails("reset in the handshake", serving("443", func(conn *serverConn) {
		_, _ = conn.Read(make([]byte, 10))
		conn.Reset()
	}), 0, "connection reset by peer")
	fails("closed in the handshake", serving("443", func(conn *serverConn) { _, _ = conn.Read(make([]byte, 10)) }), 0, "EOF")
	fails("silent in the handshake", serving("443", func(conn *serverConn) { _, _ = io.Copy(io.Discard, conn) }), 10*time.Second,
		"TLS handshake timeout")
	fails("no common cipher suite", handshaking(&tls.Config{
		CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}, MaxVersion: tls.VersionTLS12,
	}), 0, "tls: handshake failure")
	fails("old version", handshaking(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), 0,
		"tls: ", "protocol version")
	fails("client certificate required", handshaking(&tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}), 0,
		"tls: certificate required")
	return append(rows, row{group: group, name: "healthy", address: address, want: expectValue(0)})
}
