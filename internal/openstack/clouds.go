// Package openstack reads clouds.yaml, in which OpenStack clients, and with them users of Open Telekom Cloud, configure
// their clouds.
//
// The format is that of https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html, with the keys
// that Open Telekom Cloud adds.
package openstack

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Cloud is an entry of clouds.yaml. All fields may be empty.
type Cloud struct {
	File string `yaml:"-"` // path of clouds.yaml

	Profile    string `yaml:"profile"` // name of an entry of clouds-public.yaml with defaults
	Cloud      string `yaml:"cloud"`   // older name of profile
	RegionName string `yaml:"region_name"`
	AuthType   string `yaml:"auth_type"`
	Auth       Auth   `yaml:"auth"`

	Verify *bool  `yaml:"verify"` // TLS certificates
	CACert string `yaml:"cacert"`
	Cert   string `yaml:"cert"`
	Key    string `yaml:"key"`
}

// Auth has the credentials of a cloud, and the project or domain to use them for.
type Auth struct {
	AuthURL  string `yaml:"auth_url"`
	Token    string `yaml:"token"`
	Username string `yaml:"username"`
	UserID   string `yaml:"user_id"`
	Password string `yaml:"password"`

	// Keys that Open Telekom Cloud adds.
	AccessKey     string `yaml:"ak"`
	SecretKey     string `yaml:"sk"`
	SecurityToken string `yaml:"security_token"`
	AgencyName    string `yaml:"agency_name"`

	DomainName        string `yaml:"domain_name"`
	DomainID          string `yaml:"domain_id"`
	UserDomainName    string `yaml:"user_domain_name"`
	UserDomainID      string `yaml:"user_domain_id"`
	ProjectDomainName string `yaml:"project_domain_name"`
	ProjectDomainID   string `yaml:"project_domain_id"`
	ProjectName       string `yaml:"project_name"`
	ProjectID         string `yaml:"project_id"`
	TenantName        string `yaml:"tenant_name"` // older name of project_name
	TenantID          string `yaml:"tenant_id"`   // older name of project_id

	ApplicationCredentialID   string `yaml:"application_credential_id"`
	ApplicationCredentialName string `yaml:"application_credential_name"`
}

// Format implements fmt.Formatter, so that no verb prints secrets.
func (c Cloud) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "a cloud of %s", c.File) }

// Format implements fmt.Formatter, so that no verb prints secrets.
func (Auth) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, "(auth)") }

// Load reads a cloud from clouds.yaml, merged with secure.yaml and clouds-public.yaml.
//
// clouds.yaml is the file that OS_CLIENT_CONFIG_FILE names, or the first in the working directory,
// $XDG_CONFIG_HOME/openstack (~/.config/openstack) and /etc/openstack. Errors quote nothing from a file except the
// names of its clouds.
func Load(name string) (Cloud, error) {
	folders := searchPath()
	file := os.Getenv("OS_CLIENT_CONFIG_FILE")
	if file == "" {
		if file = find("clouds", folders); file == "" {
			return Cloud{}, fmt.Errorf("there is no clouds.yaml in %s", strings.Join(folders, ", "))
		}
	}
	clouds, err := read(file, "clouds")
	if err != nil {
		return Cloud{}, err
	}
	entry, found := clouds[name]
	if !found {
		names := "none"
		if len(clouds) > 0 {
			names = `"` + strings.Join(slices.Sorted(maps.Keys(clouds)), `", "`) + `"`
		}
		return Cloud{}, fmt.Errorf("%s has no cloud %q; it has %s", file, name, names)
	}
	var own Cloud
	if err := entry.Decode(&own); err != nil {
		return Cloud{}, invalid(file, err)
	}

	// secure.yaml takes precedence over clouds.yaml, which takes precedence over clouds-public.yaml.
	cloud := Cloud{File: file}
	merge := func(file, key, name string) error {
		if file == "" || name == "" {
			return nil
		}
		clouds, err := read(file, key)
		if err != nil {
			return err
		}
		entry, found := clouds[name]
		if !found {
			return nil
		}
		return invalid(file, entry.Decode(&cloud))
	}
	secure := os.Getenv("OS_CLIENT_SECURE_FILE")
	if secure == "" {
		secure = find("secure", append([]string{filepath.Dir(file)}, folders...))
	}
	return cloud, errors.Join(
		merge(find("clouds-public", folders), "public-clouds", cmp.Or(own.Profile, own.Cloud)),
		invalid(file, entry.Decode(&cloud)),
		merge(secure, "clouds", name))
}

// searchPath returns the folders that may contain the files.
func searchPath() []string {
	folders := []string{"."}
	if dir := os.Getenv("XDG_CONFIG_HOME"); dir != "" {
		folders = append(folders, filepath.Join(dir, "openstack"))
	} else if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, ".config", "openstack"))
	}
	return append(folders, "/etc/openstack")
}

// find returns the first file with a name, whatever its extension, in a list of folders, or "".
func find(name string, folders []string) string {
	for _, folder := range folders {
		for _, extension := range []string{".yaml", ".yml"} {
			file := filepath.Join(folder, name+extension)
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // below folders that the user names
				return file // also if it cannot be read, which is an error then
			}
		}
	}
	return ""
}

// read returns the clouds below a key of a file.
func read(file, key string) (map[string]yaml.Node, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return nil, err
	}
	return parse(content, file, key)
}

// parse returns the clouds below a key of a file's content.
func parse(content []byte, file, key string) (map[string]yaml.Node, error) {
	var sections map[string]yaml.Node
	if err := yaml.Unmarshal(content, &sections); err != nil {
		return nil, invalid(file, err)
	}
	var clouds map[string]yaml.Node
	if section, found := sections[key]; found {
		if err := section.Decode(&clouds); err != nil {
			return nil, invalid(file, err)
		}
	}
	return clouds, nil
}

var line = regexp.MustCompile(`line \d+`)

// invalid returns the error for a file that cannot be decoded, or nil. It leaves out the text of err, which may quote a
// password.
func invalid(file string, err error) error {
	if err == nil {
		return nil
	}
	where := ""
	if at := line.FindString(err.Error()); at != "" {
		where = " (" + at + ")"
	}
	return fmt.Errorf("%s is not the YAML that is expected%s", file, where)
}
