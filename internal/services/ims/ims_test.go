package ims_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ims"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "9a175ac792fa12d20193002100dd2762"
	const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, ims.Service.Jobs[0], []string{id}, "ims", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/ims_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "SUCCESS", Name: "imsCreateImageByInstance",
				BeginTime: "2024-11-06T06:19:43.195Z", EndTime: "2024-11-06T06:23:25.158Z",
			},
		},
		{
			Name: "failed, with a reason of its own",
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "c", FailureReason: "r"},
			Response: simulator.Fault{Body: `{"status":"FAIL","error_code":"c","fail_reason":"r",
				"entities":{"sub_jobs_result":[{"fail_reason":"other"}]}}`},
		},
		{
			Name: "failed, with the reason of a sub job",
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "c", FailureReason: "r"},
			Response: simulator.Fault{Body: `{"status":"FAIL","error_code":null,"entities":{"sub_jobs_result":[
				{"status":"SUCCESS"},{"status":"FAIL","error_code":"c","fail_reason":"r"}]}}`},
		},
		{
			Name: "running", Response: simulator.Fault{Body: `{"status":"RUNNING","entities":{"process_percent":48.7}}`},
			Want: poll.Status{Raw: "RUNNING", Progress: new(int64(48))},
		},
		{
			Name: "running, with a progress that is none", Response: simulator.Fault{Body: `{"status":"RUNNING","entities":{"process_percent":-1}}`},
			Want: poll.Status{Raw: "RUNNING"},
		},
		{
			Name: "running, with a progress as a text", Response: simulator.Fault{Body: `{"status":"RUNNING","entities":{"process_percent":"100"}}`},
			Want: poll.Status{Raw: "RUNNING", Progress: new(int64(100))},
		},
		{
			Name: "failed, with a further reason among the entities", Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureReason: "m"},
			Response: simulator.Fault{Body: `{"status":"FAIL","entities":{"addition_error_msg":"m"}}`},
		},
		{
			Name: "failed, with the reason among the entities",
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "IMG.1", FailureReason: "m"},
			Response: simulator.Fault{Body: `{"status":"FAIL",
				"entities":{"error_code":"IMG.1","error":"m","sub_jobs_result":[{"error_code":"IMG.2"}]}}`},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, ims.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed,
	})
}
