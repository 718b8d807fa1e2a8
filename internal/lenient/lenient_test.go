package lenient

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type answer struct {
	S *String `json:"s"`
	I *Int64  `json:"i"`
	B *Bool   `json:"b"`
}

func TestDocumentedTypesAndTheirVariants(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`{"s":"a"}`, `a`},
		{`{"s":""}`, ``},
		{`{"s":1}`, `1`},
		{`{"s":1684191545379}`, `1684191545379`},
		{`{"s":1.50}`, `1.50`},
		{`{"s":true}`, `true`},
		{`{"s":"\u00e4\n"}`, "ä\n"},
		{`{"i":0}`, `0`},
		{`{"i":-5}`, `-5`},
		{`{"i":"6379"}`, `6379`},
		{`{"i":" 6379 "}`, `6379`},
		{`{"i":30.0}`, `30`},
		{`{"i":3e1}`, `30`},
		{`{"i":9223372036854775807}`, `9223372036854775807`},
		{`{"b":true}`, `true`},
		{`{"b":"False"}`, `false`},
	} {
		var a answer
		if err := json.Unmarshal([]byte(test.body), &a); err != nil {
			t.Errorf("%s: %s", test.body, err)
			continue
		}
		got := "null"
		switch {
		case a.S != nil:
			got = string(*a.S)
		case a.I != nil:
			got = strconv.FormatInt(int64(*a.I), 10)
		case a.B != nil:
			got = strconv.FormatBool(bool(*a.B))
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.body, got, test.want)
		}
	}
}

func TestNullAndAbsentAreNil(t *testing.T) {
	for _, body := range []string{`{}`, `{"s":null,"i":null,"b":null}`} {
		var a answer
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			t.Fatal(err)
		}
		if a != (answer{}) {
			t.Errorf("%s: %+v", body, a)
		}
	}
}

func TestWhatDoesNotFitIsAnError(t *testing.T) {
	for _, body := range []string{
		`{"s":{}}`, `{"s":[]}`,
		`{"i":true}`, `{"i":""}`, `{"i":"x"}`, `{"i":1.5}`, `{"i":"1.5"}`, `{"i":9223372036854775808}`, `{"i":1e400}`, `{"i":1e300}`, `{"i":{}}`, `{"i":"0x10"}`, `{"i":"Inf"}`, `{"i":"NaN"}`, `{"i":30.00000000000000000001}`, `{"i":1e-400}`, `{"i":"0x1.0p4"}`, `{"i":1e999999999}`,
		`{"b":1}`, `{"b":"yes"}`, `{"b":""}`, `{"b":[]}`,
	} {
		var a answer
		if err := json.Unmarshal([]byte(body), &a); err == nil {
			t.Errorf("%s was taken as %+v", body, a)
		} else if !strings.Contains(err.Error(), "answer.") {
			t.Errorf("%s: the error does not name the field: %s", body, err)
		}
	}
}

// Any whole number, however it is written, is itself.
func TestWholeNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		text := strconv.FormatInt(n, 10)
		for _, form := range []string{text, `"` + text + `"`, text + ".0", text + "e0"} {
			var i Int64
			err := json.Unmarshal([]byte(form), &i)
			if err != nil || int64(i) != n {
				t.Fatalf("%s: %d, %v", form, i, err)
			}
		}
	})
}
