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
// body as it is. Values that do not have the documented type are left out, and reported as mismatches.
func decode(body []byte, result any) (mismatches Mismatches, err error) {
	body = bytes.Trim(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n") // a byte order mark may be ignored
	if text, ok := result.(*string); ok {
		*text = string(body)
		return nil, nil
	}
	if len(body) == 0 {
		return nil, errors.New("the answer is empty, not a JSON object")
	}
	if body[0] == '<' {
		return nil, fmt.Errorf("the answer is not JSON but an %s; an address that is no endpoint of this service, or a proxy, may have sent it",
			describeText(body))
	}
	if body[0] != '{' {
		return nil, fmt.Errorf("the answer is %s, not a JSON object", describeJSON(body))
	}
	err = json.Unmarshal(body, result)
	if wrongType := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrongType) {
		rest := pruner{mismatches: make(Mismatches)}
		body = rest.prune(body, reflect.TypeOf(result), "")
		mismatches = rest.mismatches
		if err = rest.err; err == nil {
			reflect.ValueOf(result).Elem().SetZero()
			err = json.Unmarshal(body, result)
		}
	}
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return mismatches, nil
	// Behind the end, encoding/json reads a space: of a literal that breaks off, such as nul, it reports that one.
	case errors.As(err, &syntax) && (strings.Contains(err.Error(), "unexpected end") ||
		syntax.Offset == int64(len(body)) && strings.Contains(err.Error(), "character ' '")):
		return nil, fmt.Errorf("the answer breaks off after %d bytes, in the middle of the JSON", len(body))
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "after top-level value"):
		return nil, fmt.Errorf("the answer goes on behind the JSON object, at byte %d", syntax.Offset)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("the answer is not valid JSON: %s", singleLine(err.Error()))
	}
	return nil, err
}

// Mismatches are texts about values that do not have the documented type, by the name of the field, such as "list[].name". Of the values
// of a field there is one.
type Mismatches map[string]string

// A pruner replaces the values in an answer that do not have the documented type by null, so that they do not take the rest with them.
type pruner struct {
	mismatches Mismatches
	err        error // a list at the top is not one, so that there is nothing left to read
}

func (p *pruner) prune(value json.RawMessage, t reflect.Type, field string) json.RawMessage {
	if string(value) == "null" {
		return value
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	target := reflect.New(t).Interface()
	_, isScalar := target.(json.Unmarshaler)
	if string(value) == `""` && !isScalar {
		return json.RawMessage("null") // some services leave an object or an array blank
	}
	var err error
	switch {
	case !isScalar && t.Kind() == reflect.Struct:
		var members map[string]json.RawMessage
		if err = json.Unmarshal(value, &members); err == nil && members != nil {
			p.pruneMembers(members, t, field)
			value, _ = json.Marshal(members) // it was decoded before
		}
	case !isScalar && t.Kind() == reflect.Slice:
		var elements []json.RawMessage
		if err = json.Unmarshal(value, &elements); err == nil && elements != nil {
			for i := range elements {
				elements[i] = p.prune(elements[i], t.Elem(), field+"[]")
			}
			value, _ = json.Marshal(elements) // it was decoded before
		}
	default:
		err = json.Unmarshal(value, target)
	}
	wrongType := (*json.UnmarshalTypeError)(nil)
	if !errors.As(err, &wrongType) {
		return value
	}
	mismatch := fmt.Sprintf("%s is %s, and not %s as the reference page says",
		field, withArticle(singleLine(wrongType.Value)), typeName(wrongType.Type))
	if !isScalar && t.Kind() == reflect.Slice && !strings.ContainsAny(field, ".[") {
		p.err = errors.New("the answer's field " + mismatch)
	}
	if p.mismatches[field] == "" {
		p.mismatches[field] = mismatch
	}
	return json.RawMessage("null")
}

// pruneMembers prunes the members of an object that are fields of a struct or of those that it embeds.
func (p *pruner) pruneMembers(members map[string]json.RawMessage, t reflect.Type, object string) {
	for f := range t.Fields() {
		if f.Anonymous {
			p.pruneMembers(members, f.Type, object)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		for key, value := range members {
			if !strings.EqualFold(key, name) { // as encoding/json compares them
				continue
			}
			field := name
			if object != "" {
				field = object + "." + name
			}
			members[key] = p.prune(value, f.Type, field)
		}
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
	case reflect.Float64:
		return "a Float"
	case reflect.Bool:
		return "a Boolean"
	case reflect.Slice:
		return "an Array"
	default:
		return "an object"
	}
}
