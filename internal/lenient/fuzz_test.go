package lenient

import (
	"encoding/json"
	"testing"
)

// FuzzScalars checks that a value that is read stays the same when it is written and read again.
func FuzzScalars(f *testing.F) {
	for _, seed := range []string{
		`"a"`, `1`, `-0`, `1e3`, `1.5`, `9223372036854775807`, `9223372036854775808`, `"12"`, `" 12 "`, `true`, `"TRUE"`, `null`, `""`, `{}`,
		`[]`, `"\ud800"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		readAgain(t, text, new(String))
		readAgain(t, text, new(Int64))
		readAgain(t, text, new(Bool))
	})
}

func readAgain[T comparable](t *testing.T, text []byte, value *T) {
	t.Helper()
	if json.Unmarshal(text, value) != nil {
		return
	}
	written, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var second T
	if err := json.Unmarshal(written, &second); err != nil || second != *value {
		t.Errorf("%s: got %v, error %v after it was written, want %v", text, second, err, *value)
	}
}
