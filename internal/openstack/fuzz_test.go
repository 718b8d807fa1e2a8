package openstack

import (
	"strings"
	"testing"
	"unicode"
)

// Any content results in clouds that have a default region, or in an error of one line.
func FuzzClouds(f *testing.F) {
	for _, seed := range []string{
		"clouds: {c: {auth: {username: u, password: hunter2}, verify: false}}",
		"clouds: hunter2",
		"clouds: {c: hunter2}",
		"clouds: {c: {verify: hunter2}}",
		"[]",
		"",
		"\x00",
		"a: &a [*a]",
		"clouds: &x {c: *x}",
		"clouds: {c: {auth: {password: !!binary hunter2}}}",
		"--- \n...\n---\nclouds: {}",
		"? {a: b}\n: c",
		"clouds: {<<: {c: {}}}",
		"clouds: {1: {}, true: {}, null: {}}",
		"clouds: {c: {auth_url: a, auth: {auth-url: hunter2}, regions: [a, {name: b, values: {auth: {auth_url: c}}}]}}",
		"clouds: {c: &c {regions: [*c, 1, null, {name: {}, x: hunter2}]}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		clouds, err := parse(content, "file", "clouds")
		for name := range clouds {
			var l layer
			if l, err = newLayer(clouds, "file", name); err != nil {
				break
			}
			if _, err = (Cloud{layer: l}).In(""); err != nil {
				t.Errorf("in the default region: got error %q, want none", err)
			}
		}
		if err != nil && strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("got error %q, want one line without control characters", err)
		}
	})
}
