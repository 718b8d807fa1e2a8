// Package sdrstest simulates the Storage Disaster Recovery Service for tests.
package sdrstest

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob/iaasjobtest"
)

// Fixture describes the service to the tests that go over all services.
var Fixture = iaasjobtest.Fixture(
	iaasjobtest.Undocumented,
	iaasjobtest.Job{
		Service: "sdrs", ID: "0000000062db92d70162db9d200f000a", Type: "createProtectionGroupNoCG",
		Entities: map[string]any{"server_group_id": "decf224c-87ec-403d-95d4-308ab1e297d9"},
	},
	iaasjobtest.Job{
		Service: "sdrs", ID: "0000000062db92d70162db9d200f000f", Type: "stopProtectionGroupNoCG", FailReason: "the disks are synchronized",
	},
	fixture.Read{
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"ff8080826b45d4a5016b5036242c0025"}`,
				State: `{"job_type":"stopProtectionGroupNoCG","status":"SUCCESS","begin_time":"2019-06-13T09:40:53.930Z",
					"end_time":"2019-06-13T09:41:01.946Z","error_code":null,"fail_reason":null,
					"entities":{"server_group_id":null,"protected_instance_id":null,"replication_pair_id":null,
					"native_server_id":null,"nic_id":null,"volume_ids":null,
					"sub_jobs":[{"job_id":"ff8080826b45d4a5016b50362868002a","job_type":"stopProtectionGroupRepNoCG",
					"status":"SUCCESS","begin_time":"2019-06-13T09:40:55.015Z","end_time":"2019-06-13T09:40:58.951Z",
					"error_code":null,"fail_reason":null,
					"entities":{"server_group_id":"1fd6903c-48f9-4772-8974-112dfbd74427","protected_instance_id":null,
					"replication_pair_id":null,"native_server_id":null,"nic_id":null,
					"volume_ids":null}},{"job_id":"ff8080826b45d4a5016b50362870002b","job_type":"stopProtectionGroupRepNoCG",
					"status":"SUCCESS","begin_time":"2019-06-13T09:40:55.022Z","end_time":"2019-06-13T09:40:58.952Z",
					"error_code":null,"fail_reason":null,
					"entities":{"server_group_id":"1fd6903c-48f9-4772-8974-112dfbd74427","protected_instance_id":null,
					"replication_pair_id":null,"native_server_id":null,"nic_id":null,"volume_ids":null}}]}}`,
			},
			{
				Name: "of sub jobs with nothing", Arguments: `{"job_id":"j"}`,
				Answer: `{"entities":{"sub_jobs":[{},{"entities":{}}]}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"server_group_id":null,"protected_instance_id":null,"replication_pair_id":null,
					"native_server_id":null,"nic_id":null,"volume_ids":null,"sub_jobs":[{"job_id":null,"job_type":null,
					"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":null},{"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,
					"error_code":null,"fail_reason":null,"entities":{"server_group_id":null,"protected_instance_id":null,
					"replication_pair_id":null,"native_server_id":null,"nic_id":null,"volume_ids":null}}]}}`,
			},
			{
				Name: "of sub jobs that are left blank", Arguments: `{"job_id":"j"}`,
				Answer: `{"entities":{"sub_jobs":""}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"server_group_id":null,"protected_instance_id":null,"replication_pair_id":null,
					"native_server_id":null,"nic_id":null,"volume_ids":null,"sub_jobs":[]}}`,
			},
		},
		ExampleOutput: []string{`job = "createProtectionGroupNoCG: SUCCESS"`},
	},
)
