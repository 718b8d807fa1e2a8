// Package ecstest simulates the Elastic Cloud Server for tests.
package ecstest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Elastic Cloud Server.
var Service = simulator.Service{
	Endpoint: "ecs",
	Calls:    []simulator.Call{{Path: "/v1/{project}/jobs/{job}", Answer: getJob}},
}

// A Job is a job of the service: a batch job if it has sub jobs, which take as long as the job.
type Job struct {
	ID, Type, ServerID string
	simulator.Timeline
	SubJobs    []SubJob
	FailReason string // of a job without sub jobs, once it has ended
}

// A SubJob is a part of a batch job.
type SubJob struct{ ID, Type, ServerID, FailReason string }

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

func getJob(q simulator.Query) simulator.Response {
	for _, j := range simulator.Objects[Job](q) {
		if j.ID != q.PathValue("job") {
			continue
		}
		entities := object{"server_id": simulator.OrNull(j.ServerID)}
		if len(j.SubJobs) > 0 {
			subJobs := []object{}
			for _, sub := range j.SubJobs {
				member := object{"server_id": sub.ServerID}
				if sub.FailReason != "" {
					member["errorcode_message"] = sub.FailReason
				}
				subJobs = append(subJobs, j.answer(q.Now, sub.ID, sub.Type, "", member))
			}
			entities = object{"sub_jobs_total": len(subJobs), "sub_jobs": subJobs}
		}
		return simulator.OK(j.answer(q.Now, j.ID, j.Type, j.FailReason, entities))
	}
	body := object{"error": object{"code": "Common.0011", "message": "Failed to query the job: invalid job ID."}}
	return simulator.Response{Status: http.StatusBadRequest, Body: body}
}

// answer returns what the service says of a job or of a sub job.
func (j Job) answer(now time.Time, id, kind, failReason string, entities object) object {
	share, status := j.At(now, "RUNNING")
	body := object{
		"job_id": id, "job_type": kind, "status": status, "begin_time": simulator.UTC(j.Begin), "end_time": "",
		"error_code": nil, "fail_reason": nil, "entities": entities,
	}
	if share == 1 {
		body["end_time"] = simulator.UTC(j.Ends())
		body["fail_reason"] = simulator.OrNull(failReason)
	}
	return body
}

// Examples returns a server that is being created since 10 seconds, by default for 50 seconds more, and one that could not be resized.
func Examples(now time.Time, takes time.Duration) []simulator.Object {
	return []simulator.Object{Job{
		ID: exampleID, Type: "createServer",
		Timeline: simulator.Timeline{Begin: now.Add(-10 * time.Second), Takes: 10*time.Second + cmp.Or(takes, 50*time.Second)},
		SubJobs: []SubJob{{
			ID: "2c9eb2c5544cbf6101544f0635672b60", Type: "createSingleServer", ServerID: "bae51750-0089-41a1-9b18-5c777978ff6d",
		}},
	}, Job{
		ID: "2c9eb2c5544cbf6101544f0602af2b50", Type: "resizeServer", FailReason: "the flavor is sold out",
		Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "FAIL"},
	}}
}

const exampleID = "2c9eb2c5544cbf6101544f0602af2b4f"

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples:  Examples,
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{Job{ID: fixture.Job, Type: "resizeServer", ServerID: fixture.Instance, Timeline: t}}
	},
	Reads: []fixture.Read{{
		Name: "ecs_job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true,
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"` + exampleID + `"}`,
				State: `{"job_type":"createServer","status":"SUCCESS","begin_time":"2016-04-25T20:04:34.604Z",
					"end_time":"2016-04-25T20:08:41.593Z","error_code":null,"fail_reason":null,"entities":{
					"server_id":null,"nic_id":null,"sub_jobs_total":1,"sub_jobs":[{
					"job_id":"2c9eb2c5544cbf6101544f0635672b60","job_type":"createSingleServer","status":"SUCCESS",
					"begin_time":"2016-04-25T20:04:47.591Z","end_time":"2016-04-25T20:08:21.328Z","error_code":null,"fail_reason":null,
					"entities":{"server_id":"bae51750-0089-41a1-9b18-5c777978ff6d","nic_id":null,"errorcode_message":null}}]}}`,
			},
			{
				Name: "of sub jobs with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"entities":{"sub_jobs":[{},{"entities":{}}]}}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,"entities":{
					"server_id":null,"nic_id":null,"sub_jobs_total":null,"sub_jobs":[
					{"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":null},
					{"job_id":null,"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":{"server_id":null,"nic_id":null,"errorcode_message":null}}]}}`,
			},
			{
				Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`,
				State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,
					"entities":null}`,
			},
		},
		ExampleObjects: []simulator.Object{Job{
			ID: exampleID, Type: "createServer", Timeline: fixture.Ended,
			SubJobs: []SubJob{{ID: "1", Type: "createSingleServer", ServerID: "bae51750-0089-41a1-9b18-5c777978ff6d"}},
		}},
		ExampleOutput: []string{`servers = [`, `"bae51750-0089-41a1-9b18-5c777978ff6d"`},
	}},
	Waits: []fixture.Read{{Name: "ECS job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true}},
	Errors: []fixture.Error{
		{Status: http.StatusAccepted, Code: "Common.0024", Means: "throttled"},
		{Status: http.StatusTooManyRequests, Code: "Common.1503", Means: "throttled"},
		{Status: http.StatusBadRequest, Code: "Common.0021", Means: "transient"},
		{Status: http.StatusBadRequest, Code: "Common.0025", Means: "transient"},
		{Status: http.StatusBadRequest, Code: "Common.0011", Means: "not found"},
		{Status: http.StatusBadRequest, Code: "Common.0018", Means: "is not the one that the credentials are for"},
	},
}

const (
	jobPath    = "/v1/" + fixture.Project + "/jobs/" + fixture.Job
	permission = "a permission to read ECS" // the page names none
)

var ofJob = map[string]any{"job_id": fixture.Job}
