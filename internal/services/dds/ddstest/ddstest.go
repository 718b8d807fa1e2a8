// Package ddstest simulates the Document Database Service for tests.
package ddstest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = dbjobtest.Described{
	Service: dbjobtest.Service{
		Endpoint: "dds",
		ByID:     "/v3/{project}/jobs", NotFound: "DBS.200543",
		Job: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "progress", Early: true, Instance: []string{"instance", "id", "name"},
		},
		List: "/v3.1/{project}/jobs", Member: "jobs", Limits: dbjobtest.UpTo(100), Needs: true, Time: dbjobtest.WithOffset,
		ListEntry: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "progress", Early: true,
			Instance: []string{"", "instance_id", "instance_name"},
		},
		Instances: "/v3/{project}/instances", AtRest: "normal", Actions: true,
	},
	Name: "dds", Object: "DDS", Noun: "job", Permission: "dds:task:list",
	Action: "RESIZE_FLAVOR",
	Running: dbjobtest.Job{
		ID: "9d10bfd1-affb-49c3-b977-298950a8d6fa", Name: "ResizeMongoDBInstance", InstanceID: "cf538a2dd8ec4b26860b27060902712fin02",
	},
	Failed: dbjobtest.Job{
		ID: "9d10bfd1-affb-49c3-b977-298950a8d6fb", Name: "EnlargeMongoDBVolume", InstanceID: "cf538a2dd8ec4b26860b27060902712fin02",
		FailReason: "Failed to upgrade the DB Agent.",
	},
	Output: []string{`resize = "ResizeMongoDBInstance: Completed"`}, ListOutput: []string{`running = [`, `"ResizeMongoDBInstance"`},
	Errors: []fixture.Error{{Status: http.StatusBadRequest, Code: "DBS.200543", Means: "not found"}},
	JobStates: []fixture.State{
		{Name: "of the reference page", Arguments: `{"job_id":"9d10bfd1-affb-49c3-b977-298950a8d6fa"}`},
		{
			Name: "of a job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"job":{}}`,
			State: `{"job":{"id":null,"name":null,"status":null,"created":null,"ended":null,"progress":null,"instance":null,
				"fail_reason":null}}`,
		},
		{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"job":null}`},
	},
	ListStates: []fixture.State{
		{Name: "of a list with the documented members", Arguments: `{"start_time":null,
			"end_time":null}`, Answer: `{"jobs":[{"id":"j","name":"CreateMongoDB",
			"instance_id":"i","instance_name":"n","status":"Running","progress":"9%","fail_reason":"",
			"created_at":"2021-07-13T07:28:43+0000",
			"ended_at":"2021-07-13T07:28:53+0000"}]}`, State: `{"total_count":null,"jobs":[{"id":"j","name":"CreateMongoDB",
			"instance_id":"i","instance_name":"n","status":"Running","progress":"9%","fail_reason":"",
			"created_at":"2021-07-13T07:28:43+0000",
			"ended_at":"2021-07-13T07:28:53+0000"}]}`},
		{
			Name: "of jobs with nothing", Arguments: `{"start_time":null,"end_time":null}`, Answer: `{"jobs":[{}]}`,
			State: `{"total_count":null,"jobs":[{"id":null,"name":null,"instance_id":null,"instance_name":null,"status":null,
				"progress":null,"fail_reason":null,"created_at":null,"ended_at":null}]}`,
		},
		{Name: "of an empty answer", Arguments: `{"start_time":null,
			"end_time":null}`, Answer: `{}`, State: `{"total_count":null,"jobs":[]}`},
	},
}.Fixture()
