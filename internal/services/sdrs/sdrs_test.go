package sdrs_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/sdrs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "0000000062db92d70162db9d200f000a"
	const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, sdrs.Service.Jobs[0], []string{id}, "sdrs", path, []polltest.Case{
		{
			Name: "failed, with a reason of its own",
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "c", FailureReason: "r"},
			Response: simulator.Fault{Body: `{"status":"FAIL","error_code":"c","fail_reason":"r",
				"entities":{"sub_jobs":[{"fail_reason":"other"}]}}`},
		},
		{
			Name: "failed, with the reason of a sub job",
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "c", FailureReason: "r"},
			Response: simulator.Fault{Body: `{"status":"FAIL","error_code":null,"entities":{"sub_jobs":[
				{"status":"SUCCESS"},{"status":"FAIL","error_code":"c","fail_reason":"r"}]}}`},
		},
		{Name: "an error with the status 200", Response: simulator.Fault{Body: `{"error":{"code":"X.1","message":"m"}}`}, Err: "invalid"},
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, sdrs.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed,
	})
}
