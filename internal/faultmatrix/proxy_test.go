package faultmatrix

import (
	"bufio"
	"net/http"
	"os"
	"syscall"
	"time"
)

// proxying returns a fault in which the provider reaches the cloud through a proxy, which serves a connection in another way.
func proxying(serve func(*serverConn)) func(*env, column) {
	return func(e *env, _ column) {
		e.hosts[proxyHost+":3128"] = func(conn *serverConn) {
			go func() {
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil { // CONNECT
					return
				}
				if serve != nil && e.meet() {
					defer conn.Close() //nolint:errcheck // in memory
					serve(conn)
					return
				}
				write(conn, []byte("HTTP/1.1 200 OK\r\n\r\n"))
				e.hosts[host+":443"](conn)
			}()
		}
	}
}

func proxyRows() []row {
	const group, address = "proxy", "https://" + namedHost
	var rows []row
	fails := func(name string, fault func(*env, column), each time.Duration, texts ...string) {
		rows = append(rows, transient(row{group: group, name: name, address: address, fault: fault}, each, texts...)...)
	}
	answers := func(text string) func(*env, column) {
		return proxying(func(conn *serverConn) { write(conn, []byte("HTTP/1.1 "+text+"\r\nContent-Length: 0\r\n\r\n")) })
	}
	fails("refused", dialing(dialError(os.NewSyscallError("connect", syscall.ECONNREFUSED))), 0,
		"connection refused", "Check the proxy variables")
	fails("asks for a password", answers("407 Proxy Authentication Required"), 0, "Proxy Authentication Required", unreachable)
	fails("does not allow the host", answers("403 Forbidden"), 0, "Forbidden", unreachable)
	fails("does not reach the host", answers("502 Bad Gateway"), 0, "Bad Gateway", unreachable)
	fails("closes the connection", proxying(func(conn *serverConn) { _ = conn.Close() }), 0, "EOF", unreachable)
	fails("silent", proxying(func(conn *serverConn) { hang(conn) }), time.Minute, unreachable)
	for i := range rows {
		if fault := rows[i].fault; rows[i].times > 0 {
			rows[i].fault = func(e *env, c column) {
				proxying(nil)(e, c) // unless it is the fault
				fault(e, c)
			}
		}
	}
	return append(rows, row{group: group, name: "healthy", address: address, fault: proxying(nil), want: expectValue(0)})
}
