// Package rdstest simulates the Relational Database Service for tests.
package rdstest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob/dbjobtest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Relational Database Service.
var Service = dbjobtest.Service{
	Endpoint: "rds",
	ByID:     "/v3/{project}/jobs",
	Job: dbjobtest.Entry{
		ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "process", Instance: []string{"instance", "id", "name"},
	},
	NotFound: "DBS.200543",

	List: "/v3/{project}/tasklist", Member: "tasks", Counts: true, Limits: dbjobtest.UpTo(50), Time: dbjobtest.Milliseconds,
	ListEntry: dbjobtest.Entry{
		ID: "id", Name: "name", Begin: "create_time", End: "end_time", Progress: "process", Early: true,
		Instance: []string{"", "instance_id", "instance_name"},
	},

	Instances: "/v3/{project}/instances", AtRest: "ACTIVE",
}.Simulated()

const (
	exampleJob = "31b8ae23-c687-4d80-b7b4-42a66c9bb886"
	example    = "a48e43ff268f4c0e879652d65e63d0fbin01"
)

// Examples returns a job that resizes an instance since 20 seconds, by default for 40 seconds more, and one that failed.
func Examples(now time.Time, takes time.Duration) []simulator.Object {
	return []simulator.Object{
		dbjobtest.Job{
			Service: "rds", ID: exampleJob, Name: "ResizeFlavor", InstanceID: example,
			Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Second), Takes: 20*time.Second + cmp.Or(takes, 40*time.Second)},
		},
		dbjobtest.Job{
			Service: "rds", ID: "31b8ae23-c687-4d80-b7b4-42a66c9bb887", Name: "EnlargeVolume", InstanceID: example, FailReason: "createVM failed.",
			Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "Failed"},
		},
	}
}

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples:  Examples,
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{
			dbjobtest.Job{Service: "rds", ID: fixture.Job, Name: "ResizeFlavor", InstanceID: fixture.Instance, Timeline: t},
		}
	},
	Reads: []fixture.Read{{
		Name: "rds_job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true,
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"` + exampleJob + `"}`,
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
		ExampleObjects: []simulator.Object{dbjobtest.Job{
			Service: "rds", ID: exampleJob, Name: "ResizeFlavor", InstanceID: example, Timeline: fixture.Ended,
		}},
		ExampleOutput: []string{`resize = "ResizeFlavor: Completed"`},
	}, {
		Name: "rds_tasks", Path: tasksPath, Arguments: map[string]any{"instance_id": fixture.Instance}, Permission: permission,
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: ofTasks, State: `{"total_count":1,"actions":["RestoreSqlserverInInstance"],"tasks":[{
					"id":"676e9f17f9b74289883a44a47b8101f5","name":"RestoreSqlserverInInstance",
					"instance_id":"4d00c7e9d22145deb889937a72b59c8ein01","instance_name":"rds-local-scale","instance_status":"FAILED",
					"order_id":"","process":"","fail_reason":null,"create_time":"2020-07-15T07:46:10+0000",
					"end_time":"2020-07-15T09:46:10+0000","status":"Completed"}]}`,
			},
			{
				Name: "of tasks with nothing", Arguments: ofTasks, Answer: `{"tasks":[{}]}`, State: `{"total_count":null,"actions":[],"tasks":[{
					"id":null,"name":null,"instance_id":null,"instance_name":null,"instance_status":null,"order_id":null,"process":null,
					"fail_reason":null,"create_time":null,"end_time":null,"status":null}]}`,
			},
			{Name: "of an empty answer", Arguments: ofTasks, Answer: `{}`, State: `{"total_count":null,"actions":[],"tasks":[]}`},
		},
		ExampleObjects: []simulator.Object{dbjobtest.Job{
			Service: "rds", ID: exampleJob, Name: "ResizeFlavor", InstanceID: example, Timeline: simulator.Timeline{Takes: time.Hour},
		}},
		ExampleOutput: []string{`running = [`, `"ResizeFlavor"`},
	}},
	Waits: []fixture.Read{
		{Name: "RDS job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true},
		{
			Name: "RDS task", Path: tasksPath, ID: "ResizeFlavor of instance " + fixture.Instance,
			Permission: permission, Arguments: map[string]any{"instance_id": fixture.Instance, "task_name": "ResizeFlavor"},
		},
		{
			Name: "RDS instance", Path: tasksPath, ID: fixture.Instance, Permission: permission,
			Arguments: map[string]any{"instance_id": fixture.Instance},
		},
	},
	Errors: []fixture.Error{{Status: http.StatusBadRequest, Code: "DBS.200543", Means: "not found"}},
}

const (
	tasksPath  = "/v3/" + fixture.Project + "/tasklist"
	ofTasks    = `{"instance_id":null,"start_time":null,"end_time":null}`
	jobPath    = "/v3/" + fixture.Project + "/jobs"
	permission = "rds:task:list"
)

var ofJob = map[string]any{"job_id": fixture.Job}
