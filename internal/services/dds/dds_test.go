package dds_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dds"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "9d10bfd1-affb-49c3-b977-298950a8d6fa"
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?id=" + id
	polltest.Check(t, dds.Service.Jobs[0], []string{id}, string(dds.Service.API.Endpoint), path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/dds_job.json")},
			Want: poll.Status{
				Raw: "Running", Name: "Create_MongoDB", Progress: new(int64(9)), BeginTime: "2021-07-13T07:28:43+0000",
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
	polltest.CheckStatuses(t, dds.Service.Jobs[0].Statuses, map[string]poll.State{
		"Running": poll.Running, "Completed": poll.Succeeded, "Failed": poll.Failed,
	})
}

func TestInstance(t *testing.T) {
	polltest.CheckInstance(t, dds.Service.Instance, "/v3/"+simulator.DefaultProjectID+"/instances?id=i",
		polltest.ListedInstance("normal", "creating", "abnormal"))
}

func TestJobs(t *testing.T) {
	const path = "/v3.1/" + simulator.DefaultProjectID + "/jobs?"
	polltest.CheckList(t, dds.Service.Instance, polltest.ListCase{
		Body: `{"jobs":[
			{"id":"1","name":"resize","instance_id":"i","status":"Running","progress":"10%",
			"created_at":"2026-07-15T07:46:10+0000","ended_at":"2026-07-15T07:46:12+0000","fail_reason":""},
			{"id":"2","name":"resize","instance_id":"I","status":"Failed","progress":"",
			"created_at":"2026-07-15T07:46:10+0000","ended_at":"2026-07-15T09:46:10+0000","fail_reason":"no quota"},
			{"id":"3","name":"resize","instance_id":"other","status":"Running","progress":"",
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
		Whole: path + "end_time=2000-01-02T00%3A00%3A00%2B0000&limit=100&start_time=1999-12-03T00%3A00%3A00%2B0000",
		Since: path + "end_time=2000-01-02T00%3A00%3A00%2B0000&limit=100&start_time=1999-12-31T10%3A00%3A00%2B0000",
	})
}
