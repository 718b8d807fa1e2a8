// Package evstest simulates the Elastic Volume Service for tests.
package evstest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob/iaasjobtest"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = iaasjobtest.Fixture(
	iaasjobtest.NotFound,
	iaasjobtest.Job{
		Service: "evs", ID: "4010a32d535527910153552b492c0002", Type: "createVolume",
		Entities: map[string]any{"volume_id": "bdf1bb37-f20f-4266-9a04-f43e0a127376"},
	},
	iaasjobtest.Job{
		Service: "evs", ID: "4010a32d535527910153552b492c000f", Type: "extendVolume", FailReason: "the volume is locked",
	},
	fixture.Read{
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"4010a32d535527910153552b492c0002"}`,
				State: `{"job_type":"createVolume","status":"RUNNING","begin_time":"2016-03-08T07:40:13.219Z","end_time":"",
					"error_code":null,"fail_reason":null,"entities":{"name":null,"size":null,
					"volume_id":"bdf1bb37-f20f-4266-9a04-f43e0a127376","volume_type":null,"sub_jobs":[]}}`,
			},
			{
				Name: "of sub jobs with nothing", Arguments: `{"job_id":"j"}`,
				Answer: `{"entities":{"sub_jobs":[{},{"entities":{}}]}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"name":null,"size":null,"volume_id":null,"volume_type":null,"sub_jobs":[{"job_id":null,
					"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":null},{"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,
					"error_code":null,"fail_reason":null,"entities":{"name":null,"size":null,"volume_id":null,
					"volume_type":null}}]}}`,
			},
		},
		ExampleOutput: []string{`job = "createVolume: SUCCESS"`},
	},
	fixture.Error{Status: http.StatusBadRequest, Code: "Common.0011", Means: "not found"},
)
