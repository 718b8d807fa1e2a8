package gaussdb_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/gaussdb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "5cbb8a90-2253-4cff-8a13-49aa8f31dfb5"
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?id=" + id
	polltest.Check(t, gaussdb.Service.Jobs[0], []string{id}, string(gaussdb.Service.API.Endpoint), path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/gaussdb_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "Completed", Name: "CreateGaussDBV5Instance",
				BeginTime: "2021-07-12T09:22:04+0800", EndTime: "2021-07-12T10:10:13+0800",
			},
		},
		{
			Name:     "failed",
			Response: simulator.Fault{Body: `{"job":{"status":"Failed","fail_reason":"createVM failed."}}`},
			Want:     poll.Status{State: poll.Failed, Raw: "Failed", FailureReason: "createVM failed."},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"job":{"id":"other","status":"Completed"}}`}, Err: "invalid"},
		{Name: "no job", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, gaussdb.Service.Jobs[0].Statuses, map[string]poll.State{
		"Running": poll.Running, "Completed": poll.Succeeded, "Failed": poll.Failed,
	})
}

func TestInstance(t *testing.T) {
	polltest.CheckInstance(t, gaussdb.Service.Instance, "/v3/"+simulator.DefaultProjectID+"/instances?id=i",
		polltest.ListedInstance("ACTIVE", "EXPANDING", "STORAGE FULL"))
}

func TestTasks(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/tasks?"
	polltest.CheckList(t, gaussdb.Service.Instance, polltest.ListCase{
		Body: `{"tasks":[
			{"job_id":"1","name":"resize","instance_info":{"instance_id":"i"},"status":"Running","process":"10%",
			"created_at":"2026-07-15T07:46:10+0000","ended_at":"2026-07-15T07:46:12+0000","fail_reason":""},
			{"job_id":"2","name":"resize","instance_info":{"instance_id":"I"},"status":"Failed","process":"",
			"created_at":"2026-07-15T07:46:10+0000","ended_at":"2026-07-15T09:46:10+0000","fail_reason":"no quota"},
			{"job_id":"3","name":"resize","instance_info":{"instance_id":"other"},"status":"Running","process":"",
			"created_at":"2026-07-15T07:46:10+0000","ended_at":"","fail_reason":""}]}`,
		Want: []poll.Task{
			{ID: "1", Status: poll.Status{
				Raw: "Running", Name: "resize", Progress: new(int64(10)), BeginTime: "2026-07-15T07:46:10+0000",
			}},
			{ID: "2", Status: poll.Status{
				State: poll.Failed, Raw: "Failed", Name: "resize", FailureReason: "no quota",
				BeginTime: "2026-07-15T07:46:10+0000", EndTime: "2026-07-15T09:46:10+0000",
			}},
		},
		Whole: path + "limit=100",
		Since: path + "end_time=946771200000&limit=100&start_time=946634400000",
	})
}
