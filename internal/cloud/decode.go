package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// decode decodes the body of a successful response, which must be one JSON object, into result. Into a string it puts the
// body as it is.
func decode(body []byte, result any) error {
	body = bytes.Trim(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n") // a byte order mark may be ignored
	if text, ok := result.(*string); ok {
		*text = string(body)
		return nil
	}
	if len(body) == 0 {
		return errors.New("the answer is empty, not a JSON object")
	}
	if body[0] == '<' {
		return fmt.Errorf("the answer is not JSON but an %s; an address that is no endpoint of this service, or a proxy, may have sent it",
			describeText(body))
	}
	if body[0] != '{' {
		return fmt.Errorf("the answer is %s, not a JSON object", describeJSON(body))
	}
	err := json.Unmarshal(body, result)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		return fmt.Errorf("the answer's field %s is %s, and not %s as the reference page says",
			mismatch.Field, withArticle(singleLine(mismatch.Value)), typeName(mismatch.Type))
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "unexpected end"):
		return fmt.Errorf("the answer breaks off after %d bytes, in the middle of the JSON", len(body))
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "after top-level value"):
		return fmt.Errorf("the answer goes on behind the JSON object, at byte %d", syntax.Offset)
	default:
		return fmt.Errorf("the answer is not valid JSON: %s", singleLine(err.Error()))
	}
}

// describeJSON returns the type of a JSON value that is no object, or the text if it is not JSON.
func describeJSON(body []byte) string {
	switch body[0] {
	case '[':
		return "an array"
	case '"':
		return "a string"
	}
	if json.Valid(body) {
		return singleLine(string(body)) // null, true, false or a number
	}
	return fmt.Sprintf("text (%q)", Sanitize(string(body), longestText))
}

// withArticle puts the indefinite article before the description that encoding/json has for a value.
func withArticle(value string) string {
	if strings.HasPrefix(value, "o") || strings.HasPrefix(value, "a") { // object, array
		return "an " + value
	}
	return "a " + value
}

// typeName returns the name that the reference pages have for a type.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a String"
	case reflect.Int64:
		return "an Integer of 64 bits"
	case reflect.Bool:
		return "a Boolean"
	case reflect.Slice:
		return "an Array"
	default:
		return "an object"
	}
}
