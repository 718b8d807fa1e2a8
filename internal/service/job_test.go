package service_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestObjectID(t *testing.T) {
	for _, test := range []struct {
		arguments, ids []string
		want           string
	}{
		{arguments: []string{"job_id"}, ids: []string{"j"}, want: "j"},
		{arguments: []string{"instance_id", "task_id"}, ids: []string{"i", "t"}, want: "t of instance i"},
		{arguments: []string{"instance_id"}, ids: []string{"i"}, want: "i"},
	} {
		if got := (service.Kind{Arguments: test.arguments}).ObjectID(test.ids); got != test.want {
			t.Errorf("%v: got %q, want %q", test.arguments, got, test.want)
		}
	}
}

// A job has the arguments and the permission of its call, and its polls what the function returns.
func TestNewJob(t *testing.T) {
	statuses := service.Statuses{Succeeded: []string{"DONE"}}
	call := service.NewCall[dws.Job](service.CallInfo{
		API: dws.Service.API, Path: "/v1.0/{project_id}/clusters/{cluster_id}/jobs/{job_id}", Permission: "a:b:c",
	})
	job := service.NewJob("thing", call, statuses, func(j dws.Job) poll.Status { return poll.Status{Raw: service.Deref(j.Status)} })
	if diff := cmp.Diff([]string{"cluster_id", "job_id"}, job.Arguments); diff != "" || job.Object != "thing" || job.Permission != "a:b:c" {
		t.Errorf("got %+v, arguments (- want, + got):\n%s", job, diff)
	}
	polltest.Check(t, job, []string{"c", "j"}, "dws", "/v1.0/"+simulator.DefaultProjectID+"/clusters/c/jobs/j", []polltest.Case{
		{Name: "done", Response: simulator.Fault{Body: `{"status":"DONE"}`}, Want: poll.Status{State: poll.Succeeded, Raw: "DONE"}},
		{Name: "refused", Response: simulator.Fault{Status: 400}, Err: "invalid"},
	})
}

// A poll returns what the service says of a job, its state, and where the answer came from. An error of the answer is returned.
func TestPollCall(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	statuses := service.Statuses{Succeeded: []string{"DONE"}}
	said := func(j dws.Job, ids []string, _ service.Statuses) (poll.Status, error) {
		if raw := service.Deref(j.Status); raw != "BROKEN" {
			return poll.Status{Raw: raw, Name: ids[0]}, nil
		}
		return poll.Status{}, errors.New("broken")
	}
	pollJob := func(fault simulator.Fault) (poll.Status, error) {
		s.ClearFaults()
		s.InjectFault(fault)
		return service.PollCall(dws.GetJob, said)(simulatortest.Client(t, address), simulatortest.Target, []string{"j"}, statuses)(
			t.Context())
	}
	s.Forget()
	got, err := pollJob(simulator.Fault{Body: `{"status":"DONE"}`})
	want := poll.Status{State: poll.Succeeded, Raw: "DONE", Name: "j", Endpoint: address + "/dws", RequestID: s.Requests()[0].RequestID}
	if diff := cmp.Diff(want, got); err != nil || want.RequestID == "" || diff != "" {
		t.Errorf("got error %v, status (- want, + got):\n%s", err, diff)
	}
	got, err = pollJob(simulator.Fault{Body: `{"status":"BROKEN"}`})
	if polltest.Kind(err) != "invalid" || !strings.Contains(err.Error(), ": broken (request ID ") || got.Raw != "" {
		t.Errorf("error of the answer: got %+v, %v", got, err)
	}
	_, err = pollJob(simulator.Fault{Body: `{"job_id":"other","status":"DONE"}`})
	if err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("another job: got error %v, want one that names it", err)
	}
	if _, err := pollJob(simulator.Fault{Status: 503}); polltest.Kind(err) != "transient" {
		t.Errorf("503: got error %v, want a transient one", err)
	}
	if _, err := pollJob(simulator.Fault{Body: `{"job_id":{},"status":"DONE"}`}); polltest.Kind(err) != "invalid" {
		t.Errorf("job ID of another type: got error %v, want one of an invalid answer", err)
	}
	if _, err := pollJob(simulator.Fault{Body: `{}`}); polltest.Kind(err) != "invalid" || !strings.Contains(err.Error(), "has no status") {
		t.Errorf("no status: got error %v, want one that says so", err)
	}
}
