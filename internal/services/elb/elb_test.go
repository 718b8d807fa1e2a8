package elb_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/elb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/elb/jobs/j"
	of := func(job string) simulator.Fault { return simulator.Fault{Body: `{"job":{"job_id":"j",` + job + `}}`} }
	polltest.Check(t, elb.Service.Jobs[0], []string{"j"}, "elb", path, []polltest.Case{
		{
			Name: "running, although a sub job has failed", Response: of(`"status":"ROLLBACKING","sub_jobs":[{"status":"FAIL","error_code":"c"}]`),
			Want: poll.Status{Raw: "ROLLBACKING"},
		},
		{
			Name: "complete", Want: poll.Status{
				State: poll.Succeeded, Raw: "COMPLETE", Name: "cloneListener", BeginTime: "2026-01-12T02:36:51", EndTime: "2026-01-12T02:36:55",
			},
			Response: of(`"status":"COMPLETE","job_type":"cloneListener","begin_time":"2026-01-12T02:36:51","end_time":"2026-01-12T02:36:55",
				"error_code":"","sub_jobs":[{"status":"SUCCESS","error_code":"","error_msg":""},{"status":"COMPLETE"}]`),
		},
		{
			Name: "complete, but a sub job failed", Response: of(`"status":"COMPLETE","sub_jobs":[{"status":"SUCCESS"},
				{"status":"FAIL","error_code":"ELB.1","error_msg":"no quota"}]`),
			Want: poll.Status{State: poll.Failed, Raw: "COMPLETE", FailureCode: "ELB.1", FailureReason: "no quota"},
		},
		{
			Name: "complete, and so is a sub job, but with an error code", Response: of(`"status":"COMPLETE","sub_jobs":[{"status":"COMPLETE",
				"error_code":"ELB.2","error_msg":"rolled back"}]`),
			Want: poll.Status{State: poll.Failed, Raw: "COMPLETE", FailureCode: "ELB.2", FailureReason: "rolled back"},
		},
		{
			Name: "complete, but a sub job is rolled back", Want: poll.Status{Raw: "ROLLBACKING"},
			Response: of(`"status":"COMPLETE","sub_jobs":[{"status":"SUCCESS"},{"status":"ROLLBACKING","error_code":"ELB.1"}]`),
		},
		{
			Name: "complete, with an error code", Response: of(`"status":"COMPLETE","error_code":"ELB.2","error_msg":"rolled back"`),
			Want: poll.Status{State: poll.Failed, Raw: "COMPLETE", FailureCode: "ELB.2", FailureReason: "rolled back"},
		},
		{
			Name: "failed", Response: of(`"status":"ROLLBACK_FAIL","error_code":"ELB.3","error_msg":"stuck"`),
			Want: poll.Status{State: poll.Failed, Raw: "ROLLBACK_FAIL", FailureCode: "ELB.3", FailureReason: "stuck"},
		},
		{Name: "cancelled", Response: of(`"status":"CANCEL"`), Want: poll.Status{State: poll.Cancelled, Raw: "CANCEL"}},
		{Name: "another job", Response: simulator.Fault{Body: `{"job":{"job_id":"other","status":"SUCCESS"}}`}, Err: "invalid"},
		{Name: "no job", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, elb.Service.Jobs[0].Statuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running, "ROLLBACKING": poll.Running, "SUCCESS": poll.Succeeded, "COMPLETE": poll.Succeeded,
		"FAIL": poll.Failed, "ROLLBACK_FAIL": poll.Failed, "CANCEL": poll.Cancelled,
	})
}
