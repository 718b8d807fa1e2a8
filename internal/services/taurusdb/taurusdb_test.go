package taurusdb_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/taurusdb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "a9767ede-fe0f-4888-9003-e843a4c90514"
	const path = "/v3/" + simulator.DefaultProjectID + "/jobs?id=" + id
	polltest.Check(t, taurusdb.Service.Jobs[0], []string{id}, string(taurusdb.Service.API.Endpoint), path, []polltest.Case{
		{
			Name: "of the reference page", Response: simulator.Fault{Body: simulatortest.Read(t, "testdata/taurusdb_job.json")},
			Want: poll.Status{
				State: poll.Succeeded, Raw: "Completed", Name: "CreateMysqlInstance",
				BeginTime: "2018-08-06T10:41:14+0800", EndTime: "2018-08-06T16:41:14+0000",
			},
		},
		{
			Name: "waits for an approval, with a space in its name", Want: poll.Status{Raw: "Unauthorized", Name: "RestartGaussDBInstance"},
			Response: simulator.Fault{Body: `{"job":{"id":"A9767EDEFE0F48889003E843A4C90514",
				"name":" RestartGaussDBInstance","status":"Unauthorized",
				"created":"","ended":"","entities":{}}}`},
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
	polltest.CheckStatuses(t, taurusdb.Service.Jobs[0].Statuses, map[string]poll.State{
		"Pending": poll.Running, "Running": poll.Running, "Unauthorized": poll.Running,
		"Completed": poll.Succeeded, "Failed": poll.Failed, "Canceled": poll.Cancelled,
	})
}

func TestInstance(t *testing.T) {
	polltest.CheckInstance(t, taurusdb.Service.Instance, "/v3/"+simulator.DefaultProjectID+"/instances?id=i",
		polltest.ListedInstance("ACTIVE", "SWITCHOVER", "FROZEN"))
}

func TestJobs(t *testing.T) {
	const path = "/v3/" + simulator.DefaultProjectID + "/immediate-jobs?"
	polltest.CheckList(t, taurusdb.Service.Instance, polltest.ListCase{
		Body: `{"jobs":[
			{"job_id":"1","job_name":"resize","instance_id":"i","status":"Running","process":"10%",
			"created_time":"2026-07-15T07:46:10+0000","ended_time":"2026-07-15T07:46:12+0000","fail_reason":""},
			{"job_id":"2","job_name":"resize","instance_id":"I","status":"Failed","process":"",
			"created_time":"2026-07-15T07:46:10+0000","ended_time":"2026-07-15T09:46:10+0000","fail_reason":"no quota"},
			{"job_id":"3","job_name":"resize","instance_id":"other","status":"Running","process":"",
			"created_time":"2026-07-15T07:46:10+0000","ended_time":"","fail_reason":""}]}`,
		Want: []poll.Task{
			{ID: "1", Status: poll.Status{
				Raw: "Running", Name: "resize", Progress: new(int64(10)), BeginTime: "2026-07-15T07:46:10+0000",
			}},
			{ID: "2", Status: poll.Status{
				State: poll.Failed, Raw: "Failed", Name: "resize", FailureReason: "no quota",
				BeginTime: "2026-07-15T07:46:10+0000", EndTime: "2026-07-15T09:46:10+0000",
			}},
		},
		Whole: path + "limit=50",
		Since: path + "end_time=2000-01-02T00%3A00%3A00%2B0000&limit=50&start_time=1999-12-31T10%3A00%3A00%2B0000",
	})
}
