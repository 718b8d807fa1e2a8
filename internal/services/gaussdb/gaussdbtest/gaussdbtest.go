// Package gaussdbtest simulates GaussDB for tests.
package gaussdbtest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = dbjobtest.Described{
	Service: dbjobtest.Service{
		Endpoint: "opengauss", Hosts: cloud.Hosts{Huawei: "gaussdb-opengauss", OpenTelekom: "gaussdb"},
		ByID: "/v3/{project}/jobs", NotFound: "DBS.200543",
		Job: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "progress", Instance: []string{"instance", "id", "name"},
		},
		List: "/v3/{project}/tasks", Member: "tasks", Counts: true, Limits: dbjobtest.UpTo(100), Page: true, Time: dbjobtest.Milliseconds,
		ListEntry: dbjobtest.Entry{
			ID: "job_id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "process",
			Instance: []string{"instance_info", "instance_id", "instance_name"},
		},
		Instances: "/v3/{project}/instances", AtRest: "ACTIVE",
	},
	Name: "gaussdb", Object: "GaussDB", Noun: "task", Permission: "a permission to read GaussDB",
	Working: "MODIFYING",
	Running: dbjobtest.Job{
		ID: "5cbb8a90-2253-4cff-8a13-49aa8f31dfb5", Name: "ResizeGaussDBV5Flavor", InstanceID: "b34f8c791f2643578510c093aa2351a8in14",
	},
	Failed: dbjobtest.Job{
		ID: "5cbb8a90-2253-4cff-8a13-49aa8f31dfb6", Name: "EnlargeGaussDBV5Volume", InstanceID: "b34f8c791f2643578510c093aa2351a8in14",
		FailReason: "An exception occurs when the ECS processes services.",
	},
	Output: []string{`resize = "ResizeGaussDBV5Flavor: Completed"`}, ListOutput: []string{`running = [`, `"ResizeGaussDBV5Flavor"`},
	Errors: []fixture.Error{{Status: http.StatusBadRequest, Code: "DBS.200543", Means: "not found"}},
	JobStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"job_id":"5cbb8a90-2253-4cff-8a13-49aa8f31dfb5"}`},
		{
			Name: "of a job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"job":{}}`,
			State: `{"job":{"id":null,"name":null,"status":null,"created":null,"ended":null,"progress":null,"instance":null,
				"fail_reason":null}}`,
		},
		{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"job":null}`},
	},
	ListStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"start_time":null,"end_time":null}`},
		{
			Name: "of tasks with nothing", Arguments: `{"start_time":null,"end_time":null}`, Answer: `{"tasks":[{}]}`,
			State: `{"total_count":null,"tasks":[{"instance_info":null,"job_id":null,"name":null,"status":null,
				"process":null,"created_at":null,"ended_at":null,"fail_reason":null}]}`,
		},
		{Name: "of an empty answer", Arguments: `{"start_time":null,
			"end_time":null}`, Answer: `{}`, State: `{"total_count":null,"tasks":[]}`},
	},
}.Fixture()
