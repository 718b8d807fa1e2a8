// Package elbtest simulates the Elastic Load Balance for tests.
package elbtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Elastic Load Balance.
var Service = simulator.Service{
	Endpoint: "elb",
	Calls: []simulator.Call{
		{Path: "/v3/{project}/elb/jobs/{job}", Answer: getJob},
		{Path: "/v3/{project}/elb/jobs", Answer: listJobs},
	},
}

// A Job is a job of the service, with a sub job.
type Job struct {
	ID, Type, ResourceID string
	simulator.Timeline
	Error string // of the sub job, once it has ended
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

type object = map[string]any

const format = "2006-01-02T15:04:05"

// show returns a job, or its sub job, as the service shows it.
func (j Job) show(now time.Time, id, message string) object {
	share, status := j.At(now, "RUNNING")
	body := object{
		"job_id": id, "job_type": j.Type, "status": status, "begin_time": j.Begin.UTC().Format(format), "end_time": nil,
		"error_code": "", "error_msg": "", "project_id": simulator.DefaultProjectID, "resource_id": j.ResourceID,
	}
	if share == 1 {
		body["end_time"], body["error_msg"] = j.Ends().UTC().Format(format), message
	}
	return body
}

func (j Job) whole(now time.Time) object {
	sub := j.show(now, simulator.ID(j.ID), j.Error)
	sub["entities"] = []object{{"resource_id": j.ResourceID, "resource_type": "loadbalancer"}}
	body := j.show(now, j.ID, "")
	body["sub_jobs"] = []object{sub}
	return body
}

func getJob(q simulator.Query) simulator.Response {
	for _, j := range simulator.Objects[Job](q) {
		if j.ID == q.PathValue("job") {
			return simulator.OK(object{"request_id": "r", "job": j.whole(q.Now)})
		}
	}
	return simulator.GatewayError(http.StatusNotFound, simulator.NotFoundCode, "The job does not exist.")
}

func listJobs(q simulator.Query) simulator.Response {
	query := q.URL.Query()
	invalid := simulator.GatewayError(http.StatusBadRequest, "ELB.8902", "Invalid parameter.")
	limit, err := strconv.Atoi(cmp.Or(query.Get("limit"), "2000"))
	if err != nil || limit < 0 || limit > 2000 || query.Has("marker") && query.Get("marker") == "" {
		return invalid
	}
	begin, err := time.Parse(format, cmp.Or(query.Get("begin_time"), "1970-01-01T00:00:00"))
	if err != nil {
		return invalid
	}
	jobs := slices.DeleteFunc(simulator.Objects[Job](q), func(j Job) bool {
		return j.Begin.Before(begin) || query.Has("resource_id") && j.ResourceID != query.Get("resource_id")
	})
	if query.Has("marker") {
		jobs = jobs[slices.IndexFunc(jobs, func(j Job) bool { return j.ID == query.Get("marker") })+1:]
	}
	list := []object{}
	for _, j := range jobs[:min(limit, len(jobs))] {
		list = append(list, j.whole(q.Now))
	}
	return simulator.OK(object{"request_id": "r", "jobs": list, "page_info": object{"current_count": len(list)}})
}

const (
	exampleID   = "2c9eb2c5544cbf6101544f0602af2b4f"
	jobPath     = "/v3/" + fixture.Project + "/elb/jobs/" + fixture.Job
	permission  = "a permission to read ELB"
	ofList      = `{"resource_id":null,"begin_time":null}`
	emptyFields = `"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"error_msg":null,
		"project_id":null,"resource_id":null`
)

var ofJob = map[string]any{"job_id": fixture.Job}

var example = Job{ID: exampleID, Type: "cloneLoadbalancer", ResourceID: "9c2f3b7e-5a0d-4a53-9d2f-6b1e0d7c8a44"}

// ended returns the example as it is when it has ended.
func ended() Job {
	job := example
	job.Timeline = fixture.Ended
	return job
}

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples: func(now time.Time, takes time.Duration) []simulator.Object { // one that runs, and one that failed
		running := example
		running.Timeline = simulator.Timeline{Begin: now.Add(-10 * time.Second), Takes: 10*time.Second + cmp.Or(takes, 50*time.Second)}
		return []simulator.Object{running, Job{
			ID: "2c9eb2c5544cbf6101544f0602af2b50", Type: "batchDeleteListener", ResourceID: example.ResourceID, Error: "the listener has members",
			Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "FAIL"},
		}}
	},
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{Job{ID: fixture.Job, Type: "cloneListener", ResourceID: fixture.Instance, Timeline: t}}
	},
	Reads: []fixture.Read{
		{
			Name: "elb_job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true,
			States: []fixture.State{
				{
					Name: "of the documented members", Arguments: `{"job_id":"j"}`,
					Answer: `{"request_id":"r","job":{"job_id":"j","job_type":"cloneListener","status":"SUCCESS","begin_time":"2026-01-12T02:36:51",
						"end_time":"2026-01-12T02:36:55","error_code":"c","error_msg":"m","project_id":"p","resource_id":"x","sub_jobs":[{"job_id":"s",
						"entities":[{"resource_id":"y","resource_type":"listener"}]}]}}`,
					State: `{"request_id":"r","job":{"job_id":"j","job_type":"cloneListener","status":"SUCCESS","begin_time":"2026-01-12T02:36:51",
						"end_time":"2026-01-12T02:36:55","error_code":"c","error_msg":"m","project_id":"p","resource_id":"x","sub_jobs":[{"job_id":"s",
						"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"error_msg":null,"project_id":null,
						"resource_id":null,"entities":[{"resource_id":"y","resource_type":"listener"}]}]}}`,
				},
				{
					Name: "of a job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"job":{}}`,
					State: `{"request_id":null,"job":{` + emptyFields + `,"sub_jobs":[]}}`,
				},
				{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"request_id":null,"job":null}`},
			},
			ExampleObjects: []simulator.Object{ended()}, ExampleOutput: []string{`clone = "cloneLoadbalancer: SUCCESS"`},
		},
		{
			Name: "elb_jobs", Path: "/v3/" + fixture.Project + "/elb/jobs", Arguments: map[string]any{"resource_id": fixture.Instance},
			Permission: permission,
			States: []fixture.State{
				{
					Name: "of jobs with nothing", Arguments: ofList, Answer: `{"jobs":[{}]}`,
					State: `{"request_id":null,"jobs":[{` + emptyFields + `,"sub_jobs":[]}]}`,
				},
				{Name: "of an empty answer", Arguments: ofList, Answer: `{}`, State: `{"request_id":null,"jobs":[]}`},
			},
			ExampleObjects: []simulator.Object{ended()}, ExampleOutput: []string{`jobs = [`, `"cloneLoadbalancer: SUCCESS"`},
		},
	},
	Waits: []fixture.Read{{Name: "ELB job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true}},
}
