package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// decode reads the body of a successful answer, which must be one JSON object, into answer.
func decode(body []byte, answer any) error {
	body = bytes.Trim(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n") // a byte order mark may be ignored
	if text, ok := answer.(*plainText); ok {
		return text.decode(body)
	}
	switch {
	case len(body) == 0:
		return errors.New("the answer is empty, not a JSON object")
	case body[0] == '<':
		return fmt.Errorf("the answer is not JSON but an %s; an address that is no endpoint of this service, or a proxy, may have sent it", describeText(body))
	case body[0] != '{':
		return fmt.Errorf("the answer is %s, not a JSON object", kind(body))
	}
	err := json.Unmarshal(body, answer)
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return fmt.Errorf("the answer's field %s is %s, and not %s as the reference page says", mismatch.Field, article(singleLine(mismatch.Value)), expected(mismatch.Type))
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "unexpected end"):
		return fmt.Errorf("the answer breaks off after %d bytes, in the middle of the JSON", len(body))
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "after top-level value"):
		return fmt.Errorf("the answer goes on behind the JSON object, at byte %d", syntax.Offset)
	default:
		return fmt.Errorf("the answer is not valid JSON: %s", singleLine(err.Error()))
	}
}

func kind(body []byte) string {
	switch body[0] {
	case '[':
		return "an array"
	case '"':
		return "a string"
	}
	if json.Valid(body) {
		return singleLine(string(body)) // null, true, false or a number
	}
	return fmt.Sprintf("text (%q)", truncateText(singleLine(string(body))))
}

// article puts the indefinite article before what encoding/json calls a value.
func article(value string) string {
	if strings.HasPrefix(value, "o") || strings.HasPrefix(value, "a") { // object, array
		return "an " + value
	}
	return "a " + value
}

// expected names a type as the reference pages do.
func expected(t reflect.Type) string {
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
