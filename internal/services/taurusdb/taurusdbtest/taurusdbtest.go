// Package taurusdbtest simulates TaurusDB for tests.
package taurusdbtest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = dbjobtest.Described{
	Service: dbjobtest.Service{
		Endpoint: "taurusdb", Hosts: cloud.Hosts{Huawei: "gaussdb", OpenTelekom: "gaussdb-mysql"},
		ByID: "/v3/{project}/jobs", NotFound: "DBS.200543",
		Job: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "process", Instance: []string{"instance", "id", "name"},
		},
		List: "/v3/{project}/immediate-jobs", Member: "jobs", Counts: true, Limits: []int{10, 20, 50}, Page: true, Time: dbjobtest.WithOffset,
		ListEntry: dbjobtest.Entry{
			ID: "job_id", Name: "job_name", Begin: "created_time", End: "ended_time", Progress: "process",
			Instance: []string{"", "instance_id", "instance_name"},
		},
		Instances: "/v3/{project}/instances", AtRest: "ACTIVE",
	},
	Name: "taurusdb", Object: "TaurusDB", Noun: "job", Permission: "gaussdb:instance:list",
	Working: "MODIFYING",
	Running: dbjobtest.Job{
		ID: "a9767ede-fe0f-4888-9003-e843a4c90514", Name: "ResizeGaussDBforMySQLFlavor", InstanceID: "a48e43ff268f4c0e879652d65e63d0fbin07",
	},
	Failed: dbjobtest.Job{
		ID: "a9767ede-fe0f-4888-9003-e843a4c90515", Name: "AddGaussDBforMySQLNodes", InstanceID: "a48e43ff268f4c0e879652d65e63d0fbin07",
		FailReason: "createVM failed.",
	},
	Output:     []string{`resize = "ResizeGaussDBforMySQLFlavor: Completed"`},
	ListOutput: []string{`running = [`, `"ResizeGaussDBforMySQLFlavor"`},
	Errors:     []fixture.Error{{Status: http.StatusBadRequest, Code: "DBS.200543", Means: "not found"}},
	JobStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"job_id":"a9767ede-fe0f-4888-9003-e843a4c90514"}`, State: `{
			"job":{"id":"a9767ede-fe0f-4888-9003-e843a4c90514","name":"CreateMysqlInstance","status":"Completed",
			"created":"2018-08-06T10:41:14+0800","ended":"2018-08-06T16:41:14+0000","process":"",
			"instance":{"id":"a48e43ff268f4c0e879652d65e63d0fbin07","name":"DO-NOT-TOUCH-mgr2-mysql-single"},
			"entities":"{\"instance\":{\"endpoint\":\"192.168.1.203:3306\",\"type\":\"Cluster\",\"datastore\":{\"type\":\"gaussdb-mysql\",` +
			`\"version\":\"8.0\"}},\"resource_ids\":[\"a48e43ff268f4c0e879652d65e63d0fbin07.vm\",` +
			`\"a48e43ff268f4c0e879652d65e63d0fbin07.volume\"]}",
			"fail_reason":null}}`},
		{
			Name: "of a job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"job":{}}`,
			State: `{"job":{"id":null,"name":null,"status":null,"created":null,"ended":null,"process":null,"instance":null,
				"entities":null,"fail_reason":null}}`,
		},
		{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"job":null}`},
	},
	ListStates: []fixture.State{
		{Name: "of a list with the documented members", Arguments: `{"start_time":null,
			"end_time":null}`, Answer: `{"total_count":1,"jobs":[{
			"instance_id":"i","instance_name":"n","instance_status":"normal","job_id":"j","order_id":"o",
			"job_name":"CreateGaussDBforMySQLInstance",
			"status":"Completed","process":"","created_time":"2024-05-10T08:30:00+0000",
			"ended_time":"2024-05-10T08:40:00+0000","fail_reason":""}]}`,
			State: `{"total_count":1,"action_names":[],"jobs":[{
			"instance_id":"i","instance_name":"n","instance_status":"normal","job_id":"j","order_id":"o",
			"job_name":"CreateGaussDBforMySQLInstance",
			"status":"Completed","process":"","created_time":"2024-05-10T08:30:00+0000",
			"ended_time":"2024-05-10T08:40:00+0000","fail_reason":"",
			"show_detail":null}]}`},
		{
			Name: "of jobs with nothing", Arguments: `{"start_time":null,"end_time":null}`, Answer: `{"jobs":[{}]}`,
			State: `{"total_count":null,"action_names":[],"jobs":[{"instance_id":null,"instance_name":null,
				"instance_status":null,"job_id":null,"order_id":null,"job_name":null,"status":null,"process":null,
				"created_time":null,"ended_time":null,"fail_reason":null,"show_detail":null}]}`,
		},
		{Name: "of an empty answer", Arguments: `{"start_time":null,
			"end_time":null}`, Answer: `{}`, State: `{"total_count":null,"action_names":[],"jobs":[]}`},
	},
}.Fixture()
