package faultmatrix

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"

	"google.golang.org/grpc/test/bufconn"
)

// A network is one in memory, so that time can be fake: it has no addresses but those of its hosts.
type network struct {
	mu     sync.Mutex
	hosts  map[string]func(net.Conn)   // what takes a connection, by address
	open   []net.Conn                  // the servers' ends of all connections
	dialed []string                    // addresses, in order
	weary  func(context.Context) error // what a connection meets, if it fails; may be nil
}

// Dial connects as net.Dialer does.
func (n *network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dialed = append(n.dialed, address)
	host, weary := n.hosts[address], n.weary
	n.mu.Unlock()
	if weary != nil {
		if err := weary(ctx); err != nil {
			return nil, err
		}
	}
	if host == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}}
	}
	pair := bufconn.Listen(1 << 18)
	accepted := make(chan net.Conn, 1)
	go func() {
		if conn, err := pair.Accept(); err == nil { // else it was given up
			accepted <- conn
		}
	}()
	conn, err := pair.DialContext(ctx)
	if err != nil {
		_ = pair.Close()
		return nil, err
	}
	client := &clientConn{Conn: conn, reset: make(chan struct{})}
	server := &serverConn{Conn: <-accepted, reset: sync.OnceFunc(func() { close(client.reset) })}
	n.mu.Lock()
	n.open = append(n.open, server)
	n.mu.Unlock()
	host(server)
	return client, nil
}

// Close ends all connections.
func (n *network) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, conn := range n.open {
		_ = conn.Close()
	}
}

// connections is how many there have been.
func (n *network) connections() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.dialed)
}

// clientConn is the client's end of a connection.
type clientConn struct {
	net.Conn
	reset chan struct{} // closed when the server resets the connection
}

func (c *clientConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return n, c.tell("read", err)
}

func (c *clientConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	return n, c.tell("write", err)
}

// tell makes of the end of a connection a reset, if it was one.
func (c *clientConn) tell(operation string, err error) error {
	select {
	case <-c.reset:
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			return &net.OpError{Op: operation, Net: "tcp", Err: syscall.ECONNRESET}
		}
	default:
	}
	return err
}

// serverConn is the server's end of a connection.
type serverConn struct {
	net.Conn
	reset func()
}

// Reset ends the connection, so that the client sees a reset behind what was sent.
func (c *serverConn) Reset() {
	c.reset()
	_ = c.Close()
}

// A listener hands connections to a server.
type listener struct {
	connections chan net.Conn
	closed      chan struct{}
	once        sync.Once
}

func newListener() *listener {
	return &listener{connections: make(chan net.Conn), closed: make(chan struct{})}
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
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

// take is the host that hands its connections to the listener.
func (l *listener) take(conn net.Conn) {
	select {
	case l.connections <- conn:
	case <-l.closed:
		_ = conn.Close()
	}
}
