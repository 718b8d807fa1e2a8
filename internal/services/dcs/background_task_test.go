package dcs

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// Which calls each poll of a task of 100 seconds makes, and what it returns: T is the task list, P the progress.
func TestPollTask(t *testing.T) {
	// In the fake time of synctest all tests begin at this time.
	running := poll.Status{State: poll.Running, Raw: "EXECUTING", Name: "EXTEND", BeginTime: "2000-01-01T00:00:00.000Z"}
	changed := func(s poll.Status, change func(*poll.Status)) poll.Status {
		change(&s)
		return s
	}
	inProgress := func(percent int64) poll.Status { // of 100 seconds
		return changed(running, func(s *poll.Status) {
			s.Progress, s.Remaining = new(percent), new(time.Duration(100-percent)*time.Second)
			s.Steps = []string{"Migration", "Full"}
		})
	}
	succeeded := changed(running, func(s *poll.Status) {
		s.State, s.Raw, s.Progress, s.EndTime = poll.Succeeded, "SUCCESS", new(int64(100)), "2000-01-01T00:01:40.000Z"
	})
	failed := changed(succeeded, func(s *poll.Status) {
		s.State, s.Raw, s.FailureCode, s.FailureReason = poll.Failed, "FAILED", "DCS.1", "Migration (DCS.1); Full (DCS.1)"
	})
	cancelled := changed(succeeded, func(s *poll.Status) {
		s.State, s.Raw, s.FailureReason = poll.Cancelled, "CANCELED", "Migration; Full"
	})
	withoutReason := changed(failed, func(s *poll.Status) { s.Progress, s.FailureReason = nil, "" })
	paused := changed(running, func(s *poll.Status) { s.State, s.Raw = poll.Unknown, "PAUSED" })
	steps := []dcstest.Step{{Name: "Pre-check."}, {Name: "Migration.", SubSteps: []string{"Full."}}}
	withSteps := dcstest.Task{Steps: steps}
	ends := func(status, code string) dcstest.Task {
		return dcstest.Task{Steps: steps, Timeline: simulator.Timeline{End: status}, ErrorCode: code}
	}

	type pollOf struct {
		at    time.Duration // since the task began
		calls string
		want  poll.Status
		err   string // its kind
	}
	for _, test := range []struct {
		name   string
		task   dcstest.Task
		faults []simulator.Fault
		polls  []pollOf
	}{
		{
			name: "with progress", task: withSteps,
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 60*time.Second - 1, calls: "P", want: inProgress(59)},
				{at: 60 * time.Second, calls: "PT", want: inProgress(60)}, // the list is a minute old
				{at: 61 * time.Second, calls: "P", want: inProgress(61)},
				{at: 100 * time.Second, calls: "PT", want: succeeded},
			},
		},
		{name: "ended", task: withSteps, polls: []pollOf{{at: time.Hour, calls: "T", want: succeeded}}},
		{
			name: "fails", task: ends("FAILED", "DCS.1"),
			polls: []pollOf{{at: 0, calls: "T", want: running}, {at: time.Hour, calls: "PTP", want: failed}},
		},
		{name: "is cancelled", task: ends("CANCELED", ""), polls: []pollOf{{at: time.Hour, calls: "TP", want: cancelled}}},
		{
			name: "without progress", task: dcstest.Task{},
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 60 * time.Second, calls: "T", want: running},
				{at: time.Hour, calls: "T", want: changed(succeeded, func(s *poll.Status) { s.Progress = nil })},
			},
		},
		{
			name: "without progress, fails", task: dcstest.Task{Timeline: simulator.Timeline{End: "FAILED"}, ErrorCode: "DCS.1"},
			polls: []pollOf{{at: time.Hour, calls: "T", want: withoutReason}},
		},
		{
			name: "progress is refused three times, and so for good", task: withSteps,
			faults: []simulator.Fault{{Path: "/progress", Status: 400, Body: `{"error_code":"DCS.4094"}`}},
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 50 * time.Second, calls: "PT", want: running},
				{at: 51 * time.Second, calls: "T", want: running},
				{at: 52 * time.Second, calls: "PT", want: running},
				{at: 53 * time.Second, calls: "T", want: running},
				{at: 54 * time.Second, calls: "PT", want: running},
				{at: 55 * time.Second, calls: "T", want: running},
				{at: 56 * time.Second, calls: "T", want: running},
				{at: time.Hour, calls: "T", want: succeeded},
			},
		},
		{
			name: "one page of a proxy instead of the progress", task: withSteps,
			faults: []simulator.Fault{{Path: "/progress", Body: "<html>", Times: 1}},
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 50 * time.Second, calls: "PT", want: running},
				{at: 55 * time.Second, calls: "T", want: running},
				{at: 60 * time.Second, calls: "P", want: inProgress(60)},
			},
		},
		{
			name: "progress is not found yet", task: withSteps,
			faults: []simulator.Fault{{Path: "/progress", Status: 404, Times: 1}},
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 50 * time.Second, calls: "PT", want: running},
				{at: 55 * time.Second, calls: "T", want: running},
				{at: 60 * time.Second, calls: "P", want: inProgress(60)},
			},
		},
		{
			name: "progress fails: the list is read after a minute", task: withSteps,
			faults: []simulator.Fault{{Path: "/progress", Status: 503}},
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 1 * time.Second, calls: "P", err: "transient"},
				{at: 60*time.Second - 1, calls: "P", err: "transient"},
				{at: 60 * time.Second, calls: "PT", want: running},
				{at: 70 * time.Second, calls: "T", want: running},
				{at: 80 * time.Second, calls: "P", err: "transient"},
			},
		},
		{
			name: "progress of a task that was cancelled before its first step", task: ends("CANCELED", ""),
			faults: []simulator.Fault{
				{Path: "/progress", Body: `{"progress":0,"step_details":[{"step_name":"Pre-check.","step_status":"WAITING"}]}`},
				{
					Path: "/tasks", Times: 1,
					Body: `{"task_count":1,"tasks":[{"id":"t","name":"EXTEND","status":"CREATED","created_at":"2000-01-01T00:00:00.000Z"}]}`,
				},
			},
			polls: []pollOf{
				{at: 200 * time.Second, calls: "T", want: changed(running, func(s *poll.Status) { s.Raw = "CREATED" })},
				{at: 230 * time.Second, calls: "P", want: changed(running, func(s *poll.Status) { s.Raw, s.Progress = "CREATED", new(int64(0)) })},
				{at: 260 * time.Second, calls: "PTP", want: changed(cancelled, func(s *poll.Status) {
					s.Progress, s.FailureReason = new(int64(0)), ""
				})},
			},
		},
		{
			// How the task ended is known, if not why.
			name: "fails, and so does its progress", task: ends("FAILED", "DCS.1"),
			faults: []simulator.Fault{{Path: "/progress", Status: 503}},
			polls:  []pollOf{{at: time.Hour, calls: "TP", want: withoutReason}},
		},
		{
			name: "fails, and its progress is refused", task: ends("FAILED", "DCS.1"),
			faults: []simulator.Fault{{Path: "/progress", Status: 400}},
			polls:  []pollOf{{at: time.Hour, calls: "TP", want: withoutReason}},
		},
		{
			// All steps have ended, but the list decides.
			name: "progress is ahead", task: withSteps,
			faults: []simulator.Fault{{Path: "/progress", Body: `{"progress":100,"step_details":[{"step_status":"FINISH"}]}`}},
			polls: []pollOf{
				{at: 0, calls: "T", want: running},
				{at: 50 * time.Second, calls: "PT", want: changed(running, func(s *poll.Status) { s.Progress = new(int64(100)) })},
				{at: 51 * time.Second, calls: "PT", want: changed(running, func(s *poll.Status) { s.Progress = new(int64(100)) })},
			},
		},
		{
			name: "unknown status", task: ends("PAUSED", ""),
			faults: []simulator.Fault{{Path: "/progress", Body: `{}`}},
			polls:  []pollOf{{at: time.Hour, calls: "T", want: paused}, {at: time.Hour, calls: "PT", want: paused}},
		},
		{name: "list fails", faults: []simulator.Fault{{Status: 503}}, polls: []pollOf{{at: 0, calls: "T", err: "transient"}}},
		{
			name: "not in the list", faults: []simulator.Fault{{Body: `{"tasks":[{"id":"other","status":"SUCCESS"}]}`}},
			polls: []pollOf{{at: 0, calls: "TT", err: "not found"}},
		},
		{
			name: "values of other types, of another task too",
			faults: []simulator.Fault{{
				Body: `{"task_count":2,"tasks":[{"id":"o","details":"","status":{}},{"id":"t","status":"EXECUTING","name":{},"created_at":[]}]}`,
			}},
			polls: []pollOf{{at: 0, calls: "T", want: poll.Status{State: poll.Running, Raw: "EXECUTING"}}},
		},
		{
			name: "twice in the list", task: withSteps,
			faults: []simulator.Fault{{Body: `{"task_count":2,"tasks":[{"id":"T","status":"SUCCESS"},{"id":"t","status":"EXECUTING"}]}`}},
			polls:  []pollOf{{at: 0, calls: "T", want: poll.Status{State: poll.Running, Raw: "EXECUTING"}}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				s := servicestest.New(simulator.Options{})
				test.task.InstanceID, test.task.ID, test.task.Name = "i", "t", "EXTEND"
				test.task.Begin, test.task.Takes = begin, 100*time.Second
				s.Add(test.task)
				s.InjectFault(test.faults...)
				pollTask := backgroundTask.NewPoll(simulatortest.MemoryClient(t, s), simulatortest.Target, []string{"i", "t"}, taskStatuses)
				for _, p := range test.polls {
					time.Sleep(time.Until(begin.Add(p.at)))
					s.Forget()
					got, err := pollTask(t.Context())
					if diff := cmp.Diff(p.want, got, polltest.IgnoreResponse); diff != "" {
						t.Errorf("at %s: status (- want, + got):\n%s", p.at, diff)
					}
					if polltest.Kind(err) != p.err {
						t.Errorf("at %s: got error %#v, want kind %q", p.at, err, p.err)
					}
					calls := ""
					for _, r := range s.Requests() {
						if strings.HasSuffix(r.Path, "/progress") {
							calls += "P"
						} else {
							calls += "T"
						}
					}
					if calls != p.calls {
						t.Errorf("at %s: got calls %s, want %s", p.at, calls, p.calls)
					}
				}
			})
		})
	}
}

// The request for the reason of a failure ends after five seconds, and with the wait.
func TestReasonIsNotAwaited(t *testing.T) {
	for timeout, longest := range map[time.Duration]time.Duration{time.Hour: 5 * time.Second, 2 * time.Second: 2 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := servicestest.New(simulator.Options{})
			s.InjectFault(
				simulator.Fault{Path: "/progress", Delay: simulator.Duration(time.Minute)},
				simulator.Fault{Body: `{"tasks":[{"id":"t","status":"FAILED"}]}`})
			pollTask := backgroundTask.NewPoll(simulatortest.MemoryClient(t, s), simulatortest.Target, []string{"i", "t"}, taskStatuses)
			begin := time.Now()
			r, err := poll.Wait(t.Context(), new(poll.Requests), pollTask, poll.Options{Timeout: timeout})
			if took := time.Since(begin); err != nil || r.Outcome != poll.OutcomeFailed || took > longest {
				t.Errorf("timeout %s: got outcome %q, error %v after %s; want failed within %s", timeout, r.Outcome, err, took, longest)
			}
		})
	}
}

// Which pages of a long list are read for a task, as offset/limit, and as "window" those of the tasks since a day before it began.
func TestPagesOfAPoll(t *testing.T) {
	const id = "t"
	page := func(first, n int, ids ...string) simulator.Fault {
		tasks := make([]string, n)
		for i := range tasks {
			id := fmt.Sprint(first + i)
			if i < len(ids) {
				id = ids[i]
			}
			tasks[i] = fmt.Sprintf(`{"id":%q,"status":"EXECUTING","enable_show":false,"created_at":"2026-11-20T10:30:00.123Z"}`, id)
		}
		return simulator.Fault{Body: `{"task_count":3000,"tasks":[` + strings.Join(tasks, ",") + `]}`, Times: 1}
	}
	window := func(ids ...string) simulator.Fault {
		fault := page(0, len(ids), ids...)
		fault.Body = strings.Replace(fault.Body, "3000", fmt.Sprint(len(ids)), 1)
		return fault
	}
	refused := simulator.Fault{Status: 400, Times: 1}
	for _, test := range []struct {
		name  string
		polls [][]simulator.Fault // with which the requests of each poll are answered
		pages [][]string
		errs  []string // the kinds of their errors; nil: there are none
	}{
		{
			name:  "on the first page, then in the window",
			polls: [][]simulator.Fault{{page(0, 1000, id)}, {window("new", id)}},
			pages: [][]string{{"0/1000"}, {"window 0/1000"}},
		},
		{
			name:  "found on the second page, then in the window",
			polls: [][]simulator.Fault{{page(0, 1000), page(1000, 1000, id)}, {window(id)}},
			pages: [][]string{{"0/1000", "1000/1000"}, {"window 0/1000"}},
		},
		{
			name:  "not in the window: searched from the start again",
			polls: [][]simulator.Fault{{page(0, 1000, id)}, {window("new"), page(0, 1000), page(1000, 10, id)}, {window(id)}},
			pages: [][]string{{"0/1000"}, {"window 0/1000", "0/1000", "1000/1000"}, {"window 0/1000"}},
		},
		{
			name:  "gone",
			polls: [][]simulator.Fault{{page(0, 1000, id)}, {window(), page(0, 1000), page(0, 0)}},
			pages: [][]string{{"0/1000"}, {"window 0/1000", "0/1000", "1000/1000"}},
			errs:  []string{"", "not found"},
		},
		{
			name:  "before the list repeats itself",
			polls: [][]simulator.Fault{{page(0, 1000), page(0, 1000, id)}},
			pages: [][]string{{"0/1000", "1000/1000"}},
		},
		{
			name:  "not there when the list repeats itself",
			polls: [][]simulator.Fault{{page(0, 1000), page(0, 1000)}},
			pages: [][]string{{"0/1000", "1000/1000"}},
			errs:  []string{"invalid"},
		},
		{
			name:  "the window is not a list any more",
			polls: [][]simulator.Fault{{page(0, 1000, id)}, {{Body: `{"task_count":1}`, Times: 1}}, {window(id)}},
			pages: [][]string{{"0/1000"}, {"window 0/1000"}, {"window 0/1000"}},
			errs:  []string{"", "invalid", ""},
		},
		{
			name:  "the window fails: asked for again",
			polls: [][]simulator.Fault{{page(0, 1000, id)}, {{Status: 503, Times: 1}}, {window(id)}},
			pages: [][]string{{"0/1000"}, {"window 0/1000"}, {"window 0/1000"}},
			errs:  []string{"", "transient", ""},
		},
		{
			name:  "another task without an ID before it",
			polls: [][]simulator.Fault{{{Body: `{"tasks":[{"status":"SUCCESS"}]}`, Times: 1}, page(1000, 1000, id)}},
			pages: [][]string{{"0/1000", "1/1000"}},
		},
		{
			name: "another task without an ID, and none with it",
			polls: [][]simulator.Fault{
				{{Body: `{"tasks":[{"status":"SUCCESS"}]}`, Times: 1}, {Body: `{"tasks":[{"id":"0"}]}`, Times: 1}, {Body: `{}`, Times: 1}},
			},
			pages: [][]string{{"0/1000", "1/1000", "2/1000"}},
			errs:  []string{"invalid"},
		},
		{
			name:  "not there, and no list behind the last task",
			polls: [][]simulator.Fault{{{Body: `{"tasks":[{"id":"0"}]}`, Times: 1}, {Body: `{}`, Times: 1}}},
			pages: [][]string{{"0/1000", "1/1000"}},
			errs:  []string{"not found"},
		},
		{
			name:  "a refusal after pages of 1,000 is not about their size",
			polls: [][]simulator.Fault{{page(0, 1000, id)}, {refused}, {window(id)}},
			pages: [][]string{{"0/1000"}, {"window 0/1000"}, {"window 0/1000"}},
			errs:  []string{"", "invalid", ""},
		},
		{
			name: "pages of 1,000 are refused, which is remembered while the task is not there yet",
			polls: [][]simulator.Fault{
				{refused, {Body: `{"tasks":[]}`, Times: 1}}, {{Body: `{"tasks":[]}`, Times: 1}}, {page(0, 100, id)},
			},
			pages: [][]string{{"0/1000", "0/100"}, {"0/100"}, {"0/100"}},
			errs:  []string{"not found", "not found", ""},
		},
		{
			name:  "pages of 1,000 are refused, which is remembered",
			polls: [][]simulator.Fault{{refused, page(0, 100), page(100, 100, id)}, {window(id)}},
			pages: [][]string{{"0/1000", "0/100", "100/100"}, {"window 0/100"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			pollTask := backgroundTask.NewPoll(simulatortest.Client(t, address), simulatortest.Target, []string{"i", id}, taskStatuses)
			for i, faults := range test.polls {
				s.Forget()
				s.InjectFault(faults...)
				want := ""
				if test.errs != nil {
					want = test.errs[i]
				}
				if _, err := pollTask(t.Context()); polltest.Kind(err) != want {
					t.Errorf("poll %d: got error %v, want kind %q", i, err, want)
				}
				var pages []string
				for _, r := range s.Requests() {
					query, err := url.ParseQuery(r.Query)
					if err != nil {
						t.Fatal(err)
					}
					text := query.Get("offset") + "/" + query.Get("limit")
					if query.Get("start_time") == "20261119100000" {
						text = "window " + text
					}
					pages = append(pages, text)
				}
				if diff := cmp.Diff(test.pages[i], pages); diff != "" {
					t.Errorf("poll %d: pages (- want, + got):\n%s", i, diff)
				}
			}
		})
	}
}

// What a poll takes from a progress, which may be nonsense.
func TestProgressOfAPoll(t *testing.T) {
	number := func(n int64) *lenient.Int64 { return new(lenient.Int64(n)) }
	step := func(name, status string) Step { return Step{StepName: str(name), StepStatus: str(status)} }
	for _, test := range []struct {
		name     string
		progress Progress
		want     poll.Status
	}{
		{name: "nothing", progress: Progress{}, want: poll.Status{}},
		{
			name: "zero", progress: Progress{Progress: number(0), RemainTime: number(0)},
			want: poll.Status{Progress: new(int64(0)), Remaining: new(time.Duration(0))},
		},
		{name: "end", progress: Progress{Progress: number(100)}, want: poll.Status{Progress: new(int64(100))}},
		{name: "negative", progress: Progress{Progress: number(-1), RemainTime: number(-1)}, want: poll.Status{}},
		{name: "too much", progress: Progress{Progress: number(101), RemainTime: number(1_000_000_001)}, want: poll.Status{}},
		{
			name: "longest remaining time", progress: Progress{RemainTime: number(1_000_000_000)},
			want: poll.Status{Remaining: new(1_000_000_000 * time.Second)},
		},
		{
			name: "steps in progress",
			progress: Progress{StepDetails: []Step{
				step("Ended.", "FINISH"), step("Waits.", "waiting"), step("Runs.", "EXECUTING"), step("Pauses", "SUSPEND"), step("Unknown.", "?"),
			}},
			want: poll.Status{Steps: []string{"Runs", "Pauses"}},
		},
	} {
		poller := taskPoller{statuses: taskStatuses, last: poll.Status{Raw: "EXECUTING"}}
		test.want.Raw = "EXECUTING"
		if diff := cmp.Diff(test.want, poller.withProgress(test.progress, cloud.Response{})); diff != "" {
			t.Errorf("%s: status (- want, + got):\n%s", test.name, diff)
		}
	}
}

// Steps suggest that their task has ended if one failed, or if none is left.
func TestSuggestsEnd(t *testing.T) {
	for statuses, want := range map[string]bool{
		"":                  true,
		"FINISH":            true,
		"FINISH,FINISH":     true,
		"?":                 true,
		"FINISH,EXECUTING":  false,
		"EXECUTING,WAITING": false,
		"SUSPEND":           false,
		"?,WAITING":         false,
		"FINISH,FAILED":     true,
		"FAILED,WAITING":    true,
		"CANCELED,WAITING":  true,
	} {
		var p Progress
		for status := range strings.SplitSeq(statuses, ",") {
			if status != "" {
				p.StepDetails = append(p.StepDetails, Step{StepStatus: str(status)})
			}
		}
		if got := p.suggestsEnd(); got != want {
			t.Errorf("steps %q: got %v, want %v", statuses, got, want)
		}
	}
}

func TestPollJob(t *testing.T) {
	const path = "/v2/" + simulator.DefaultProjectID + "/jobs/j"
	polltest.Check(t, job, []string{"j"}, "dcs", path, []polltest.Case{
		{
			Name: "running", Response: simulator.Fault{Body: `{"job_type":"swap","status":"RUNNING","begin_time":"1684191545379"}`},
			Want: poll.Status{State: poll.Running, Raw: "RUNNING", Name: "swap", BeginTime: "1684191545379"},
		},
		{
			Name: "failed", Response: simulator.Fault{Body: `{"status":"FAIL","end_time":"1684191548248","fail_reason":"no standby"}`},
			Want: poll.Status{State: poll.Failed, Raw: "FAIL", EndTime: "1684191548248", FailureReason: "no standby"},
		},
		{Name: "unknown ID", Err: "not found"},
		{Name: "another job", Response: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, Err: "invalid"},
	})
}

// The statuses of the reference pages.
func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, jobStatuses, map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running, "SUCCESS": poll.Succeeded, "FAIL": poll.Failed, "FAILED": poll.Failed,
	})
	polltest.CheckStatuses(t, taskStatuses, map[string]poll.State{
		"CREATED": poll.Running, "WAITING": poll.Running, "EXECUTING": poll.Running, "SUCCESS": poll.Succeeded,
		"FAILED": poll.Failed, "FAIL": poll.Failed, "DELETED": poll.Cancelled, "CANCELLED": poll.Cancelled, "CANCELED": poll.Cancelled,
	})
	polltest.CheckStatuses(t, stepStatuses, map[string]poll.State{
		"WAITING": poll.Running, "EXECUTING": poll.Running, "SUSPEND": poll.Running, "FINISH": poll.Succeeded,
		"FAILED": poll.Failed, "CANCELED": poll.Cancelled,
	})
}
