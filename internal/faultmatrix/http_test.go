package faultmatrix

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// raw answers in HTTP/1.1 with these bytes, and then closes the connection. %d is the length of the healthy body, %s the body.
func raw(text string) behavior {
	return hijacked(func(conn net.Conn, _, body []byte) bool {
		text := strings.NewReplacer("%d", fmt.Sprint(len(body)), "%s", string(body)).Replace(text)
		write(conn, []byte(text))
		return false
	})
}

// with answers with a status and a body, and headers by name and value.
func with(status int, body string, header ...string) behavior {
	return func(w http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
		w.Header().Set("X-Request-Id", answer.Header().Get("X-Request-Id"))
		w.Header().Set("Date", answer.Header().Get("Date"))
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
			if header[i+1] == "" {
				w.Header().Del(header[i])
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that is gone does not matter
	}
}

// changed answers with the healthy answer, changed.
func changed(change func(header http.Header, body []byte) []byte) behavior {
	return func(w http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
		body := change(answer.Header(), answer.Body.Bytes())
		answer.Body = bytes.NewBuffer(body)
		relay(w, answer)
	}
}

// compressed is what gzip makes of it.
func compressed(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func httpRows() []row {
	var all []row
	group := "HTTP"
	add := func(name string, b behavior, want func(column) expectation) {
		all = append(all, row{group: group, name: name, install: answering(b), want: want})
	}
	passes := func(name string, b behavior, texts ...string) {
		all = append(all, lasting(row{group: group, name: name, install: answering(b)}, 0, texts...)...)
	}
	unreachable := "Check that this machine"
	passes("no HTTP at all", raw("SSH-2.0-OpenSSH_9.6\r\n\x1b[31m"), "malformed HTTP", unreachable)
	add("a version of HTTP that nobody knows", raw("HTTP/7.3 200 OK\r\n\r\n"), final("the answer is empty", "heck endpoints."))
	passes("a status that is none", raw("HTTP/1.1 OK 200\r\n\r\n"), "malformed HTTP", unreachable)
	passes("a header that is none", raw("HTTP/1.1 200 OK\r\nno header\x1b[31m\r\n\r\n"), "malformed MIME header", unreachable)
	passes("two lengths", raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n%s"), "Content-Length", unreachable)
	passes("a negative length", raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n%s"), "Content-Length", unreachable)
	passes("a length that is too long", raw("HTTP/1.1 200 OK\r\nContent-Length: 1%d\r\n\r\n%s"), "the answer broke off after ", "unexpected EOF", unreachable)
	passes("chunks that are none", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n%s"), "the answer broke off after 0 bytes", "invalid byte in chunk length", unreachable)
	passes("chunks that do not end", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "the answer broke off after 2 bytes", unreachable)
	passes("20 MB of headers", func(w http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder) {
		hijacked(func(conn net.Conn, _, _ []byte) bool {
			write(conn, []byte("HTTP/1.1 200 OK\r\n"))
			for i := range 20_000 {
				if _, err := fmt.Fprintf(conn, "X-Header-%d: %s\r\n", i, strings.Repeat("x", 1000)); err != nil {
					break
				}
			}
			return false
		})(w, r, answer)
	}, "server response headers exceeded", unreachable)
	add("a thousand answers that only inform", raw(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 1000)+"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"), harmless(0))
	add("a length that is too short", raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%s"), final("the answer breaks off after ", "heck endpoints."))
	add("HTTP/1.0 without a length", raw("HTTP/1.0 200 OK\r\n\r\n%s"), harmless(0))
	add("one answer that only informs", raw("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"), harmless(0))
	add("a reason that is not the usual one", raw("HTTP/1.1 200 \x1b[31mFine\r\nContent-Length: %d\r\n\r\n%s"), harmless(0))
	for _, kind := range []string{"text/html; charset=utf-8", "text/plain", "application/xml", "", "\u00ff", "application/json; charset=iso-8859-1"} {
		add(fmt.Sprintf("Content-Type %q", kind), changed(func(header http.Header, body []byte) []byte {
			header.Set("Content-Type", kind)
			return body
		}), harmless(0))
	}
	encoded := func(encoding string, encode func([]byte) []byte) behavior {
		return changed(func(header http.Header, body []byte) []byte {
			header.Set("Content-Encoding", encoding)
			return encode(body)
		})
	}
	same := func(body []byte) []byte { return body }
	add("compressed", encoded("gzip", compressed), harmless(0))
	passes("said to be compressed, but not", encoded("gzip", same), "the answer broke off after 0 bytes", "gzip: invalid header", unreachable)
	passes("compressed, and cut", encoded("gzip", func(body []byte) []byte { c := compressed(body); return c[:len(c)-9] }), "the answer broke off after ", unreachable)
	add("an encoding that nobody asked for", encoded("br", func([]byte) []byte { return []byte("\x0b\x02\x80hello\x03") }), final("in an encoding (Content-Encoding) that was not asked for", "heck endpoints."))
	add("compressed twice", encoded("gzip", func(body []byte) []byte { return compressed(compressed(body)) }), final("the answer is ", "heck endpoints."))
	for _, status := range []int{201, 202, 203, 204, 205, 206, 207, 226, 299} {
		body := `{}`
		if status == 204 || status == 205 {
			body = ""
		}
		texts := []string{strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))), "Request ID: ", "with a 200 alone"}
		add(fmt.Sprintf("status %d", status), with(status, body), final(texts...))
	}
	return all
}

func redirectRows() []row {
	var all []row
	add := func(name string, status int, location string, texts ...string) {
		header := []string{"Location", location}
		if location == "" {
			header = nil
		}
		all = append(all, row{
			group: "redirects", name: fmt.Sprintf("%d %s", status, name), install: answering(with(status, "<html>moved</html>", header...)), secure: status%2 == 0,
			want: final(append([]string{strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))), "Request ID: "}, texts...)...),
		})
	}
	for _, status := range []int{300, 301, 302, 303, 305, 307, 308, 399} {
		add("to another host", status, "http://"+elsewhere+"/x", "The endpoint redirects to http://elsewhere.test. That is not followed, since it would send the credentials there.")
		add("to another host over TLS", status, "https://"+elsewhere+"/x", "The endpoint redirects to https://elsewhere.test.")
		add("to a host with credentials", status, "http://"+marked.AccessKey+":"+url.QueryEscape(marked.Token)+"@"+elsewhere+"/"+marked.Token+"?"+marked.Token, "The endpoint redirects to http://elsewhere.test.")
		add("to the same host", status, "/elsewhere", "The endpoint redirects to http", "://127.0.0.1.")
		add("to no protocol", status, "//"+elsewhere+"/x", "The endpoint redirects to http", "://elsewhere.test.")
		add("to nowhere", status, "", "The endpoint redirects. That is not followed")
		add("to nonsense", status, "http://[%zz", "The endpoint redirects. That is not followed")
		add("to a file", status, "file:///etc/passwd", "The endpoint redirects to file://.")
		add("to escapes", status, "http://\u202eelsewhere.test/%1b[31m", "The endpoint redirects")
	}
	add("not modified", 304, "", "A proxy in between seems to answer instead of the service.")
	return all
}
