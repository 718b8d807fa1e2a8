// Package imstest simulates the Image Management Service for tests.
package imstest

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob/iaasjobtest"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = iaasjobtest.Fixture(
	iaasjobtest.Undocumented,
	iaasjobtest.Job{
		Service: "ims", ID: "9a175ac792fa12d20193002100dd2762", Type: "imsCreateImageByInstance", Percent: "process_percent",
		Entities: map[string]any{"image_id": "3f7185de-b59a-4bb8-aa1d-7a513528b0e9"},
	},
	iaasjobtest.Job{
		Service: "ims", ID: "9a175ac792fa12d20193002100dd276f", Type: "imsImportImageJob", FailReason: "the file is no image",
	},
	fixture.Read{
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"9a175ac792fa12d20193002100dd2762"}`,
				State: `{"job_type":"imsCreateImageByInstance","status":"SUCCESS","begin_time":"2024-11-06T06:19:43.195Z",
					"end_time":"2024-11-06T06:23:25.158Z","error_code":null,"fail_reason":null,
					"entities":{"image_id":"3f7185de-b59a-4bb8-aa1d-7a513528b0e9","image_name":"test","current_task":null,
					"process_percent":null,"error_code":null,"error":null,"addition_error_code":null,
					"addition_error_msg":null,"alarm_code":null,"results":[],"sub_jobs_result":[],"sub_jobs_list":[]}}`,
			},
			{
				Name: "of sub jobs with nothing", Arguments: `{"job_id":"j"}`,
				Answer: `{"entities":{"sub_jobs_result":[{},{"entities":{}}]}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"image_id":null,"image_name":null,"current_task":null,"process_percent":null,
					"error_code":null,"error":null,"addition_error_code":null,"addition_error_msg":null,"alarm_code":null,
					"results":[],"sub_jobs_result":[{"job_id":null,"job_type":null,"status":null,"begin_time":null,
					"end_time":null,"error_code":null,"fail_reason":null,"entities":null},{"job_id":null,"job_type":null,
					"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"image_id":null,"image_name":null}}],"sub_jobs_list":[]}}`,
			},
		},
		ExampleOutput: []string{`job = "imsCreateImageByInstance: SUCCESS"`},
	},
)
