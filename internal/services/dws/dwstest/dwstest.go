// Package dwstest simulates the Data Warehouse Service for tests.
package dwstest

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Data Warehouse Service.
var Service = simulator.Service{
	Endpoint: "dws",
	Calls: []simulator.Call{
		{Path: "/v1.0/{project}/job/{job}", Answer: getJob},
		{Path: "/v1.0/{project}/clusters/{cluster}", Answer: getCluster},
	},
}

// A Job is a job of the service.
type Job struct {
	ID, Name string
	simulator.Timeline
	FailedCode, FailedDetail string // reported once the job has ended
}

// Added implements simulator.Object.
func (j Job) Added(at time.Time) simulator.Object {
	j.Timeline = j.Timeline.Added(at)
	return j
}

// Wait implements simulator.Waitable.
func (j Job) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"job_id", j.ID}}, j.Name, j.Timeline
}

// A Cluster is a cluster of the service.
type Cluster struct {
	ID                 string
	Status             string // default: AVAILABLE
	Working            string // task_status until the end, such as GROWING
	simulator.Timeline        // its end is the task_status after it; none for success
}

// Added implements simulator.Object.
func (c Cluster) Added(at time.Time) simulator.Object {
	c.Timeline = c.Timeline.Added(at)
	return c
}

// Wait implements simulator.Waitable.
func (c Cluster) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"instance_id", c.ID}}, c.Working, c.Timeline
}

type object = map[string]any

func getCluster(q simulator.Query) simulator.Response {
	for _, c := range simulator.Objects[Cluster](q) {
		if c.ID != q.PathValue("cluster") {
			continue
		}
		cluster := object{"id": c.ID, "status": cmp.Or(c.Status, "AVAILABLE"), "task_status": simulator.OrNull(c.End), "action_progress": nil}
		if share, status := c.At(q.Now, c.Working); share < 1 {
			cluster["task_status"], cluster["action_progress"] = status, object{status: fmt.Sprintf("%d%%", int(share*100))}
		}
		return simulator.OK(object{"cluster": cluster})
	}
	return dwsError(http.StatusNotFound, simulator.NotFoundCode, "The cluster does not exist.")
}

func getJob(q simulator.Query) simulator.Response {
	const format = "2006-01-02T15:04:05"
	for _, j := range simulator.Objects[Job](q) {
		if j.ID != q.PathValue("job") {
			continue
		}
		share, status := j.At(q.Now, "RUNNING")
		body := object{
			"job_id": j.ID, "job_name": j.Name, "status": status, "progress": fmt.Sprintf("%d%%", int(share*100)),
			"begin_time": j.Begin.UTC().Format(format), "end_time": nil, "failed_code": nil, "failed_detail": nil,
		}
		if share == 1 {
			body["end_time"] = j.Ends().UTC().Format(format)
			body["failed_code"], body["failed_detail"] = simulator.OrNull(j.FailedCode), simulator.OrNull(j.FailedDetail)
		}
		return simulator.OK(body)
	}
	return dwsError(http.StatusNotFound, simulator.NotFoundCode, "The job does not exist.")
}

func dwsError(status int, code, message string) simulator.Response {
	return simulator.Response{Status: status, Body: object{"errCode": code, "externalMessage": message}}
}

// Examples returns a job that began 50 seconds ago and takes 70 seconds more by default, one that failed, and a cluster that grows since 20
// seconds, by default for 40 seconds more.
func Examples(now time.Time, takes time.Duration) []simulator.Object {
	return []simulator.Object{
		Job{
			ID: "2c9080e88459fa44018459fbeb600001", Name: "ecfClusterElbCreateJob",
			Timeline: simulator.Timeline{Begin: now.Add(-50 * time.Second), Takes: 50*time.Second + cmp.Or(takes, 70*time.Second)},
		},
		Job{
			ID: "2c9080e88459fa44018459fbeb600002", Name: "GrowCluster", FailedCode: "DWS.0114", FailedDetail: "no capacity in az",
			Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "FAIL"},
		},
		Cluster{
			ID: "7d85f602-a948-4a30-afd4-e84f47471c15", Working: "GROWING",
			Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Second), Takes: 20*time.Second + cmp.Or(takes, 40*time.Second)},
		},
	}
}

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples:  Examples,
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{
			Job{ID: fixture.Job, Name: "GrowCluster", Timeline: t}, Cluster{ID: fixture.Instance, Working: "GROWING", Timeline: t},
		}
	},
	Reads: []fixture.Read{{
		Name: "dws_job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true,
		States: []fixture.State{
			{Name: "of the reference page", Arguments: `{"job_id":"2c9080e88459fa44018459fbeb600001"}`},
			{
				Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`,
				State: `{"job_name":null,"begin_time":null,"end_time":null,"status":null,
					"failed_code":null,"failed_detail":null,"progress":null}`,
			},
		},
		ExampleObjects: []simulator.Object{Job{ID: "2c9080e88459fa44018459fbeb600001", Timeline: fixture.Ended}},
		ExampleOutput:  []string{`cluster = "SUCCESS, 100%"`},
	}},
	Waits: []fixture.Read{
		{Name: "DWS job", Path: jobPath, ID: fixture.Job, Arguments: ofJob, Permission: permission, HasJobID: true},
		{
			Name: "DWS cluster", Path: "/v1.0/" + fixture.Project + "/clusters/" + fixture.Instance, ID: fixture.Instance,
			Arguments: map[string]any{"instance_id": fixture.Instance}, Permission: "dws:cluster:getDetail",
		},
	},
}

const (
	jobPath    = "/v1.0/" + fixture.Project + "/job/" + fixture.Job
	permission = "dws:service:listJobDetail"
)

var ofJob = map[string]any{"job_id": fixture.Job}
