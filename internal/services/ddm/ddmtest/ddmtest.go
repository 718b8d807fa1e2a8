// Package ddmtest simulates the Distributed Database Middleware for tests.
package ddmtest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = dbjobtest.Described{
	Service: dbjobtest.Service{
		Endpoint: "ddm",
		ByID:     "/v3/{project}/jobs/{job}", NotFound: "DBS.300400",
		Job: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created_time", End: "end_time", Progress: "process", Early: true, NoReason: true,
			Instance: []string{"instance", "id", "name"},
		},
		List: "/v3/{project}/jobs", Member: "jobs", Limits: dbjobtest.UpTo(128), Needs: true, Time: dbjobtest.Milliseconds,
		ListEntry: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created_time", End: "end_time", Progress: "process", Early: true,
			Instance: []string{"", "instance_id", "instance_name"},
		},
		Instances: "/v1/{project}/instances/{instance}", AtRest: "RUNNING",
	},
	Name: "ddm", Object: "DDM", Noun: "job", Permission: "a permission to read DDM",
	Working: "RESIZING",
	Running: dbjobtest.Job{
		ID: "31b8ae23-c687-4d80-b7b4-42a66c9bb886", Name: "EnlargeNode", InstanceID: "733c7e8d73a54c27b8308ec784a8be8cin09",
	},
	Failed: dbjobtest.Job{
		ID: "31b8ae23-c687-4d80-b7b4-42a66c9bb887", Name: "RestartInstance", InstanceID: "733c7e8d73a54c27b8308ec784a8be8cin09",
	},
	Output: []string{`resize = "EnlargeNode: Completed"`}, ListOutput: []string{`running = [`, `"EnlargeNode"`},
	Errors: []fixture.Error{{Status: http.StatusBadRequest, Code: "DBS.300400", Means: "not found"}},
	JobStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"job_id":"31b8ae23-c687-4d80-b7b4-42a66c9bb886"}`},
		{
			Name: "of a job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"job":{}}`,
			State: `{"job":{"id":null,"name":null,"status":null,"created_time":null,"end_time":null,"process":null,"instance":null}}`,
		},
		{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"job":null}`},
	},
	ListStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"start_time":null,"end_time":null}`, State: `{"jobs":[{
			"id":"92370d30-3ddc-4e05-b8ab-51662d824318","name":"migrateLogicDb","status":"ToBeSwitched",
			"created_time":"2025-05-20T15:05:13+0000",
			"end_time":"2025-05-20T15:05:13+0000","process":"","instance_name":"UTS-ddm-dtc-src",
			"instance_id":"733c7e8d73a54c27b8308ec784a8be8cin09",
			"operations":["modifySwitchingStrategy","toBeCanceled"],"jobs":[],"database_name":"db_e487","fail_reason":""}]}`},
		{
			Name: "of jobs with nothing", Arguments: `{"start_time":null,"end_time":null}`, Answer: `{"jobs":[{}]}`,
			State: `{"jobs":[{"instance_id":null,"instance_name":null,"id":null,"name":null,"status":null,
				"created_time":null,"end_time":null,"process":null,"fail_reason":null,"database_name":null,"operations":[],
				"jobs":[]}]}`,
		},
		{Name: "of an empty answer", Arguments: `{"start_time":null,"end_time":null}`, Answer: `{}`, State: `{"jobs":[]}`},
	},
}.Fixture()
