package sfsturbo_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	sfsturbo "github.com/hwtasks/terraform-provider-hwtasks/internal/services/sfs_turbo"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const path = "/v1/" + simulator.DefaultProjectID + "/sfs-turbo/jobs/26f6b565-xxxx-XXXX-xxxx-03f0bd975433"
	polltest.Check(t, sfsturbo.Service.Jobs[0], []string{"26f6b565-xxxx-XXXX-xxxx-03f0bd975433"}, "sfs_turbo", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/sfs_turbo_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "success", Name: "bind_ldap",
				BeginTime: "2023-07-26 09:33:58 +0000 UTC", EndTime: "2023-07-26 09:33:58 +0000 UTC",
			},
		},
		{Name: "waiting", Response: simulator.Fault{Body: `{"status":"waiting","end_time":""}`}, Want: poll.Status{Raw: "waiting"}},
		{
			Name: "failed, with the reason of a sub job",
			Response: simulator.Fault{Body: `{"status":"failed","fail_reason":"","sub_jobs":[{"status":"success"},
				{"status":"failed","error_code":"SFS.TURBO.0011","fail_reason":"another operation"}]}`},
			Want: poll.Status{State: poll.Failed, Raw: "failed", FailureCode: "SFS.TURBO.0011", FailureReason: "another operation"},
		},
		{
			Name: "failed, with a reason of its own",
			Response: simulator.Fault{Body: `{"status":"failed","error_code":"SFS.TURBO.0001","fail_reason":"no quota",
				"sub_jobs":[{"error_code":"SFS.TURBO.0011","fail_reason":"another operation"}]}`},
			Want: poll.Status{State: poll.Failed, Raw: "failed", FailureCode: "SFS.TURBO.0001", FailureReason: "no quota"},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"success"}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, sfsturbo.Service.Jobs[0].Statuses, map[string]poll.State{
		"waiting": poll.Running, "running": poll.Running, "success": poll.Succeeded, "failed": poll.Failed,
	})
}
