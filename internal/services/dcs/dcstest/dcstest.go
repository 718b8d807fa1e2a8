// Package dcstest simulates the Distributed Cache Service for tests.
package dcstest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Distributed Cache Service.
var Service = simulator.Service{
	Endpoint: "dcs",
	Calls: []simulator.Call{
		{Path: "/v2/{project}/jobs/{job}", Answer: getJob},
		{Path: "/v2/{project}/instances/{instance}", Answer: getInstance},
		{Path: "/v2/{project}/instances/{instance}/tasks", Answer: listTasks},
		{Path: "/v2/{project}/instances/{instance}/tasks/{task}/progress", Answer: getProgress},
	},
}

// A Job is a job of the service.
type Job struct {
	ID   string
	Type string // such as masterStandbySwapJob
	simulator.Timeline
	FailReason string // reported once the job has ended
}

// Added implements simulator.Object.
func (j Job) Added(at time.Time) simulator.Object {
	j.Timeline = j.Timeline.Added(at)
	return j
}

// Wait implements simulator.Waitable.
func (j Job) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"job_id", j.ID}}, j.Type, j.Timeline
}

// A Task is a background task of an instance of the service.
type Task struct {
	InstanceID, ID, Name string
	simulator.Timeline
	Steps     []Step         // reported by the progress call; without steps the task has no progress
	ErrorCode string         // reported once the task has ended, by the task and its last step
	Details   map[string]any // the object details; nil: none
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

// A Step is a step of a Task. All steps take the same time.
type Step struct {
	Name     string
	SubSteps []string
}

type object = map[string]any

func getJob(q simulator.Query) simulator.Response {
	for _, j := range simulator.Objects[Job](q) {
		if j.ID != q.PathValue("job") {
			continue
		}
		share, status := j.At(q.Now, "RUNNING")
		body := object{
			"job_id": j.ID, "job_type": j.Type, "status": status,
			"begin_time": milliseconds(j.Begin), "end_time": nil, "fail_reason": nil,
		}
		if share == 1 {
			body["end_time"] = milliseconds(j.Ends())
			body["fail_reason"] = simulator.OrNull(j.FailReason)
		}
		return simulator.OK(body)
	}
	return simulator.GatewayError(http.StatusNotFound, simulator.NotFoundCode, "The job does not exist")
}

func getInstance(q simulator.Query) simulator.Response {
	if _, found := tasksOf(q); !found {
		return unknownInstance
	}
	return simulator.GetInstance(q, q.PathValue("instance"))
}

// tasksOf returns the tasks of the instance of a request, and reports whether the service knows the instance.
func tasksOf(q simulator.Query) (tasks []Task, found bool) {
	id := q.PathValue("instance")
	tasks = slices.DeleteFunc(simulator.Objects[Task](q), func(t Task) bool { return t.InstanceID != id })
	return tasks, len(tasks) > 0 || simulator.HasInstance(q, id)
}

var unknownInstance = simulator.GatewayError(http.StatusNotFound, "DCS.3022", "The instance does not exist")

func listTasks(q simulator.Query) simulator.Response {
	tasks, found := tasksOf(q)
	if !found {
		return unknownInstance
	}

	query := q.URL.Query()
	invalid := func(name string) simulator.Response {
		return simulator.GatewayError(http.StatusBadRequest, "111400063", "Invalid "+name+" parameter in the request.")
	}
	offset, limit := 0, 10
	for name, value := range map[string]*int{"offset": &offset, "limit": &limit} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(query.Get(name))
		if err != nil || n < 0 || name == "limit" && (n < 1 || n > 1000) {
			return invalid(name)
		}
		*value = n
	}
	for _, name := range []string{"begin_time", "start_time", "end_time"} {
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

	page := []object{}
	offset = min(offset, len(tasks))
	for _, t := range tasks[offset:min(offset+limit, len(tasks))] {
		share, status := t.At(q.Now, "EXECUTING")
		entry := object{
			"id": t.ID, "name": t.Name, "user_name": simulator.UserName, "user_id": simulator.UserID,
			"enable_show": len(t.Steps) > 0, "status": status,
			"created_at": simulator.UTC(t.Begin), "updated_at": simulator.UTC(q.Now),
		}
		if share == 1 {
			entry["updated_at"] = simulator.UTC(t.Ends())
			entry["error_code"] = simulator.OrNull(t.ErrorCode)
		}
		if t.Details != nil {
			entry["details"] = t.Details
		}
		page = append(page, entry)
	}
	return simulator.OK(object{"task_count": len(tasks), "tasks": page})
}

func getProgress(q simulator.Query) simulator.Response {
	tasks := simulator.Objects[Task](q)
	i := slices.IndexFunc(tasks, func(t Task) bool {
		return t.ID == q.PathValue("task") && t.InstanceID == q.PathValue("instance")
	})
	switch {
	case !slices.ContainsFunc(tasks, func(t Task) bool { return t.InstanceID == q.PathValue("instance") }):
		return simulator.GatewayError(http.StatusNotFound, "DCS.3022", "The instance does not exist")
	case i < 0:
		return simulator.GatewayError(http.StatusNotFound, simulator.NotFoundCode, "The task does not exist")
	case len(tasks[i].Steps) == 0:
		return simulator.GatewayError(http.StatusBadRequest, "DCS.4094", "The task has no details")
	}
	t := tasks[i]
	share, status := t.At(q.Now, "EXECUTING")
	remaining := max(0, t.Ends().Sub(q.Now))
	return simulator.OK(object{
		"progress":     int(share * 100),
		"remain_time":  int((remaining + time.Second - 1) / time.Second),
		"step_details": t.steps(share, status),
	})
}

// steps returns the steps as the progress call reports them.
func (t Task) steps(share float64, status string) []object {
	stepTime := t.Takes / time.Duration(len(t.Steps))
	var steps []object
	for i, step := range t.Steps {
		begin := t.Begin.Add(time.Duration(i) * stepTime)
		stepShare := min(1, max(0, share*float64(len(t.Steps))-float64(i)))
		last := i == len(t.Steps)-1
		entry := t.step("step", fmt.Sprint(i), step.Name, begin, stepTime, stepShare, status, last)
		var subSteps []object
		for j, name := range step.SubSteps {
			subTime := stepTime / time.Duration(len(step.SubSteps))
			subShare := min(1, max(0, stepShare*float64(len(step.SubSteps))-float64(j)))
			subBegin, subLast := begin.Add(time.Duration(j)*subTime), last && j == len(step.SubSteps)-1
			sub := t.step("sub_step", fmt.Sprintf("%d.%d", i, j), name, subBegin, subTime, subShare, status, subLast)
			sub["detail"] = ""
			subSteps = append(subSteps, sub)
		}
		entry["sub_step_details"] = subSteps
		steps = append(steps, entry)
	}
	return steps
}

// step returns a step or sub-step. The final status of the last one follows from that of the task.
func (t Task) step(
	prefix, number, name string, begin time.Time, takes time.Duration, share float64, taskStatus string, last bool,
) object {
	const format = "2006-01-02 15:04:05"
	entry := object{
		prefix + "_id":   simulator.ID(t.ID + " " + number),
		prefix + "_name": name,
		"begin_time":     nil,
		"end_time":       nil,
		"error_code":     nil,
	}
	status := "WAITING"
	if share > 0 {
		status = "EXECUTING"
		entry["begin_time"] = begin.UTC().Format(format)
	}
	if share == 1 {
		status = "FINISH"
		entry["begin_time"] = begin.UTC().Format(format)
		entry["end_time"] = begin.Add(takes).UTC().Format(format)
		if last {
			switch {
			case strings.HasPrefix(taskStatus, "FAIL"):
				status = "FAILED"
			case strings.HasPrefix(taskStatus, "CANCEL"):
				status = "CANCELED"
			}
			entry["error_code"] = simulator.OrNull(t.ErrorCode)
		}
	}
	entry[prefix+"_status"] = status
	return entry
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// Examples returns a job, a task that began 12 seconds ago and takes 18 seconds more by default, one that failed, and the idle instances of
// the pages of the wait.
func Examples(now time.Time, takes time.Duration) []simulator.Object {
	const instance = "5560df16-cebf-4473-95c4-d1b573c16e79"
	return []simulator.Object{
		Job{
			ID: "ff8080818822bbf70188235afc24141a", Type: "masterStandbySwapJob",
			Timeline: simulator.Timeline{Begin: now.Add(-time.Hour), Takes: 2869 * time.Millisecond},
		},
		Task{
			InstanceID: instance, ID: "8abf6e1e72c12e7c0172c15b508500aa", Name: "EXTEND",
			Timeline: simulator.Timeline{Begin: now.Add(-12 * time.Second), Takes: 12*time.Second + cmp.Or(takes, 18*time.Second)},
			Steps: []Step{
				{Name: "Pre-check.", SubSteps: []string{"Resource check.", "Instance status check."}},
				{Name: "Data migration.", SubSteps: []string{"Resource request.", "Full migration."}},
				{Name: "Switchover."},
			},
			Details: map[string]any{
				"old_capacity": "0.125", "new_capacity": "0.25",
				"old_resource_spec_code": "redis.single.xu1.tiny.125", "new_resource_spec_code": "redis.single.xu1.tiny.256",
				"old_cache_mode": "single", "new_cache_mode": "single", "old_replica_num": 1, "new_replica_num": 1,
			},
		},
		Task{
			InstanceID: instance, ID: "8abf6e1e72c12e7c0172c15b508500ab", Name: "UpdatePort",
			Timeline:  simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: 4 * time.Second, End: "FAILED"},
			ErrorCode: "DCS.4064",
			Details:   map[string]any{"old_port": 6379, "new_port": 6380},
		},
		Instance{ID: "5560df16-cebf-4473-95c4-d1b573c16e80"},
		Instance{ID: "5560df16-cebf-4473-95c4-d1b573c16e81"},
	}
}

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples:  Examples,
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{
			Job{ID: fixture.Job, Type: "masterStandbySwapJob", Timeline: t},
			Task{InstanceID: fixture.Instance, ID: fixture.Task, Name: "EXTEND", Timeline: t, Steps: steps},
		}
	},
	Reads: []fixture.Read{
		{
			Name: "dcs_job", Path: "/v2/" + fixture.Project + "/jobs/" + fixture.Job, ID: fixture.Job,
			Arguments:      map[string]any{"job_id": fixture.Job},
			Permission:     "dcs:job:get",
			HasJobID:       true,
			States:         jobStates,
			ExampleObjects: []simulator.Object{Job{ID: fixture.Job, Type: "masterStandbySwapJob", Timeline: fixture.Ended}},
			ExampleOutput:  []string{`swap = "masterStandbySwapJob: SUCCESS"`, `swap_took = "60 s"`},
		},
		{
			Name: "dcs_background_tasks", Path: tasksPath, ID: fixture.Instance,
			Arguments:  map[string]any{"instance_id": fixture.Instance},
			Permission: "dcs:instance:getBackgroundTask",
			States:     tasksStates,
			ExampleObjects: []simulator.Object{
				Task{InstanceID: fixture.Instance, ID: fixture.Task, Name: "EXTEND", Timeline: simulator.Timeline{End: "FAILED"}},
			},
			ExampleOutput: []string{`"EXTEND of `, `resizes = [`, `"FAILED"`},
		},
		{
			Name: "dcs_background_task_progress", Path: tasksPath + "/" + fixture.Task + "/progress", ID: fixture.Task, Arguments: ofTask,
			Permission: "dcs:instance:getBackgroundTask",
			States:     progressStates,
			ExampleObjects: []simulator.Object{
				Task{InstanceID: fixture.Instance, ID: fixture.Task, Name: "EXTEND", Timeline: fixture.Ended, Steps: steps},
			},
			ExampleOutput: []string{"active = []", `"progress" = "100 %"`, `"Migration. FINISH"`},
		},
	},
	Waits: []fixture.Read{
		{
			Name: "DCS job", Path: "/v2/" + fixture.Project + "/jobs/" + fixture.Job, ID: fixture.Job,
			Arguments: map[string]any{"job_id": fixture.Job}, Permission: "dcs:job:get", HasJobID: true,
		},
		{Name: "DCS background task", Path: tasksPath, ID: fixture.Task, Arguments: ofTask, Permission: "dcs:instance:getBackgroundTask"},
		{
			Name: "DCS background task", Path: tasksPath, ID: "EXTEND of instance " + fixture.Instance,
			Arguments:  map[string]any{"instance_id": fixture.Instance, "task_name": "EXTEND"},
			Permission: "dcs:instance:getBackgroundTask",
		},
		{
			Name: "DCS instance", Path: tasksPath, ID: fixture.Instance, Arguments: map[string]any{"instance_id": fixture.Instance},
			Permission: "dcs:instance:getBackgroundTask",
		},
	},
	Errors: []fixture.Error{
		{Status: http.StatusBadRequest, Code: "DCS.4094", Means: "keeps no progress of this kind of task"},
	},
}

const tasksPath = "/v2/" + fixture.Project + "/instances/" + fixture.Instance + "/tasks"

var (
	ofTask = map[string]any{"instance_id": fixture.Instance, "task_id": fixture.Task}
	steps  = []Step{{Name: "Pre-check."}, {Name: "Migration.", SubSteps: []string{"Full."}}}
)
