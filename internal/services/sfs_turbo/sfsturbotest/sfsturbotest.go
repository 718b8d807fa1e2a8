// Package sfsturbotest simulates the Scalable File Service Turbo for tests.
package sfsturbotest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Scalable File Service Turbo.
var Service = simulator.Service{
	Endpoint: "sfs_turbo",
	Hosts:    cloud.Hosts{Huawei: "sfs-turbo"},
	Calls:    []simulator.Call{{Path: "/v1/{project}/sfs-turbo/jobs/{job}", Answer: getJob}},
}

// A Job is a job of the service, with one sub job.
type Job struct {
	ID, Type string
	simulator.Timeline
	FailReason string // of the sub job, once it has ended
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

func getJob(q simulator.Query) simulator.Response {
	const format = "2006-01-02 15:04:05"
	for _, j := range simulator.Objects[Job](q) {
		if j.ID != q.PathValue("job") {
			continue
		}
		share, status := j.At(q.Now, "running")
		if status == "SUCCESS" { // the default of a timeline
			status = "success"
		}
		body := object{"job_id": j.ID, "job_type": j.Type, "status": status, "begin_time": j.Begin.UTC().Format(format)}
		subJob := object{"job_id": simulator.ID(j.ID), "job_type": j.Type, "status": status}
		if share == 1 {
			body["end_time"] = j.Ends().UTC().Format(format)
			subJob["fail_reason"] = j.FailReason
		}
		body["sub_jobs"] = []object{subJob}
		return simulator.OK(body)
	}
	return simulator.Response{Status: http.StatusNotFound, Body: object{"errCode": "SFS.TURBO.0001", "errMsg": "parameter error"}}
}

const exampleID = "26f6b565-8dc4-4c1f-8e5c-03f0bd975433"

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples: func(now time.Time, takes time.Duration) []simulator.Object { // one that runs, and one that failed
		return []simulator.Object{
			Job{
				ID: exampleID, Type: "extend_share",
				Timeline: simulator.Timeline{Begin: now.Add(-10 * time.Second), Takes: 10*time.Second + cmp.Or(takes, 50*time.Second)},
			},
			Job{
				ID: "26f6b565-8dc4-4c1f-8e5c-03f0bd975434", Type: "change_security_group", FailReason: "the security group does not exist",
				Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "failed"},
			},
		}
	},
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{Job{ID: fixture.Job, Type: "extend_share", Timeline: t}}
	},
	Reads: []fixture.Read{{
		Name: "sfs_turbo_job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true,
		States: []fixture.State{
			{
				Name: "of the reference page", Arguments: `{"job_id":"26f6b565-xxxx-XXXX-xxxx-03f0bd975433"}`,
				State: `{"status":"success","job_type":"bind_ldap","begin_time":"2023-07-26 09:33:58","end_time":"2023-07-26 09:33:58",
					"error_code":null,"fail_reason":null,"sub_jobs":[]}`,
			},
			{
				Name: "of a sub job with nothing", Arguments: `{"job_id":"j"}`, Answer: `{"sub_jobs":[{}]}`,
				State: `{"status":null,"job_type":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null,"sub_jobs":[{
					"job_id":null,"status":null,"job_type":null,"begin_time":null,"end_time":null,"error_code":null,"fail_reason":null}]}`,
			},
		},
		ExampleObjects: []simulator.Object{Job{ID: exampleID, Type: "extend_share", Timeline: fixture.Ended}},
		ExampleOutput:  []string{`extend = "extend_share: success"`},
	}},
	Waits: []fixture.Read{
		{Name: "SFS Turbo job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true},
	},
	Errors: []fixture.Error{
		{Status: http.StatusBadRequest, Code: "SFS.TURBO.0002", Means: "not found"},
		{Status: http.StatusForbidden, Code: "SFS.TURBO.9000", Means: "not found"},
	},
}

const (
	jobPath    = "/v1/" + fixture.Project + "/sfs-turbo/jobs/" + fixture.Job
	permission = "sfsturbo:shares:getJob"
)

var ofJob = map[string]any{"job_id": fixture.Job}
