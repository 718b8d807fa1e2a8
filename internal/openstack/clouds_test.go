package openstack

import (
	"fmt"
	"maps"
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
		if got := c.Get("username"); err != nil || got != want {
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

// secure.yaml takes precedence over clouds.yaml, which takes precedence over clouds-public.yaml, key by key.
func TestPrecedence(t *testing.T) {
	work, config := folders(t)
	file := write(t, config, "clouds.yaml", `
clouds:
  c:
    profile: p
    region_name: eu-de
    verify: no
    cacert: ca.pem
    auth: {username: u, password: from-clouds, user_domain_name: d, project_name: eu-de_team}
  old: {cloud: p}
  secret: {auth: {username: u}}
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
  secret: {profile: p}
  other: {auth: {password: never}}
`)
	for name, want := range map[string]texts{
		"c": {
			"profile": "p", "region_name": "eu-de", "verify": "false", "cacert": "ca.pem", "key": "key.pem",
			"auth_url": "https://iam.example.com", "token": "public", "username": "u", "password": "hunter2",
			"user_domain_name": "d", "project_name": "eu-de_team",
		},
		"old": {
			"profile": "p", "region_name": "public", "auth_url": "https://iam.example.com", "username": "public", "token": "public",
		},
		"secret": {"profile": "p", "region_name": "public", "auth_url": "https://iam.example.com", "username": "u", "token": "public"},
		"bare":   {},
	} {
		c, err := Load(name)
		if err != nil || c.File != file {
			t.Errorf("cloud %s: got file %s, %v; want %s", name, c.File, err, file)
		}
		if diff := cmp.Diff(want, c.layer.texts); diff != "" {
			t.Errorf("cloud %s (-want +got): %s", name, diff)
		}
		if text := fmt.Sprintf("%v %+v %#v", c, c, &c); strings.Contains(text, "hunter2") {
			t.Errorf("cloud %s: it is printed with a secret: %s", name, text)
		}
	}
	write(t, work, "elsewhere.yaml", "clouds:\n  c: {auth: {password: elsewhere}}\n")
	t.Setenv("OS_CLIENT_SECURE_FILE", "elsewhere.yaml")
	if c, err := Load("c"); err != nil || c.Get("password") != "elsewhere" {
		t.Errorf("with OS_CLIENT_SECURE_FILE: got password %q, %v, want that of the file", c.Get("password"), err)
	}
}

type texts = map[string]string

// A cloud is read as OpenStack clients read it, wherever its keys stand and whatever they are called.
func TestKeys(t *testing.T) {
	for _, test := range []struct {
		name, cloud string
		region      string // in use
		want        texts
	}{
		{
			name:  "texts that YAML could read as numbers or booleans",
			cloud: "{auth: {password: 0123, username: yes, project_id: 1e3, user_domain_name: null, ak: 'a b', sk: 0x1F}}",
			want:  texts{"password": "0123", "username": "yes", "project_id": "1e3", "ak": "a b", "sk": "0x1F"},
		},
		{
			name:  "beside auth",
			cloud: "{auth_url: 'https://a', project_name: p, username: u, password: w, user_domain_id: d, auth: {project_name: p, auth_url: ''}}",
			want:  texts{"auth_url": "https://a", "project_name": "p", "username": "u", "password": "w", "user_domain_id": "d"},
		},
		{
			name:  "with hyphens, and with older names",
			cloud: "{region-name: r, auth-plugin: password, auth: {auth-url: 'https://a', user_name: u, tenant-name: p, auth_token: t}}",
			want:  texts{"region_name": "r", "auth_type": "password", "auth_url": "https://a", "username": "u", "project_name": "p", "token": "t"},
		},
		{
			name: "without a meaning for these clouds",
			cloud: "{identity_api_version: 3, interface: public, image_format: vhd, networks: [{name: n}], enterprise_project_id: x, " +
				"auth: {include_catalog: false}}",
			want: texts{},
		},
		{
			name:  "anchors",
			cloud: "{x: &a {username: u}, auth: {<<: *a, password: w}}",
			want:  texts{"username": "u", "password": "w"},
		},

		// Regions.
		{name: "first of the regions", cloud: "{regions: [r1, r2]}", want: texts{"region_name": "r1"}},
		{name: "one of the regions", cloud: "{regions: [r1, r2]}", region: "r2", want: texts{"region_name": "r2"}},
		{name: "not region_name", cloud: "{region_name: r1, regions: [r1, r2]}", region: "r2", want: texts{"region_name": "r2"}},
		{name: "another region than region_name", cloud: "{region_name: r1}", region: "r2", want: texts{"region_name": "r1"}},
		{
			name: "values of a region before those of the cloud",
			cloud: "{auth: {username: u, auth_url: 'https://a', project_name: p}, cacert: a.pem, regions: [r1, {name: r2, " +
				"values: {auth: {auth_url: 'https://b'}, project_name: q, cacert: b.pem}}]}",
			region: "r2",
			want:   texts{"region_name": "r2", "username": "u", "auth_url": "https://b", "project_name": "q", "cacert": "b.pem"},
		},
		{
			name:   "values of another region",
			cloud:  "{regions: [{name: r1, values: {auth: {auth_url: 'https://a'}}}, {name: r2}, {name: r3, values: }]}",
			region: "r2", want: texts{"region_name": "r2"},
		},
		{
			name:   "region in auth_url",
			cloud:  "{regions: [r1, r2], auth: {auth_url: 'https://iam.{region_name}.example.com/v3'}}",
			region: "r2", want: texts{"region_name": "r2", "auth_url": "https://iam.r2.example.com/v3"},
		},
		{
			name: "profile that OpenStack clients bring along", cloud: "{profile: otc}",
			want: texts{"profile": "otc", "region_name": "eu-de", "auth_url": "https://iam.eu-de.otc.t-systems.com/v3"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			work, _ := folders(t)
			write(t, work, "clouds.yaml", "clouds:\n  c: "+test.cloud)
			c, err := Load("c")
			if err == nil {
				c, err = c.In(test.region)
			}
			if err != nil {
				t.Fatal(err)
			}
			maps.DeleteFunc(c.layer.texts, func(_, text string) bool { return text == "" })
			if diff := cmp.Diff(test.want, c.layer.texts); diff != "" {
				t.Errorf("-want +got: %s", diff)
			}
		})
	}
}

// A key that could name another address, project or identity is never ignored, in any of the files.
func TestKeysThatAreNotRead(t *testing.T) {
	const beside, public = "clouds: {c: {auth: {}}}", "clouds: {c: {profile: p}}"
	for _, test := range []struct {
		name, clouds, secure, public string
		region                       string // in use
		want                         string
	}{
		{
			name: "unknown key below auth", clouds: "clouds: {c: {auth: {auth_uri: hunter2}}}",
			want: `cloud "c" in clouds.yaml (auth) has the key "auth_uri", which this provider does not read there. ` +
				"Correct it, put it in its place, or remove it",
		},
		{name: "unknown key beside auth", clouds: "clouds: {c: {Auth_URL: hunter2}}", want: `clouds.yaml has the key "Auth_URL", which`},
		{name: "key in the wrong place", clouds: "clouds: {c: {auth: {region_name: hunter2}}}", want: `(auth) has the key "region_name", which`},
		{
			name: "keys beside values", clouds: "clouds: {c: {regions: [{name: r, auth: {auth_url: hunter2}}]}}",
			want: `cloud "c" in clouds.yaml (region 1) has the key "auth", which`,
		},
		{
			name: "region_name in a region", clouds: "clouds: {c: {regions: [r, {name: s, values: {region_name: hunter2}}]}}",
			want: `(region 2) has the key "region_name", which`,
		},
		{
			name: "unknown key in a region", clouds: "clouds: {c: {regions: [{name: r, values: {auth: {auth_uri: hunter2}}}]}}",
			want: `(region 1, auth) has the key "auth_uri", which`,
		},
		{
			name: "in secure.yaml", clouds: beside, secure: "clouds: {c: {auth: {passwd: hunter2}}}",
			want: `cloud "c" in secure.yaml (auth) has the key "passwd"`,
		},
		{
			name: "in clouds-public.yaml", clouds: public, public: "public-clouds: {p: {auth: {url: hunter2}}}",
			want: `cloud "p" in clouds-public.yaml (auth) has the key "url"`,
		},
		{
			name: "profile of a profile", clouds: public, public: "public-clouds: {p: {cloud: hunter2}}",
			want: `cloud "p" in clouds-public.yaml has the key "cloud"`,
		},
		{
			name: "unknown profile", clouds: public,
			want: `its profile "p" is not in a clouds-public.yaml in ., `,
		},
		{
			name: "two values", clouds: "clouds: {c: {project_name: hunter2, auth: {tenant_name: hunter2hunter2}}}",
			want: `cloud "c" in clouds.yaml (auth) has the key "tenant_name", but also another value of project_name. Remove one of them`,
		},
		{
			name: "two spellings", clouds: "clouds: {c: {auth: {auth_url: hunter2, auth-url: hunter2}}}",
			want: `cloud "c" in clouds.yaml has both "auth-url" and "auth_url". Remove one of them`,
		},
		{
			name: "region without a name", clouds: "clouds: {c: {regions: [{values: {}}]}}",
			want: `cloud "c" in clouds.yaml has a region without a name`,
		},
		{
			name: "region that is listed twice", clouds: "clouds: {c: {regions: [r, {name: r, values: {auth_url: hunter2}}]}}",
			want: `cloud "c" in clouds.yaml has the region "r" twice. Remove one of them`,
		},
		{
			name: "region that is not listed", clouds: "clouds: {c: {regions: [r1, {name: r2}]}}", region: "r3",
			want: `cloud "c" in clouds.yaml has the regions "r1", "r2", but not "r3"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			work, _ := folders(t)
			for name, content := range (texts{"clouds.yaml": test.clouds, "secure.yaml": test.secure, "clouds-public.yaml": test.public}) {
				if content != "" {
					write(t, work, name, content)
				}
			}
			c, err := Load("c")
			if err == nil {
				_, err = c.In(test.region)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want an error with %q and without secrets", err, test.want)
			}
		})
	}
}

// Endpoints of services are told apart, since most of them do not matter to a caller.
func TestEndpoint(t *testing.T) {
	work, _ := folders(t)
	write(t, work, "clouds.yaml", "clouds: {c: {identity_endpoint_override: 'https://a', dcs-endpoint: 'https://b', endpoint_type: public}}")
	c, err := Load("c")
	if err != nil {
		t.Fatal(err)
	}
	for service, want := range (texts{"identity": "identity_endpoint_override", "dcs": "dcs_endpoint", "dms": ""}) {
		if got := c.Endpoint(service); got != want {
			t.Errorf("%s: got key %q, want %q", service, got, want)
		}
	}
}

// A byte order mark does not matter.
func TestByteOrderMark(t *testing.T) {
	work, _ := folders(t)
	write(t, work, "clouds.yaml", "\uFEFF"+user("u"))
	if c, err := Load("c"); err != nil || c.Get("username") != "u" {
		t.Errorf("got %v, user %q, %v; want u", c, c.Get("username"), err)
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
