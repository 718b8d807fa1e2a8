// Package bmstest simulates the Bare Metal Server for tests.
package bmstest

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob/iaasjobtest"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = iaasjobtest.Fixture(
	iaasjobtest.Undocumented,
	iaasjobtest.Job{
		Service: "bms", ID: "2c9eb2c5544cbf6101544f0602af2b4f", Type: "baremetalBatchCreate",
		Entities: map[string]any{"sub_jobs_total": 0},
	},
	iaasjobtest.Job{
		Service: "bms", ID: "2c9eb2c5544cbf6101544f0602af2b50", Type: "baremetalBatchOperate", FailReason: "the server does not start",
	},
	fixture.Read{
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"2c9eb2c5544cbf6101544f0602af2b4f"}`,
				State: `{"job_type":"baremetalBatchCreate","status":"SUCCESS","begin_time":"2019-04-25T20:04:34.604Z",
					"end_time":"2019-04-25T20:08:41.593Z","error_code":null,"fail_reason":null,
					"entities":{"sub_jobs_total":1,"sub_jobs":[{"job_id":"2c9eb2c5544cbf6101544f0635672b60",
					"job_type":"baremetalSingleCreate","status":"SUCCESS","begin_time":"2019-04-25T20:04:47.591Z",
					"end_time":"2019-04-25T20:08:21.328Z","error_code":null,"fail_reason":null,
					"entities":{"server_id":"bae51750-0089-41a1-9b18-5c777978ff6d","nic_id":null}}]}}`,
			},
			{
				Name: "of sub jobs with nothing", Arguments: `{"job_id":"j"}`,
				Answer: `{"entities":{"sub_jobs":[{},{"entities":{}}]}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"sub_jobs_total":null,"sub_jobs":[{"job_id":null,"job_type":null,"status":null,
					"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,"entities":null},{"job_id":null,
					"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"server_id":null,"nic_id":null}}]}}`,
			},
			{
				Name: "of sub jobs that are left blank", Arguments: `{"job_id":"j"}`,
				Answer: `{"entities":{"sub_jobs":""}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"sub_jobs_total":null,"sub_jobs":[]}}`,
			},
		},
		ExampleOutput: []string{`job = "baremetalBatchCreate: SUCCESS"`},
	},
)
