package koocli

import (
	"strings"
	"testing"
)

// Any content results in the requested profile, or in an error of one line.
func FuzzProfile(f *testing.F) {
	for _, seed := range []string{
		`{"current":"a","profiles":[{"name":"a","accessKeyId":"AK","secretAccessKey":"SK"}]}`,
		`{"profiles":[null,{}]}`,
		`{"current":1}`,
		`[]`,
		"",
		"\x00",
		`{"profiles":[{"name":"a","accessKeyId":"` + strings.Repeat("x", 99) + `"}]}`,
	} {
		f.Add([]byte(seed), "a")
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		p, err := parse(content, "file", name)
		switch {
		case err == nil && name != "" && p.Name != name:
			t.Errorf("got profile %q, want %q", p.Name, name)
		case err != nil && p != (Profile{}):
			t.Errorf("got %v with error %v, want no profile", p, err)
		case err != nil && strings.ContainsAny(err.Error(), "\r\n\x00\x1b") && !strings.ContainsAny(name, "\r\n\x00\x1b"):
			t.Errorf("got error %q, want one line without control characters", err)
		}
	})
}
