package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// An Error reports a request without a usable response. Its texts are redacted and sanitized.
type Error struct {
	Service    Service
	Codes      *Codes // of the service; may be nil
	Permission string // needed for the request; may be empty
	OnlyHuawei bool   // Open Telekom Cloud does not document the call
	Endpoint   string // such as https://dcs.eu-de.otc.t-systems.com
	Region     string
	ProjectID  string
	Origin     string // see CredentialsProvider.String
	Issued     bool   // whether the cloud issued the credentials, so that they are fresh
	Attempts   int

	Status     int           // HTTP status; 0 if there is no response
	Code       string        // error code of the service, such as DCS.4070
	Message    string        // of the service
	RequestID  string        // that support asks for
	RetryAfter time.Duration // requested by the service; 0 if it did not
	HTML       bool          // whether the response is an HTML page
	InBody     bool          // whether the status is one of success, and the body an error nevertheless
	Location   string        // scheme and host that a redirect points to
	Signed     bool          // whether the request was signed with keys, rather than sent with a token
	ClockAhead time.Duration // of this machine, compared with the service's clock; 0 if the request was not signed

	Err error // nil if the status is the error
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s: ", e.Service, e.Endpoint)
	b.WriteString(e.Cause())
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request ID %s)", e.RequestID)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Cause returns what is wrong, in words: the error, or else the answer.
func (e *Error) Cause() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return e.Answer()
}

// Answer returns status, code and message, such as `HTTP 404 Not Found, code DCS.3022: "The instance does not exist"`.
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

// Throttled reports whether the gateway or the service rejected the request because there were too many.
func (e *Error) Throttled() bool {
	return e.Status == http.StatusTooManyRequests && !slices.Contains(e.codes().Transient, e.Code) ||
		slices.Contains(e.codes().Throttled, e.Code) || e.Code == "APIGW.0308" || e.Code == "APIG.0308"
}

// NotFound reports whether the service answered that the requested object does not exist, or the object that it belongs to.
func (e *Error) NotFound() bool {
	if e.Err != nil {
		var notFound *NotFoundError
		return errors.As(e.Err, &notFound)
	}
	return !e.APINotPublished() && (e.Status == http.StatusNotFound || slices.Contains(e.codes().NotFound, e.Code))
}

// Advice returns the next step that the service knows for its error code, or "".
func (e *Error) Advice() string { return e.codes().Advice[e.Code] }

func (e *Error) codes() Codes {
	if e.Codes == nil {
		return Codes{}
	}
	return *e.Codes
}

// APINotPublished reports whether the gateway does not know the API. Then the endpoint or the region is wrong, and not the object.
func (e *Error) APINotPublished() bool {
	return e.Status == http.StatusNotFound && (e.Code == "APIGW.0101" || e.Code == "APIG.0101")
}

// Retryable reports whether the same request may succeed later.
func (e *Error) Retryable() bool {
	if e.Err != nil {
		// A complete response that cannot be decoded is the same the next time.
		return e.Status == 0 && retryableError(e.Err)
	}
	transient := []int{408, 429, 500, 502, 503, 504}
	return slices.Contains(transient, e.Status) || slices.Contains(e.codes().Transient, e.Code) || e.Throttled()
}

// readError sets code, message and request ID from the body of a response, in any of the forms that services and gateways use.
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
			e.Message = messageOf(c, "error_msg", "externalMessage", "errorMsg", "message", "title")
		case string:
			e.Message = singleLine(c)
		}
		if e.Code != "" || e.Message != "" {
			return
		}
	}
	e.Message = singleLine(string(body))
}

// hasError reports whether the body of a successful response is an error, as documented for EVS and SDRS: {"error":{"code":…}}.
func hasError(body []byte) bool {
	if !bytes.Contains(body, []byte(`"error"`)) {
		return false
	}
	var object struct{ Error map[string]any }
	return json.Unmarshal(body, &object) == nil && text(object.Error, "code", "error_code", "message", "error_msg") != ""
}

func first(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return nil
}

// text returns the first of the named members that is a string, and not empty, or a number.
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

// messageOf returns the text of the first of the named members that has one, or else the JSON of the first that is not null.
func messageOf(object map[string]any, names ...string) string {
	if message := text(object, names...); message != "" {
		return message
	}
	for _, name := range names {
		if v := object[name]; v != nil && v != "" {
			var b strings.Builder
			encoder := json.NewEncoder(&b)
			encoder.SetEscapeHTML(false)
			_ = encoder.Encode(v) // it was decoded from JSON
			return singleLine(b.String())
		}
	}
	return ""
}

var title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// describeText returns the text of a body that is not JSON, on one line, and of an HTML page the title.
func describeText(body []byte) string {
	if !isHTML(body) {
		return singleLine(string(body))
	}
	if m := title.FindSubmatch(body); m != nil {
		return "HTML page: " + singleLine(html.UnescapeString(string(m[1])))
	}
	return "HTML page"
}

// isHTML reports whether a body is an HTML page, or something like it, and not JSON.
func isHTML(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

const (
	longestText  = 400  // characters shown of a text of a service
	longestError = 1000 // characters shown of an error that may quote a service
)

// Sanitize returns a text that may be of a service on one line, without control characters, and cut to so many characters.
func Sanitize(text string, maxLength int) string {
	text = singleLine(text)
	if runes := []rune(text); len(runes) > maxLength {
		return string(runes[:maxLength]) + "…"
	}
	return text
}

// singleLine replaces spaces, control characters and invalid UTF-8, so that a text takes one line of a terminal.
func singleLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
}
