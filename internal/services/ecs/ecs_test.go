package ecs_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ecs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "2c9eb2c5544cbf6101544f0602af2b4f"
	const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, ecs.Service.Jobs[0], []string{id}, "ecs", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/ecs_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "SUCCESS", Name: "createServer",
				BeginTime: "2016-04-25T20:04:34.604Z", EndTime: "2016-04-25T20:08:41.593Z",
			},
		},
		{
			Name: "a job's own reason", Response: simulator.Fault{Body: `{"status":"FAIL","error_code":"Ecs.0014","fail_reason":"no quota",
				"entities":{"sub_jobs":[{"error_code":"Ecs.1","fail_reason":"other"}]}}`},
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "Ecs.0014", FailureReason: "no quota"},
		},
		{
			Name: "the reason of the first sub job that has one", Response: simulator.Fault{Body: `{"status":"FAIL","entities":{"sub_jobs":[
				{"status":"SUCCESS"},{"status":"FAIL","error_code":"Ecs.0015","fail_reason":"no address"},
				{"status":"FAIL","error_code":"Ecs.1","fail_reason":"other"}]}}`},
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "Ecs.0015", FailureReason: "no address"},
		},
		{
			Name: "the message of a sub job", Response: simulator.Fault{Body: `{"status":"FAIL","fail_reason":"","entities":{"sub_jobs":[
				{"entities":{}},{"entities":{"errorcode_message":"the flavor is sold out"}}]}}`},
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureReason: "the flavor is sold out"},
		},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, ecs.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running, "PENDING_PAYMENT": poll.Running, "SUCCESS": poll.Succeeded, "FAIL": poll.Failed,
	})
}
