package faultmatrix

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"sync"
)

// compressedBomb answers with 16 MiB of JSON, compressed to 16 KiB.
func compressedBomb(w http.ResponseWriter, r *http.Request, healthy *httptest.ResponseRecorder) {
	with(200, bomb(), "Content-Encoding", "gzip")(w, r, healthy)
}

var bomb = sync.OnceValue(func() string { return string(compress(append([]byte(`{"a":"`), make([]byte, 16<<20)...))) })

// endless answers with a hundred megabytes of JSON, as far as the client reads them.
func endless(status int) responder {
	return func(w http.ResponseWriter, _ *http.Request, healthy *httptest.ResponseRecorder) {
		w.Header().Set("X-Request-Id", healthy.Header().Get("X-Request-Id"))
		w.WriteHeader(status)
		_, err := w.Write([]byte(`{"error_code":"`))
		block := bytes.Repeat([]byte("x"), 1<<16)
		for sent := 0; sent < 100<<20 && err == nil; sent += len(block) {
			_, err = w.Write(block)
		}
	}
}

// bodyRows have the shapes of bodies for which there is a message. internal/cloud has a table of them.
func bodyRows() []row {
	const tooLarge = "the answer is larger than 8 MiB"
	var rows []row
	add := func(name string, respond responder, texts ...string) {
		rows = append(rows, row{
			group: "body", name: name, fault: answering(respond),
			want: expectError(append(texts, "If this stays, check endpoints.")...),
		})
	}
	add("empty", with(200, ""), "the answer is empty, not a JSON object", "Request ID: ")
	add("null", with(200, "null"), "the answer is null, not a JSON object", "Request ID: ")
	add("array", with(200, `[{"status":"SUCCESS"}]`), "the answer is an array, not a JSON object", "Request ID: ")
	add("HTML", with(200, "<html><title>Log in &amp; on</title></html>", "Content-Type", "text/html"),
		"the answer is not JSON but an HTML page: Log in & on", "Request ID: ")
	add("text", with(200, "SUCCESS"), `the answer is text ("SUCCESS"), not a JSON object`, "Request ID: ")
	add("cut", changed(func(_ http.Header, body []byte) []byte { return body[:len(body)/2] }),
		"the answer breaks off after ", "Request ID: ")
	add("two objects", changed(func(_ http.Header, body []byte) []byte { return append(body, body...) }),
		"the answer goes on behind the JSON object", "Request ID: ")
	add("not JSON", with(200, `{"status":NaN}`), "the answer is not valid JSON", "Request ID: ")
	for _, protocol := range []struct{ name, address string }{
		{name: "HTTP/1.1", address: "http://" + host}, {name: "HTTP/2", address: "https://" + host},
	} {
		large := row{group: "body", columns: dcsJobRead, address: protocol.address, want: expectError(tooLarge, "check endpoints.")}
		large.name, large.fault = "too large, over "+protocol.name, answering(endless(200))
		bomb := large
		bomb.name, bomb.fault = "too large when it is decompressed, over "+protocol.name, answering(compressedBomb)
		rows = append(rows, large, bomb)
	}
	return append(rows, row{
		group: "body", name: "of an error, too large", columns: dcsJobRead, fault: answering(endless(403)),
		want: expectError("HTTP 403 Forbidden", "Request ID: "),
	}, row{
		group: "body", name: "with a byte order mark", want: expectValue(0),
		fault: answering(changed(func(_ http.Header, body []byte) []byte { return append([]byte("\xef\xbb\xbf"), body...) })),
	}, row{
		group: "body", name: "with an error code", want: expectValue(0),
		fault: answering(changed(func(_ http.Header, body []byte) []byte {
			return append([]byte(`{"error_code":"DWS.0000","error_msg":"ok","errCode":null,`), bytes.TrimSpace(body)[1:]...)
		})),
	})
}
