package cloud

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// How lenient the types of fields are, and what their errors quote, is tested in their package.
func TestDecodeErrors(t *testing.T) {
	const (
		notObject   = ", not a JSON object"
		notArray    = ", and not an Array as the reference page says"
		notEndpoint = "; an address that is no endpoint of this service, or a proxy, may have sent it"
		notJSON     = "the answer is not valid JSON: invalid character "
	)
	for _, test := range []struct{ name, body, want string }{
		{name: "nothing", body: "", want: "the answer is empty" + notObject},
		{name: "white space after a byte order mark", body: "\uFEFF \n", want: "the answer is empty" + notObject},
		{name: "null", body: "null", want: "the answer is null" + notObject},
		{name: "string", body: `"x"`, want: "the answer is a string" + notObject},
		{name: "array", body: `[{"count":1}]`, want: "the answer is an array" + notObject},
		{name: "text", body: "\x1b[2JOK", want: `the answer is text ("[2JOK")` + notObject},
		{name: "NUL", body: "\x00", want: `the answer is text ("")` + notObject},
		{name: "HTML", body: "<html><title>Login</title>", want: "the answer is not JSON but an HTML page: Login" + notEndpoint},
		{name: "text after the object", body: `{"count":1}x`, want: "the answer goes on behind the JSON object, at byte 12"},
		{name: "cut", body: `{"count":1,"list":[{"te`, want: "the answer breaks off after 23 bytes, in the middle of the JSON"},
		{name: "cut in null", body: `{"text":nu`, want: "the answer breaks off after 10 bytes, in the middle of the JSON"},
		{name: "NaN", body: `{"other":NaN}`, want: notJSON + "'N' looking for beginning of value"},
		{name: "control character", body: "{\"other\":\"\x1b\"}", want: notJSON + `'\x1b' in string literal`},
		{name: "10,000 levels", body: `{"other":` + strings.Repeat("[", 10_000), want: notJSON + "'[' exceeded max depth"},
		{name: "object for an Array at the top", body: `{"list":{}}`, want: "the answer's field list is an object" + notArray},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := decode([]byte(test.body), new(fields)); err == nil || err.Error() != test.want {
				t.Errorf("got error %v\nwant %s", err, test.want)
			}
		})
	}
}

// Values of another type than documented are left out, and named. The rest is decoded.
func TestMismatches(t *testing.T) {
	const (
		notText    = ", and not a String as the reference page says"
		notInteger = ", and not an Integer of 64 bits as the reference page says"
		notBoolean = ", and not a Boolean as the reference page says"
		notArray   = ", and not an Array as the reference page says"
		notObject  = ", and not an object as the reference page says"
	)
	for _, test := range []struct {
		name, body, want string
		mismatches       []string
	}{
		{
			name: "object for a String", body: `{"text":{"a":[{}]},"count":1}`, want: `{"count":1}`,
			mismatches: []string{"text is an object" + notText},
		},
		{name: "text for an Integer", body: `{"count":"x"}`, want: `{}`, mismatches: []string{`count is a string "x"` + notInteger}},
		{
			name: "fraction for an Integer", body: `{"count":6.5,"flag":true}`, want: `{"flag":true}`,
			mismatches: []string{"count is a number 6.5" + notInteger},
		},
		{name: "escapes in a text", body: "{\"count\":\"\u202e\u009b\"}", want: `{}`, mismatches: []string{`count is a string " "` + notInteger}},
		{name: "number for a Boolean", body: `{"flag":1}`, want: `{}`, mismatches: []string{"flag is a number 1" + notBoolean}},
		{name: "blank object", body: `{"inner":"","text":"a"}`, want: `{"text":"a"}`},
		{
			name: "text for an object", body: `{"inner":"i","text":"a"}`, want: `{"text":"a"}`,
			mismatches: []string{"inner is a string" + notObject},
		},
		{
			name: "object for an Array in an object", body: `{"inner":{"texts":{},"count":2}}`, want: `{"inner":{"count":2}}`,
			mismatches: []string{"inner.texts is an object" + notArray},
		},
		{
			name: "the same field of many", body: `{"list":[{"flag":7},{"flag":8,"text":"a"}]}`, want: `{"list":[{},{"text":"a"}]}`,
			mismatches: []string{"list[].flag is a number 7" + notBoolean},
		},
		{
			name: "null beside it", body: `{"count":6.5,"flag":null,"text":null,"inner":null,"list":null}`, want: `{}`,
			mismatches: []string{"count is a number 6.5" + notInteger},
		},
		{
			name: "elements",
			body: `{"list":[{},{"flag":7,"text":"a"},[]],"texts":["b",{}]}`,
			want: `{"texts":["b",null],"list":[{},{"text":"a"},{}]}`,
			mismatches: []string{
				"list[] is an array" + notObject, "list[].flag is a number 7" + notBoolean, "texts[] is an object" + notText,
			},
		},
		{
			name: "another letter case", body: `{"Count":"x","TEXT":"a"}`, want: `{"text":"a"}`,
			mismatches: []string{`count is a string "x"` + notInteger},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var answer fields
			mismatches, err := decode([]byte(test.body), &answer)
			if diff := cmp.Diff(test.mismatches, slices.Sorted(maps.Values(mismatches))); err != nil || diff != "" {
				t.Errorf("got error %v, mismatches (- want, + got):\n%s", err, diff)
			}
			got, err := json.Marshal(answer)
			if err != nil || string(got) != test.want {
				t.Errorf("got %s, error %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{name: "nothing known", body: `{"other":{"a":[1,null,1e999999999]},"error_code":"DWS.0000"}`, want: `{}`},
		{name: "white space and a byte order mark", body: "\uFEFF \r\n{\"text\":\"a\"}\t\n", want: `{"text":"a"}`},
		{name: "null", body: `{"text":null,"count":null,"flag":null,"texts":null,"list":null,"inner":null}`, want: `{}`},
		{name: "null in arrays", body: `{"list":[null,{"text":"a"}],"texts":[null,7]}`, want: `{"texts":[null,"7"],"list":[{},{"text":"a"}]}`},
		{name: "invalid UTF-8", body: "{\"text\":\"\xff\",\"\xff\":1}", want: `{"text":"` + "\uFFFD" + `"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var answer fields
			if mismatches, err := decode([]byte(test.body), &answer); err != nil || len(mismatches) > 0 {
				t.Fatalf("got error %v, mismatches %q; want %s", err, mismatches, test.want)
			}
			if got, err := json.Marshal(answer); err != nil || string(got) != test.want {
				t.Errorf("got %s, error %v\nwant %s", got, err, test.want)
			}
		})
	}
}
