package koocli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.json")
	const content = `{"current":"b","lastVersion":"5","profiles":[
		{"name":"a","mode":"AKSK","accessKeyId":"AK-1_a","secretAccessKey":"hunter2","securityToken":"st","region":"r","projectId":"p","domainId":"d","agencyName":"n","agencyDomainName":"dn","agencyDomainId":"di","retryCount":0},
		{"name":"b","accessKeyId":"AKB"},
		{"name":"c","accessKeyId":"0123456789abcdef0123456789abcdef0123456789abcdef","secretAccessKey":"hunter2"},
		{"name":"a","accessKeyId":"second"}]}`
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Load(file, "a")
	want := Profile{"a", "AKSK", "AK-1_a", "hunter2", "st", "r", "p", "n", "dn", "di"}
	if err != nil || got != want {
		t.Errorf("%#v, %v", got, err)
	}
	if got, err := Load(file, ""); err != nil || got.AccessKeyID != "AKB" {
		t.Errorf("current: %v, %v", got, err)
	}
	for name, says := range map[string]string{"x": `has no profile "x"; it has "a", "b", "c", "a"`, "c": "seem to be encrypted"} {
		if _, err := Load(file, name); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v", got, got, &got); strings.Contains(text, "hunter2") {
		t.Errorf("a secret is printed: %s", text)
	}
}

func TestLoadWhatIsNoConfiguration(t *testing.T) {
	for content, says := range map[string]string{
		"":                                  "config.json is empty",
		`{"profiles":"hunter2"}`:            "not the JSON that is expected",
		`[]`:                                "not the JSON that is expected",
		"\x00\x01hunter2":                   "(byte 1)",
		`{}`:                                "its name must be given; it has none",
		`null`:                              "its name must be given; it has none",
		`{"current":"a","profiles":[]}`:     `has no profile "a"; it has none`,
		`{"current":"a","profiles":[null]}`: `has no profile "a"; it has ""`,
	} {
		file := filepath.Join(t.TempDir(), "config.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, err := Load(file, ""); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, %v", content, p, err)
		}
	}
}

func TestDefaultFile(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	if file, err := DefaultFile(); err != nil || file != "/home/someone/.hcloud/config.json" {
		t.Errorf("%s, %v", file, err)
	}
	t.Setenv("HOME", "")
	if _, err := DefaultFile(); err == nil {
		t.Error("a default without a home directory")
	}
}
