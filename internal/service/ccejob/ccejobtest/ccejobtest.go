// Package ccejobtest simulates the job that clusters of the Cloud Container Engine and its Autopilot clusters have in common.
package ccejobtest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// A Job is a job of a service, with a sub job.
type Job struct {
	Service, ID, Type string
	simulator.Timeline
	Reason string // of the sub job, once it has ended
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

// show returns a job, or its sub job, as the service shows it.
func (j Job) show(now time.Time, id, kind, reason string, subJobs []object) object {
	const form = "2006-01-02 15:04:05.999999999 -0700 MST"
	share, phase := j.At(now, "Running")
	if phase == "SUCCESS" { // the default of a timeline
		phase = "Success"
	}
	updated := now
	if share == 1 {
		updated = j.Ends()
	}
	spec := object{"type": kind, "clusterUID": simulator.ID("cluster"), "resourceID": simulator.ID(id), "extendParam": object{"serverID": "s"}}
	if subJobs != nil {
		spec["subJobs"] = subJobs
	}
	status := object{"phase": phase}
	if share == 1 {
		status["reason"] = reason
	}
	return object{
		"kind": "Job", "apiVersion": "v3", "spec": spec, "status": status, "metadata": object{
			"uid": id, "creationTimestamp": j.Begin.UTC().Format(form), "updateTimestamp": updated.UTC().Format(form),
		},
	}
}

// Fixture returns the fixture of a service, whose path has a beginning. Both services share an endpoint.
func Fixture(name, title, prefix string) fixture.Service {
	const exampleID = "354331b2-229a-11e8-9c75-0255ac100ceb"
	path := prefix + "/projects/" + fixture.Project + "/jobs/" + fixture.Job
	ofJob := map[string]any{"job_id": fixture.Job}
	running := Job{Service: name, ID: exampleID, Type: "CreateCluster"}
	failed := Job{Service: name, ID: "354331b2-229a-11e8-9c75-0255ac100cec", Type: "ScaleupCluster", Reason: "no quota"}
	ended := running
	ended.Timeline = fixture.Ended
	const (
		nothing = `"kind":null,"api_version":null,"metadata":null,"spec":null,"status":null`
	)
	return fixture.Service{
		Simulated: simulator.Service{Endpoint: "cce", Calls: []simulator.Call{{
			Path: prefix + "/projects/{project}/jobs/{job}",
			Answer: func(q simulator.Query) simulator.Response {
				for _, j := range simulator.Objects[Job](q) {
					if j.Service == name && j.ID == q.PathValue("job") {
						sub := j.show(q.Now, simulator.ID(j.ID), "InstallMaster", j.Reason, nil)
						return simulator.OK(j.show(q.Now, j.ID, j.Type, "", []object{sub}))
					}
				}
				body := object{"errorCode": "CCE.01404001", "errorMessage": "Resource not found."}
				return simulator.Response{Status: http.StatusNotFound, Body: body}
			},
		}}},
		Examples: func(now time.Time, takes time.Duration) []simulator.Object {
			running, failed := running, failed
			running.Timeline = simulator.Timeline{Begin: now.Add(-10 * time.Second), Takes: 10*time.Second + cmp.Or(takes, 50*time.Second)}
			failed.Timeline = simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "Failed"}
			return []simulator.Object{running, failed}
		},
		Objects: func(t simulator.Timeline) []simulator.Object {
			return []simulator.Object{Job{Service: name, ID: fixture.Job, Type: "CreateCluster", Timeline: t}}
		},
		Reads: []fixture.Read{{
			Name: name + "_job", Path: path, ID: fixture.Job, Arguments: ofJob, Permission: "cce:job:get", HasJobID: true,
			States: []fixture.State{
				{Name: "of the reference page", Arguments: `{"job_id":"354331b2c-229a-11e8-9c75-0255ac100ceb"}`, State: examplePage},
				{
					Name: "of sub jobs of three levels", Arguments: `{"job_id":"j"}`,
					Answer: `{"spec":{"subJobs":[{"spec":{"subJobs":[{"spec":{"subJobs":[{"kind":"Job"}]}},{}]}}]}}`,
					State: `{"kind":null,"api_version":null,"metadata":null,"status":null,"spec":{` + noSpec + `"sub_jobs":[
						{"kind":null,"api_version":null,"metadata":null,"status":null,"spec":{` + noSpec + `"sub_jobs":[
						{"kind":null,"api_version":null,"metadata":null,"status":null,"spec":{` + noSpec + `"sub_jobs":"[{\"kind\":\"Job\"}]"}},
						{` + nothing + `}]}}]}}`,
				},
				{Name: "of an empty answer", Arguments: `{"job_id":"j"}`, Answer: `{}`, State: `{` + nothing + `}`},
			},
			ExampleObjects: []simulator.Object{ended},
			ExampleOutput:  []string{`create = "CreateCluster: Success"`, `"InstallMaster: Success"`},
		}},
		Waits:  []fixture.Read{{Name: title, Path: path, ID: fixture.Job, Arguments: ofJob, Permission: "cce:job:get", HasJobID: true}},
		Errors: []fixture.Error{{Status: http.StatusTooManyRequests, Code: "CCE.01429002", Means: "transient"}},
	}
}

const (
	noSpec = `"type":null,"cluster_uid":null,"resource_id":null,"resource_name":null,"extend_param":{},`

	examplePage = `{"kind":"Job","api_version":"v3","metadata":{"uid":"354331b2c-229a-11e8-9c75-0255ac100ceb",
		"creation_timestamp":"2020-02-02 08:12:40.672772389 +0000 UTC","update_timestamp":"2020-02-02 08:21:50.478108569 +0000 UTC"},
		"spec":{"type":"CreateCluster","cluster_uid":"4d1ecb2c-229a-11e8-9c75-0255ac100ceb","resource_id":"6f4dcb2c-229a-11e8-9c75-0255ac100ceb",
		"resource_name":"cluster-name","extend_param":{"serverID":"bc467e3a-2338-11e8-825b-0255ac100c13"},"sub_jobs":[{
		"kind":"Job","api_version":"v3","metadata":{"uid":"fd474fab-9606-11e8-baa9-0255ac10215d",
		"creation_timestamp":"2020-02-02 08:12:41.672772389 +0000 UTC","update_timestamp":"2020-02-02 08:21:49.478108569 +0000 UTC"},
		"spec":{"type":"InstallMaster","cluster_uid":"fcc72de0-9606-11e8-baa8-0255ac10215d","resource_id":"fd3b4ac0-9606-11e8-baa8-0255ac10215d",
		"resource_name":null,"extend_param":{"serverID":"fd3b4ac0-9606-11e8-baa8-0255ac10215d"},"sub_jobs":[]},
		"status":{"phase":"Success","reason":null}}]},"status":{"phase":"Running","reason":""}}`
)
