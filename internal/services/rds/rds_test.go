package rds_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/rds"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "31b8ae23-c687-4d80-b7b4-42a66c9bb886"
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?id=" + id
	polltest.Check(t, rds.Service.Jobs[0], []string{id}, "rds", path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/rds_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "Completed", Name: "MysqlBindEIP",
				BeginTime: "2018-08-06T10:41:14+0000", EndTime: "2018-08-06T16:41:14+0000",
			},
		},
		{
			Name: "running, with a space in the name, the progress and the ID without hyphens",
			Response: simulator.Fault{Body: `{"job":{"id":"31B8AE23C6874D80B7B442A66C9BB886","name":" RestartMysqlInstance",
				"status":"Running",
				"created":"2018-08-06T10:41:14+0000","process":"60% "}}`},
			Want: poll.Status{Raw: "Running", Name: "RestartMysqlInstance", Progress: new(int64(60)), BeginTime: "2018-08-06T10:41:14+0000"},
		},
		{
			Name:     "failed",
			Response: simulator.Fault{Body: `{"job":{"status":"Failed","fail_reason":"createVM failed."}}`},
			Want:     poll.Status{State: poll.Failed, Raw: "Failed", FailureReason: "createVM failed."},
		},
		{Name: "another job", Response: simulator.Fault{Body: `{"job":{"id":"other","status":"Completed"}}`}, Err: "invalid"},
		{Name: "no job", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "unknown ID", Err: "not found"},
		{Name: "unknown ID, an older edition", Response: simulator.Fault{Status: 404, Body: `{"error_code":"RDS.5041"}`}, Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, rds.Service.Jobs[0].Statuses, map[string]poll.State{
		"Running": poll.Running, "Completed": poll.Succeeded, "Failed": poll.Failed,
	})
}

func TestInstance(t *testing.T) {
	polltest.CheckInstance(t, rds.Service.Instance, "/v3/"+simulator.DefaultProjectID+"/instances?id=i", append(
		polltest.ListedInstance("ACTIVE", "MODIFYING", "STORAGE FULL"), polltest.InstanceCase{
			Name: "backed up", Response: simulator.Fault{Body: `{"instances":[{"id":"i","status":"BACKING UP"}]}`},
			Want: poll.Instance{Status: "BACKING UP", Condition: poll.BackedUpUnlisted},
		}))
}

func TestTasks(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/tasklist?"
	polltest.CheckList(t, rds.Service.Instance, polltest.ListCase{
		Body: `{"tasks":[
			{"id":"1","name":"ResizeFlavor","instance_id":"i","process":"60%","status":"Running",
			"create_time":"2020-07-15T07:46:10+0000",
			"end_time":"2020-07-15T09:46:10+0000"},
			{"id":"2","name":"EnlargeVolume","instance_id":"I","status":"Failed","fail_reason":"no quota",
			"create_time":"2020-07-15T07:46:10+0000",
			"end_time":"2020-07-15T09:46:10+0000"},
			{"id":"3","name":"EnlargeVolume","instance_id":"other","status":"Running"}]}`,
		Want: []poll.Task{
			{ID: "1", Status: poll.Status{
				Raw: "Running", Name: "ResizeFlavor", Progress: new(int64(60)), BeginTime: "2020-07-15T07:46:10+0000",
			}},
			{ID: "2", Status: poll.Status{
				State: poll.Failed, Raw: "Failed", Name: "EnlargeVolume", FailureReason: "no quota", BeginTime: "2020-07-15T07:46:10+0000",
			}}, // its end is only planned
		},
		Whole: path + "instance_id=i&limit=50",
		Since: path + "end_time=946771200000&instance_id=i&limit=50&start_time=946634400000",
	})
}
