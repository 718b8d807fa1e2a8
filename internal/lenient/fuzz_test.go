package lenient

import (
	"encoding/json"
	"testing"
)

// Whatever a documented scalar is, it is read or refused; what was read stays the same when it is written and read again.
func FuzzScalars(f *testing.F) {
	for _, seed := range []string{`"a"`, `1`, `-0`, `1e3`, `1.5`, `9223372036854775807`, `9223372036854775808`, `"12"`, `" 12 "`, `true`, `"TRUE"`, `null`, `""`, `{}`, `[]`, `"\ud800"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		again(t, text, new(String))
		again(t, text, new(Int64))
		again(t, text, new(Bool))
	})
}

func again[T comparable](t *testing.T, text []byte, value *T) {
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
		t.Errorf("%s: %v, then %v, %v", text, *value, second, err)
	}
}
