package sdrs_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/sdrs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "ff8080826b45d4a5016b5036242c0025"
	const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, sdrs.Service.Jobs[0], []string{id}, "sdrs", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/sdrs_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "SUCCESS", Name: "stopProtectionGroupNoCG",
				BeginTime: "2019-06-13T09:40:53.930Z", EndTime: "2019-06-13T09:41:01.946Z",
			},
		},
		{Name: "running", Response: simulator.Fault{Body: `{"status":"RUNNING","end_time":""}`}, Want: poll.Status{Raw: "RUNNING"}},
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
