package koocli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const secret = "hunter2"

// write returns the name of a file with the content.
func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLoad(t *testing.T) {
	file := write(t, `{"current":"current","lastVersion":"5","profiles":[
		{"name":"full","mode":"AKSK","accessKeyId":"AK-1_a","secretAccessKey":"hunter2","securityToken":"st",
		 "region":"r","projectId":"p","domainId":"d","agencyName":"n","agencyDomainName":"dn","agencyDomainId":"di","sourceProfile":"sp",
		 "retryCount":0},
		{"name":"current","accessKeyId":"AKB"},
		{"name":"full","accessKeyId":"second of the name"}]}`)
	full := Profile{
		Name: "full", Mode: "AKSK", AccessKeyID: "AK-1_a", SecretAccessKey: secret, SecurityToken: "st",
		Region: "r", ProjectID: "p", AgencyName: "n", AgencyDomainName: "dn", AgencyDomainID: "di", SourceProfile: "sp",
	}
	for name, want := range map[string]Profile{
		"full":    full,
		"current": {Name: "current", AccessKeyID: "AKB"},
		"":        {Name: "current", AccessKeyID: "AKB"},
	} {
		got, err := Load(file, name)
		if err != nil {
			t.Errorf("profile %q: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("profile %q (-want +got): %s", name, diff)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v", full, full, &full); strings.Contains(text, secret) {
		t.Errorf("a printed profile contains a secret: %s", text)
	}
}

func TestByteOrderMark(t *testing.T) {
	p, err := Load(write(t, "\uFEFF"+`{"current":"a","profiles":[{"name":"a"}]}`), "")
	if err != nil || p.Name != "a" {
		t.Errorf("got %v, %v, want profile a", p, err)
	}
}

func TestLoadErrors(t *testing.T) {
	const encrypted = `{"name":"e","accessKeyId":"0123456789abcdef0123456789abcdef0123456789abcdef","secretAccessKey":"hunter2"}`
	for _, test := range []struct{ name, content, profile, want string }{
		{name: "empty file", content: "", want: "config.json is empty"},
		{name: "other type of a member", content: `{"profiles":"hunter2"}`, want: "not the JSON that is expected"},
		{name: "binary file", content: "\x00\x01hunter2", want: "(byte 1)"},
		{name: "no profiles", content: `{}`, want: "its name must be given; it has none"},
		{name: "current profile is missing", content: `{"current":"a","profiles":[]}`, want: `has no profile "a"; it has none`},
		{name: "profile is null", content: `{"current":"a","profiles":[null]}`, want: `has no profile "a"; it has ""`},
		{name: "unknown profile", content: `{"profiles":[{"name":"a"},{"name":"b"}]}`, profile: "x", want: `no profile "x"; it has "a", "b"`},
		{name: "encrypted", content: `{"profiles":[` + encrypted + `]}`, profile: "e", want: "seem to be encrypted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Load(write(t, test.content), test.profile)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("got %v, %v, want an error with %q and without secrets", got, err, test.want)
			}
		})
	}
	if got, err := Load(filepath.Join(t.TempDir(), "config.json"), ""); !os.IsNotExist(err) {
		t.Errorf("missing file: got %v, %v, want an error that the file does not exist", got, err)
	}
}
