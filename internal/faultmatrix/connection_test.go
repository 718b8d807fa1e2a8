package faultmatrix

import (
	"bytes"
	"context"
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

const (
	unreachable = "Check that this machine reaches the endpoint"
	requestID   = "0123456789abcdef"
)

// dialing returns a fault in which connections fail with an error.
func dialing(fail func(context.Context) error) func(*env, column) {
	return func(e *env, _ column) {
		e.dialFault = func(ctx context.Context) error {
			if !e.meet() {
				return nil
			}
			return fail(ctx)
		}
	}
}

// dialError returns the error of net.Dialer for a cause.
func dialError(cause error) func(context.Context) error {
	return func(context.Context) error { return &net.OpError{Op: "dial", Net: "tcp", Err: cause} }
}

// serving returns a fault in which another server answers at a port of the cloud.
func serving(port string, serve func(*serverConn)) func(*env, column) {
	return func(e *env, _ column) {
		address := host + ":" + port
		accept := e.hosts[address]
		e.hosts[address] = func(conn *serverConn) {
			if !e.meet() {
				accept(conn)
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // in memory
				serve(conn)
			}()
		}
	}
}

// http1 answers through a function that writes the head and the body of the healthy answer, or something else, to the
// connection, which is closed after that.
func http1(send func(conn *serverConn, head, body []byte)) responder {
	return func(w http.ResponseWriter, _ *http.Request, healthy *httptest.ResponseRecorder) {
		conn, _, err := http.NewResponseController(w).Hijack()
		must(err)
		defer conn.Close() //nolint:errcheck // in memory
		head := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: %s\r\nContent-Length: %d\r\n\r\n",
			requestID, healthy.Body.Len())
		send(conn.(*serverConn), head, healthy.Body.Bytes())
	}
}

// hang keeps a connection open until the client closes it.
func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// writeSlowly writes some bytes at a time.
func writeSlowly(conn net.Conn, b []byte, size int, interval time.Duration) {
	for part := range slices.Chunk(b, size) {
		if _, err := conn.Write(part); err != nil {
			return
		}
		time.Sleep(interval)
	}
}

func connectionRows() []row {
	const group = "connection"
	var rows []row
	fails := func(name string, fault func(*env, column), each time.Duration, texts ...string) {
		rows = append(rows, transient(row{group: group, name: name, fault: fault}, each, texts...)...)
	}
	fails("refused", dialing(dialError(os.NewSyscallError("connect", syscall.ECONNREFUSED))), 0,
		"dial tcp: connect: connection refused", unreachable)
	fails("no route", dialing(dialError(os.NewSyscallError("connect", syscall.EHOSTUNREACH))), 0,
		"dial tcp: connect: no route to host", unreachable)
	fails("no answer", dialing(func(ctx context.Context) error {
		<-ctx.Done()
		return dialError(os.ErrDeadlineExceeded)(ctx)
	}), 10*time.Second, "dial tcp: i/o timeout", unreachable)
	fails("name server fails", dialing(dialError(&net.DNSError{Err: "server misbehaving", Name: host, IsTemporary: true})), 0,
		"lookup 127.0.0.1: server misbehaving", "Check the region")
	rows = append(rows, row{
		group: group, name: "unknown host",
		fault: dialing(dialError(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})),
		want:  expectError("no such host", "Check the region, the cloud's DNS suffix (cloud), and endpoints."),
	})

	for _, end := range []struct {
		name, text string
		close      func(*serverConn)
	}{
		{name: "reset", text: "connection reset by peer", close: (*serverConn).Reset},
		{name: "closed", text: "EOF", close: func(conn *serverConn) { _ = conn.Close() }},
	} {
		fails(end.name+" after it is accepted", serving("80", end.close), 0, "http://127.0.0.1", unreachable)
		fails(end.name+" before the headers", answering(http1(func(conn *serverConn, _, _ []byte) { end.close(conn) })), 0,
			end.text, unreachable)
		fails(end.name+" in the headers", answering(http1(func(conn *serverConn, head, _ []byte) {
			line, _, _ := bytes.Cut(head, []byte("X-"))
			write(conn, line)
			end.close(conn)
		})), 0, end.text, unreachable)
		fails(end.name+" before the body", answering(http1(func(conn *serverConn, head, _ []byte) {
			write(conn, head)
			end.close(conn)
		})), 0, "the answer broke off after 0 bytes", end.text, "equest ID", requestID, unreachable)
		fails(end.name+" in the body", answering(http1(func(conn *serverConn, head, body []byte) {
			write(conn, head, body[:len(body)/2])
			end.close(conn)
		})), 0, "the answer broke off after ", end.text, "equest ID", requestID, unreachable)
	}

	fails("silent before the headers", answering(http1(func(conn *serverConn, _, _ []byte) { hang(conn) })), 30*time.Second,
		"timeout awaiting response headers", unreachable)
	fails("silent in the body", answering(http1(func(conn *serverConn, head, body []byte) {
		write(conn, head, body[:len(body)/2])
		hang(conn)
	})), time.Minute, "did not arrive whole within 1m0s", "equest ID", requestID, unreachable)
	fails("headers too slow", answering(http1(func(conn *serverConn, head, _ []byte) {
		writeSlowly(conn, head, 1, time.Second)
	})), 30*time.Second, "timeout awaiting response headers", unreachable)
	fails("body too slow", answering(http1(func(conn *serverConn, head, body []byte) {
		write(conn, head)
		writeSlowly(conn, body, 1, time.Second)
	})), time.Minute, "did not arrive whole within 1m0s", unreachable)

	return append(rows,
		row{group: group, name: "healthy", want: expectValue(0)},
		row{group: group, name: "slow", want: expectSlowValue, fault: answering(http1(func(conn *serverConn, head, body []byte) {
			write(conn, head)
			writeSlowly(conn, body, len(body)/20, 400*time.Millisecond)
		}))},
		row{group: group, name: "closed after each answer", want: expectReconnects,
			fault: answering(http1(func(conn *serverConn, head, body []byte) { write(conn, head, body) }))},
		row{group: group, name: "reset after each answer", want: expectReconnects,
			fault: answering(http1(func(conn *serverConn, head, body []byte) {
				write(conn, head, body)
				conn.Reset()
			}))},
		row{group: group, name: "closed after each answer, which announces it", want: expectReconnects,
			fault: answering(changed(func(header http.Header, body []byte) []byte {
				header.Set("Connection", "close")
				return body
			}))},
		row{group: group, name: "closed when it is used again", columns: waiting, want: expectResends, fault: closedOnReuse},
	)
}

// expectSlowValue expects the value from a connection that needs eight seconds for an answer, and is closed then.
func expectSlowValue(c column) expectation {
	e := expectValue(9 * time.Second)(c)
	e.connections = e.requests
	return e
}

// closedOnReuse is a fault in which each connection serves one request, and is closed instead of an answer to the second one.
func closedOnReuse(e *env, _ column) {
	served := make(map[int]bool) // by the number of the connection
	e.respond = func(w http.ResponseWriter, _ *http.Request, healthy *httptest.ResponseRecorder) {
		n := len(e.connections())
		e.mu.Lock()
		again := served[n]
		served[n] = true
		e.mu.Unlock()
		if again {
			panic(http.ErrAbortHandler)
		}
		forward(w, healthy)
	}
}

// expectResends expects that the request is sent again on another connection.
func expectResends(c column) expectation {
	e := expectReconnects(c)
	e.requests *= 2
	return e
}
