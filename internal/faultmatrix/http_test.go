package faultmatrix

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// raw answers with these bytes, and closes the connection then. LENGTH and BODY stand for those of the healthy answer.
func raw(text string) responder {
	return http1(func(conn *serverConn, _, body []byte) {
		write(conn, []byte(strings.NewReplacer("LENGTH", fmt.Sprint(len(body)), "BODY", string(body)).Replace(text)))
	})
}

// encoded answers with the healthy answer, encoded as the header says or not.
func encoded(encoding string, encode func([]byte) []byte) responder {
	return changed(func(header http.Header, body []byte) []byte {
		header.Set("Content-Encoding", encoding)
		return encode(body)
	})
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func httpRows() []row {
	const group = "HTTP"
	var rows []row
	fails := func(name string, respond responder, texts ...string) {
		r := row{group: group, name: name, columns: dcsJob, fault: answering(respond)}
		rows = append(rows, transient(r, 0, append(texts, unreachable)...)...)
	}
	add := func(name string, respond responder, want func(column) expectation) {
		rows = append(rows, row{group: group, name: name, columns: dcsJob, fault: answering(respond), want: want})
	}
	value := func(name string, respond responder) { add(name, respond, expectReconnects) }
	fails("another protocol", raw("SSH-2.0-OpenSSH_9.6\r\n\x1b[31m"), "malformed HTTP")
	fails("malformed status", raw("HTTP/1.1 OK 200\r\n\r\n"), "malformed HTTP")
	fails("malformed header", raw("HTTP/1.1 200 OK\r\nno header\r\n\r\n"), "malformed MIME header")
	fails("length too long", raw("HTTP/1.1 200 OK\r\nContent-Length: 1LENGTH\r\n\r\nBODY"), "the answer broke off after ", "unexpected EOF")
	fails("last chunk missing", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "the answer broke off after 2 bytes")
	fails("not compressed", encoded("gzip", func(body []byte) []byte { return body }),
		"the answer broke off after 0 bytes", "gzip: invalid header")
	fails("compressed and cut", encoded("gzip", func(body []byte) []byte { return compress(body)[:40] }), "the answer broke off after ")

	add("length too short", raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nBODY"),
		expectError("the answer breaks off after ", "heck endpoints."))
	add("other encoding", encoded("br", func([]byte) []byte { return []byte("\x0b\x02\x80hello\x03") }),
		expectError("in an encoding (Content-Encoding) that was not asked for", "heck endpoints."))
	add("compressed twice", encoded("gzip", func(body []byte) []byte { return compress(compress(body)) }),
		expectError("the answer is ", "heck endpoints."))

	value("HTTP/1.0 without a length", raw("HTTP/1.0 200 OK\r\n\r\nBODY"))
	value("informational answer first",
		raw("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\nBODY"))
	value("unusual reason", raw("HTTP/1.1 200 \x1b[31mFine\r\nContent-Length: LENGTH\r\n\r\nBODY"))
	value("compressed", encoded("gzip", compress))
	for _, contentType := range []string{"text/html; charset=utf-8", "application/json; charset=iso-8859-1", "\u00ff", ""} {
		value(fmt.Sprintf("Content-Type %q", contentType), changed(func(header http.Header, body []byte) []byte {
			header.Set("Content-Type", contentType)
			return body
		}))
	}
	return rows
}

func redirectRows() []row {
	var rows []row
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, address := range []string{"http://" + host, "https://" + host} {
			rows = append(rows, row{
				group: "redirects", name: fmt.Sprintf("%d of %s", status, address), address: address,
				fault: answering(with(status, "<html>moved</html>", "Location", "https://"+otherHost+"/x")),
				want: expectError(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)), "Request ID: ",
					"The endpoint redirects to https://elsewhere.test. That is not followed, since it would send the credentials there."),
			})
		}
	}
	userinfo := options.AccessKey + ":" + url.QueryEscape(options.Token)
	for _, to := range []struct{ name, location, want string }{
		{name: "the same host", location: "/elsewhere", want: " to http://127.0.0.1."},
		{name: "a host without a protocol", location: "//" + otherHost + "/x", want: " to http://elsewhere.test."},
		{name: "a URL with secrets", location: "http://" + userinfo + "@" + otherHost + "/?" + options.Token, want: " to http://elsewhere.test."},
		{name: "a file", location: "file:///etc/passwd", want: " to file://."},
		{name: "a malformed URL", location: "http://[%zz", want: ". That is not followed"},
		{name: "a text that runs backwards", location: "http://\u202eelsewhere.test/", want: ""},
		{name: "nowhere", location: "", want: ". That is not followed"},
	} {
		rows = append(rows, row{
			group: "redirects", name: "to " + to.name, columns: dcsJob, fault: answering(with(302, "", "Location", to.location)),
			want: expectError("HTTP 302 Found", "Request ID: ", "The endpoint redirects"+to.want),
		})
	}
	return append(rows, row{
		group: "redirects", name: "304", columns: dcsJob, fault: answering(with(304, "")),
		want: expectError("HTTP 304 Not Modified", "Request ID: ", "A proxy in between seems to answer instead of the service."),
	})
}
