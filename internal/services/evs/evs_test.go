package evs_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/evs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "4010a32d535527910153552b492c0002"
	const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, evs.Service.Jobs[0], []string{id}, "evs", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/evs_job.json")},
			Want: poll.Status{
				Raw: "RUNNING", Name: "createVolume", BeginTime: "2016-03-08T07:40:13.219Z",
			},
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
		{
			Name: "a batch job of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/batch_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "SUCCESS", Name: "batchCreateVolume",
				BeginTime: "2016-02-04T01:43:37.193Z", EndTime: "2016-02-04T01:44:08.283Z",
			},
		},
		{
			Name: "unknown ID, with the status 200", Response: simulator.Fault{Body: `{"error":{"code":"Common.0011","message":"m"}}`},
			Err: "not found",
		},
		{Name: "an error with the status 200", Response: simulator.Fault{Body: `{"error":{"code":"X.1","message":"m"}}`}, Err: "invalid"},
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, evs.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running, "WAITING_EXECUTE": poll.Running, "LISTENING": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed,
	})
}
