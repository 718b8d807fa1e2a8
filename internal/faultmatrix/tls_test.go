package faultmatrix

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"time"
)

func tlsRows() []row {
	var all []row
	// A certificate that does not do is no better the next time.
	refused := func(name string, change func(*x509.Certificate), texts ...string) {
		all = append(all, row{
			group: "TLS", name: name, secure: true, want: final(texts...),
			install: func(w *world) {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.certificate = issue(change)
			},
		})
	}
	refused("certificate of another host", func(c *x509.Certificate) { c.IPAddresses = []net.IP{{192, 0, 2, 1}} }, "x509: certificate is valid for 192.0.2.1, not 127.0.0.1", "the certificate is not one of this address")
	refused("certificate that has expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }, "certificate has expired", "the certificate is not one of this address, or not valid now")
	refused("certificate that is not valid yet", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }, "not yet valid", "the certificate is not one of this address, or not valid now")
	refused("certificate for clients", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, "incompatible key usage", "Check endpoints.")
	all = append(all, row{
		group: "TLS", name: "unknown authority", secure: true, settings: map[string]any{"cacert_file": nil},
		want: final("certificate signed by unknown authority", "Set cacert_file"),
	})

	all = append(all, row{
		group: "TLS", name: "plain HTTP instead", secure: true, want: final("server gave HTTP response to HTTPS client", "does not speak HTTPS"),
		install: serving("443", func(conn *serverConn) {
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
		}),
	}, row{
		group: "TLS", name: "garbage instead", secure: true, want: final("first record does not look like a TLS handshake", "does not speak HTTPS"),
		install: serving("443", func(conn *serverConn) {
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n\x1b[31m")
		}),
	})
	add := func(name string, install func(*world), cost time.Duration, texts ...string) {
		all = append(all, lasting(row{group: "TLS", name: name, secure: true, install: install}, cost, texts...)...)
	}
	add("reset in the handshake", serving("443", func(conn *serverConn) {
		_, _ = conn.Read(make([]byte, 10))
		conn.Reset()
	}), 0, "connection reset by peer", "Check that this machine")
	add("closed in the handshake", serving("443", func(conn *serverConn) { _, _ = conn.Read(make([]byte, 10)) }), 0, "EOF", "Check that this machine")
	add("silent in the handshake", serving("443", func(conn *serverConn) { _, _ = io.Copy(io.Discard, conn) }), 10*time.Second, "TLS handshake timeout", "Check that this machine")
	add("handshake refused", serving("443", func(conn *serverConn) {
		_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*certificate()}, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}, MaxVersion: tls.VersionTLS12}).Handshake()
	}), 0, "tls: handshake failure", "Check that this machine")
	add("an old version of TLS", serving("443", func(conn *serverConn) {
		_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*certificate()}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}).Handshake()
	}), 0, "tls: ", "protocol version", "Check that this machine")
	add("client certificate demanded", serving("443", func(conn *serverConn) {
		server := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*certificate()}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13})
		if server.Handshake() != nil {
			_, _ = io.Copy(io.Discard, conn) // so that the alert arrives
		}
	}), 0, "tls: certificate required", "Check that this machine")
	return all
}
