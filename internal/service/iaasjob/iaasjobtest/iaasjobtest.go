// Package iaasjobtest simulates the job that the infrastructure services have in common.
package iaasjobtest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// A Job is a job of one of the services, or a sub job, which takes as long as its job.
type Job struct {
	Service  cloud.Service
	ID, Type string
	simulator.Timeline
	Entities   map[string]any // that are not sub jobs
	SubJobs    []Job          // in entities.sub_jobs
	FailReason string         // once it has ended
}

// Added implements simulator.Object.
func (j Job) Added(at time.Time) simulator.Object {
	j.Timeline = j.Timeline.Added(at)
	return j
}

// Ended returns the job as it is when it has ended long ago.
func (j Job) Ended() Job {
	j.Timeline = fixture.Ended
	return j
}

// Wait implements simulator.Waitable.
func (j Job) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"job_id", j.ID}}, j.Type, j.Timeline
}

type object = map[string]any

// Service returns a simulated service. It answers to an unknown ID with notFound.
func Service(endpoint cloud.Service, notFound simulator.Response) simulator.Service {
	return simulator.Service{Endpoint: endpoint, Calls: []simulator.Call{{
		Path: "/v1/{project}/jobs/{job}",
		Answer: func(q simulator.Query) simulator.Response {
			for _, j := range simulator.Objects[Job](q) {
				if j.Service == endpoint && j.ID == q.PathValue("job") {
					return simulator.OK(j.show(q.Now))
				}
			}
			return notFound
		},
	}}}
}

// NotFound is the response to an unknown ID where the reference pages document one.
var NotFound = simulator.Response{
	Status: http.StatusBadRequest,
	Body:   object{"error": object{"code": "Common.0011", "message": "Failed to query the job: invalid job ID."}},
}

// show returns what the service says of a job or of a sub job.
func (j Job) show(now time.Time) object {
	entities := object{}
	for name, value := range j.Entities {
		entities[name] = value
	}
	if len(j.SubJobs) > 0 {
		subJobs := []object{}
		for _, sub := range j.SubJobs {
			sub.Timeline = j.Timeline
			subJobs = append(subJobs, sub.show(now))
		}
		entities["sub_jobs_total"], entities["sub_jobs"] = len(subJobs), subJobs
	}
	share, status := j.At(now, "RUNNING")
	body := object{
		"job_id": j.ID, "job_type": j.Type, "status": status, "begin_time": simulator.UTC(j.Begin), "end_time": "",
		"error_code": nil, "fail_reason": nil, "entities": entities,
	}
	if share == 1 {
		body["end_time"], body["fail_reason"] = simulator.UTC(j.Ends()), simulator.OrNull(j.FailReason)
	}
	return body
}

// Examples returns the examples of a service: a job that began 10 seconds ago and takes 50 seconds more by default, and one that failed
// with a reason yesterday.
func Examples(runs, failed Job) func(now time.Time, takes time.Duration) []simulator.Object {
	return func(now time.Time, takes time.Duration) []simulator.Object {
		runs.Timeline = simulator.Timeline{Begin: now.Add(-10 * time.Second), Takes: 10*time.Second + cmp.Or(takes, 50*time.Second)}
		failed.Timeline = simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "FAIL"}
		return []simulator.Object{runs, failed}
	}
}

// Fixture returns the fixture of a service. Read has the name of the data source, its states and its example.
func Fixture(
	simulated simulator.Service, object, permission string, runs, failed Job, read fixture.Read, errors ...fixture.Error,
) fixture.Service {
	read.Path = "/v1/" + fixture.Project + "/jobs/" + fixture.Job
	read.ID, read.Arguments, read.Permission, read.HasJobID = fixture.Job, map[string]any{"job_id": fixture.Job}, permission, true
	wait := fixture.Read{
		Name: object, Path: read.Path, ID: read.ID, Arguments: read.Arguments, Permission: permission, HasJobID: true,
	}
	return fixture.Service{
		Simulated: simulated,
		Examples:  Examples(runs, failed),
		Objects: func(t simulator.Timeline) []simulator.Object {
			return []simulator.Object{Job{Service: simulated.Endpoint, ID: fixture.Job, Type: runs.Type, Timeline: t}}
		},
		Reads: []fixture.Read{read}, Waits: []fixture.Read{wait}, Errors: errors,
	}
}
