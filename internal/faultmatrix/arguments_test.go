package faultmatrix

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// hostile are texts that would change a request if they became a part of its path, query or host name as they are.
var hostile = []string{
	".", "..", "a/b", "a/../b", "a%2fb", "a?b=c", "a&limit=1", "a#b", "a b", "a\\b", "a:b", "a@b", "//elsewhere.test/", "elsewhere.test#",
	"a\r\nHost: elsewhere.test", "a\x00b", "ä", "a\u202eb", "${a}", "*", "'", "\"", "<a>", "a,b", "２０２００６１７０７３８４２",
}

// Each argument that becomes a part of a request is validated.
func TestHostileArguments(t *testing.T) {
	p := newPlugin(t, new(env))
	for _, c := range columns {
		names := append(slices.Concat(c.optional, slices.Collect(maps.Keys(c.arguments))), "region", "project_id")
		for _, name := range slices.DeleteFunc(names, func(name string) bool { return name == "timeouts" }) {
			for _, text := range hostile {
				arguments := maps.Clone(c.arguments)
				arguments[name] = text
				if r := p.Validate(c.source, arguments); !strings.Contains(r.Errors(), `AttributeName("`+name+`"): `) {
					t.Errorf("%s, %s = %q: got %q, want an error at the argument", c.name, name, text, r.Errors())
				}
			}
		}
	}
}

// The region and the cloud of the provider block, which become a part of host names, are validated.
func TestHostileHostNames(t *testing.T) {
	for _, name := range []string{"region", "cloud"} {
		for _, text := range hostile {
			settings := map[string]any{"token": options.Token, "region": "eu-test", "cloud": "cloud.test"}
			settings[name] = text
			if r := newPlugin(t, new(env)).Configure(settings); !strings.Contains(r.Errors(), `AttributeName("`+name+`"): `) {
				t.Errorf("%s = %q: got %q, want an error at the argument", name, text, r.Errors())
			}
		}
	}
}

// Names and passwords reach IAM as they are, whatever characters they have.
func TestNamesAndPasswordsAreSentAsTheyAre(t *testing.T) {
	for _, text := range []string{`a b"c\d','`, `","x":"`, "<&>=+%2f äöü €/../${a}"} {
		synctest.Test(t, func(t *testing.T) {
			e := newEnv(t, simulator.Options{
				Users: []simulator.User{{ID: "u", Name: text, Password: text}}, Domain: cloud.Domain{Name: text, ID: "d"},
			})
			columns[0].addJobs(e.Simulator)
			p := configured(t, e, plain, map[string]any{
				"access_key": nil, "secret_key": nil, "security_token": nil, "user_name": text, "password": text, "domain_name": text,
			})
			if r := p.Read(t.Context(), columns[0].source, columns[0].arguments); r.Errors() != "" {
				t.Errorf("%q: got %q, want a value", text, r.Errors())
			}
		})
	}
}
