package service_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// What an instance says of itself. Its member task is in no reference page: it has all forms that were ever seen.
func TestGetInstance(t *testing.T) {
	call := service.NewCall[service.InstanceAnswer](service.CallInfo{
		API: &service.API{Endpoint: "dcs"}, Path: "/v2/{project_id}/instances/{instance_id}",
	})
	conditions := service.InstanceStatuses{AtRest: []string{"RUNNING"}, BackedUp: []string{"BACKUPING"}, Unwell: []string{"ERROR"}}
	tasks := service.Statuses{Running: []string{"EXECUTING"}, Succeeded: []string{"SUCCESS"}, Failed: []string{"FAILED"}}
	resting := func(work string) poll.Instance {
		return poll.Instance{Status: "RUNNING", Condition: poll.AtRest, Work: work}
	}
	for _, test := range []struct {
		name, answer string
		want         poll.Instance
		err          string
	}{
		{name: "no task", answer: `{"status":"RUNNING"}`, want: resting("")},
		{name: "task null", answer: `{"status":"running","task":null}`, want: poll.Instance{Status: "running", Condition: poll.AtRest}},
		{name: "task empty", answer: `{"status":"RUNNING","task":""}`, want: resting("")},
		{name: "task {}", answer: `{"status":"RUNNING","task":{}}`, want: resting("")},
		{
			name: "task with an empty status", answer: `{"status":"RUNNING","task":{"name":"","status":""}}`,
			want: resting(""),
		},
		{
			name: "task that has ended", answer: `{"status":"RUNNING","task":{"name":"n","status":"FAILED"}}`,
			want: resting(""),
		},
		{name: "text that is an end", answer: `{"status":"RUNNING","task":"SUCCESS"}`, want: resting("")},
		{
			name: "text", answer: `{"status":"RUNNING","task":"BACKUPING"}`,
			want: resting("task BACKUPING"),
		},
		{
			name: "task that runs", answer: `{"status":"RUNNING","task":{"name":"updateTopicPolicies","status":"EXECUTING"}}`,
			want: resting("task updateTopicPolicies (EXECUTING)"),
		},
		{
			name: "task of a status that nobody knows", answer: `{"status":"RUNNING","task":{"name":"n","status":"QUEUED"}}`,
			want: resting("task n (QUEUED)"),
		},
		{
			name: "task without a status", answer: `{"status":"RUNNING","task":{"name":"n"}}`,
			want: resting("task n (without a status)"),
		},
		{
			name: "task with a status that is no text", answer: `{"status":"RUNNING","task":{"status":1}}`,
			want: resting("task without a name (without a status)"),
		},
		{name: "task []", answer: `{"status":"RUNNING","task":[]}`, want: resting("")},
		{
			name: "task with a name and an empty status", answer: `{"status":"RUNNING","task":{"name":"n","status":""}}`,
			want: resting("task n (without a status)"),
		},
		{
			name: "task of another form", answer: `{"status":"RUNNING","task":[1]}`,
			want: resting("task of an unknown form"),
		},
		{name: "at work", answer: `{"status":"EXTENDING"}`, want: poll.Instance{Status: "EXTENDING"}},
		{name: "backed up", answer: `{"status":"BACKUPING"}`, want: poll.Instance{Status: "BACKUPING", Condition: poll.BackedUp}},
		{name: "unwell", answer: `{"status":"ERROR"}`, want: poll.Instance{Status: "ERROR", Condition: poll.Unwell}},
		{name: "no status", answer: `{}`, err: "invalid"},
		{name: "a status that is no text", answer: `{"status":{}}`, err: "invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.answer})
			got, err := service.GetInstance(call, conditions)(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", tasks)
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(poll.Instance{}, "Endpoint", "RequestID")); diff != "" {
				t.Errorf("instance (- want, + got):\n%s", diff)
			}
			if kind := polltest.Kind(service.PollError(err)); kind != test.err {
				t.Errorf("got error %v, want kind %q", err, test.err)
			}
			if r := s.Requests(); len(r) != 1 || r[0].Path != "/v2/"+simulator.DefaultProjectID+"/instances/i" {
				t.Errorf("got requests %+v, want one for the instance", r)
			}
		})
	}
}

// What a list says of tasks.
func TestNewTaskList(t *testing.T) {
	statuses := service.Statuses{Running: []string{"EXECUTING"}, Succeeded: []string{"SUCCESS"}, Failed: []string{"FAILED"}}
	at := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	task := func(status string) poll.Task {
		return poll.Task{ID: "t", Status: poll.Status{
			Raw: status, Name: "n", BeginTime: "2026-01-01T10:00:00Z", EndTime: "2026-01-01T11:00:00Z", FailureCode: "c",
		}}
	}
	itself := func(t poll.Task) poll.Task { return t }
	tasks := []poll.Task{task("EXECUTING"), task("FAILED"), task("ODD")}
	list, err := service.NewTaskList(tasks, itself, statuses, cloud.Response{Date: at(12)})
	if err != nil || !list.Date.Equal(at(12)) || len(list.Tasks) != 3 {
		t.Fatalf("got list %+v, error %v; want three tasks of 12:00", list, err)
	}
	for i, want := range []struct {
		state poll.State
		end   time.Time
		code  string
	}{
		{state: poll.Running}, {state: poll.Failed, end: at(11), code: "c"}, {state: poll.Unknown, code: "c"},
	} {
		got := list.Tasks[i]
		times := got.Begin.Equal(at(10)) && got.End.Equal(want.end) && got.Changed.Equal(at(11))
		if got.State != want.state || got.FailureCode != want.code || !times {
			t.Errorf("%s: got %+v, want state %d, end %s, code %q, changed at 11:00", got.Raw, got, want.state, want.end, want.code)
		}
	}
	withoutID := task("FAILED")
	withoutID.ID = ""
	for _, wrong := range []poll.Task{task(""), withoutID} {
		if _, err := service.NewTaskList([]poll.Task{wrong}, itself, statuses, cloud.Response{}); err == nil {
			t.Errorf("%+v: got no error, want one", wrong)
		}
	}
}

// An instance that cannot be read, in polls every four seconds: what each poll returns, and what the wait is told in the end.
func TestInstanceThatCannotBeRead(t *testing.T) {
	forbidden := &cloud.Error{Status: http.StatusForbidden}
	notPublished := &cloud.Error{Status: http.StatusNotFound, Code: "APIGW.0101"}
	unavailable := &cloud.Error{Status: http.StatusServiceUnavailable}
	unknown := &cloud.Error{Status: http.StatusNotFound}
	for _, test := range []struct {
		name    string
		noTasks bool    // the service lists none
		answers []error // of the instance; nil: it is at rest. The last one is repeated.
		want    []string
		warning string
	}{
		{
			name: "forbidden", answers: []error{forbidden}, want: []string{"transient", "transient", "transient", ""},
			warning: "HTTP 403 Forbidden (permission p)",
		},
		{name: "not published", answers: []error{notPublished}, want: []string{""}, warning: "HTTP 404 Not Found, code APIGW.0101"},
		{name: "forbidden later", answers: []error{nil, forbidden}, want: []string{"", "transient", "transient", "transient", "transient"}},
		{name: "not published later", answers: []error{nil, notPublished}, want: []string{"", "transient"}},
		{name: "forbidden, without a list", noTasks: true, answers: []error{forbidden}, want: []string{"forbidden", "forbidden"}},
		{name: "not published, without a list", noTasks: true, answers: []error{notPublished}, want: []string{"invalid"}},
		{name: "not available", answers: []error{unavailable}, want: []string{"transient"}},
		{name: "not there", answers: []error{unknown}, want: []string{"not found"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reads := 0
				instance := service.Instance{
					Call: &service.CallInfo{Permission: "p"},
					Get: func(context.Context, *cloud.Client, cloud.Target, string, service.Statuses) (poll.Instance, error) {
						err := test.answers[min(reads, len(test.answers)-1)]
						reads++
						return poll.Instance{Status: "RUNNING", Condition: poll.AtRest}, err
					},
				}
				if !test.noTasks {
					instance.Tasks = &service.Tasks{NewList: listOf()}
				}
				pollOnce := instance.NewPoll(nil, cloud.Target{}, "i", service.Statuses{}, poll.NewTracker(poll.Following{}))
				var status poll.Status
				for i, want := range test.want {
					var err error
					if status, err = pollOnce(t.Context()); polltest.Kind(err) != want {
						t.Errorf("poll %d: got error %v, want kind %q", i, err, want)
					}
					time.Sleep(4 * time.Second)
				}
				got := ""
				for _, w := range status.Warnings {
					got += w.Detail
				}
				if !strings.Contains(got, test.warning) || (got == "") != (test.warning == "") {
					t.Errorf("got warnings %q, want one with %q", got, test.warning)
				}
			})
		})
	}
}

// listOf returns the NewList of a service that always lists these tasks.
func listOf(tasks ...poll.Task) func(*cloud.Client, cloud.Target, string, service.Statuses) service.ListFunc {
	return func(*cloud.Client, cloud.Target, string, service.Statuses) service.ListFunc {
		return func(context.Context, time.Time) (poll.TaskList, cloud.Response, error) {
			return poll.TaskList{Tasks: tasks, Date: time.Now()}, cloud.Response{}, nil
		}
	}
}

// A reason is asked for until the service has answered, whatever it says.
func TestExplain(t *testing.T) {
	now := time.Now()
	failed := poll.Task{ID: "t", Status: poll.Status{State: poll.Failed, Begin: now, End: now}}
	for _, test := range []struct {
		name    string
		answers []error // the last one is repeated
		asked   int     // in three polls
	}{
		{name: "told", answers: []error{nil}, asked: 1},
		{name: "not told", answers: []error{&cloud.Error{Status: http.StatusBadRequest}}, asked: 1},
		{name: "not available at first", answers: []error{&cloud.Error{Status: http.StatusServiceUnavailable}, nil}, asked: 2},
		{name: "not in time", answers: []error{context.DeadlineExceeded}, asked: 3},
	} {
		asked := 0
		instance := service.Instance{
			Tasks: &service.Tasks{
				NewList: listOf(failed),
				Explain: func(context.Context, *cloud.Client, cloud.Target, string, *poll.Task) error {
					asked++
					return test.answers[min(asked, len(test.answers))-1]
				},
			},
			Get: func(context.Context, *cloud.Client, cloud.Target, string, service.Statuses) (poll.Instance, error) {
				return poll.Instance{Condition: poll.AtRest}, nil
			},
		}
		tracker := poll.NewTracker(poll.Following{WarnFailed: time.Minute})
		pollOnce := instance.NewPoll(nil, cloud.Target{}, "i", service.Statuses{}, tracker)
		for range 3 {
			if _, err := pollOnce(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if asked != test.asked {
			t.Errorf("%s: asked %d times, want %d", test.name, asked, test.asked)
		}
	}
}

// The instance of a service that lists no tasks must be readable.
func TestInstanceWithoutTasks(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Status: http.StatusForbidden})
	call := service.NewCall[service.InstanceAnswer](service.CallInfo{
		API: &service.API{Endpoint: "dcs"}, Path: "/v2/{project_id}/instances/{instance_id}",
	})
	instance := service.Instance{Get: service.GetInstance(call, service.InstanceStatuses{})}
	tracker := poll.NewTracker(poll.Following{})
	_, err := instance.NewPoll(simulatortest.Client(t, address), simulatortest.Target, "i", service.Statuses{}, tracker)(t.Context())
	if got := polltest.Kind(err); got != "forbidden" {
		t.Errorf("got error %v, want kind forbidden", err)
	}
}
