// Package servicetest lets a test read data sources from a simulated cloud.
package servicetest

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// New returns the provider over a simulated cloud in memory. Its block has the simulator's keys, region and project, except
// for the given arguments.
func New(tb testing.TB, arguments map[string]any) (*simulator.Simulator, *plugintest.Plugin) {
	tb.Helper()
	s := servicestest.New(simulator.Options{})
	p := plugintest.New(tb, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(tb, s))())())
	block := servicestest.Block(simulatortest.Address)
	maps.Copy(block, arguments)
	if r := p.Configure(block); len(r.Diagnostics) > 0 {
		tb.Fatalf("configuring the provider: got errors %q, warnings %q; want none", r.Errors(), r.Warnings())
	}
	return s, p
}

// CheckState compares a whole state. Each part is a JSON object with attributes that are wanted, as a text or as a Go value.
// Region and project are those of the provider, and other attributes that no part has are null.
func CheckState(tb testing.TB, got map[string]any, parts ...any) {
	tb.Helper()
	want := map[string]any{"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID}
	for _, part := range parts {
		maps.Copy(want, decode(tb, part))
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			want[name] = nil
		}
	}
	if diff := cmp.Diff(want, decode(tb, got)); diff != "" {
		tb.Errorf("state (- want, + got):\n%s", diff)
	}
}

// decode returns a JSON object with the types that encoding/json decodes to.
func decode(tb testing.TB, value any) (object map[string]any) {
	tb.Helper()
	text, isText := value.(string)
	if !isText {
		encoded, err := json.Marshal(value)
		if err != nil {
			tb.Fatal(err)
		}
		text = string(encoded)
	}
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		tb.Fatalf("%s: %s", text, err)
	}
	return object
}
