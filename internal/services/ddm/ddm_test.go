package ddm_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ddm"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "31b8ae23-c687-4d80-b7b4-42a66c9bb886"
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs/" + id
	polltest.Check(t, ddm.Service.Jobs[0], []string{id}, string(ddm.Service.API.Endpoint), path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/ddm_job.json")},
			Want: poll.Status{
				Raw: "Running", Name: "CreateInstance", Progress: new(int64(60)), BeginTime: "2018-08-06T10:41:14+0100",
			},
		},
		{
			Name:     "failed, without a reason",
			Response: simulator.Fault{Body: `{"job":{"status":"Failed","end_time":"2018-08-06T16:41:14+0100"}}`},
			Want:     poll.Status{State: poll.Failed, Raw: "Failed", EndTime: "2018-08-06T16:41:14+0100"},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"job":{"id":"other","status":"Completed"}}`}, Err: "invalid"},
		{Name: "no job", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, ddm.Service.Jobs[0].Statuses, map[string]poll.State{
		"Running": poll.Running, "Expanding": poll.Running, "Canceling": poll.Running, "Rollbacking": poll.Running, "Switching": poll.Running,
		"ToBeSwitched": poll.Running, "Completed": poll.Succeeded, "Failed": poll.Failed,
		"CancelSuccess": poll.Cancelled, "RollbackSuccess": poll.Cancelled,
	})
}

func TestInstance(t *testing.T) {
	of := func(status string) simulator.Fault {
		return simulator.Fault{Body: `{"id":"i","status":"` + status + `"}`}
	}
	polltest.CheckInstance(t, ddm.Service.Instance, "/v1/"+simulator.DefaultProjectID+"/instances/i", []polltest.InstanceCase{
		{Name: "at rest", Response: of("RUNNING"), Want: poll.Instance{Status: "RUNNING", Condition: poll.AtRest}},
		{Name: "at work", Response: of("RESIZING"), Want: poll.Instance{Status: "RESIZING", Condition: poll.AtWork}},
		{Name: "backed up", Response: of("BACKUP"), Want: poll.Instance{Status: "BACKUP", Condition: poll.BackedUp}},
		{Name: "not well", Response: of("data_disk_full"), Want: poll.Instance{Status: "data_disk_full", Condition: poll.Unwell}},
		{Name: "no status", Response: of(""), Err: "invalid"},
		{Name: "not found", Response: simulator.Fault{Status: 404, Body: `{"error_code":"DBS.280238"}`}, Err: "not found"},
	})
}

func TestJobs(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?"
	polltest.CheckList(t, ddm.Service.Instance, polltest.ListCase{
		Body: `{"jobs":[
			{"id":"1","name":"resize","instance_id":"i","status":"Running","process":"10%",
			"created_time":"2026-07-15T07:46:10+0000","end_time":"2026-07-15T07:46:12+0000","fail_reason":""},
			{"id":"2","name":"resize","instance_id":"I","status":"Failed","process":"",
			"created_time":"2026-07-15T07:46:10+0000","end_time":"2026-07-15T09:46:10+0000","fail_reason":"no quota"},
			{"id":"3","name":"resize","instance_id":"other","status":"Running","process":"",
			"created_time":"2026-07-15T07:46:10+0000","end_time":"","fail_reason":""}]}`,
		Want: []poll.Task{
			{ID: "1", Status: poll.Status{
				Raw: "Running", Name: "resize", Progress: new(int64(10)), BeginTime: "2026-07-15T07:46:10+0000",
			}},
			{ID: "2", Status: poll.Status{
				State: poll.Failed, Raw: "Failed", Name: "resize", FailureReason: "no quota",
				BeginTime: "2026-07-15T07:46:10+0000", EndTime: "2026-07-15T09:46:10+0000",
			}},
		},
		Whole: path + "end_time=946771200000&limit=128&start_time=944179200000",
		Since: path + "end_time=946771200000&limit=128&start_time=946634400000",
	})
}
