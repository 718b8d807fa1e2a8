package bms_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/bms"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "2c9eb2c5544cbf6101544f0602af2b4f"
	const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, bms.Service.Jobs[0], []string{id}, "bms", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/bms_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "SUCCESS", Name: "baremetalBatchCreate",
				BeginTime: "2019-04-25T20:04:34.604Z", EndTime: "2019-04-25T20:08:41.593Z",
			},
		},
		{
			Name: "until somebody pays", Response: simulator.Fault{Body: `{"status":"PENDING_PAYMENT","end_time":"2026-01-01T00:00:00.000Z",
				"entities":{"sub_jobs_total":0,"sub_jobs":""}}`},
			Want: poll.Status{Raw: "PENDING_PAYMENT"},
		},
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
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, bms.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running, "PENDING_PAYMENT": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed,
	})
}
