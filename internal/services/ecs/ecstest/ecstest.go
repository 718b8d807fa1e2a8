// Package ecstest simulates the Elastic Cloud Server for tests.
package ecstest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob/iaasjobtest"
)

const exampleID = "2c9eb2c5544cbf6101544f0602af2b4f"

// example is a server that is created.
var example = iaasjobtest.Job{
	Service: "ecs", ID: exampleID, Type: "createServer", Entities: map[string]any{"sub_jobs_total": 1},
	SubJobs: []iaasjobtest.Job{{
		ID: "2c9eb2c5544cbf6101544f0635672b60", Type: "createSingleServer",
		Entities: map[string]any{"server_id": "bae51750-0089-41a1-9b18-5c777978ff6d"},
	}},
}

// Fixture describes the service to the tests that go over all services.
var Fixture = iaasjobtest.Fixture(
	iaasjobtest.NotFound,
	example,
	iaasjobtest.Job{Service: "ecs", ID: "2c9eb2c5544cbf6101544f0602af2b50", Type: "resizeServer", FailReason: "the flavor is sold out"},
	fixture.Read{
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"` + exampleID + `"}`,
				State: `{"job_type":"createServer","status":"SUCCESS","begin_time":"2016-04-25T20:04:34.604Z",
					"end_time":"2016-04-25T20:08:41.593Z","error_code":null,"fail_reason":null,"entities":{
					"server_id":null,"nic_id":null,"sub_jobs_total":1,"sub_jobs":[{
					"job_id":"2c9eb2c5544cbf6101544f0635672b60","job_type":"createSingleServer","status":"SUCCESS",
					"begin_time":"2016-04-25T20:04:47.591Z","end_time":"2016-04-25T20:08:21.328Z","error_code":null,"fail_reason":null,
					"entities":{"server_id":"bae51750-0089-41a1-9b18-5c777978ff6d","nic_id":null,"errorcode_message":null}}]}}`,
			},
			{
				Name: "of sub jobs with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"entities":{"sub_jobs":[{},{"entities":{}}]}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,"entities":{
					"server_id":null,"nic_id":null,"sub_jobs_total":null,"sub_jobs":[
					{"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":null},
					{"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"server_id":null,"nic_id":null,"errorcode_message":null}}]}}`,
			},
		},
		ExampleOutput: []string{`servers = [`, `"bae51750-0089-41a1-9b18-5c777978ff6d"`},
	},
	fixture.Error{Status: http.StatusAccepted, Code: "Common.0024", Means: "throttled"},
	fixture.Error{Status: http.StatusTooManyRequests, Code: "Common.1503", Means: "throttled"},
	fixture.Error{Status: http.StatusBadRequest, Code: "Common.0021", Means: "transient"},
	fixture.Error{Status: http.StatusBadRequest, Code: "Common.0025", Means: "transient"},
	fixture.Error{Status: http.StatusBadRequest, Code: "Common.0011", Means: "not found"},
	fixture.Error{Status: http.StatusBadRequest, Code: "Common.0018", Means: "is not the one that the credentials are for"},
)
