// Package rdstest simulates the Relational Database Service for tests.
package rdstest

import (
	"net/http"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

const (
	exampleID  = "31b8ae23-c687-4d80-b7b4-42a66c9bb886"
	instanceID = "a48e43ff268f4c0e879652d65e63d0fbin01"
	ofList     = `{"instance_id":null,"start_time":null,"end_time":null}`
)

// Fixture describes the service to the tests that go over all services.
var Fixture = dbjobtest.Described{
	Service: dbjobtest.Service{
		Endpoint: "rds",
		ByID:     "/v3/{project}/jobs", NotFound: "DBS.200543",
		Job: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "process", Instance: []string{"instance", "id", "name"},
		},
		List: "/v3/{project}/tasklist", Member: "tasks", Counts: true, Limits: dbjobtest.UpTo(50), Time: dbjobtest.Milliseconds,
		ListEntry: dbjobtest.Entry{
			ID: "id", Name: "name", Begin: "create_time", End: "end_time", Progress: "process", Early: true,
			Instance: []string{"", "instance_id", "instance_name"},
		},
		Instances: "/v3/{project}/instances", AtRest: "ACTIVE",
	},
	Name: "rds", Object: "RDS", Noun: "task", Permission: "rds:task:list", ByInstance: true,
	Working: "MODIFYING",
	Running: dbjobtest.Job{ID: exampleID, Name: "ResizeFlavor", InstanceID: instanceID},
	Failed: dbjobtest.Job{
		ID: "31b8ae23-c687-4d80-b7b4-42a66c9bb887", Name: "EnlargeVolume", InstanceID: instanceID, FailReason: "createVM failed.",
	},
	Output: []string{`resize = "ResizeFlavor: Completed"`}, ListOutput: []string{`running = [`, `"ResizeFlavor"`},
	Errors: []fixture.Error{{Status: http.StatusBadRequest, Code: "DBS.200543", Means: "not found"}},
	JobStates: []fixture.State{
		{
			Name: "of the reference page", Arguments: `{"job_id":"` + exampleID + `"}`,
			State: `{"job":{"id":"31b8ae23-c687-4d80-b7b4-42a66c9bb886","name":"MysqlBindEIP","status":"Completed",
				"created":"2018-08-06T10:41:14+0000","ended":"2018-08-06T16:41:14+0000","process":"",
				"instance":{"id":"a48e43ff268f4c0e879652d65e63d0fbin01","name":"DO-NOT-TOUCH-mgr2-mysql-single"},
				"entities":{"instance":null,"resource_ids":[],"volume":null,"public_ip":"10.10.10.1","switch_strategy":null},
				"fail_reason":null}}`,
		},
		{
			Name: "of a running job", Arguments: `{"job_id":"j"}`,
			Answer: `{"job":{"id":"j","status":"Running","process":"60% ","entities":{"instance":{"endpoint":"192.168.1.203:3306",
				"type":"Single","datastore":{"type":"mysql","version":"5.7"},"replica_of":"r"},"resource_ids":["a","b"],
				"volume":{"type":"ULTRAHIGH","original_size":"40","target_size":100}}}}`,
			State: `{"job":{"id":"j","name":null,"status":"Running","created":null,"ended":null,"process":"60% ","instance":null,
				"entities":{"instance":{"endpoint":"192.168.1.203:3306","type":"Single","datastore":{"type":"mysql","version":"5.7"},
				"replica_of":"r"},"resource_ids":["a","b"],"volume":{"type":"ULTRAHIGH","original_size":"40","target_size":"100"},
				"public_ip":null,"switch_strategy":null},"fail_reason":null}}`,
		},
		{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"job":null}`},
	},
	ListStates: []fixture.State{
		{
			Name: "of the reference page", Arguments: ofList, State: `{"total_count":1,
				"actions":["RestoreSqlserverInInstance"],"tasks":[{
				"id":"676e9f17f9b74289883a44a47b8101f5","name":"RestoreSqlserverInInstance",
				"instance_id":"4d00c7e9d22145deb889937a72b59c8ein01","instance_name":"rds-local-scale","instance_status":"FAILED",
				"order_id":"","process":"","fail_reason":null,"create_time":"2020-07-15T07:46:10+0000",
				"end_time":"2020-07-15T09:46:10+0000","status":"Completed"}]}`,
		},
		{
			Name: "of tasks with nothing", Arguments: ofList, Answer: `{"tasks":[{}]}`, State: `{"total_count":null,
				"actions":[],"tasks":[{
				"id":null,"name":null,"instance_id":null,"instance_name":null,"instance_status":null,"order_id":null,"process":null,
				"fail_reason":null,"create_time":null,"end_time":null,"status":null}]}`,
		},
		{Name: "of an empty answer", Arguments: ofList, Answer: `{}`, State: `{"total_count":null,"actions":[],"tasks":[]}`},
	},
}.Fixture()
