// Package openstack reads clouds.yaml, the file in which OpenStack clients, and with them users of Open
// Telekom Cloud, keep the clouds they use.
//
// The format is that of https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html, with
// the keys that Open Telekom Cloud adds.
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
	File string `yaml:"-"` // where it was found

	Profile    string `yaml:"profile"` // name of an entry of clouds-public.yaml that has the rest
	Cloud      string `yaml:"cloud"`   // older name of the same
	RegionName string `yaml:"region_name"`
	AuthType   string `yaml:"auth_type"`
	Auth       Auth   `yaml:"auth"`

	Verify *bool  `yaml:"verify"` // TLS certificates
	CACert string `yaml:"cacert"`
	Cert   string `yaml:"cert"`
	Key    string `yaml:"key"`
}

// Auth is how to authenticate to a cloud.
type Auth struct {
	AuthURL  string `yaml:"auth_url"`
	Token    string `yaml:"token"`
	Username string `yaml:"username"`
	UserID   string `yaml:"user_id"`
	Password string `yaml:"password"`

	// Open Telekom Cloud's keys.
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

// Format keeps secrets out of whatever a cloud is printed into.
func (c Cloud) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "a cloud of %s", c.File) }

// Format keeps secrets out of whatever it is printed into.
func (Auth) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, "(auth)") }

// Load finds clouds.yaml and reads one of its clouds, with what secure.yaml and clouds-public.yaml add to it.
//
// clouds.yaml is the file that OS_CLIENT_CONFIG_FILE names, or the first in the working directory,
// $XDG_CONFIG_HOME/openstack (~/.config/openstack) and /etc/openstack. No error tells anything of a file but the
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
		return Cloud{}, wrong(file, err)
	}

	// The file with passwords wins over clouds.yaml, which wins over what is public.
	cloud := Cloud{File: file}
	add := func(file, key, name string) error {
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
		return wrong(file, entry.Decode(&cloud))
	}
	secure := os.Getenv("OS_CLIENT_SECURE_FILE")
	if secure == "" {
		secure = find("secure", append([]string{filepath.Dir(file)}, folders...))
	}
	return cloud, errors.Join(
		add(find("clouds-public", folders), "public-clouds", cmp.Or(own.Profile, own.Cloud)),
		wrong(file, entry.Decode(&cloud)),
		add(secure, "clouds", name))
}

// searchPath lists the folders that may hold the files.
func searchPath() []string {
	folders := []string{"."}
	if dir := os.Getenv("XDG_CONFIG_HOME"); dir != "" {
		folders = append(folders, filepath.Join(dir, "openstack"))
	} else if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, ".config", "openstack"))
	}
	return append(folders, "/etc/openstack")
}

// find returns the first file of a name in some folders, or nothing.
func find(name string, folders []string) string {
	for _, folder := range folders {
		for _, extension := range []string{".yaml", ".yml"} {
			file := filepath.Join(folder, name+extension)
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // below folders that the user names
				return file // one that cannot be read is told of, not passed over
			}
		}
	}
	return ""
}

// read returns the clouds in a file, which are below a key.
func read(file, key string) (map[string]yaml.Node, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return nil, err
	}
	return parse(content, file, key)
}

// parse returns the clouds in the content of a file.
func parse(content []byte, file, key string) (map[string]yaml.Node, error) {
	var sections map[string]yaml.Node
	if err := yaml.Unmarshal(content, &sections); err != nil {
		return nil, wrong(file, err)
	}
	var clouds map[string]yaml.Node
	if section, found := sections[key]; found {
		if err := section.Decode(&clouds); err != nil {
			return nil, wrong(file, err)
		}
	}
	return clouds, nil
}

var line = regexp.MustCompile(`line \d+`)

// wrong is that a file is not as it should be. The library's own text may quote a password.
func wrong(file string, err error) error {
	if err == nil {
		return nil
	}
	where := ""
	if at := line.FindString(err.Error()); at != "" {
		where = " (" + at + ")"
	}
	return fmt.Errorf("%s is not the YAML that is expected%s", file, where)
}
