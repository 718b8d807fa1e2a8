package geminidb_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/geminidb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "6f85e061-04dd-42e7-86d6-d3b1e40aac2e"
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?id=" + id
	polltest.Check(t, geminidb.Service.Jobs[0], []string{id}, string(geminidb.Service.API.Endpoint), path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/geminidb_job.json")},
			Want: poll.Status{
				Raw: "Running", Name: "CreateCassandra", Progress: new(int64(14)), BeginTime: "2023-09-12T06:44:01+0000",
			},
		},
		{
			Name: "failed, behind another job", Want: poll.Status{State: poll.Failed, Raw: "Failed", FailureReason: "createVM failed."},
			Response: simulator.Fault{Body: `{"jobs":[{"id":"other","status":"Completed"},
				{"id":"` + id + `","status":"Failed","fail_reason":"createVM failed."}]}`},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"jobs":[{"id":"other","status":"Completed"}]}`}, Err: "not found"},
		{Name: "no list", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, geminidb.Service.Jobs[0].Statuses, map[string]poll.State{
		"Running": poll.Running, "Completed": poll.Succeeded, "Failed": poll.Failed,
	})
}

func TestInstance(t *testing.T) {
	polltest.CheckInstance(t, geminidb.Service.Instance, "/v3/"+simulator.DefaultProjectID+"/instances?id=i",
		polltest.ListedInstance("normal", "creating", "enlargefail"))
}

func TestJobs(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?"
	polltest.CheckList(t, geminidb.Service.Instance, polltest.ListCase{
		Body: `{"jobs":[
			{"id":"1","name":"resize","instance":{"id":"i"},"status":"Running","progress":"10%",
			"start_time":"2026-07-15T07:46:10+0000","end_time":"2026-07-15T07:46:12+0000","fail_reason":""},
			{"id":"2","name":"resize","instance":{"id":"I"},"status":"Failed","progress":"",
			"start_time":"2026-07-15T07:46:10+0000","end_time":"2026-07-15T09:46:10+0000","fail_reason":"no quota"},
			{"id":"3","name":"resize","instance":{"id":"other"},"status":"Running","progress":"",
			"start_time":"2026-07-15T07:46:10+0000","end_time":"","fail_reason":""}]}`,
		Want: []poll.Task{
			{ID: "1", Status: poll.Status{
				Raw: "Running", Name: "resize", Progress: new(int64(10)), BeginTime: "2026-07-15T07:46:10+0000",
			}},
			{ID: "2", Status: poll.Status{
				State: poll.Failed, Raw: "Failed", Name: "resize", FailureReason: "no quota",
				BeginTime: "2026-07-15T07:46:10+0000", EndTime: "2026-07-15T09:46:10+0000",
			}},
		},
		Whole: path + "end_time=2000-01-02T00%3A00%3A00%2B0000&limit=50&start_time=1999-12-03T00%3A00%3A00%2B0000",
		Since: path + "end_time=2000-01-02T00%3A00%3A00%2B0000&limit=50&start_time=1999-12-31T10%3A00%3A00%2B0000",
	})
}
