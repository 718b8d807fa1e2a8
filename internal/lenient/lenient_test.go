package lenient

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type answer struct {
	S *String  `json:"s"`
	I *Int64   `json:"i"`
	B *Bool    `json:"b"`
	F *Float64 `json:"f"`
	J *JSON    `json:"j"`
}

func TestUnmarshal(t *testing.T) {
	text := func(s String) answer { return answer{S: &s} }
	integer := func(i Int64) answer { return answer{I: &i} }
	boolean := func(b Bool) answer { return answer{B: &b} }
	for _, test := range []struct {
		body string
		want answer
	}{
		{body: `{}`, want: answer{}},
		{body: `{"s":null,"i":null,"b":null}`, want: answer{}},

		{body: `{"s":""}`, want: text("")},
		{body: `{"s":"\u00e4\n\u0000\u202e"}`, want: text("ä\n\x00\u202e")},
		{body: `{"s":123456789012345678901234567890}`, want: text("123456789012345678901234567890")},
		{body: `{"s":-1.50}`, want: text("-1.50")},
		{body: `{"s":true}`, want: text("true")},

		{body: `{"i":-5}`, want: integer(-5)},
		{body: `{"i":3e1}`, want: integer(30)},
		{body: `{"i":70e-1}`, want: integer(7)},
		{body: `{"i":" 6379 "}`, want: integer(6379)},

		{body: `{"f":48.5}`, want: answer{F: new(Float64(48.5))}},
		{body: `{"f":" 48.5 "}`, want: answer{F: new(Float64(48.5))}},

		{body: `{"j":{"a": [1]}}`, want: answer{J: new(JSON(`{"a": [1]}`))}},
		{body: `{"j":[]}`, want: answer{J: new(JSON(`[]`))}},

		{body: `{"b":true}`, want: boolean(true)},
		{body: `{"b":"TRUE"}`, want: boolean(true)},
		{body: `{"b":"False"}`, want: boolean(false)},
	} {
		var got answer
		if err := json.Unmarshal([]byte(test.body), &got); err != nil {
			t.Errorf("%s: got error %s, want a value", test.body, err)
		} else if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got): %s", test.body, diff)
		}
	}
}

func TestUnmarshalErrors(t *testing.T) {
	for _, body := range []string{
		`{"s":{}}`, `{"s":[]}`,
		`{"i":true}`, `{"i":{}}`, `{"i":[]}`, `{"i":""}`, `{"i":"x"}`, `{"i":"0x10"}`, `{"i":"0x1.0p4"}`, `{"i":"Inf"}`, `{"i":"NaN"}`,
		`{"i":1.5}`, `{"i":"1.5"}`, `{"i":30.00000000000000000001}`, `{"i":9223372036854775808}`, `{"i":123456789012345678901234567890}`,
		`{"i":1e300}`, `{"i":1e400}`, `{"i":1e-400}`, `{"i":1e999999999}`,
		`{"f":"NaN"}`, `{"f":""}`, `{"f":true}`, `{"f":[]}`, `{"j":"a"}`, `{"j":1}`,
		`{"b":1}`, `{"b":"yes"}`, `{"b":""}`, `{"b":{}}`, `{"b":[]}`,
	} {
		var got answer
		if err := json.Unmarshal([]byte(body), &got); err == nil {
			t.Errorf("%s: got %+v, want an error", body, got)
		} else if field := "answer." + body[2:3]; !strings.Contains(err.Error(), field) {
			t.Errorf("%s: got error %q, want %s in it", body, err, field)
		}
	}
}

func TestErrorsQuoteAtMost60Bytes(t *testing.T) {
	for value, want := range map[string]string{
		`"` + strings.Repeat("x", 58) + `"`: `string "` + strings.Repeat("x", 58) + `" into`,
		`"` + strings.Repeat("x", 59) + `"`: `string "` + strings.Repeat("x", 59) + `… into`,
	} {
		if err := json.Unmarshal([]byte(`{"i":`+value+`}`), new(answer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s in it", value, err, want)
		}
	}
}

// Any whole number, however it is written, is itself.
func TestWholeNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		text := strconv.FormatInt(n, 10)
		for _, form := range []string{text, `"` + text + `"`, text + ".0", text + "e0"} {
			var got Int64
			if err := json.Unmarshal([]byte(form), &got); err != nil || int64(got) != n {
				t.Fatalf("%s: got %d, error %v, want %d", form, got, err, n)
			}
		}
	})
}
