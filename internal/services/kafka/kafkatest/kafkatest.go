// Package kafkatest simulates the Distributed Message Service for Kafka for tests.
package kafkatest

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Distributed Message Service for Kafka.
var Service = simulator.Service{
	Endpoint: "dms",
	Calls:    []simulator.Call{{Path: "/v2/{project}/instances/{instance}/tasks/{task}", Answer: getTask}},
}

// A Task is a background task of an instance of the service.
type Task struct {
	InstanceID, ID, Name string
	simulator.Timeline
	Params string // JSON
}

// Added implements simulator.Object.
func (t Task) Added(at time.Time) simulator.Object {
	t.Timeline = t.Timeline.Added(at)
	return t
}

type object = map[string]any

func getTask(q simulator.Query) simulator.Response {
	instance := q.PathValue("instance")
	if !slices.ContainsFunc(simulator.Objects[Task](q), func(t Task) bool { return t.InstanceID == instance }) {
		return simulator.GatewayError(http.StatusNotFound, "DMS.00404022", "The instance does not exist.")
	}
	tasks := []object{}
	for _, t := range simulator.Objects[Task](q) {
		if t.InstanceID != instance || t.ID != q.PathValue("task") {
			continue
		}
		share, status := t.At(q.Now, "EXECUTING")
		entry := object{
			"id": t.ID, "name": t.Name, "user_name": simulator.UserName, "user_id": simulator.UserID, "params": simulator.OrNull(t.Params),
			"status": status, "created_at": simulator.UTC(t.Begin), "updated_at": simulator.UTC(q.Now),
		}
		if share == 1 {
			entry["updated_at"] = simulator.UTC(t.Ends())
		}
		tasks = append(tasks, entry)
	}
	return simulator.OK(object{"task_count": strconv.Itoa(len(tasks)), "tasks": tasks})
}

// Examples returns a task that succeeded.
func Examples(now time.Time) []simulator.Object {
	return []simulator.Object{Task{
		InstanceID: "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa", ID: "8abfa7b272adc5b40172b73130065ae7", Name: "bindInstancePublicIp",
		Timeline: simulator.Timeline{Begin: now.Add(-10 * time.Minute), Takes: 3 * time.Second},
		Params:   `{"public_ip_id":"1aea7aed-e7d8-40ea-b3de-6f3ee9d5db9f","public_ip_address":"100.93.2.18","enable_public_ip":true}`,
	}}
}

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples:  Examples,
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{
			Task{InstanceID: fixture.Instance, ID: fixture.Task, Name: "kafkaConfigModify", Params: "{}", Timeline: t},
		}
	},
	Reads: []fixture.Read{{
		Name: "kafka_background_task", Path: taskPath, ID: fixture.Task, Arguments: ofTask, Permission: permission,
		States: []fixture.State{
			{Name: "of the reference page", Arguments: `{"instance_id":"i1","task_id":"t1"}`},
			{Name: "of a task with nothing", Arguments: `{"instance_id":"i1","task_id":"t1"}`, Answer: `{"tasks":[{}]}`, State: `{
				"task_count":null,"tasks":[{"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"status":null,
				"created_at":null,"updated_at":null}]}`},
		},
		ExampleObjects: []simulator.Object{Task{
			InstanceID: "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa", ID: "8abfa7b272adc5b40172b73130065ae7", Timeline: fixture.Ended,
			Params: `{"public_ip_address":"100.93.2.18"}`,
		}},
		ExampleOutput: []string{`bootstrap = "100.93.2.18"`, `public_ip = "SUCCESS: 100.93.2.18"`},
	}},
	Waits: []fixture.Read{{Name: "Kafka background task", Path: taskPath, ID: fixture.Task, Arguments: ofTask, Permission: permission}},
	Errors: []fixture.Error{
		{Status: http.StatusNotFound, Code: "DMS.10240407", Means: "throttled"},
	},
}

const (
	taskPath   = "/v2/" + fixture.Project + "/instances/" + fixture.Instance + "/tasks/" + fixture.Task
	permission = "dms:instance:getBackgroundTask"
)

var ofTask = map[string]any{"instance_id": fixture.Instance, "task_id": fixture.Task}
