package simulatortest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Address is a URL for handlers that Dial serves. The provider accepts http for loopback addresses.
const Address = "http://127.0.0.1"

// Dial serves a handler over connections in memory until the test ends, and returns the function that opens them, for
// any address. Unlike sockets they can be used in a testing/synctest bubble.
func Dial(tb testing.TB, handler http.Handler) cloud.Dial {
	tb.Helper()
	l := &listener{connections: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)} //nolint:gosec // no slow clients in memory
	served := make(chan struct{})
	go func() {
		_ = server.Serve(l) // returns when the server is closed
		close(served)
	}()
	tb.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		select {
		case l.connections <- theirs:
			return ours, nil
		case <-l.closed:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// A listener accepts connections in memory.
type listener struct {
	connections chan net.Conn
	closed      chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.connections:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	close(l.closed) // http.Server closes a listener once
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
