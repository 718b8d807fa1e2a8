package faultmatrix

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// frames serves HTTP/2 by hand: it does what is said with each stream that a request opens, and sends those away that do not meet
// the fault.
func frames(do func(f *http2.Framer, stream uint32, conn net.Conn)) func(*world) {
	return func(w *world) {
		usual := w.hosts[host+":443"]
		w.hosts[host+":443"] = func(conn net.Conn) {
			if w.over() {
				usual(conn)
				return
			}
			go speak(conn, nil, w.meet, do)
		}
	}
}

// speak serves a connection, as long as its streams meet the fault.
func speak(conn net.Conn, settings []http2.Setting, meet func() bool, do func(f *http2.Framer, stream uint32, conn net.Conn)) {
	defer conn.Close() //nolint:errcheck // in memory
	secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*certificate()}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(secure, preface); err != nil {
		return
	}
	f := http2.NewFramer(secure, secure)
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
			do(f, frame.StreamID, conn)
		}
	}
}

// head writes the headers of an answer.
func head(f *http2.Framer, stream uint32, fields ...string) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(fields); i += 2 {
		must(encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}))
	}
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true}) // a client that is gone does not matter
}

func http2Rows() []row {
	var all []row
	group := "HTTP/2"
	add := func(name string, do func(f *http2.Framer, stream uint32, conn net.Conn), cost time.Duration, texts ...string) {
		all = append(all, lasting(row{group: group, name: name, secure: true, install: frames(do)}, cost, texts...)...)
	}
	unreachable := "Check that this machine"
	ok := []string{":status", "200", "content-type", "application/json", "x-request-id", "0123456789abcdef"}
	add("GOAWAY instead of an answer", func(f *http2.Framer, _ uint32, conn net.Conn) {
		_ = f.WriteGoAway(0, http2.ErrCodeNo, nil)
		_ = conn.Close()
	}, 0, "each of 3 connections was closed before the answer", unreachable)
	add("GOAWAY that calls for calm", func(f *http2.Framer, stream uint32, conn net.Conn) {
		_ = f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte("too_many_pings"))
		_ = conn.Close()
	}, 0, "ENHANCE_YOUR_CALM", unreachable)
	add("GOAWAY in the body", func(f *http2.Framer, stream uint32, conn net.Conn) {
		head(f, stream, ok...)
		_ = f.WriteData(stream, false, []byte(`{"status":`))
		_ = f.WriteGoAway(stream, http2.ErrCodeInternal, nil)
		_ = conn.Close()
	}, 0, "the answer broke off after ", "GOAWAY", "equest ID", "0123456789abcdef", unreachable)
	for name, code := range map[string]http2.ErrCode{"INTERNAL_ERROR": http2.ErrCodeInternal, "CANCEL": http2.ErrCodeCancel, "HTTP_1_1_REQUIRED": http2.ErrCodeHTTP11Required} {
		add("stream reset with "+name, func(f *http2.Framer, stream uint32, _ net.Conn) { _ = f.WriteRSTStream(stream, code) }, 0, "stream error", name, unreachable)
		add("stream reset in the body with "+name, func(f *http2.Framer, stream uint32, _ net.Conn) {
			head(f, stream, ok...)
			_ = f.WriteData(stream, false, []byte(`{"status":`))
			_ = f.WriteRSTStream(stream, code)
		}, 0, "the answer broke off after 10 bytes: stream error", name, "equest ID", "0123456789abcdef", unreachable)
	}
	add("stream refused", func(f *http2.Framer, stream uint32, _ net.Conn) {
		_ = f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
	}, 2*time.Minute, "REFUSED_STREAM", unreachable)
	add("silent before the headers", func(*http2.Framer, uint32, net.Conn) {}, 30*time.Second, "timeout awaiting response headers", unreachable)
	add("silent in the body", func(f *http2.Framer, stream uint32, _ net.Conn) {
		head(f, stream, ok...)
		_ = f.WriteData(stream, false, []byte(`{"status":`))
	}, 60*time.Second, "did not arrive whole within 1m0s", "equest ID", "0123456789abcdef", unreachable)
	add("end before the length that was told", func(f *http2.Framer, stream uint32, _ net.Conn) {
		head(f, stream, append(ok, "content-length", "100")...)
		_ = f.WriteData(stream, true, []byte(`{"status":"SUCCESS"}`))
	}, 0, "the answer broke off after 20 bytes", unreachable)
	add("a frame that is none", func(_ *http2.Framer, _ uint32, conn net.Conn) { write(conn, bytes.Repeat([]byte{0xff}, 64)) }, 0, "tls: received record with version ffff", unreachable)
	add("headers without a status", func(f *http2.Framer, stream uint32, _ net.Conn) { head(f, stream, "x-request-id", "a") }, 0, "malformed response from server: missing status pseudo header", unreachable)
	add("headers that are not allowed", func(f *http2.Framer, stream uint32, _ net.Conn) {
		head(f, stream, ":status", "200", "X-UPPER\x1b", "a")
	}, 0, "invalid header field name", unreachable)
	all = append(all, lasting(row{
		group: group, name: "no streams offered", secure: true,
		install: serving("443", func(conn *serverConn) {
			speak(conn, []http2.Setting{{ID: http2.SettingMaxConcurrentStreams, Val: 0}}, func() bool { return true }, func(*http2.Framer, uint32, net.Conn) {})
		}),
	}, 30*time.Second, "http2: timeout awaiting response headers", unreachable)...)
	all = append(all, lasting(row{
		group: group, name: "silent after the handshake", secure: true,
		install: serving("443", func(conn *serverConn) {
			secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*certificate()}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
			_, _ = io.Copy(io.Discard, secure)
		}),
	}, 30*time.Second, "http2: client connection lost", unreachable)...)
	return append(all,
		row{group: group, name: "GOAWAY after each answer", secure: true, only: waiting, want: harmless(0), install: answering(func(w http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
			w.Header().Set("Connection", "close")
			relay(w, answer)
		})},
		row{group: group, name: "well", secure: true, want: harmless(0)},
	)
}
