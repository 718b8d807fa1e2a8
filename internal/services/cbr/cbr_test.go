package cbr_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/cbr"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollTask(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/operation-logs/"
	const id = "4827f2da-b008-4507-ab7d-42d0df5ed912"
	polltest.Check(t, cbr.Service.Jobs[0], []string{id}, "cbr", path+id, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/cbr_task.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "success", Name: "backup", Progress: new(int64(100)),
				BeginTime: "2019-05-23T14:31:36.007+00:00", EndTime: "2019-05-23T14:35:23.511+00:00",
			},
		},
		{
			Name: "running", Response: simulator.Fault{Body: `{"operation_log":{"status":"running","extra_info":{"common":{"progress":40}}}}`},
			Want: poll.Status{Raw: "running", Progress: new(int64(40))},
		},
		{
			Name: "no percentage", Response: simulator.Fault{Body: `{"operation_log":{"status":"running","extra_info":{"common":{"progress":-1}}}}`},
			Want: poll.Status{Raw: "running"},
		},
		{
			Name: "timed out in the service", Want: poll.Status{State: poll.Failed, Raw: "timeout", FailureCode: "c", FailureReason: "m"},
			Response: simulator.Fault{Body: `{"operation_log":{"status":"timeout","error_info":{"code":"c","message":"m"},"extra_info":{}}}`},
		},
		{
			Name: "skipped", Response: simulator.Fault{Body: `{"operation_log":{"status":"skipped"}}`},
			Want: poll.Status{State: poll.Cancelled, Raw: "skipped"},
		},
		{Name: "another task", Response: simulator.Fault{Body: `{"operation_log":{"id":"other","status":"success"}}`}, Err: "invalid"},
		{Name: "no task", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, cbr.Service.Jobs[0].Statuses, map[string]poll.State{
		"waiting": poll.Running, "running": poll.Running, "success": poll.Succeeded, "failed": poll.Failed, "timeout": poll.Failed,
		"skipped": poll.Cancelled,
	})
}
