package simulatortest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Address is a URL for handlers that Dial serves. The provider accepts http for loopback addresses.
const Address = "http://127.0.0.1"

// Dial serves a handler over connections in memory until the test ends, and returns the function that opens them, for
// any address. Unlike sockets they can be used in a testing/synctest bubble.
func Dial(tb testing.TB, handler http.Handler) cloud.Dial {
	tb.Helper()
	l := NewListener()
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
		return ours, l.Deliver(ctx, theirs)
	}
}

// A Listener accepts connections in memory.
type Listener struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

// NewListener returns a listener for the server's ends of connections that are passed to Deliver.
func NewListener() *Listener {
	l := &Listener{connections: make(chan net.Conn), closed: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.closed) })
	return l
}

// Deliver passes the server's end of a connection to Accept.
func (l *Listener) Deliver(ctx context.Context, conn net.Conn) error {
	select {
	case l.connections <- conn:
		return nil
	case <-l.closed:
		return net.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.connections:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *Listener) Close() error {
	l.close()
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
