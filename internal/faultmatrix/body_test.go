package faultmatrix

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"unicode/utf16"
)

// bomb is a gigabyte of JSON, compressed to a megabyte.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	must(err)
	_, err = w.Write([]byte(`{"a":"`))
	must(err)
	block := bytes.Repeat([]byte("x"), 1<<20)
	for range 1024 {
		_, err = w.Write(block)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
})

// endless sends so many bytes of JSON, as far as they are taken.
func endless(status, size int) behavior {
	return func(w http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
		w.Header().Set("X-Request-Id", answer.Header().Get("X-Request-Id"))
		w.WriteHeader(status)
		_, err := w.Write([]byte(`{"error_code":"`))
		block := bytes.Repeat([]byte("x"), 1<<16)
		for sent := 0; sent < size && err == nil; sent += len(block) {
			_, err = w.Write(block)
		}
	}
}

// member adds a member to the object that is the healthy answer.
func member(text string) behavior {
	return changed(func(header http.Header, body []byte) []byte {
		header.Del("Content-Length")
		return append([]byte("{"+text+","), bytes.TrimSpace(body)[1:]...)
	})
}

func bodyRows() []row {
	var all []row
	add := func(name string, b behavior, want func(column) expectation) {
		all = append(all,
			row{group: "bodies", name: name, install: answering(b), want: want},
			row{group: "bodies", name: name + ", HTTP/2", install: answering(b), want: want, secure: true})
	}
	add("empty", with(200, ""), final("the answer is empty, not a JSON object", "Request ID: ", "If this stays", "heck endpoints."))
	for name, body := range map[string]string{"null": "null", "a number": "42", "true": "true", "spaces": " \n ", "an array": "[]", "an array of objects": `[{"status":"SUCCESS"}]`, "a string": `"SUCCESS"`, "text": "SUCCESS", "a NUL": "\x00", "escapes": "\x1b[2J\x1b[31m"} {
		why := map[string]string{"spaces": "the answer is empty", "an array": "the answer is an array", "an array of objects": "the answer is an array", "a string": "the answer is a string"}[name]
		if why == "" {
			why = "the answer is "
		}
		add(name, with(200, body), final(why, "not a JSON object", "Request ID: ", "heck endpoints."))
	}
	add("HTML", with(200, "<html><title>Log in\x1b[31m &amp; on</title></html>", "Content-Type", "text/html"), final("the answer is not JSON but an HTML page: Log in [31m & on", "heck endpoints."))
	add("XML", with(200, `<?xml version="1.0"?><Error><Code>NoSuchBucket</Code></Error>`), final("the answer is not JSON but an HTML page", "heck endpoints."))
	add("two objects", changed(func(_ http.Header, body []byte) []byte { return append(body, body...) }), final("the answer goes on behind the JSON object", "heck endpoints."))
	add("cut", changed(func(_ http.Header, body []byte) []byte { return body[:len(body)/2] }), final("the answer breaks off after ", "heck endpoints."))
	add("a byte order mark", changed(func(_ http.Header, body []byte) []byte { return append([]byte("\xef\xbb\xbf"), body...) }), harmless(0))
	add("UTF-16", changed(func(_ http.Header, body []byte) []byte {
		var b bytes.Buffer
		for _, unit := range utf16.Encode([]rune(string(body))) {
			b.Write([]byte{byte(unit >> 8), byte(unit)})
		}
		return b.Bytes()
	}), final("the answer is ", "heck endpoints."))
	add("a control character in a text", member(`"extra":"`+"\x1b"+`"`), final("the answer is not valid JSON", "heck endpoints."))
	add("a comment", changed(func(_ http.Header, body []byte) []byte { return append(body, []byte("// done")...) }), final("the answer goes on behind the JSON object", "heck endpoints."))
	add("a hundred megabytes", endless(200, 100<<20), final("the answer is larger than 8 MiB", "heck endpoints."))
	add("a hundred megabytes that refuse", endless(403, 100<<20), final("HTTP 403 Forbidden", "Request ID: "))
	add("a hundred megabytes of white space", func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		block := bytes.Repeat([]byte(" "), 1<<16)
		for range 100 << 4 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}, final("the answer is larger than 8 MiB", "heck endpoints."))
	add("a compressed bomb", changed(func(header http.Header, _ []byte) []byte {
		header.Set("Content-Encoding", "gzip")
		return bomb()
	}), final("the answer is larger than 8 MiB", "heck endpoints."))
	add("a compressed bomb that refuses", func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(bomb())
	}, final("HTTP 403 Forbidden"))

	deep := func(levels int) string { return strings.Repeat(`[`, levels) + strings.Repeat(`]`, levels) }
	add("9,998 levels in an unknown field", member(`"extra":`+deep(9998)), harmless(0))
	add("10,000 levels in an unknown field", member(`"extra":`+deep(10_000)), final("the answer is not valid JSON", "exceeded max depth", "heck endpoints."))
	add("a million levels that do not end", member(`"extra":`+strings.Repeat(`{"a":[`, 1_000_000)), final("the answer is not valid JSON", "exceeded max depth", "heck endpoints."))
	add("10,000 levels in an error", with(400, `{"error":`+deep(10_000)+`}`), final("HTTP 400 Bad Request", "Request ID: "))
	for name, number := range map[string]string{"1e999999999": "1e999999999", "a million digits": strings.Repeat("9", 1_000_000), "a million digits behind the point": "0." + strings.Repeat("3", 1_000_000), "-1e-999999999": "-1e-999999999"} {
		add(name+" in an unknown field", member(`"extra":`+number), harmless(0))
	}
	add("a number that is none", member(`"extra":0x10`), final("the answer is not valid JSON", "heck endpoints."))
	add("NaN", member(`"extra":NaN`), final("the answer is not valid JSON", "heck endpoints."))
	add("100,000 unknown fields", member(manyMembers(100_000)), harmless(0))
	add("an error code beside the value", member(`"error_code":"DWS.0000","error_msg":"ok","errCode":null`), func(c column) expectation { return harmless(0)(c) })
	add("invalid UTF-8 in an unknown field", member("\"extra\":\"\xff\xc0\x80\xed\xa0\x80\""), harmless(0))
	add("invalid UTF-8 in the name of a field", member("\"\xff\":1"), harmless(0))
	add("half a surrogate", member(`"extra":"\ud800"`), harmless(0))
	// The last one counts, as with nearly every reader of JSON.
	add("duplicate keys", member(`"status":"RUNNING","tasks":null,"step_details":null,"job_id":"other","progress":null,"begin_time":"0"`), harmless(0))
	for name, status := range map[string]int{"refuse": 400, "fail": 501} {
		add("duplicate keys that "+name, with(status, `{"error_code":"FIRST","error_code":"TEST.0815","error_msg":"a","error_msg":"b"}`), func(c column) expectation {
			if status >= 500 && c.waits {
				return passing(0, "code TEST.0815")(c)
			}
			return final("code TEST.0815", "Request ID: ")(c)
		})
	}
	return all
}

// manyMembers are so many members of an object.
func manyMembers(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"extra%d":%d`, i, i)
	}
	return strings.Join(members, ",")
}

// quoted is a text as JSON has it.
func quoted(text string) string {
	b, err := json.Marshal(text)
	must(err)
	return string(b)
}
