package faultmatrix

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"golang.org/x/net/http2"
)

// secured returns the server's end of TLS on a connection, which speaks HTTP/2 alone.
func secured(conn net.Conn) net.Conn {
	return tls.Server(conn, &tls.Config{Certificates: certificates.TLS.Certificates, NextProtos: []string{"h2"}})
}

// framing returns a fault in which a function answers each request with frames.
func framing(answer func(f *http2.Framer, stream uint32)) func(*env, column) {
	return func(e *env, _ column) {
		accept := e.hosts[tlsHost]
		e.hosts[tlsHost] = func(conn *serverConn) {
			if e.over() {
				accept(conn)
				return
			}
			defer conn.Close() //nolint:errcheck // in memory
			encrypted := secured(conn)
			_, _ = io.ReadFull(encrypted, make([]byte, len(http2.ClientPreface)))
			f := http2.NewFramer(encrypted, encrypted)
			_ = f.WriteSettings() // here and below, reading fails too if the client is gone
			for {
				frame, err := f.ReadFrame()
				if err != nil {
					return
				}
				switch frame := frame.(type) {
				case *http2.PingFrame:
					_ = f.WritePing(true, frame.Data)
				case *http2.HeadersFrame:
					if !e.meet() {
						_ = f.WriteGoAway(frame.StreamID-1, http2.ErrCodeNo, nil)
						return
					}
					answer(f, frame.StreamID)
				}
			}
		}
	}
}

func http2Rows() []row {
	return []row{
		transient("GOAWAY instead of an answer", framing(func(f *http2.Framer, _ uint32) { _ = f.WriteGoAway(0, http2.ErrCodeNo, nil) }), 0,
			"each of 3 connections was closed before the answer"),
		transient("stream refused", framing(func(f *http2.Framer, stream uint32) { _ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream) }),
			2*time.Minute, "REFUSED_STREAM"),
		transient("stream reset", answering(func(http.ResponseWriter, *httptest.ResponseRecorder) { panic(http.ErrAbortHandler) }), 0,
			"stream error", "INTERNAL_ERROR"),
		transient("stream reset in the body", answering(func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
			write(w, []byte(`{"status":`))
			must(http.NewResponseController(w).Flush())
			panic(http.ErrAbortHandler)
		}), 0, "the answer broke off after 10 bytes: stream error", "INTERNAL_ERROR"),
		transient("body shorter than its length", answering(with(200, `{"status":"SUCCESS"}`, "Content-Length", "100")), 0,
			"the answer broke off after 20 bytes"),
		transient("silent before the headers", answering(func(http.ResponseWriter, *httptest.ResponseRecorder) { time.Sleep(time.Minute) }),
			30*time.Second, "timeout awaiting response headers"),
		transient("silent after the handshake", serving(tlsHost, func(conn *serverConn) { hang(secured(conn)) }), 30*time.Second,
			"http2: client connection lost"),
		{
			name: "GOAWAY after each answer", want: expectReconnects(0),
			fault: answering(changed(func(header http.Header, body []byte) []byte {
				header.Set("Connection", "close")
				return body
			})),
		},
	}
}
