package service_test

import (
	"strings"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// The region and the project of a read are those of its arguments, or else of the provider; they are stored.
func TestRead(t *testing.T) {
	s, p := servicetest.New(t, nil)
	for _, test := range []struct {
		name            string
		arguments       map[string]any
		region, project string
	}{
		{name: "of the provider", arguments: map[string]any{"job_id": "j"}, region: simulator.DefaultRegion, project: simulator.DefaultProjectID},
		{name: "project", arguments: map[string]any{"job_id": "j", "project_id": "p"}, region: simulator.DefaultRegion, project: "p"},
		{name: "both", arguments: map[string]any{"job_id": "j", "region": "eu-west-102", "project_id": "p"}, region: "eu-west-102", project: "p"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.ClearFaults()
			s.InjectFault(simulator.Fault{Path: "/v2/" + test.project + "/jobs/j", Body: `{"status":"RUNNING"}`})
			r := p.Read(t.Context(), "hwtasks_dcs_job", test.arguments)
			if r.Errors() != "" || r.State["region"] != test.region || r.State["project_id"] != test.project || r.State["status"] != "RUNNING" {
				t.Errorf("got %v %s, want region %s, project %s, status RUNNING", r.State, r.Errors(), test.region, test.project)
			}
		})
	}
	s.ClearFaults()
	const want = "Cannot read DCS job: DCS job j in region "
	if r := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}); r.State != nil || !strings.HasPrefix(r.Errors(), want) {
		t.Errorf("job that is not there: got %v %s, want %s…", r.State, r.Errors(), want)
	}
}
