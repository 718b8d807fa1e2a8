package cloud

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
)

// fields has a field of each documented type.
type fields struct {
	Text  *lenient.String   `json:"text,omitempty"`
	Count *lenient.Int64    `json:"count,omitempty"`
	Flag  *lenient.Bool     `json:"flag,omitempty"`
	Texts []*lenient.String `json:"texts,omitempty"`
	List  []fields          `json:"list,omitempty"`
	Inner *fields           `json:"inner,omitempty"`
}

const (
	notObject   = ", not a JSON object"
	notText     = ", and not a String as the reference page says"
	notInteger  = ", and not an Integer of 64 bits as the reference page says"
	notBoolean  = ", and not a Boolean as the reference page says"
	notArray    = ", and not an Array as the reference page says"
	notInner    = ", and not an object as the reference page says"
	notEndpoint = "; an address that is no endpoint of this service, or a proxy, may have sent it"
)

func TestDecodeErrors(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{name: "nothing", body: "", want: "the answer is empty" + notObject},
		{name: "white space", body: " \n", want: "the answer is empty" + notObject},
		{name: "byte order mark alone", body: "\uFEFF", want: "the answer is empty" + notObject},
		{name: "null", body: "null", want: "the answer is null" + notObject},
		{name: "true", body: "true", want: "the answer is true" + notObject},
		{name: "number", body: "12", want: "the answer is 12" + notObject},
		{name: "string", body: `"x"`, want: "the answer is a string" + notObject},
		{name: "array", body: `[{"count":1}]`, want: "the answer is an array" + notObject},
		{name: "text", body: "OK", want: `the answer is text ("OK")` + notObject},
		{name: "NUL", body: "\x00", want: `the answer is text ("")` + notObject},
		{name: "escapes", body: "\x1b[2J\x1b[31m", want: `the answer is text ("[2J [31m")` + notObject},
		{name: "UTF-16", body: "\x00{\x00}", want: `the answer is text ("{ }")` + notObject},
		{name: "HTML", body: "<html><title>Login</title>", want: "the answer is not JSON but an HTML page: Login" + notEndpoint},
		{name: "XML", body: "<?xml version=\"1.0\"?><Error/>", want: "the answer is not JSON but an HTML page" + notEndpoint},
		{name: "text after the object", body: `{"count":1}x`, want: "the answer goes on behind the JSON object, at byte 12"},
		{name: "comment", body: `{"count":1}// done`, want: "the answer goes on behind the JSON object, at byte 12"},
		{name: "second object", body: `{"count":1}{"count":2}`, want: "the answer goes on behind the JSON object, at byte 12"},
		{name: "cut", body: `{"count":1,"list":[{"te`, want: "the answer breaks off after 23 bytes, in the middle of the JSON"},
		{name: "leading zero", body: `{"count":01}`, want: "the answer is not valid JSON: invalid character '1' after object key:value pair"},
		{name: "NaN", body: `{"other":NaN}`, want: "the answer is not valid JSON: invalid character 'N' looking for beginning of value"},
		{name: "hexadecimal", body: `{"other":0x1}`, want: "the answer is not valid JSON: invalid character 'x' after object key:value pair"},
		{
			name: "control character", body: "{\"other\":\"\x1b\"}",
			want: `the answer is not valid JSON: invalid character '\x1b' in string literal`,
		},
		{
			name: "10,000 levels", body: `{"other":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
			want: "the answer is not valid JSON: invalid character '[' exceeded max depth",
		},

		{name: "object for a String", body: `{"text":{"a":[{}]}}`, want: "the answer's field text is an object" + notText},
		{name: "array for a String", body: `{"text":[]}`, want: "the answer's field text is an array" + notText},
		{name: "text for an Integer", body: `{"count":"x"}`, want: `the answer's field count is a string "x"` + notInteger},
		{name: "empty text for an Integer", body: `{"count":""}`, want: `the answer's field count is a string ""` + notInteger},
		{name: "boolean for an Integer", body: `{"count":true}`, want: "the answer's field count is a boolean true" + notInteger},
		{name: "object for an Integer", body: `{"count":{}}`, want: "the answer's field count is an object" + notInteger},
		{name: "array for an Integer", body: `{"count":[]}`, want: "the answer's field count is an array" + notInteger},
		{name: "fraction", body: `{"count":7.5}`, want: "the answer's field count is a number 7.5" + notInteger},
		{name: "too large", body: `{"count":9223372036854775808}`, want: "the answer's field count is a number 9223372036854775808" + notInteger},
		{name: "huge exponent", body: `{"count":1e400}`, want: "the answer's field count is a number 1e400" + notInteger},
		{name: "number for a Boolean", body: `{"flag":1}`, want: "the answer's field flag is a number 1" + notBoolean},
		{name: "text for a Boolean", body: `{"flag":"perhaps"}`, want: `the answer's field flag is a string "perhaps"` + notBoolean},
		{name: "object for a Boolean", body: `{"flag":{}}`, want: "the answer's field flag is an object" + notBoolean},
		{name: "array for a Boolean", body: `{"flag":[]}`, want: "the answer's field flag is an array" + notBoolean},
		{name: "text for an Array", body: `{"list":"none"}`, want: "the answer's field list is a string" + notArray},
		{name: "number for an Array", body: `{"list":7}`, want: "the answer's field list is a number" + notArray},
		{name: "boolean for an Array", body: `{"list":true}`, want: "the answer's field list is a bool" + notArray},
		{name: "object for an Array", body: `{"list":{}}`, want: "the answer's field list is an object" + notArray},
		{name: "array in an Array", body: `{"list":[[]]}`, want: "the answer's field list is an array" + notInner},
		{name: "text in an Array", body: `{"list":["a"]}`, want: "the answer's field list is a string" + notInner},
		{name: "text for an object", body: `{"inner":""}`, want: "the answer's field inner is a string" + notInner},
		{name: "number for an object", body: `{"inner":7}`, want: "the answer's field inner is a number" + notInner},
		{name: "array for an object", body: `{"inner":[{}]}`, want: "the answer's field inner is an array" + notInner},
		{name: "object in an Array of Strings", body: `{"texts":["a",{}]}`, want: "the answer's field texts is an object" + notText},
		{name: "field of an element", body: `{"list":[{},{"flag":7}]}`, want: "the answer's field list.flag is a number 7" + notBoolean},
		{name: "field of an object", body: `{"inner":{"count":"x"}}`, want: `the answer's field inner.count is a string "x"` + notInteger},
		{
			name: "long text", body: `{"count":"` + strings.Repeat("x", 100) + `"}`,
			want: `the answer's field count is a string "` + strings.Repeat("x", 59) + "…" + notInteger,
		},
		{name: "escapes in a text", body: "{\"count\":\"\u202e\u009b\"}", want: `the answer's field count is a string " "` + notInteger},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := decode([]byte(test.body), new(fields)); err == nil || err.Error() != test.want {
				t.Errorf("got error %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	long := strings.Repeat("7", 1_000_000)
	for _, test := range []struct{ name, body, want string }{
		{name: "nothing known", body: `{"other":{"a":[1,null]},"error_code":"DWS.0000"}`, want: `{}`},
		{name: "white space and a byte order mark", body: "\uFEFF \r\n{\"text\":\"a\"}\t\n", want: `{"text":"a"}`},
		{name: "null", body: `{"text":null,"count":null,"flag":null,"texts":null,"list":null,"inner":null}`, want: `{}`},
		{name: "documented types", body: `{"text":"a","count":7,"flag":true,"list":[{}],"inner":{}}`,
			want: `{"text":"a","count":7,"flag":true,"list":[{}],"inner":{}}`},
		{name: "lenient types", body: `{"text":7.50,"count":"7","flag":"TRUE"}`, want: `{"text":"7.50","count":7,"flag":true}`},
		{name: "null in arrays", body: `{"list":[null,{"text":"a"}],"texts":[null,7]}`, want: `{"texts":[null,"7"],"list":[{},{"text":"a"}]}`},
		{name: "key twice", body: `{"text":"RUNNING","text":"SUCCESS"}`, want: `{"text":"SUCCESS"}`},
		{name: "escaped controls", body: `{"text":"\u0000\u001b[31m\u202e"}`, want: `{"text":"\u0000\u001b[31m` + "\u202e" + `"}`},
		{name: "half a surrogate", body: `{"text":"\ud800"}`, want: `{"text":"` + "\uFFFD" + `"}`},
		{name: "invalid UTF-8", body: "{\"text\":\"\xff\",\"\xff\":1}", want: `{"text":"` + "\uFFFD" + `"}`},
		{name: "unknown number of a million digits", body: `{"other":` + long + `,"text":"a"}`, want: `{"text":"a"}`},
		{name: "unknown number with a huge exponent", body: `{"other":1e999999999,"text":"a"}`, want: `{"text":"a"}`},
		{name: "9,998 levels", body: `{"other":` + strings.Repeat("[", 9998) + strings.Repeat("]", 9998) + `}`, want: `{}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var answer fields
			if err := decode([]byte(test.body), &answer); err != nil {
				t.Fatalf("got error %s, want %s", err, test.want)
			}
			if got, err := json.Marshal(answer); err != nil || string(got) != test.want {
				t.Errorf("got %s, error %v\nwant %s", got, err, test.want)
			}
		})
	}
}
