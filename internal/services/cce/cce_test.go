package cce_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/cce"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "354331b2c-229a-11e8-9c75-0255ac100ceb"
	const path = "/api/v3/projects/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, cce.Service.Jobs[0], []string{id}, "cce", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/cce_job.json")},
			Want: poll.Status{Raw: "Running", Name: "CreateCluster", BeginTime: "2020-02-02 08:12:40.672772389 +0000 UTC"},
		},
		{
			Name: "succeeded",
			Response: simulator.Fault{Body: `{"metadata":{"creationTimestamp":"2020-02-02 08:12:40 +0000 UTC",
				"updateTimestamp":"2020-02-02 08:21:50 +0000 UTC"},"status":{"phase":"Success","reason":"done"}}`},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "Success", BeginTime: "2020-02-02 08:12:40 +0000 UTC", EndTime: "2020-02-02 08:21:50 +0000 UTC",
			},
		},
		{
			Name: "failed, with a reason of its own", Want: poll.Status{State: poll.Failed, Raw: "Failed", FailureReason: "no quota"},
			Response: simulator.Fault{Body: `{"spec":{"subJobs":[{"status":{"phase":"Failed","reason":"other"}}]},
				"status":{"phase":"Failed","reason":"no quota"}}`},
		},
		{
			Name: "failed, with the reason of a sub job that failed",
			Want: poll.Status{State: poll.Failed, Raw: "Failed", FailureReason: "no address"},
			Response: simulator.Fault{Body: `{"spec":{"subJobs":[{"status":{"phase":"Success","reason":"done"}},
				{"status":{"phase":"Failed","reason":"no address"}}]},"status":{"phase":"Failed"}}`},
		},
		{
			Name: "failed, with the reason of a sub job of a sub job",
			Want: poll.Status{State: poll.Failed, Raw: "Failed", Name: "CreateNode", FailureReason: "no server"},
			Response: simulator.Fault{Body: `{"spec":{"type":"CreateNode","subJobs":[{},{"spec":{"subJobs":[
				{"spec":{"subJobs":[{"deeper":true}]},"status":{"phase":"Failed","reason":"no server"}}]}}]},"status":{"phase":"Failed"}}`},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"metadata":{"uid":"other"},"status":{"phase":"Success"}}`}, Err: "invalid"},
		{Name: "no status", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, cce.Service.Jobs[0].Statuses, map[string]poll.State{
		"Initializing": poll.Running, "Running": poll.Running, "Success": poll.Succeeded, "Failed": poll.Failed,
	})
}
