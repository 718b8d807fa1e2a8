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
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Cloud is an entry of clouds.yaml.
type Cloud struct {
	File  string // path of clouds.yaml
	name  string
	layer layer
}

// Keys that stand below auth or beside it. Those below it are all that there can be.
var authKeys = []string{
	"auth_url", "token", "username", "user_id", "password",
	"user_domain_name", "user_domain_id", "project_domain_name", "project_domain_id", "project_name", "project_id",
	"domain_name", "domain_id", "default_domain_name", "default_domain_id",
	"ak", "sk", "security_token", // of Open Telekom Cloud

	// These name another identity or project. It is for the caller to refuse them.
	"agency_name", "agency_domain_name", "target_agency_name", "target_domain_name", "target_domain_id",
	"delegated_project", "target_project_name", "target_project_id",
	"application_credential_id", "application_credential_name", "application_credential_secret", "trust_id", "system_scope",
}

// Keys that stand beside auth. Others there, such as API versions and interface, pass, unless they look like keys of auth.
var cloudKeys = []string{"profile", "region_name", "auth_type", "verify", "cacert", "cert", "key"}

var likeAuthKeys = regexp.MustCompile(`(?i)auth|ur[il]|project|tenant|domain|user|passw|token|agency|credential|secret|access|region`)

// Keys that look like those of auth, but do not matter.
var harmlessKeys = []string{"allow_reauth", "enterprise_project_id", "include_catalog", "reauthenticate"}

var olderNames = map[string]string{
	"auth_plugin": "auth_type", "auth_token": "token", "cloud": "profile", "tenant_id": "project_id", "tenant_name": "project_name",
	"user_name": "username",
}

// vendors are the profiles of these clouds that OpenStack clients bring along.
const vendors = `
public-clouds:
  otc: {auth: {auth_url: 'https://iam.{region_name}.otc.t-systems.com/v3'}, regions: [eu-de, eu-nl]}
  otc-swiss: {auth: {auth_url: 'https://iam-pub.{region_name}.sc.otc.t-systems.com/v3'}, regions: [eu-ch2]}
`

// Format implements fmt.Formatter, so that no verb prints secrets.
func (c Cloud) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "cloud %q in %s", c.name, c.File) }

// Get returns the text of a key, whether it stands below auth or beside it. It is empty if the cloud does not have the key.
func (c Cloud) Get(key string) string { return c.layer.texts[key] }

// Endpoint returns the key that sets an endpoint of a service, such as identity_endpoint_override. It is empty if there is none.
func (c Cloud) Endpoint(service string) string {
	for _, suffix := range []string{"_endpoint_override", "_endpoint"} {
		if c.Get(service+suffix) != "" {
			return service + suffix
		}
	}
	return ""
}

// In returns the cloud with the values of a region, or of the first of its regions if the name is empty. If it has regions, any other
// one is an error.
func (c Cloud) In(name string) (Cloud, error) {
	merged := layer{texts: maps.Clone(c.layer.texts)}
	if regions := c.layer.regions; len(regions) > 0 {
		name = cmp.Or(name, regions[0].name)
		i := slices.IndexFunc(regions, func(r region) bool { return r.name == name })
		if i < 0 {
			var names []string
			for _, r := range regions {
				names = append(names, fmt.Sprintf("%q", r.name))
			}
			return Cloud{}, fmt.Errorf("%s has the regions %s, but not %q", c, strings.Join(names, ", "), name)
		}
		merged.merge(regions[i].values)
		merged.texts["region_name"] = name
	}
	if name != "" {
		placeholders := strings.NewReplacer("{region_name}", name, "%(region_name)s", name)
		merged.texts["auth_url"] = placeholders.Replace(merged.texts["auth_url"])
	}
	c.layer = merged
	return c, nil
}

// A layer is what one file has for a cloud, or for one of its regions. Empty texts count as not set.
type layer struct {
	texts   map[string]string // by the current names of keys
	regions []region
}

type region struct {
	name   string
	values layer
}

// merge adds the settings of a layer that takes precedence.
func (l *layer) merge(over layer) {
	if l.texts == nil {
		l.texts = make(map[string]string)
	}
	maps.Copy(l.texts, over.texts)
	if over.regions != nil {
		l.regions = over.regions
	}
}

// Load reads a cloud from clouds.yaml, merged with secure.yaml and clouds-public.yaml.
//
// clouds.yaml is the file that OS_CLIENT_CONFIG_FILE names, or the first in the working directory,
// $XDG_CONFIG_HOME/openstack (~/.config/openstack) and /etc/openstack. Errors quote nothing from a file except the
// names of its clouds, keys and regions.
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
	if _, found := clouds[name]; !found {
		names := "none"
		if len(clouds) > 0 {
			names = `"` + strings.Join(slices.Sorted(maps.Keys(clouds)), `", "`) + `"`
		}
		return Cloud{}, fmt.Errorf("%s has no cloud %q; it has %s", file, name, names)
	}
	own, err := newLayer(clouds, file, name)
	if err != nil {
		return Cloud{}, err
	}

	// secure.yaml takes precedence over clouds.yaml, which takes precedence over clouds-public.yaml.
	secure := os.Getenv("OS_CLIENT_SECURE_FILE")
	if secure == "" {
		secure = find("secure", append([]string{filepath.Dir(file)}, folders...))
	}
	if secure != "" {
		clouds, err := read(secure, "clouds")
		if err != nil {
			return Cloud{}, err
		}
		secrets, err := newLayer(clouds, secure, name)
		if err != nil {
			return Cloud{}, err
		}
		own.merge(secrets)
	}
	merged, err := loadProfile(own.texts["profile"], folders)
	if err != nil {
		return Cloud{}, err
	}
	merged.merge(own)
	return Cloud{File: file, name: name, layer: merged}, nil
}

// loadProfile reads a profile from clouds-public.yaml, or from those that OpenStack clients bring along.
func loadProfile(name string, folders []string) (layer, error) {
	if name == "" {
		return layer{}, nil
	}
	profiles, err := parse([]byte(vendors), "", "public-clouds")
	if err != nil {
		return layer{}, err
	}
	file := find("clouds-public", folders)
	if file != "" {
		own, err := read(file, "public-clouds")
		if err != nil {
			return layer{}, err
		}
		maps.Copy(profiles, own)
	}
	if _, found := profiles[name]; !found {
		return layer{}, fmt.Errorf("its profile %q is not in a clouds-public.yaml in %s. "+
			"Replace the profile by its keys, such as auth_url", name, strings.Join(folders, ", "))
	}
	return newLayer(profiles, file, name, "profile")
}

// newLayer returns what a file has for a cloud. Some keys have no meaning there, and are an error.
func newLayer(clouds map[string]yaml.Node, file, cloud string, meaningless ...string) (layer, error) {
	p := parser{file: file, cloud: cloud}
	return p.layer(clouds[cloud], "", meaningless...)
}

// A parser parses the entry of a cloud.
type parser struct{ file, cloud string }

// layer returns the settings in a mapping. Its place is empty, or one such as: values of region "eu-de".
func (p parser) layer(node yaml.Node, place string, meaningless ...string) (layer, error) {
	l := layer{texts: make(map[string]string)}
	entries, err := p.entries(node)
	if err != nil {
		return l, err
	}
	auth, err := p.entries(entries["auth"])
	if err != nil {
		return l, err
	}
	delete(entries, "auth")
	if regions, found := entries["regions"]; found && !slices.Contains(meaningless, "regions") {
		delete(entries, "regions")
		if l.regions, err = p.regions(regions); err != nil {
			return l, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		name := currentName(key)
		read := slices.Contains(authKeys, name) || slices.Contains(cloudKeys, name) ||
			strings.HasSuffix(name, "_endpoint_override") || strings.HasSuffix(name, "_endpoint")
		if slices.Contains(harmlessKeys, name) || !read && !slices.Contains(meaningless, name) && !likeAuthKeys.MatchString(name) {
			continue
		}
		if err := p.add(l, entries[key], key, place, read && !slices.Contains(meaningless, name)); err != nil {
			return l, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(auth)) {
		if slices.Contains(harmlessKeys, key) {
			continue
		}
		where := strings.TrimPrefix(place+", auth", ", ")
		if err := p.add(l, auth[key], key, where, slices.Contains(authKeys, currentName(key))); err != nil {
			return l, err
		}
	}
	return l, nil
}

// add adds the text of a key to a layer. A key that is not read is an error, unless it is empty.
func (p parser) add(l layer, node yaml.Node, key, place string, read bool) error {
	where := fmt.Sprintf("cloud %q in %s", p.cloud, p.file)
	if place != "" {
		where += " (" + place + ")"
	}
	if !read {
		var value any
		if err := node.Decode(&value); err == nil && (value == nil || value == "") {
			return nil
		}
		return fmt.Errorf("%s has the key %q, which this provider does not read there. Correct it, put it in its place, or remove it", where, key)
	}
	name, text := currentName(key), ""
	err := node.Decode(&text)
	if name == "verify" && err == nil && text != "" { // YAML has more words for true and false than Go
		var verify bool
		err = node.Decode(&verify)
		text = strconv.FormatBool(verify)
	}
	if err != nil {
		return invalid(p.file, err)
	}
	if text == "" {
		return nil
	}
	if other := l.texts[name]; other != "" && other != text {
		return fmt.Errorf("%s has the key %q, but also another value of %s. Remove one of them", where, key, name)
	}
	l.texts[name] = text
	return nil
}

// regions returns a list of regions, which are names or mappings of name and values.
func (p parser) regions(node yaml.Node) ([]region, error) {
	var items []yaml.Node
	if err := node.Decode(&items); err != nil {
		return nil, invalid(p.file, err)
	}
	regions := make([]region, len(items))
	for i, item := range items {
		if item.Kind == yaml.AliasNode {
			item = *item.Alias
		}
		r := &regions[i]
		name := item
		if item.Kind == yaml.MappingNode {
			entries, err := p.entries(item)
			if err != nil {
				return nil, err
			}
			name = entries["name"]
			place := fmt.Sprintf("region %d", i+1)
			if r.values, err = p.layer(entries["values"], place, "profile", "regions", "region_name"); err != nil {
				return nil, err
			}
			delete(entries, "name")
			delete(entries, "values")
			for _, key := range slices.Sorted(maps.Keys(entries)) { // the keys of values, perhaps
				if err := p.add(layer{}, entries[key], key, place, false); err != nil {
					return nil, err
				}
			}
		}
		if err := name.Decode(&r.name); err != nil {
			return nil, invalid(p.file, err)
		}
		if r.name == "" {
			return nil, fmt.Errorf("cloud %q in %s has a region without a name", p.cloud, p.file)
		}
		if slices.ContainsFunc(regions[:i], func(other region) bool { return other.name == r.name }) {
			return nil, fmt.Errorf("cloud %q in %s has the region %q twice. Remove one of them", p.cloud, p.file, r.name)
		}
	}
	return regions, nil
}

// entries returns the entries of a mapping, with underscores for hyphens in keys.
func (p parser) entries(node yaml.Node) (map[string]yaml.Node, error) {
	entries := make(map[string]yaml.Node)
	if node.IsZero() {
		return entries, nil
	}
	var hyphenated map[string]yaml.Node
	if err := node.Decode(&hyphenated); err != nil {
		return nil, invalid(p.file, err)
	}
	for key, value := range hyphenated {
		name := strings.ReplaceAll(key, "-", "_")
		if _, found := hyphenated[name]; found && name != key {
			return nil, fmt.Errorf("cloud %q in %s has both %q and %q. Remove one of them", p.cloud, p.file, key, name)
		}
		entries[name] = value
	}
	return entries, nil
}

// currentName returns the current name of a key.
func currentName(key string) string { return cmp.Or(olderNames[key], key) }

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
