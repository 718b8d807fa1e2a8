package servicestest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

// Each data source and each kind of thing to wait for has a fixture, in the order of the service.
func TestFixtures(t *testing.T) {
	for _, s := range services.All {
		var want, got []string
		for _, d := range s.DataSources {
			want = append(want, d.Name)
		}
		for _, k := range s.Kinds() {
			want = append(want, k.Object)
		}
		f := All[s.Name]
		for _, r := range f.Reads {
			got = append(got, r.Name)
			if len(r.States) == 0 || len(r.ExampleObjects) == 0 || len(r.ExampleOutput) == 0 {
				t.Errorf("%s: the fixture has no states or no example", r.Name)
			}
		}
		for _, w := range f.Waits {
			got = append(got, w.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" || f.Simulated.Endpoint != s.API.Endpoint || f.Simulated.Hosts != s.API.Hosts {
			t.Errorf("%s: endpoint %q, data sources and kinds of job (- want, + got):\n%s", s.Name, f.Simulated.Endpoint, diff)
		}
	}
}
