package cloud

import (
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
)

func TestAnswersThatAreNone(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"nothing":          {"", "the answer is empty, not a JSON object"},
		"white space":      {" \n", "the answer is empty, not a JSON object"},
		"null":             {"null", "the answer is null, not a JSON object"},
		"true":             {"true", "the answer is true, not a JSON object"},
		"number":           {"12", "the answer is 12, not a JSON object"},
		"string":           {`"x"`, "the answer is a string, not a JSON object"},
		"array":            {`[{"port":1}]`, "the answer is an array, not a JSON object"},
		"text":             {"OK", `the answer is text ("OK"), not a JSON object`},
		"HTML":             {"<html><title>Login</title>", "the answer is not JSON but an HTML page: Login; an address that is no endpoint of this service, or a proxy, may have sent it"},
		"trailing garbage": {`{"port":1}x`, "the answer goes on behind the JSON object, at byte 11"},
		"second object":    {`{"port":1}{"port":2}`, "the answer goes on behind the JSON object, at byte 11"},
		"truncated":        {`{"port":1,"list":[{"po`, "the answer breaks off after 22 bytes, in the middle of the JSON"},
		"malformed":        {`{"port":01}`, "the answer is not valid JSON: invalid character '1' after object key:value pair"},
		"too large number": {`{"port":9223372036854775808}`, "the answer's field port is a number 9223372036854775808, and not an Integer of 64 bits as the reference page says"},
		"fraction":         {`{"port":1.5}`, "the answer's field port is a number 1.5, and not an Integer of 64 bits as the reference page says"},
		"text for number":  {`{"port":"x"}`, `the answer's field port is a string "x", and not an Integer of 64 bits as the reference page says`},
		"nested field":     {`{"list":[{},{"flag":"perhaps"}]}`, `the answer's field list.flag is a string "perhaps", and not a Boolean as the reference page says`},
		"object for text":  {`{"list":[{"name":{"a":1}}]}`, "the answer's field list.name is an object, and not a String as the reference page says"},
		"text for list":    {`{"list":"none"}`, "the answer's field list is a string, and not an Array as the reference page says"},
		"list for object":  {`{"list":[[]]}`, "the answer's field list is an array, and not an object as the reference page says"},
	} {
		t.Run(name, func(t *testing.T) {
			var answer struct {
				Port *lenient.Int64 `json:"port"`
				List []struct {
					Name *lenient.String `json:"name"`
					Flag *lenient.Bool   `json:"flag"`
				} `json:"list"`
			}
			err := decode([]byte(test.body), &answer)
			if err == nil || err.Error() != test.want {
				t.Errorf("%v\nwant %s", err, test.want)
			}
		})
	}
}
