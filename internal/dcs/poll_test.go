package dcs

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// Which calls each look at a task makes, and what it shows: T is the task list, P the progress.
func TestLooksAtATask(t *testing.T) {
	steps := []simulator.Step{{Name: "Pre-check."}, {Name: "Migration.", SubSteps: []string{"Full."}}}
	running := poll.Status{State: poll.Running, Raw: "EXECUTING", Name: "EXTEND", BeginTime: "2026-01-01T00:00:00.000Z"}
	with := func(o poll.Status, change func(*poll.Status)) poll.Status {
		change(&o)
		return o
	}
	half := with(running, func(o *poll.Status) {
		o.Progress, o.Remaining, o.Steps = new(int64(60)), new(40*time.Second), []string{"Migration", "Full"}
	})
	succeeded := with(running, func(o *poll.Status) {
		o.State, o.Raw, o.Progress, o.EndTime = poll.Succeeded, "SUCCESS", new(int64(100)), "2026-01-01T00:01:40.000Z"
	})
	failed := with(succeeded, func(o *poll.Status) {
		o.State, o.Raw, o.FailureCode, o.FailureReason = poll.Failed, "FAILED", "DCS.1", "Migration (DCS.1); Full (DCS.1)"
	})
	type look struct {
		at    time.Duration // since the task began
		calls string
		want  poll.Status
	}
	for name, test := range map[string]struct {
		task   simulator.DCSTask
		faults []simulator.Fault
		looks  []look
	}{
		"with progress": {simulator.DCSTask{Steps: steps}, nil, []look{{0, "T", running}, {60 * time.Second, "P", half}, {100 * time.Second, "PT", succeeded}}},
		"ended":         {simulator.DCSTask{Steps: steps}, nil, []look{{time.Hour, "T", succeeded}}},
		"that fails":    {simulator.DCSTask{Steps: steps, Timeline: simulator.Timeline{End: "FAILED"}, ErrorCode: "DCS.1"}, nil, []look{{0, "T", running}, {time.Hour, "PTP", failed}}},
		"without progress": {simulator.DCSTask{}, nil, []look{
			{0, "T", running}, {60 * time.Second, "T", running}, {time.Hour, "T", with(succeeded, func(o *poll.Status) { o.Progress = nil })},
		}},
		"whose progress is refused": {simulator.DCSTask{Steps: steps}, []simulator.Fault{{Path: "/progress", Status: 400, Body: `{"error_code":"DCS.4094"}`}}, []look{
			{0, "T", running}, {60 * time.Second, "PT", running}, {70 * time.Second, "T", running}, {time.Hour, "T", succeeded},
		}},
		"whose progress is gone": {simulator.DCSTask{Steps: steps}, []simulator.Fault{{Path: "/progress", Status: 404}}, []look{
			{0, "T", running}, {60 * time.Second, "PT", running}, {time.Hour, "T", succeeded},
		}},
		// A failing progress does not hide how the task ended.
		"that failed, whose progress fails": {simulator.DCSTask{Steps: steps, Timeline: simulator.Timeline{End: "FAILED"}, ErrorCode: "DCS.1"}, []simulator.Fault{{Path: "/progress", Status: 503}}, []look{
			{time.Hour, "TP", poll.Status{}}, {time.Hour, "TP", poll.Status{}},
			{time.Hour, "TP", with(failed, func(o *poll.Status) { o.Progress, o.FailureReason = nil, "" })},
		}},
		// The steps all have ended, but the list is the authority.
		"whose progress is ahead": {simulator.DCSTask{Steps: steps}, []simulator.Fault{{Path: "/progress", Body: `{"progress":100,"step_details":[{"step_status":"FINISH"}]}`}}, []look{
			{0, "T", running}, {60 * time.Second, "PT", with(running, func(o *poll.Status) { o.Progress = new(int64(100)) })},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			now := begin
			s, address := simulatortest.Start(t, simulator.Options{Now: func() time.Time { return now }})
			test.task.InstanceID, test.task.ID, test.task.Name = "i", "t", "EXTEND"
			test.task.Begin, test.task.Takes = begin, 100*time.Second
			s.Add(test.task)
			s.InjectFault(test.faults...)
			observe := PollTask(simulatortest.TokenClient(t, address), simulatortest.Target, "i", "t", TaskStatuses)
			for _, l := range test.looks {
				now = begin.Add(l.at)
				s.Forget()
				got, err := observe(t.Context())
				if passing := (*poll.TransientError)(nil); err != nil && (!errors.As(err, &passing) || l.want.Raw != "") {
					t.Fatal(err)
				}
				if diff := cmp.Diff(l.want, got); diff != "" {
					t.Errorf("at %s: %s", l.at, diff)
				}
				calls := ""
				for _, r := range s.Requests() {
					if strings.HasSuffix(r.Path, "/progress") {
						calls += "P"
					} else {
						calls += "T"
					}
				}
				if calls != l.calls {
					t.Errorf("at %s: calls %s, want %s", l.at, calls, l.calls)
				}
			}
		})
	}
}

// A progress that fails does not hide for long what the list knows.
func TestListIsAskedWhileTheProgressFails(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.Add(simulator.DCSTask{InstanceID: "i", ID: "t", Timeline: simulator.Timeline{Takes: time.Hour}, Steps: []simulator.Step{{Name: "Pre-check."}}})
	s.InjectFault(simulator.Fault{Path: "/progress", Status: 503})
	o := &taskPoller{client: simulatortest.Client(t, address), target: simulatortest.Target, instanceID: "i", taskID: "t", statuses: TaskStatuses}
	if _, err := o.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	var passing *poll.TransientError
	if _, err := o.poll(t.Context()); !errors.As(err, &passing) {
		t.Errorf("error %v", err)
	}
	o.listedAt = o.listedAt.Add(-maxListAge)
	if seen, err := o.poll(t.Context()); err != nil || seen.State != poll.Running {
		t.Errorf("%+v, %v", seen, err)
	}
}

func TestLookErrors(t *testing.T) {
	for name, test := range map[string]struct {
		fault            simulator.Fault
		passing, missing bool
		certain          bool
	}{
		"reset":              {simulator.Fault{Reset: true}, true, false, false},
		"cut":                {simulator.Fault{Body: `{"status":"RUNNING"}`, Truncate: 5}, true, false, false},
		"throttled":          {simulator.Fault{Status: 429}, true, false, false},
		"throttled by a 404": {simulator.Fault{Status: 404, Body: `{"error_code":"DMS.10240407"}`}, true, false, false},
		"fault":              {simulator.Fault{Status: 500}, true, false, false},
		"rare fault":         {simulator.Fault{Status: 521}, true, false, false},
		"unknown job":        {simulator.Fault{Status: 404, Body: `{"error_code":"DCS.9"}`}, false, true, false},
		"unknown instance":   {simulator.Fault{Status: 404, Body: `{"error_code":"111404022"}`}, false, true, true},
		"unknown API":        {simulator.Fault{Status: 404, Body: `{"error_code":"APIGW.0101"}`}, false, false, false},
		"bad request":        {simulator.Fault{Status: 400}, false, false, false},
		"forbidden":          {simulator.Fault{Status: 403}, false, false, false},
		"no JSON":            {simulator.Fault{Body: "garbage"}, false, false, false},
		"another job":        {simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(test.fault)
			_, err := PollJob(simulatortest.Client(t, address), simulatortest.Target, "j", JobStatuses)(t.Context())
			var passing *poll.TransientError
			var missing *poll.NotFoundError
			var e *cloud.Error
			if errors.As(err, &passing) != test.passing || errors.As(err, &missing) != test.missing || missing != nil && missing.ParentMissing != test.certain || !errors.As(err, &e) {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestStatusWords(t *testing.T) {
	for status, want := range map[string]poll.State{
		"CREATED": poll.Running, "waiting": poll.Running, "EXECUTING": poll.Running, "success": poll.Succeeded,
		"FAILED": poll.Failed, "Fail": poll.Failed, "DELETED": poll.Cancelled, "CANCELLED": poll.Cancelled, "CANCELED": poll.Cancelled, "PAUSED": poll.Unknown, "": poll.Unknown,
		"DONE": poll.Succeeded, "broken": poll.Failed,
	} {
		if got := TaskStatuses.Extend([]string{"done"}, []string{"BROKEN"}).Classify(status); got != want {
			t.Errorf("%q: %d, want %d", status, got, want)
		}
	}
}
