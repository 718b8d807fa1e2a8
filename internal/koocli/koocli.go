// Package koocli reads the profiles of KooCLI (hcloud), the vendor's command line tool.
package koocli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// A Profile is a profile of KooCLI. All fields except the name may be empty.
type Profile struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"` // AKSK if the keys are used
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SecurityToken   string `json:"securityToken"`
	Region          string `json:"region"`
	ProjectID       string `json:"projectId"`

	// The agency to assume with the keys, and the account that created it.
	AgencyName       string `json:"agencyName"`
	AgencyDomainName string `json:"agencyDomainName"`
	AgencyDomainID   string `json:"agencyDomainId"`

	SourceProfile string `json:"sourceProfile"` // whose keys are used instead
}

// Format implements fmt.Formatter, so that no verb prints the keys.
func (p Profile) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "profile %q", p.Name) }

// plainAccessKey matches access key IDs that are not encrypted. Encrypted ones are longer and have other characters.
var plainAccessKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// Load reads the profile with a name from a file, or the file's current profile if the name is empty. Errors quote
// nothing from the file except the names of its profiles.
func Load(file, name string) (Profile, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return Profile{}, err
	}
	return parse(content, file, name)
}

// parse returns a profile from the content of a file.
func parse(content []byte, file, name string) (Profile, error) {
	var config struct {
		Current  string    `json:"current"`
		Profiles []Profile `json:"profiles"`
	}
	content = bytes.TrimPrefix(content, []byte("\uFEFF")) // byte order mark
	if len(bytes.TrimSpace(content)) == 0 {
		return Profile{}, fmt.Errorf("%s is empty", file)
	}
	if err := json.Unmarshal(content, &config); err != nil {
		var syntax *json.SyntaxError
		where := ""
		if errors.As(err, &syntax) {
			where = fmt.Sprintf(" (byte %d)", syntax.Offset)
		}
		return Profile{}, fmt.Errorf("%s is not a configuration of KooCLI: it is not the JSON that is expected%s", file, where)
	}
	names := make([]string, len(config.Profiles))
	for i, p := range config.Profiles {
		names[i] = fmt.Sprintf("%q", p.Name)
	}
	has := "it has " + strings.Join(names, ", ")
	if len(names) == 0 {
		has = "it has none"
	}
	if name == "" {
		if name = config.Current; name == "" {
			return Profile{}, fmt.Errorf("%s does not say which profile is the current one, so its name must be given; %s", file, has)
		}
	}
	for _, p := range config.Profiles {
		if p.Name != name {
			continue
		}
		if p.AccessKeyID != "" && !plainAccessKey.MatchString(p.AccessKeyID) {
			return Profile{}, fmt.Errorf("the keys of profile %q in %s seem to be encrypted; "+
				"run `hcloud configure set --cli-auth-encrypt=false` to have KooCLI store them in plain text", name, file)
		}
		return p, nil
	}
	return Profile{}, fmt.Errorf("%s has no profile %q; %s", file, name, has)
}
