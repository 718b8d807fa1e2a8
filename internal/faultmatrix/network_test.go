package faultmatrix

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// A network is a network in memory, so that time can be fake. Only its hosts have an address.
type network struct {
	mu        sync.Mutex
	hosts     map[string]func(*serverConn) // accept connections, by address
	open      []net.Conn                   // the servers' ends of all connections
	dialed    []string                     // addresses, in order
	dialFault func(context.Context) error  // its error is that of the connection; may be nil
}

// Dial connects as net.Dialer does.
func (n *network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dialed = append(n.dialed, address)
	accept, fault := n.hosts[address], n.dialFault
	n.mu.Unlock()
	if fault != nil {
		if err := fault(ctx); err != nil {
			return nil, err
		}
	}
	if accept == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}}
	}
	client := &clientConn{reset: make(chan struct{})}
	server := &serverConn{reset: sync.OnceFunc(func() { close(client.reset) })}
	client.Conn, server.Conn = bufferedPipe()
	n.mu.Lock()
	n.open = append(n.open, server)
	n.mu.Unlock()
	accept(server)
	return client, nil
}

// Close closes all connections.
func (n *network) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, conn := range n.open {
		_ = conn.Close()
	}
}

// connections returns the addresses of all connections so far.
func (n *network) connections() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.dialed...)
}

// bufferedPipe returns the two ends of a connection. Unlike that of net.Pipe alone, what is written to it need not be read yet.
func bufferedPipe() (client, server net.Conn) {
	client, clientPeer := net.Pipe()
	server, serverPeer := net.Pipe()
	go pump(clientPeer, serverPeer)
	go pump(serverPeer, clientPeer)
	return client, server
}

// pump copies all that comes from one connection to another one, and closes that at the end.
func pump(from, to net.Conn) {
	chunks := make(chan []byte, 64)
	go func() {
		defer to.Close() //nolint:errcheck // in memory
		var err error
		for chunk := range chunks {
			if err == nil { // else nobody reads any more
				_, err = to.Write(chunk)
			}
		}
	}()
	defer close(chunks)
	buffer := make([]byte, 1<<15)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			chunks <- bytes.Clone(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// clientConn is the client's end of a connection.
type clientConn struct {
	net.Conn
	reset chan struct{} // closed when the server resets the connection
}

func (c *clientConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return n, c.resetError("read", err)
}

func (c *clientConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	return n, c.resetError("write", err)
}

// resetError returns the error of a reset instead of that of a closed connection, if the server has reset it.
func (c *clientConn) resetError(operation string, err error) error {
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

// Reset closes the connection. The client reads what was sent before, and then gets a reset.
func (c *serverConn) Reset() {
	c.reset()
	_ = c.Close()
}

// A listener passes connections to an http.Server.
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

// accept is the host of a network that the listener listens on.
func (l *listener) accept(conn *serverConn) {
	select {
	case l.connections <- conn:
	case <-l.closed:
		_ = conn.Close()
	}
}
