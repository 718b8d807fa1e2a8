// Package geminidbtest simulates GeminiDB for tests.
package geminidbtest

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = dbjobtest.Described{
	Service: dbjobtest.Service{
		Endpoint: "geminidb", Hosts: cloud.Hosts{Huawei: "gaussdb-nosql"},
		ByID: "/v3/{project}/jobs",
		List: "/v3/{project}/jobs", Member: "jobs", Counts: true, Limits: []int{50, 10, 20}, Time: dbjobtest.WithOffset,
		ListEntry: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "start_time", End: "end_time", Progress: "progress", Early: true,
			Instance: []string{"instance", "id", "name"},
		},
		Instances: "/v3/{project}/instances", AtRest: "normal", Actions: true,
	},
	Name: "geminidb", Object: "GeminiDB", Noun: "job", Permission: "nosql:task:list",
	Action: "RESIZE_FLAVOR",
	Running: dbjobtest.Job{
		ID: "6f85e061-04dd-42e7-86d6-d3b1e40aac2e", Name: "ResizeInstance", InstanceID: "27a045b6bf9e46f691f81366d398cb04in06",
	},
	Failed: dbjobtest.Job{
		ID: "6f85e061-04dd-42e7-86d6-d3b1e40aac2f", Name: "EnlargeInstance", InstanceID: "27a045b6bf9e46f691f81366d398cb04in06",
		FailReason: "createVM failed.",
	},
	Output: []string{`resize = "ResizeInstance: Completed"`}, ListOutput: []string{`running = [`, `"ResizeInstance"`},
	JobStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"job_id":"6f85e061-04dd-42e7-86d6-d3b1e40aac2e"}`},
		{
			Name: "of a job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"jobs":[{}]}`,
			State: `{"total_count":null,"jobs":[{"id":null,"name":null,"status":null,"start_time":null,"end_time":null,
				"progress":null,"instance":null,"fail_reason":null}]}`,
		},
		{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"total_count":null,"jobs":[]}`},
	},
	ListStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"start_time":null,"end_time":null}`},
		{
			Name: "of jobs with nothing", Arguments: `{"start_time":null,"end_time":null}`, Answer: `{"jobs":[{}]}`,
			State: `{"total_count":null,"jobs":[{"id":null,"name":null,"status":null,"start_time":null,"end_time":null,
				"progress":null,"instance":null,"fail_reason":null}]}`,
		},
		{Name: "of an empty answer", Arguments: `{"start_time":null,
			"end_time":null}`, Answer: `{}`, State: `{"total_count":null,"jobs":[]}`},
	},
}.Fixture()
