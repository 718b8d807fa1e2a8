package faultmatrix

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"syscall"
	"time"
)

const requestID = "0123456789abcdef"

// dialing returns a fault in which connections fail with an error.
func dialing(fail func(context.Context) error) func(*env, column) {
	return func(e *env, _ column) {
		e.dialing = func(ctx context.Context) error {
			if !e.meet() {
				return nil
			}
			return fail(ctx)
		}
	}
}

func refuse(context.Context) error { return os.NewSyscallError("connect", syscall.ECONNREFUSED) }

// serving returns a fault in which another server answers at an address of the cloud or of the proxy.
func serving(address string, serve func(*serverConn)) func(*env, column) {
	return func(e *env, _ column) {
		accept := e.hosts[address]
		e.hosts[address] = func(conn *serverConn) {
			if !e.meet() {
				accept(conn)
				return
			}
			defer conn.Close() //nolint:errcheck // in memory
			serve(conn)
		}
	}
}

// http1 returns a fault in which a function writes the head and the body of the healthy answer, or something else, to the
// connection, which is closed after that.
func http1(send func(conn *serverConn, head, body []byte)) func(*env, column) {
	return answering(func(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
		conn, _, err := http.NewResponseController(w).Hijack()
		must(err)
		defer conn.Close() //nolint:errcheck // in memory
		head := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: %s\r\nContent-Length: %d\r\n\r\n",
			requestID, healthy.Body.Len())
		send(conn.(*serverConn), head, healthy.Body.Bytes())
	})
}

// hang keeps a connection open until the client closes it.
func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// writeSlowly writes some bytes at a time.
func writeSlowly(conn net.Conn, b []byte, size int, interval time.Duration) {
	for part := range slices.Chunk(b, size) {
		if _, err := conn.Write(part); err != nil {
			return // the client is gone
		}
		time.Sleep(interval)
	}
}

func connectionRows() []row {
	return []row{
		{name: "healthy", want: expectValue(0)},
		{
			name:  "unknown host",
			fault: dialing(func(context.Context) error { return &net.DNSError{Err: "no such host", IsNotFound: true} }),
			want:  expectError("no such host"),
		},
		transient("name server fails", dialing(func(context.Context) error {
			return &net.DNSError{Err: "server misbehaving", IsTemporary: true}
		}), 0, "server misbehaving"),
		transient("refused", dialing(refuse), 0, "dial tcp: connect: connection refused"),
		transient("no answer", dialing(func(ctx context.Context) error {
			<-ctx.Done()
			return os.ErrDeadlineExceeded
		}), 10*time.Second, "dial tcp: i/o timeout"),
		transient("reset after it is accepted", serving(plainHost, (*serverConn).Reset), 0),
		transient("closed before the headers", http1(func(*serverConn, []byte, []byte) {}), 0, "EOF"),
		transient("reset in the headers", http1(func(conn *serverConn, head, _ []byte) {
			line, _, _ := bytes.Cut(head, []byte("X-"))
			write(conn, line)
			conn.Reset()
		}), 0, "connection reset by peer"),
		transient("closed before the body", http1(func(conn *serverConn, head, _ []byte) { write(conn, head) }), 0,
			"the answer broke off after 0 bytes", "EOF", "equest ID", requestID),
		transient("reset in the body", http1(func(conn *serverConn, head, body []byte) {
			write(conn, head, body[:len(body)/2])
			conn.Reset()
		}), 0, "the answer broke off after ", "connection reset by peer", "equest ID", requestID),
		transient("silent before the headers", http1(func(conn *serverConn, _, _ []byte) { hang(conn) }), 30*time.Second,
			"timeout awaiting response headers"),
		transient("body too slow", http1(func(conn *serverConn, head, body []byte) {
			write(conn, head)
			writeSlowly(conn, body, 1, time.Second)
		}), time.Minute, "did not arrive whole within 1m0s", "equest ID", requestID),
		{
			name: "slow",
			fault: http1(func(conn *serverConn, head, body []byte) {
				write(conn, head)
				writeSlowly(conn, body, len(body)/20, 400*time.Millisecond)
			}),
			want: expectReconnects(9 * time.Second),
		},
		{
			name:  "closed after each answer",
			fault: http1(func(conn *serverConn, head, body []byte) { write(conn, head, body) }),
			want:  expectReconnects(0),
		},
		{name: "closed when it is used again", columns: waiting, fault: closedOnReuse, want: func(c column) expectation {
			e := expectReconnects(0)(c)
			e.requests *= 2 // since each is sent again on another connection
			return e
		}},
	}
}

// closedOnReuse is a fault in which each connection serves one request, and is closed instead of an answer to the second one.
func closedOnReuse(e *env, _ column) {
	served := make(map[int]bool) // by the number of the connection
	e.respond = func(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
		e.mu.Lock()
		n := len(e.dialed)
		again := served[n]
		served[n] = true
		e.mu.Unlock()
		if again {
			panic(http.ErrAbortHandler)
		}
		forward(w, healthy)
	}
}

// handshaking returns a fault in which the cloud has another TLS configuration.
func handshaking(config *tls.Config) func(*env, column) {
	config.Certificates = certificates.TLS.Certificates
	return serving(tlsHost, func(conn *serverConn) {
		if tls.Server(conn, config).Handshake() != nil {
			hang(conn) // so that the alert arrives
		}
	})
}

func tlsRows() []row {
	speaking := func(text string) func(*env, column) {
		return serving(tlsHost, func(conn *serverConn) {
			_, _ = conn.Read(make([]byte, 1024))
			write(conn, []byte(text))
		})
	}
	return []row{
		{name: "healthy", want: expectValue(0)},
		{name: "certificate of another host", address: uncertified, want: expectError("x509: certificate is valid for 127.0.0.1, ")},
		{
			name: "certificate of an unknown authority", settings: map[string]any{"cacert_file": nil},
			want: expectError("certificate signed by unknown authority", "Set cacert_file"),
		},
		{
			name: "plain HTTP", fault: speaking("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
			want: expectError("server gave HTTP response to HTTPS client"),
		},
		{
			name: "no TLS", fault: speaking("SSH-2.0-OpenSSH_9.6\r\n\x1b[31m"),
			want: expectError("first record does not look like a TLS handshake"),
		},
		transient("closed in the handshake", serving(tlsHost, func(conn *serverConn) { _, _ = conn.Read(make([]byte, 10)) }), 0, "EOF"),
		transient("silent in the handshake", serving(tlsHost, func(conn *serverConn) { hang(conn) }), 10*time.Second,
			"TLS handshake timeout"),
		transient("old version", handshaking(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), 0,
			"tls: ", "protocol version"),
		transient("client certificate required", handshaking(&tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}), 0,
			"tls: certificate required"),
	}
}

// proxyRows have faults of a proxy. The provider speaks TLS with the cloud behind it.
func proxyRows() []row {
	return []row{
		{name: "healthy", want: expectValue(0)},
		transient("refused", dialing(refuse), 0, "proxyconnect tcp: dial tcp: connect: connection refused"),
		transient("closed", serving(proxyHost, func(*serverConn) {}), 0),
		transient("silent", serving(proxyHost, func(conn *serverConn) { hang(conn) }), time.Minute),
		{
			name: "asks for a password",
			fault: serving(proxyHost, func(conn *serverConn) {
				readConnect(conn)
				write(conn, []byte("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
			}),
			want: func(c column) expectation {
				e := expectError("HTTP 407 Proxy Authentication Required", "Put user and password into the proxy variables")(c)
				e.requests = 0 // the cloud gets none
				return e
			},
		},
	}
}
