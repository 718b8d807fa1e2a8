package faultmatrix

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"syscall"
	"time"
)

// wearing makes connections fail: all, or the first few.
func wearing(fail func(context.Context) error) func(*world) {
	return func(w *world) {
		w.weary = func(ctx context.Context) error {
			if !w.meet() {
				return nil
			}
			return fail(ctx)
		}
	}
}

// serving puts another server on a port of the cloud: for good, or for the first few connections.
func serving(port string, serve func(*serverConn)) func(*world) {
	return func(w *world) {
		address := host + ":" + port
		usual := w.hosts[address]
		w.hosts[address] = func(conn net.Conn) {
			if !w.meet() {
				usual(conn)
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // in memory
				serve(conn.(*serverConn))
			}()
		}
	}
}

// hijacked sends parts of an answer in HTTP/1.1 by hand. What the function returns tells whether the connection is reset.
func hijacked(send func(conn net.Conn, head, body []byte) (reset bool)) behavior {
	return func(w http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
		conn, _, err := http.NewResponseController(w).Hijack()
		must(err)
		defer conn.Close() //nolint:errcheck // in memory
		head := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: 0123456789abcdef\r\nContent-Length: %d\r\n\r\n", answer.Body.Len())
		if send(conn, head, answer.Body.Bytes()) {
			conn.(*serverConn).Reset()
		}
	}
}

// write writes what the client may not read any more.
func write(conn net.Conn, parts ...[]byte) {
	for _, part := range parts {
		if _, err := conn.Write(part); err != nil {
			return
		}
	}
}

// hang waits until the client is gone.
func hang(conn net.Conn) {
	_, _ = conn.Read(make([]byte, 1))
}

// drip writes so many bytes at a time.
func drip(conn net.Conn, b []byte, size int, every time.Duration) {
	for part := range slices.Chunk(b, size) {
		if _, err := conn.Write(part); err != nil {
			return
		}
		<-time.After(every)
	}
}

func connectionRows() []row {
	var all []row
	add := func(name string, install func(*world), cost time.Duration, texts ...string) {
		all = append(all, lasting(row{group: "connection", name: name, install: install}, cost, texts...)...)
	}
	dial := func(err error) func(context.Context) error {
		return func(context.Context) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	}
	add("refused", wearing(dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))), 0, "dial tcp: connect: connection refused", "Check that this machine reaches the endpoint")
	add("no route", wearing(dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH))), 0, "dial tcp: connect: no route to host", "Check that this machine reaches the endpoint")
	add("no answer to SYN", wearing(func(ctx context.Context) error {
		<-ctx.Done()
		return dial(os.ErrDeadlineExceeded)(ctx)
	}), 10*time.Second, "dial tcp: i/o timeout", "Check that this machine reaches the endpoint")
	add("DNS does not answer", wearing(dial(&net.DNSError{Err: "server misbehaving", Name: host, IsTemporary: true})), 0, "lookup 127.0.0.1: server misbehaving", "Check the region")
	all = append(all, row{
		group: "connection", name: "unknown host", install: wearing(dial(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})),
		want: final("no such host", "Check the region, the cloud's DNS suffix (cloud), and endpoints."),
	})
	add("reset when accepted", serving("80", func(conn *serverConn) { conn.Reset() }), 0, "connection reset by peer", "Check that this machine reaches the endpoint")
	add("closed when accepted", serving("80", func(conn *serverConn) { _ = conn.Close() }), 0, "http://127.0.0.1", "Check that this machine reaches the endpoint")

	for how, reset := range map[string]bool{"reset": true, "closed": false} {
		why := map[bool]string{true: "connection reset by peer", false: "EOF"}[reset]
		add(how+" before the headers", answering(hijacked(func(net.Conn, []byte, []byte) bool { return reset })), 0, why, "Check that this machine")
		add(how+" in the headers", answering(hijacked(func(conn net.Conn, head, _ []byte) bool {
			line, _, _ := bytes.Cut(head, []byte("X-"))
			write(conn, line)
			return reset
		})), 0, why, "Check that this machine")
		add(how+" in a header", answering(hijacked(func(conn net.Conn, head, _ []byte) bool {
			write(conn, head[:len(head)/2])
			return reset
		})), 0, "transport connection broken", "Check that this machine")
		add(how+" before the body", answering(hijacked(func(conn net.Conn, head, _ []byte) bool {
			write(conn, head)
			return reset
		})), 0, "the answer broke off after 0 bytes", why, "equest ID", "0123456789abcdef", "Check that this machine")
		add(how+" in the body", answering(hijacked(func(conn net.Conn, head, body []byte) bool {
			write(conn, head, body[:len(body)/2])
			return reset
		})), 0, "the answer broke off after ", why, "equest ID", "0123456789abcdef", "Check that this machine")
	}
	add("silent before the headers", answering(hijacked(func(conn net.Conn, _, _ []byte) bool {
		hang(conn)
		return false
	})), 30*time.Second, "timeout awaiting response headers", "Check that this machine")
	add("silent after the headers", answering(hijacked(func(conn net.Conn, head, _ []byte) bool {
		write(conn, head)
		hang(conn)
		return false
	})), 60*time.Second, "did not arrive whole within 1m0s", "equest ID", "0123456789abcdef", "Check that this machine")
	add("silent in the body", answering(hijacked(func(conn net.Conn, head, body []byte) bool {
		write(conn, head, body[:len(body)/2])
		hang(conn)
		return false
	})), 60*time.Second, "did not arrive whole within 1m0s", "equest ID", "0123456789abcdef", "Check that this machine")
	add("headers that drip", answering(hijacked(func(conn net.Conn, head, _ []byte) bool {
		drip(conn, head, 1, time.Second)
		return false
	})), 30*time.Second, "timeout awaiting response headers", "Check that this machine")
	add("a body that drips", answering(hijacked(func(conn net.Conn, head, body []byte) bool {
		write(conn, head)
		drip(conn, body, 1, time.Second)
		return false
	})), 60*time.Second, "did not arrive whole within 1m0s", "Check that this machine")
	all = append(all,
		row{group: "connection", name: "a body that drips, but comes", want: harmless(10 * time.Second), install: answering(hijacked(func(conn net.Conn, head, body []byte) bool {
			write(conn, head)
			drip(conn, body, len(body)/20, 400*time.Millisecond)
			return false
		}))},
		row{group: "connection", name: "closed after each answer, without a word", only: waiting, want: harmless(0), install: answering(hijacked(func(conn net.Conn, head, body []byte) bool {
			write(conn, head, body)
			return false
		}))},
		row{group: "connection", name: "reset after each answer", only: waiting, want: harmless(0), install: answering(hijacked(func(conn net.Conn, head, body []byte) bool {
			write(conn, head, body)
			return true
		}))},
		row{group: "connection", name: "closed when it is used again", only: waiting, want: harmless(0), install: func(w *world) {
			served := make(map[int]bool)
			w.fault = func(rw http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
				w.mu.Lock()
				again := served[w.connections()]
				served[w.connections()] = true
				w.mu.Unlock()
				if again {
					panic(http.ErrAbortHandler)
				}
				relay(rw, answer)
			}
		}},
		row{group: "connection", name: "closed as announced", only: waiting, want: harmless(0), install: answering(func(rw http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
			rw.Header().Set("Connection", "close")
			relay(rw, answer)
		})},
	)
	return all
}

// waiting are the columns that send more than one request.
func waiting(c column) bool { return c.waits }

// relay sends an answer as it is.
func relay(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a client that is gone does not matter
}
