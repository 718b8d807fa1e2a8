package faultmatrix

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// http2Config is the TLS configuration of a server that speaks HTTP/2 alone.
func http2Config() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{*certificate()}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
}

// A streamHandler answers a request on a stream, or does something else with the connection.
type streamHandler func(f *http2.Framer, stream uint32, conn net.Conn)

// framing returns a fault in which frames are written one by one to each stream of a request.
func framing(handle streamHandler) func(*env, column) {
	return func(e *env, _ column) {
		accept := e.hosts[host+":443"]
		e.hosts[host+":443"] = func(conn *serverConn) {
			if e.over() {
				accept(conn)
				return
			}
			go serveHTTP2(conn, nil, e.meet, handle)
		}
	}
}

// serveHTTP2 serves a connection until a request does not meet the fault.
func serveHTTP2(conn net.Conn, settings []http2.Setting, meet func() bool, handle streamHandler) {
	defer conn.Close() //nolint:errcheck // in memory
	encrypted := tls.Server(conn, http2Config())
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(encrypted, preface); err != nil {
		return
	}
	f := http2.NewFramer(encrypted, encrypted)
	if f.WriteSettings(settings...) != nil {
		return
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() && f.WriteSettingsAck() != nil {
				return
			}
		case *http2.PingFrame:
			if !frame.IsAck() && f.WritePing(true, frame.Data) != nil {
				return
			}
		case *http2.HeadersFrame:
			if !meet() {
				_ = f.WriteGoAway(frame.StreamID-1, http2.ErrCodeNo, nil)
				return
			}
			handle(f, frame.StreamID, conn)
		}
	}
}

// writeHeaders writes the headers of an answer, given by name and value, to a client that may be gone.
func writeHeaders(f *http2.Framer, stream uint32, fields ...string) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(fields); i += 2 {
		must(encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}))
	}
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true})
}

// writeHalf writes the headers and ten bytes of the body of an answer.
func writeHalf(f *http2.Framer, stream uint32) {
	writeHeaders(f, stream, ":status", "200", "content-type", "application/json", "x-request-id", requestID)
	_ = f.WriteData(stream, false, []byte(`{"status":`))
}

func http2Rows() []row {
	const group, address = "HTTP/2", "https://" + host
	var rows []row
	fails := func(name string, fault func(*env, column), each time.Duration, texts ...string) {
		rows = append(rows, transient(row{group: group, name: name, address: address, fault: fault}, each, append(texts, unreachable)...)...)
	}
	fails("GOAWAY instead of an answer", framing(func(f *http2.Framer, _ uint32, conn net.Conn) {
		_ = f.WriteGoAway(0, http2.ErrCodeNo, nil)
		_ = conn.Close()
	}), 0, "each of 3 connections was closed before the answer")
	fails("GOAWAY with ENHANCE_YOUR_CALM", framing(func(f *http2.Framer, stream uint32, conn net.Conn) {
		_ = f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte("too_many_pings"))
		_ = conn.Close()
	}), 0, "ENHANCE_YOUR_CALM")
	fails("GOAWAY in the body", framing(func(f *http2.Framer, stream uint32, conn net.Conn) {
		writeHalf(f, stream)
		_ = f.WriteGoAway(stream, http2.ErrCodeInternal, nil)
		_ = conn.Close()
	}), 0, "the answer broke off after ", "GOAWAY", "equest ID", requestID)
	fails("stream reset", framing(func(f *http2.Framer, stream uint32, _ net.Conn) {
		_ = f.WriteRSTStream(stream, http2.ErrCodeInternal)
	}), 0, "stream error", "INTERNAL_ERROR")
	fails("stream reset in the body", framing(func(f *http2.Framer, stream uint32, _ net.Conn) {
		writeHalf(f, stream)
		_ = f.WriteRSTStream(stream, http2.ErrCodeInternal)
	}), 0, "the answer broke off after 10 bytes: stream error", "INTERNAL_ERROR", "equest ID", requestID)
	fails("stream refused", framing(func(f *http2.Framer, stream uint32, _ net.Conn) {
		_ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
	}), 2*time.Minute, "REFUSED_STREAM")
	fails("silent before the headers", framing(func(*http2.Framer, uint32, net.Conn) {}), 30*time.Second, "timeout awaiting response headers")
	fails("silent in the body", framing(func(f *http2.Framer, stream uint32, _ net.Conn) { writeHalf(f, stream) }), time.Minute,
		"did not arrive whole within 1m0s", "equest ID", requestID)
	fails("body shorter than its length", framing(func(f *http2.Framer, stream uint32, _ net.Conn) {
		writeHeaders(f, stream, ":status", "200", "content-length", "100")
		_ = f.WriteData(stream, true, []byte(`{"status":"SUCCESS"}`))
	}), 0, "the answer broke off after 20 bytes")
	fails("no status", framing(func(f *http2.Framer, stream uint32, _ net.Conn) { writeHeaders(f, stream, "x-request-id", "a") }), 0,
		"malformed response from server: missing status pseudo header")
	fails("no streams offered", serving("443", func(conn *serverConn) {
		none := []http2.Setting{{ID: http2.SettingMaxConcurrentStreams, Val: 0}}
		serveHTTP2(conn, none, func() bool { return true }, func(*http2.Framer, uint32, net.Conn) {})
	}), 30*time.Second, "http2: timeout awaiting response headers")
	fails("silent after the handshake", serving("443", func(conn *serverConn) { hang(tls.Server(conn, http2Config())) }), 30*time.Second,
		"http2: client connection lost")
	return append(rows, row{
		group: group, name: "GOAWAY after each answer", address: address, want: expectReconnects,
		fault: answering(changed(func(header http.Header, body []byte) []byte {
			header.Set("Connection", "close")
			return body
		})),
	})
}
