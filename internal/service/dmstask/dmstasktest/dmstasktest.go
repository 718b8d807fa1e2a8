// Package dmstasktest simulates the Distributed Message Service for tests, whatever the engine.
package dmstasktest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Distributed Message Service. The engines share its calls.
var Service = simulator.Service{
	Endpoint: "dms",
	Calls: []simulator.Call{
		{Path: "/v2/{project}/instances/{instance}", Answer: getInstance},
		{Path: "/v2/{project}/instances/{instance}/tasks/{task}", Answer: getTask},
		{Path: "/v2/{project}/instances/{instance}/tasks", Answer: listTasks},
	},
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

// Wait implements simulator.Waitable.
func (t Task) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"instance_id", t.InstanceID}, {"task_id", t.ID}}, t.Name, t.Timeline
}

// An Instance is an instance of the service.
type Instance = simulator.Instance

type object = map[string]any

func getInstance(q simulator.Query) simulator.Response {
	if _, found := tasksOf(q); !found {
		return unknownInstance
	}
	return simulator.GetInstance(q, q.PathValue("instance"))
}

func getTask(q simulator.Query) simulator.Response {
	tasks, found := tasksOf(q)
	if !found {
		return unknownInstance
	}
	tasks = slices.DeleteFunc(tasks, func(t Task) bool { return t.ID != q.PathValue("task") })
	return simulator.OK(object{"task_count": strconv.Itoa(len(tasks)), "tasks": entries(tasks, q.Now)})
}

func listTasks(q simulator.Query) simulator.Response {
	tasks, found := tasksOf(q)
	if !found {
		return unknownInstance
	}
	query := q.URL.Query()
	invalid := func(name string) simulator.Response {
		return simulator.GatewayError(http.StatusBadRequest, "SIMULATOR.0400", "Invalid "+name+" parameter in the request.")
	}
	start, limit := 1, 10
	for name, value := range map[string]*int{"start": &start, "limit": &limit} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(query.Get(name))
		if err != nil || n < 1 || name == "limit" && n > 100 {
			return invalid(name)
		}
		*value = n
	}
	for _, name := range []string{"begin_time", "end_time"} {
		if !query.Has(name) {
			continue
		}
		bound, err := time.Parse("20060102150405", query.Get(name))
		if err != nil {
			return invalid(name)
		}
		tasks = slices.DeleteFunc(tasks, func(t Task) bool {
			if name == "end_time" {
				return t.Begin.After(bound)
			}
			return t.Begin.Before(bound)
		})
	}
	slices.SortStableFunc(tasks, func(a, b Task) int { return b.Begin.Compare(a.Begin) })

	first := min(start-1, len(tasks))
	page := tasks[first:min(first+limit, len(tasks))]
	return simulator.OK(object{"task_count": strconv.Itoa(len(tasks)), "tasks": entries(page, q.Now)})
}

// tasksOf returns the tasks of the instance of a request, and reports whether the service knows the instance.
func tasksOf(q simulator.Query) (tasks []Task, found bool) {
	id := q.PathValue("instance")
	tasks = slices.DeleteFunc(simulator.Objects[Task](q), func(t Task) bool { return t.InstanceID != id })
	return tasks, len(tasks) > 0 || simulator.HasInstance(q, id)
}

var unknownInstance = simulator.GatewayError(http.StatusNotFound, "DMS.00404022", "The instance does not exist.")

// entries returns tasks as both calls list them.
func entries(tasks []Task, now time.Time) []object {
	list := []object{}
	for _, t := range tasks {
		share, status := t.At(now, "EXECUTING")
		entry := object{
			"id": t.ID, "name": t.Name, "user_name": simulator.UserName, "user_id": simulator.UserID, "params": simulator.OrNull(t.Params),
			"status": status, "created_at": simulator.UTC(t.Begin), "updated_at": simulator.UTC(now),
		}
		if share == 1 {
			entry["updated_at"] = simulator.UTC(t.Ends())
		}
		list = append(list, entry)
	}
	return list
}

// Fixture returns the fixture of an engine, whose instance has an ID.
func Fixture(name, title, instance, example, permission string) fixture.Service {
	tasksPath := "/v2/" + fixture.Project + "/instances/" + instance + "/tasks"
	taskPath := tasksPath + "/" + fixture.Task
	ofInstance := map[string]any{"instance_id": instance}
	ofTask := map[string]any{"instance_id": instance, "task_id": fixture.Task}
	const (
		ofTasks = `{"instance_id":"i1","begin_time":null,"end_time":null}`
		nothing = `{"task_count":null,"tasks":[{"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"status":null,
			"created_at":null,"updated_at":null}]}`
	)
	return fixture.Service{
		Simulated: Service,
		Examples: func(now time.Time, takes time.Duration) []simulator.Object { // a task that runs, one that succeeded, and one that failed
			return []simulator.Object{Task{
				InstanceID: example, ID: "8abfa7b272adc5b40172b73130065ae8", Name: name + "ConfigModify",
				Timeline: simulator.Timeline{Begin: now, Takes: cmp.Or(takes, 40*time.Second)},
			}, Task{
				InstanceID: example, ID: "8abfa7b272adc5b40172b73130065ae7", Name: "bindInstancePublicIp",
				Timeline: simulator.Timeline{Begin: now.Add(-10 * time.Minute), Takes: 3 * time.Second},
				Params:   `{"public_ip_id":"1aea7aed-e7d8-40ea-b3de-6f3ee9d5db9f","public_ip_address":"100.93.2.18","enable_public_ip":true}`,
			}, Task{
				InstanceID: example, ID: "8abfa7b372160bfd0172165864064079", Name: "modifyAutoTopic",
				Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: 3 * time.Second, End: "FAILED"},
			}}
		},
		Objects: func(t simulator.Timeline) []simulator.Object {
			return []simulator.Object{
				Task{InstanceID: instance, ID: fixture.Task, Name: "kafkaConfigModify", Params: "{}", Timeline: t},
			}
		},
		Reads: []fixture.Read{{
			Name: name + "_background_task", Path: taskPath, ID: fixture.Task, Arguments: ofTask, Permission: permission,
			States: []fixture.State{
				{Name: "of the reference page", Arguments: `{"instance_id":"i1","task_id":"t1"}`},
				{Name: "of a task with nothing", Arguments: `{"instance_id":"i1","task_id":"t1"}`, Answer: `{"tasks":[{}]}`, State: nothing},
			},
			ExampleObjects: []simulator.Object{Task{
				InstanceID: example, ID: "8abfa7b272adc5b40172b73130065ae7", Name: "bindInstancePublicIp", Timeline: fixture.Ended,
				Params: `{"public_ip_address":"100.93.2.18"}`,
			}},
			ExampleOutput: []string{`public_ip = "bindInstancePublicIp: SUCCESS"`},
		}, {
			Name: name + "_background_tasks", Path: tasksPath, ID: instance, Arguments: ofInstance, Permission: permission,
			States: []fixture.State{
				{Name: "of the reference page", Arguments: ofTasks},
				{Name: "of tasks with nothing", Arguments: ofTasks, Answer: `{"tasks":[{}]}`, State: nothing},
				{Name: "of no tasks", Arguments: ofTasks, Answer: `{"task_count":0,"tasks":[]}`, State: `{"task_count":"0","tasks":[]}`},
				{Name: "of an empty answer", Arguments: ofTasks, Answer: `{}`, State: `{"task_count":null,"tasks":[]}`},
			},
			ExampleObjects: []simulator.Object{
				Task{InstanceID: example, ID: "t1", Name: "modifyAutoTopic", Timeline: simulator.Timeline{Takes: time.Hour}},
				Task{InstanceID: example, ID: "t2", Name: "changeRetentionPolicy", Params: `{"new_retention_policy":"produce_reject"}`},
				Task{InstanceID: example, ID: "t3", Name: "bindInstancePublicIp", Timeline: fixture.Ended},
			},
			ExampleOutput: []string{`running = [`, `"modifyAutoTopic since `},
		}},
		Waits: []fixture.Read{
			{Name: title + " background task", Path: taskPath, ID: fixture.Task, Arguments: ofTask, Permission: permission},
			{
				Name: title + " background task", Path: tasksPath, ID: "kafkaConfigModify of instance " + instance, Permission: permission,
				Arguments: map[string]any{"instance_id": instance, "task_name": "kafkaConfigModify"},
			},
			{Name: title + " instance", Path: tasksPath, ID: instance, Permission: permission, Arguments: ofInstance},
		},
		Errors: []fixture.Error{{Status: http.StatusNotFound, Code: "DMS.10240407", Means: "throttled"}},
	}
}
