package cceautopilot_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	cceautopilot "github.com/hwtasks/terraform-provider-hwtasks/internal/services/cce_autopilot"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What a response means is tested with CCE, whose jobs are the same.
func TestPollJob(t *testing.T) {
	const id = "354331b2c-229a-11e8-9c75-0255ac100ceb"
	const path = "/autopilot/v3/projects/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, cceautopilot.Service.Jobs[0], []string{id}, "cce", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/cce_autopilot_job.json")},
			Want: poll.Status{Raw: "Running", Name: "CreateCluster", BeginTime: "2020-02-02 08:12:40.672772389 +0000 UTC"},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"metadata":{"uid":"other"},"status":{"phase":"Success"}}`}, Err: "invalid"},
		{Name: "no status", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, cceautopilot.Service.Jobs[0].Statuses, map[string]poll.State{
		"Initializing": poll.Running, "Running": poll.Running, "Success": poll.Succeeded, "Failed": poll.Failed,
	})
}
