package openstack

import (
	"strings"
	"testing"
)

// Any content results in clouds, or in an error of one line that quotes nothing from it.
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
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		clouds, err := parse(content, "file", "clouds")
		if err == nil {
			for _, entry := range clouds {
				var c Cloud
				if err = invalid("file", entry.Decode(&c)); err != nil {
					break
				}
			}
		}
		const want = "file is not the YAML that is expected"
		if err != nil && (!strings.HasPrefix(err.Error(), want) || len(err.Error()) > 80) {
			t.Errorf("got error %q, want %q and a line number", err, want)
		}
	})
}
