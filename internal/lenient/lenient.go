// Package lenient has the scalar types of documented answers. The services do not always send the documented type: a
// documented String arrives as a number, an Integer as a string. These types accept both, and they are plain Go kinds that the
// plugin framework reflects.
//
// Fields are pointers to them: null and absent stay nil, and never become "", 0 or false.
package lenient

import (
	"encoding/json"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// String is a documented String. It also accepts a JSON number, whose digits it keeps as they are, and a boolean.
type String string

// UnmarshalJSON implements json.Unmarshaler.
func (s *String) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, (*string)(s))
	case '{', '[':
		return mismatch[string](data)
	}
	*s = String(data)
	return nil
}

// Int64 is a documented Integer. It also accepts a whole number in a string ("6379"), with a fraction of zero (30.0) or with an
// exponent (3e1). A number that does not fit exactly is an error.
type Int64 int64

// UnmarshalJSON implements json.Unmarshaler.
func (i *Int64) UnmarshalJSON(data []byte) error {
	text := string(data)
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		text = strings.TrimSpace(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		whole, ok := new(big.Rat), number.MatchString(text)
		if ok {
			_, ok = whole.SetString(text)
		}
		if !ok || !whole.IsInt() || !whole.Num().IsInt64() {
			return mismatch[int64](data)
		}
		n = whole.Num().Int64()
	}
	*i = Int64(n)
	return nil
}

// number matches JSON numbers with so few digits that computing them exactly is cheap.
var number = regexp.MustCompile(`^-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,2})?$`)

// Bool is a documented Boolean. It also accepts the strings "true" and "false", in upper or lower case.
type Bool bool

// UnmarshalJSON implements json.Unmarshaler.
func (b *Bool) UnmarshalJSON(data []byte) error {
	switch strings.ToLower(strings.Trim(string(data), `"`)) {
	case "true":
		*b = true
	case "false":
		*b = false
	default:
		return mismatch[bool](data)
	}
	return nil
}

// Float64 is a documented Float. It also accepts a number in a string.
type Float64 float64

// UnmarshalJSON implements json.Unmarshaler.
func (f *Float64) UnmarshalJSON(data []byte) error {
	text := string(data)
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		text = strings.TrimSpace(text)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !number.MatchString(text) {
		return mismatch[float64](data)
	}
	*f = Float64(n)
	return nil
}

// JSON is a documented object whose members are not documented, or differ from job to job, as JSON text.
type JSON string

// UnmarshalJSON implements json.Unmarshaler.
func (j *JSON) UnmarshalJSON(data []byte) error {
	if data[0] != '{' && data[0] != '[' {
		return mismatch[map[string]any](data)
	}
	*j = JSON(data)
	return nil
}

// MarshalJSON implements json.Marshaler.
func (j JSON) MarshalJSON() ([]byte, error) { return []byte(j), nil }

// mismatch returns the error of encoding/json for a value of the wrong type. encoding/json adds the field to it.
func mismatch[T any](data []byte) error {
	const longest = 60
	value := string(data)
	if len(value) > longest {
		value = value[:longest] + "…"
	}
	switch data[0] {
	case '"':
		value = "string " + value
	case '{':
		value = "object"
	case '[':
		value = "array"
	case 't', 'f':
		value = "boolean " + value
	default:
		value = "number " + value
	}
	return &json.UnmarshalTypeError{Value: value, Type: reflect.TypeFor[T]()}
}
