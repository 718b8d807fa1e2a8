package openstack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// folders returns an empty working directory and an empty configuration folder. No other file is found.
func folders(t *testing.T) (work, config string) {
	t.Helper()
	work, home := t.TempDir(), t.TempDir()
	config = filepath.Join(home, ".config", "openstack")
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	for _, variable := range []string{"XDG_CONFIG_HOME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"} {
		t.Setenv(variable, "")
	}
	t.Chdir(work)
	return work, config
}

func write(t *testing.T, folder, name, content string) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// user returns a clouds.yaml with a cloud c and the name of its user.
func user(name string) string { return "clouds:\n  c:\n    auth:\n      username: " + name + "\n" }

func TestSearchPath(t *testing.T) {
	work, config := folders(t)
	check := func(want string) {
		t.Helper()
		c, err := Load("c")
		if got := c.Auth.Username; err != nil || got != want {
			t.Errorf("got user %q of %q, %v, want user %q", got, c.File, err, want)
		}
	}
	checkError := func(name, want string) {
		t.Helper()
		if c, err := Load("c"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v, want an error with %q", name, c, err, want)
		}
	}
	checkError("no file", "there is no clouds.yaml in ., "+config+", /etc/openstack")
	write(t, config, "clouds.yml", user("home, yml"))
	check("home, yml")
	write(t, config, "clouds.yaml", user("home"))
	check("home")
	xdg := filepath.Join(t.TempDir(), "openstack")
	if err := os.Mkdir(xdg, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", filepath.Dir(xdg))
	write(t, xdg, "clouds.yaml", user("xdg"))
	check("xdg")
	write(t, work, "clouds.yaml", user("work"))
	check("work")
	t.Setenv("OS_CLIENT_CONFIG_FILE", write(t, t.TempDir(), "any.name", user("variable")))
	check("variable")
	t.Setenv("OS_CLIENT_CONFIG_FILE", t.TempDir())
	checkError("folder instead of a file", "is a directory")
}

// secure.yaml takes precedence over clouds.yaml, which takes precedence over clouds-public.yaml, member by member.
func TestPrecedence(t *testing.T) {
	work, config := folders(t)
	file := write(t, config, "clouds.yaml", `
clouds:
  c:
    profile: p
    region_name: eu-de
    verify: false
    cacert: ca.pem
    auth: {username: u, password: from-clouds, user_domain_name: d, project_name: eu-de_team}
  old: {cloud: p}
  bare:
`)
	write(t, config, "clouds-public.yaml", `
public-clouds:
  p:
    region_name: public
    auth: {auth_url: 'https://iam.example.com', username: public, token: public}
`)
	write(t, config, "secure.yaml", `
clouds:
  c: {auth: {password: hunter2}, key: key.pem}
  other: {auth: {password: never}}
`)
	verify := false
	public := Auth{AuthURL: "https://iam.example.com", Token: "public", Username: "public"}
	for name, want := range map[string]Cloud{
		"c": {
			File: file, Profile: "p", RegionName: "eu-de", Verify: &verify, CACert: "ca.pem", Key: "key.pem",
			Auth: Auth{
				AuthURL: "https://iam.example.com", Token: "public", Username: "u", Password: "hunter2",
				UserDomainName: "d", ProjectName: "eu-de_team",
			},
		},
		"old":  {File: file, Cloud: "p", RegionName: "public", Auth: public},
		"bare": {File: file},
	} {
		got, err := Load(name)
		if err != nil {
			t.Errorf("cloud %s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("cloud %s (-want +got): %s", name, diff)
		}
		if text := fmt.Sprintf("%v %+v %#v %v", got, got, &got, got.Auth); strings.Contains(text, "hunter2") {
			t.Errorf("cloud %s: it is printed with a secret: %s", name, text)
		}
	}
	write(t, work, "elsewhere.yaml", "clouds:\n  c: {auth: {password: elsewhere}}\n")
	t.Setenv("OS_CLIENT_SECURE_FILE", "elsewhere.yaml")
	if c, err := Load("c"); err != nil || c.Auth.Password != "elsewhere" {
		t.Errorf("with OS_CLIENT_SECURE_FILE: got password %q, %v, want that of the file", c.Auth.Password, err)
	}
}

// YAML would read some of these texts as numbers or booleans.
func TestTextsAreUnchanged(t *testing.T) {
	work, _ := folders(t)
	write(t, work, "clouds.yaml", `
clouds:
  c:
    auth: {password: 0123, username: yes, project_id: 1e3, user_domain_name: null, ak: 'a b', sk: 0x1F}
`)
	got, err := Load("c")
	if err != nil {
		t.Fatal(err)
	}
	want := Auth{Password: "0123", Username: "yes", ProjectID: "1e3", AccessKey: "a b", SecretKey: "0x1F"}
	if diff := cmp.Diff(want, got.Auth); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
}

func TestInvalidFiles(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{name: "empty file", content: "", want: `has no cloud "c"; it has none`},
		{name: "other clouds", content: "clouds: {b: {}, a: {}}", want: `has no cloud "c"; it has "a", "b"`},
		{name: "clouds are a text", content: "clouds: hunter2", want: "not the YAML that is expected (line 1)"},
		{name: "cloud is a text", content: "clouds:\n  c: hunter2", want: "not the YAML that is expected (line 2)"},
		{name: "tab", content: "clouds:\n\tc: hunter2", want: "not the YAML that is expected (line 2)"},
		{name: "unknown anchor", content: "clouds: {c: {auth: &a {x: *hunter2}}}", want: "not the YAML that is expected"},
	} {
		t.Run(test.name, func(t *testing.T) {
			work, _ := folders(t)
			write(t, work, "clouds.yaml", test.content)
			got, err := Load("c")
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, %v, want an error with %q and without secrets", got, err, test.want)
			}
		})
	}
	t.Run("secure.yaml", func(t *testing.T) {
		work, _ := folders(t)
		write(t, work, "clouds.yaml", user("u"))
		write(t, work, "secure.yaml", "clouds: hunter2")
		const want = "secure.yaml is not the YAML that is expected"
		if got, err := Load("c"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, %v, want an error with %q", got, err, want)
		}
	})
}
