package openstack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folders makes a working directory and a home directory, and nothing else in reach.
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

// user is a clouds.yaml with one cloud of one user.
func user(name string) string { return "clouds:\n  c:\n    auth:\n      username: " + name + "\n" }

func TestSearchPath(t *testing.T) {
	work, config := folders(t)
	check := func(want string) {
		t.Helper()
		c, err := Load("c")
		if got := c.Auth.Username; err != nil || got != want {
			t.Errorf("%q of %q, %v, want %q", got, c.File, err, want)
		}
	}
	if _, err := Load("c"); err == nil || !strings.Contains(err.Error(), "there is no clouds.yaml in ., "+config+", /etc/openstack") {
		t.Error(err)
	}
	write(t, config, "clouds.yml", user("home, yml"))
	check("home, yml")
	write(t, config, "clouds.yaml", user("home"))
	check("home")
	other := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", other)
	if err := os.Mkdir(filepath.Join(other, "openstack"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(other, "openstack"), "clouds.yaml", user("xdg"))
	check("xdg")
	write(t, work, "clouds.yaml", user("work"))
	check("work")
	t.Setenv("OS_CLIENT_CONFIG_FILE", write(t, t.TempDir(), "any.name", user("variable")))
	check("variable")
	if err := os.Mkdir(filepath.Join(work, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OS_CLIENT_CONFIG_FILE", filepath.Join(work, "folder"))
	if _, err := Load("c"); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Error(err)
	}
}

// secure.yaml wins over clouds.yaml, which wins over clouds-public.yaml, member by member.
func TestLayers(t *testing.T) {
	work, config := folders(t)
	write(t, config, "clouds.yaml", `
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
	write(t, config, "clouds-public.yaml", "public-clouds:\n  p:\n    region_name: public\n    auth: {auth_url: 'https://iam.example.com', username: public, token: public}\n")
	write(t, config, "secure.yaml", "clouds:\n  c: {auth: {password: hunter2}, key: key.pem}\n  other: {auth: {password: never}}\n")
	no := false
	want := Cloud{
		File: filepath.Join(config, "clouds.yaml"), Profile: "p", RegionName: "eu-de", CACert: "ca.pem", Key: "key.pem",
		Auth: Auth{AuthURL: "https://iam.example.com", Token: "public", Username: "u", Password: "hunter2", UserDomainName: "d", ProjectName: "eu-de_team"},
	}
	got, err := Load("c")
	if err != nil || got.Verify == nil || *got.Verify != no {
		t.Fatalf("%v, %v", got.Verify, err)
	}
	got.Verify = nil
	if got != want {
		t.Errorf("got %+v %+v", got.RegionName, got.Auth.Username)
	}
	if text := fmt.Sprintf("%v %+v %#v %v", got, got, &got, got.Auth); strings.Contains(text, "hunter2") {
		t.Errorf("a secret is printed: %s", text)
	}
	if old, err := Load("old"); err != nil || old.Auth.Username != "public" || old.RegionName != "public" {
		t.Errorf("by the older name: %s, %v", old.Auth.Username, err)
	}
	if bare, err := Load("bare"); err != nil || bare.Auth != (Auth{}) {
		t.Errorf("a cloud with nothing: %v", err)
	}
	// A secure.yaml may also be elsewhere.
	write(t, work, "elsewhere.yaml", "clouds:\n  c: {auth: {password: elsewhere}}\n")
	t.Setenv("OS_CLIENT_SECURE_FILE", "elsewhere.yaml")
	if c, err := Load("c"); err != nil || c.Auth.Password != "elsewhere" {
		t.Errorf("%v", err)
	}
}

func TestTextsStayAsTheyAre(t *testing.T) {
	work, _ := folders(t)
	write(t, work, "clouds.yaml", "clouds: {c: {auth: {password: 0123, username: yes, project_id: 1e3, user_domain_name: null, ak: 'a b', sk: 0x1F}}}")
	c, err := Load("c")
	want := Auth{Password: "0123", Username: "yes", ProjectID: "1e3", AccessKey: "a b", SecretKey: "0x1F"}
	if err != nil || c.Auth != want {
		t.Errorf("%q %q %q %q %q, %v", c.Auth.Password, c.Auth.Username, c.Auth.ProjectID, c.Auth.SecretKey, c.Auth.UserDomainName, err)
	}
}

func TestWhatIsNoCloudsYAML(t *testing.T) {
	work, _ := folders(t)
	for content, says := range map[string]string{
		"":                                `has no cloud "c"; it has none`,
		"clouds:":                         `has no cloud "c"; it has none`,
		"clouds: {b: {}, a: {}}":          `has no cloud "c"; it has "a", "b"`,
		"clouds: hunter2":                 "not the YAML that is expected (line 1)",
		"clouds:\n  c: hunter2":           "not the YAML that is expected (line 2)",
		"clouds:\n  c: {auth: hunter2}":   "not the YAML that is expected (line 2)",
		"clouds:\n  c: {verify: hunter2}": "not the YAML that is expected (line 2)",
		"clouds:\n  c: {auth: {password: [hunter2]}}": "not the YAML that is expected (line 2)",
		"clouds:\n\tc: hunter2":                       "not the YAML that is expected (line 2)",
		"[hunter2]":                                   "not the YAML that is expected (line 1)",
		"clouds: {c: {auth: &a {x: *hunter2}}}":       "not the YAML that is expected",
		"\x00hunter2":                                 "not the YAML that is expected",
	} {
		write(t, work, "clouds.yaml", content)
		if _, err := Load("c"); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", content, err)
		}
	}
	write(t, work, "clouds.yaml", user("u"))
	write(t, work, "secure.yaml", "clouds: hunter2")
	if _, err := Load("c"); err == nil || !strings.HasPrefix(err.Error(), "secure.yaml is not the YAML that is expected") {
		t.Errorf("secure.yaml: %v", err)
	}
}
