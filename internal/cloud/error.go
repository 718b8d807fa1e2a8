package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// An Error is a request that brought no usable answer. Its texts hold no secret and no
// control character, whatever the other side sent.
type Error struct {
	Service   Service
	Endpoint  string // address of the service, such as https://dcs.eu-de.otc.t-systems.com
	Region    string
	ProjectID string
	Origin    string // where the credentials came from
	Issued    bool   // whether the cloud handed them out, so that they are fresh
	Attempts  int

	Status     int           // HTTP status; 0 where no answer came
	Code       string        // the service's error code, such as DCS.4070
	Message    string        // the service's message
	RequestID  string        // what support asks for
	RetryAfter time.Duration // how long the service asks to wait; 0 where it does not
	Location   string        // where a redirect points: scheme and host alone
	Signed     bool          // whether the request was signed with keys, and not sent with a token
	ClockAhead time.Duration // how far this machine's clock is ahead of the service's; told of signed requests alone

	Err error // what went wrong, where it was not the status
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s: ", e.Service, e.Endpoint)
	if e.Err != nil {
		b.WriteString(e.Err.Error())
	} else {
		b.WriteString(e.Answer())
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request ID %s)", e.RequestID)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Answer puts what the service said in a sentence without a full stop, such as
// `HTTP 404 Not Found, code DCS.3022: "The instance does not exist"`.
func (e *Error) Answer() string {
	s := fmt.Sprintf("HTTP %d", e.Status)
	if text := http.StatusText(e.Status); text != "" {
		s += " " + text
	}
	if e.Code != "" {
		s += ", code " + e.Code
	}
	if e.Message != "" {
		s += fmt.Sprintf(": %q", e.Message)
	}
	return s
}

// Throttled reports whether the gateway or the service refused the request because there were
// too many. Kafka does so with a 404.
func (e *Error) Throttled() bool {
	return e.Status == http.StatusTooManyRequests ||
		e.Code == "APIGW.0308" || e.Code == "APIG.0308" ||
		e.Status == http.StatusNotFound && e.Code == "DMS.10240407"
}

// APINotPublished reports whether the gateway does not know the API at all, which means a wrong
// endpoint or region rather than a missing object.
func (e *Error) APINotPublished() bool {
	return e.Status == http.StatusNotFound && (e.Code == "APIGW.0101" || e.Code == "APIG.0101")
}

// Retryable reports whether the same request may succeed later.
func (e *Error) Retryable() bool {
	if e.Err != nil {
		// An answer that came whole but is wrong is no better the next time.
		return e.Status == 0 && retryableError(e.Err)
	}
	passing := []int{408, 429, 500, 502, 503, 504}
	return slices.Contains(passing, e.Status) || e.Throttled()
}

// readError takes code, message and request ID from the body of an error answer, in any of
// the shapes that services and gateways use.
func (e *Error) readError(body []byte) {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		e.Message = describeText(body)
		return
	}
	if id := text(object, "request_id"); id != "" && e.RequestID == "" {
		e.RequestID = id
	}
	for _, candidate := range []any{object, object["error"], first(object["errors"])} {
		switch c := candidate.(type) {
		case map[string]any:
			e.Code = text(c, "error_code", "errCode", "errorCode", "code")
			e.Message = text(c, "error_msg", "externalMessage", "errorMsg", "message", "title")
		case string:
			e.Message = singleLine(c)
		}
		if e.Code != "" || e.Message != "" {
			return
		}
	}
	e.Message = singleLine(string(body))
}

func first(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return nil
}

// text returns the first of the named members that is a text or a number.
func text(object map[string]any, names ...string) string {
	for _, name := range names {
		switch v := object[name].(type) {
		case string:
			if v != "" {
				return singleLine(v)
			}
		case json.Number:
			return singleLine(v.String())
		}
	}
	return ""
}

var title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// describeText says in a few words what a body is that is not JSON.
func describeText(body []byte) string {
	body = bytes.TrimSpace(body)
	if !bytes.HasPrefix(body, []byte("<")) {
		return singleLine(string(body))
	}
	if m := title.FindSubmatch(body); m != nil {
		return "HTML page: " + singleLine(html.UnescapeString(string(m[1])))
	}
	return "HTML page"
}

const (
	longestText  = 400  // characters of a foreign text that are shown
	longestError = 1000 // characters of an error that may quote one
)

// Sanitize makes a foreign text, such as a value that a service answered, fit to be shown to a user: on one line, without control
// characters, and not longer than so many characters.
func Sanitize(text string, longest int) string { return truncate(singleLine(text), longest) }

// singleLine makes a foreign text fit to be shown on one line of a terminal.
func singleLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
}

func truncateText(s string) string { return truncate(s, longestText) }

func truncate(s string, longest int) string {
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
}
