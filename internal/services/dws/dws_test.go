package dws_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "2c9080e88459fa44018459fbeb600001"
	const path = "/v1.0/" + simulator.DefaultProjectID + "/job/" + id
	polltest.Check(t, dws.Service.Jobs[0], []string{id}, "dws", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/dws_job.json")},
			Want: poll.Status{
				State: poll.Failed, Raw: "FAIL", Progress: new(int64(9)), Name: "ecfClusterElbCreateJob",
				BeginTime: "2022-11-09T20:25:00", EndTime: "2022-11-09T20:30:00",
				FailureCode: "CreateELBTask-fail:DWS.0114", FailureReason: "DWS.0114:ELB private IP is not configured.",
			},
		},
		{
			Name:     "a reason of another type",
			Response: simulator.Fault{Body: `{"job_id":"` + id + `","status":"SUCCESS","failed_detail":{}}`},
			Want:     poll.Status{State: poll.Succeeded, Raw: "SUCCESS"},
		},
		{Name: "an ID of another type", Response: simulator.Fault{Body: `{"job_id":{},"status":"SUCCESS"}`}, Err: "invalid"},
		{Name: "a status of another type", Response: simulator.Fault{Body: `{"status":{}}`}, Err: "invalid"},
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, dws.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "WAITING": poll.Running, "RUNNING": poll.Running, "DELAY_SCHEDULED": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed, "ERROR": poll.Failed, "STOP": poll.Cancelled,
	})
}
