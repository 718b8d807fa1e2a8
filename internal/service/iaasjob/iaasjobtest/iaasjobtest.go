// Package iaasjobtest simulates the job that the infrastructure services have in common.
package iaasjobtest

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"
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
	Percent    string         // member of entities with the progress, if there is one
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

// simulated returns a simulated service. It answers to an unknown ID with notFound.
func simulated(endpoint cloud.Service, notFound simulator.Response) simulator.Service {
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

// Responses to an unknown ID: if the reference pages document one, and if they do not.
var (
	NotFound = simulator.Response{
		Status: http.StatusBadRequest,
		Body:   object{"error": object{"code": "Common.0011", "message": "Failed to query the job: invalid job ID."}},
	}
	Undocumented = simulator.Response{
		Status: http.StatusNotFound,
		Body:   object{"error": object{"code": simulator.NotFoundCode, "message": "The job does not exist"}},
	}
)

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
		entities["sub_jobs"] = subJobs
	}
	share, status := j.At(now, "RUNNING")
	if j.Percent != "" {
		entities[j.Percent] = math.Round(share*1000) / 10
	}
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

// Fixture returns the fixture of a service, which answers to an unknown ID with notFound. Read has states, but for that of an empty answer,
// and the output of the example, which reads the job that runs after its end.
func Fixture(notFound simulator.Response, runs, failed Job, read fixture.Read, errors ...fixture.Error) fixture.Service {
	abbreviation := strings.ToUpper(string(runs.Service))
	wait := fixture.Read{
		Name: abbreviation + " job", Path: "/v1/" + fixture.Project + "/jobs/" + fixture.Job, ID: fixture.Job,
		Arguments: map[string]any{"job_id": fixture.Job}, Permission: "a permission to read " + abbreviation, HasJobID: true,
	}
	states, output := read.States, read.ExampleOutput
	read = wait
	read.Name, read.ExampleOutput, read.ExampleObjects = string(runs.Service)+"_job", output, []simulator.Object{runs.Ended()}
	read.States = append(slices.Clone(states), fixture.State{
		Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{"job_type":null,"status":null,"begin_time":null,
			"end_time":null,"error_code":null,"fail_reason":null,"entities":null}`,
	})
	return fixture.Service{
		Simulated: simulated(runs.Service, notFound),
		Examples:  Examples(runs, failed),
		Objects: func(t simulator.Timeline) []simulator.Object {
			return []simulator.Object{Job{Service: runs.Service, ID: fixture.Job, Type: runs.Type, Timeline: t}}
		},
		Reads: []fixture.Read{read}, Waits: []fixture.Read{wait}, Errors: errors,
	}
}
