package koocli

import (
	"strings"
	"testing"
)

// Whatever the file is, it is a profile of the name that was asked for, or an error on one line.
func FuzzProfile(f *testing.F) {
	for _, seed := range []string{
		`{"current":"a","profiles":[{"name":"a","accessKeyId":"AK","secretAccessKey":"SK"}]}`, `{"profiles":[null,{}]}`, `{"current":1}`, `[]`, "", "\x00", `{"profiles":[{"name":"a","accessKeyId":"` + strings.Repeat("x", 99) + `"}]}`,
	} {
		f.Add([]byte(seed), "a")
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		p, err := parse(content, "file", name)
		switch {
		case err == nil && name != "" && p.Name != name:
			t.Errorf("profile %q for %q", p.Name, name)
		case err != nil && p != (Profile{}):
			t.Errorf("%v with an error", p)
		case err != nil && strings.ContainsAny(err.Error(), "\r\n\x00\x1b") && !strings.ContainsAny(name, "\r\n\x00\x1b"):
			t.Errorf("error %q", err)
		}
	})
}
