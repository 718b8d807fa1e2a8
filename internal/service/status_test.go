package service

import (
	"crypto/tls"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

var statuses = Statuses{
	Running: []string{"RUNNING", "WAITING"}, Succeeded: []string{"SUCCESS"}, Failed: []string{"FAIL"}, Cancelled: []string{"CANCELLED"},
}

func TestClassify(t *testing.T) {
	for status, want := range map[string]poll.State{
		"RUNNING": poll.Running, "waiting": poll.Running, "Success": poll.Succeeded, "FAIL": poll.Failed, "cancelled": poll.Cancelled,
		"PAUSED": poll.Unknown, "": poll.Unknown, "ſUCCESS": poll.Unknown, "done": poll.Unknown,
	} {
		if got := statuses.Classify(status); got != want {
			t.Errorf("%q: got state %d, want %d", status, got, want)
		}
	}
	extended := statuses.Extend([]string{"Done", "running"}, []string{"BROKEN", "waiting"})
	for status, want := range map[string]poll.State{
		"done": poll.Succeeded, "SUCCESS": poll.Succeeded, "broken": poll.Failed, "FAIL": poll.Failed,
		"RUNNING": poll.Succeeded, "WAITING": poll.Failed, // the user knows better
	} {
		if got := extended.Classify(status); got != want {
			t.Errorf("%q, extended: got state %d, want %d", status, got, want)
		}
	}
}

// Of several tasks with the ID, the one counts that claims least. A task that may be there is not "not found".
func TestFindTask(t *testing.T) {
	type task struct{ id, status string }
	mine := func(status string) task { return task{id: "Mine", status: status} }
	other := task{id: "other", status: "RUNNING"}
	const notFound = "the service does not list this task"
	for _, test := range []struct {
		name  string
		tasks []task
		want  string // status
		err   string
	}{
		{name: "one task", tasks: []task{other, mine("SUCCESS"), other}, want: "SUCCESS"},
		{name: "another letter case", tasks: []task{{id: "mINE", status: "FAIL"}}, want: "FAIL"},
		{name: "running before unknown", tasks: []task{mine("PAUSED"), mine("RUNNING")}, want: "RUNNING"},
		{name: "unknown before failed", tasks: []task{mine("FAIL"), mine("PAUSED")}, want: "PAUSED"},
		{name: "failed before cancelled", tasks: []task{mine("CANCELLED"), mine("FAIL")}, want: "FAIL"},
		{name: "cancelled before succeeded", tasks: []task{mine("SUCCESS"), mine("CANCELLED")}, want: "CANCELLED"},
		{name: "the first of two with the same state", tasks: []task{mine("FAIL"), mine("fail")}, want: "FAIL"},
		{name: "beside a task without an ID", tasks: []task{{}, mine("RUNNING")}, want: "RUNNING"},
		{name: "no tasks", tasks: []task{}, err: notFound},
		{name: "no task with this ID", tasks: []task{other, other}, err: notFound},
		{name: "a task without an ID", tasks: []task{other, {}}, err: "the answer has a task without an ID, and none with this one"},
		{name: "no list", tasks: nil, err: "the answer has no tasks"},
	} {
		status := func(task task) poll.Task { return poll.Task{ID: task.id, Status: poll.Status{Raw: task.status}} }
		got, err := FindTask(test.tasks, "Mine", status, statuses)
		text := ""
		if err != nil {
			text = err.Error()
		}
		_, isNotFound := errors.AsType[*cloud.NotFoundError](err)
		if got.status != test.want || text != test.err || isNotFound != (text == notFound) {
			t.Errorf("%s: got %q, error %#v; want %q, error %q", test.name, got.status, err, test.want, test.err)
		}
	}
}

// What follows from a status word and a response.
func TestComplete(t *testing.T) {
	const begin = "2026-01-01T10:00:00Z"
	at := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		name   string
		status poll.Status
		date   time.Time
		want   poll.Status
	}{
		{
			name: "running: it has no end", date: at(12),
			status: poll.Status{Raw: "RUNNING", BeginTime: begin, EndTime: "2026-01-01T11:00:00Z"},
			want:   poll.Status{State: poll.Running, Raw: "RUNNING", BeginTime: begin, Begin: at(10), Age: new(2 * time.Hour)},
		},
		{
			name: "failed", date: at(12),
			status: poll.Status{Raw: "FAIL", BeginTime: begin, EndTime: "2026-01-01T11:00:00Z"},
			want: poll.Status{
				State: poll.Failed, Raw: "FAIL", BeginTime: begin, EndTime: "2026-01-01T11:00:00Z", Begin: at(10), End: at(11),
				Age: new(2 * time.Hour), EndedFor: new(time.Hour),
			},
		},
		{
			name: "ended in the future", date: at(10), status: poll.Status{Raw: "FAIL", EndTime: "2026-01-01T11:00:00Z"},
			want: poll.Status{State: poll.Failed, Raw: "FAIL", EndTime: "2026-01-01T11:00:00Z", End: at(11)},
		},
		{
			name: "succeeded with a code of success", date: at(12),
			status: poll.Status{Raw: "SUCCESS", FailureCode: "DCS.0", FailureReason: "none"},
			want:   poll.Status{State: poll.Succeeded, Raw: "SUCCESS"},
		},
		{
			name: "began just now", date: at(10), status: poll.Status{Raw: "RUNNING", BeginTime: begin},
			want: poll.Status{State: poll.Running, Raw: "RUNNING", BeginTime: begin, Begin: at(10), Age: new(time.Duration(0))},
		},
		{
			name: "begins in the future", date: at(9), status: poll.Status{Raw: "RUNNING", BeginTime: begin},
			want: poll.Status{State: poll.Running, Raw: "RUNNING", BeginTime: begin, Begin: at(10)},
		},
		{
			name: "the service has no clock", status: poll.Status{Raw: "RUNNING", BeginTime: begin},
			want: poll.Status{State: poll.Running, Raw: "RUNNING", BeginTime: begin, Begin: at(10)},
		},
		{
			name: "no time zone", date: at(12), status: poll.Status{Raw: "RUNNING", BeginTime: "2026-01-01T10:00:00"},
			want: poll.Status{State: poll.Running, Raw: "RUNNING", BeginTime: "2026-01-01T10:00:00"},
		},
	} {
		test.want.Endpoint, test.want.RequestID = "https://dcs.example.com", "r"
		got := statuses.Complete(test.status, cloud.Response{Endpoint: "https://dcs.example.com", RequestID: "r", Date: test.date})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: status (- want, + got):\n%s", test.name, diff)
		}
	}
}

// What the error of a request means to a wait.
func TestPollError(t *testing.T) {
	codes := &cloud.Codes{Throttled: []string{"X.1"}, NotFound: []string{"X.2"}}
	unknownHost := &net.DNSError{Err: "no such host", Name: "dcs.nowhere.example.com", IsNotFound: true}
	noProject := func(e cloud.Error) error { return &cloud.ProjectError{Name: "p", Err: &e} }
	noToken := func(e cloud.Error) error { return &cloud.CredentialsError{Provider: cloud.Metadata{}, Err: &e} }
	const final poll.Kind = -1
	for _, test := range []struct {
		name string
		err  error
		want poll.Kind
	}{
		{name: "not about a request", err: errors.New("something else"), want: final},
		{name: "connection reset", err: &cloud.Error{Err: errors.New("reset")}, want: poll.NoResponse},
		{name: "throttled", err: &cloud.Error{Status: 429}, want: poll.Transient},
		{name: "throttled by a 404", err: &cloud.Error{Status: 404, Code: "X.1", Codes: codes}, want: poll.Transient},
		{name: "unusual server error", err: &cloud.Error{Status: 521}, want: poll.Transient},
		{name: "unknown host", err: &cloud.Error{Err: unknownHost}, want: poll.Unreachable},
		{name: "job not found", err: &cloud.Error{Status: 404, Code: "DCS.9"}, want: poll.NotFound},
		{name: "job not found by a 400", err: &cloud.Error{Status: 400, Code: "X.2", Codes: codes}, want: poll.NotFound},
		{name: "job not found by a 403", err: &cloud.Error{Status: 403, Code: "X.2", Codes: codes}, want: poll.NotFound},
		{name: "job not found by a list", err: &cloud.Error{Status: 200, Err: &cloud.NotFoundError{}}, want: poll.NotFound},
		{name: "forbidden", err: &cloud.Error{Status: 403}, want: poll.Forbidden},
		{name: "API not published", err: &cloud.Error{Status: 404, Code: "APIGW.0101"}, want: poll.Invalid},
		{name: "a 404 that breaks off", err: &cloud.Error{Status: 404, Err: errors.New("EOF")}, want: poll.Invalid},
		{name: "redirect", err: &cloud.Error{Status: 302}, want: poll.Invalid},
		{name: "bad request", err: &cloud.Error{Status: 400}, want: poll.Invalid},
		{name: "answer of another form", err: &cloud.Error{Status: 200, Err: errors.New("not JSON")}, want: poll.Invalid},
		{name: "certificate", err: &cloud.Error{Err: &tls.CertificateVerificationError{Err: errors.New("expired")}}, want: poll.Invalid},
		{name: "credentials of the user are rejected", err: &cloud.Error{Status: 401}, want: final},
		{name: "credentials of the cloud are rejected", err: &cloud.Error{Status: 401, Issued: true}, want: poll.Rejected},
		{name: "proxy wants a password", err: &cloud.Error{Status: 407}, want: final},
		{name: "IAM fails", err: noProject(cloud.Error{Service: cloud.IAM, Status: 503}), want: poll.Transient},
		{name: "project not found", err: noProject(cloud.Error{Service: cloud.IAM, Status: 404}), want: poll.Invalid},
		{name: "projects cannot be listed", err: noProject(cloud.Error{Service: cloud.IAM, Status: 403}), want: poll.Forbidden},
		{name: "password is wrong", err: noToken(cloud.Error{Service: cloud.IAM, Status: 401}), want: final},
		{
			name: "base keys of the cloud are rejected", err: noToken(cloud.Error{Service: cloud.IAM, Status: 401, Issued: true}),
			want: poll.Rejected,
		},
		{name: "credentials not found", err: noToken(cloud.Error{Service: cloud.IAM, Status: 404}), want: poll.Invalid},
		{
			name: "no instance metadata", err: noToken(cloud.Error{Service: cloud.IMDS, Err: errors.New("no route to host")}),
			want: poll.Unreachable,
		},
		{name: "instance metadata fails", err: noToken(cloud.Error{Service: cloud.IMDS, Status: 503}), want: poll.Transient},
	} {
		got := PollError(test.err)
		failed, ok := errors.AsType[*poll.Error](got)
		switch {
		case test.want == final && got != test.err: //nolint:errorlint // the error as it is
			t.Errorf("%s: got %#v, want the error as it is", test.name, got)
		case test.want != final && (!ok || failed.Kind != test.want || failed.Err != test.err): //nolint:errorlint // the error as it is
			t.Errorf("%s: got %#v, want kind %d", test.name, got, test.want)
		}
	}
	for _, status := range []int{429, 404, 403, 400} {
		pausing := &cloud.Error{Status: status, RetryAfter: time.Minute}
		if failed, ok := errors.AsType[*poll.Error](PollError(pausing)); !ok || failed.RetryAfter != time.Minute {
			t.Errorf("HTTP %d with Retry-After: got %#v, want a pause of a minute", status, failed)
		}
	}
}

func TestCheckJobID(t *testing.T) {
	for _, test := range []struct{ name, responded, err string }{
		{name: "same ID", responded: "Mine-1"},
		{name: "other case", responded: "mINE-1"},
		{name: "without hyphens", responded: "Mine1"},
		{name: "no ID", responded: ""},
		{name: "other ID", responded: "other", err: `the service answered with job "other" instead`},
	} {
		got := ""
		if err := checkJobID("Mine-1", new(lenient.String(test.responded))); err != nil {
			got = err.Error()
		}
		if got != test.err {
			t.Errorf("%s: got error %q, want %q", test.name, got, test.err)
		}
	}
}

func TestPercent(t *testing.T) {
	for text, want := range map[string]*int64{
		"0%": new(int64(0)), "100%": new(int64(100)), "35": new(int64(35)), "\t35 %\n": new(int64(35)), "60% ": new(int64(60)),
		"": nil, "%": nil, "-1%": nil, "101%": nil, "9.5%": nil, "half": nil, "9%%": nil,
	} {
		if diff := cmp.Diff(want, Percent(new(lenient.String(text)))); diff != "" {
			t.Errorf("%q (- want, + got):\n%s", text, diff)
		}
	}
	if got := Percent(nil); got != nil {
		t.Errorf("null: got %d, want nil", *got)
	}
}
