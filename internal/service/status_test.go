package service

import (
	"errors"
	"net"
	"reflect"
	"testing"
	"time"

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

// Of several entries that match, the one counts that claims least.
func TestWorst(t *testing.T) {
	type entry struct {
		id     string
		status string
	}
	mine := func(status string) entry { return entry{id: "mine", status: status} }
	other := entry{id: "other", status: "RUNNING"}
	for _, test := range []struct {
		name    string
		entries []entry
		want    int
	}{
		{name: "no entries", entries: nil, want: -1},
		{name: "no entry that matches", entries: []entry{other, other}, want: -1},
		{name: "one entry", entries: []entry{other, mine("SUCCESS"), other}, want: 1},
		{name: "running before unknown", entries: []entry{mine("PAUSED"), mine("RUNNING")}, want: 1},
		{name: "unknown before failed", entries: []entry{mine("FAIL"), mine("PAUSED")}, want: 1},
		{name: "failed before cancelled", entries: []entry{mine("CANCELLED"), mine("FAIL")}, want: 1},
		{name: "cancelled before succeeded", entries: []entry{mine("SUCCESS"), mine("CANCELLED")}, want: 1},
		{name: "the first of equal ones", entries: []entry{other, mine("FAIL"), mine("FAIL")}, want: 1},
	} {
		got := Worst(test.entries, func(e entry) bool { return e.id == "mine" }, func(e entry) poll.State { return statuses.Classify(e.status) })
		if got != test.want {
			t.Errorf("%s: got index %d, want %d", test.name, got, test.want)
		}
	}
}

// What the error of a request means to a wait.
func TestClassifyError(t *testing.T) {
	codes := &cloud.Codes{Throttled: []string{"X.1"}, NotFound: []string{"X.2"}, ParentNotFound: []string{"X.3"}}
	unknownHost := &net.DNSError{Err: "no such host", Name: "dcs.nowhere.example.com", IsNotFound: true}
	noProject := func(e cloud.Error) error { return &cloud.ProjectError{Name: "p", Err: &e} }
	noToken := func(e cloud.Error) error { return &cloud.CredentialsError{Provider: cloud.Metadata{}, Err: &e} }
	transient := func(err error) error { return &poll.TransientError{Err: err} }
	transientIfSeen := func(err error) error { return &poll.TransientError{Err: err, OnlyIfSeen: true} }
	notFound := func(err error) error { return &poll.NotFoundError{Err: err} }
	noParent := func(err error) error { return &poll.NotFoundError{Err: err, ParentMissing: true} }
	for _, test := range []struct {
		name string
		err  error
		want func(error) error // nil: the error as it is, which ends the wait
	}{
		{name: "no error"},
		{name: "not about a request", err: errors.New("something else")},
		{name: "connection reset", err: &cloud.Error{Err: errors.New("reset")}, want: transient},
		{
			name: "throttled for a time", err: &cloud.Error{Status: 429, RetryAfter: time.Minute},
			want: func(err error) error { return &poll.TransientError{Err: err, RetryAfter: time.Minute} },
		},
		{name: "throttled by a 404", err: &cloud.Error{Status: 404, Code: "X.1", Codes: codes}, want: transient},
		{name: "unusual server error", err: &cloud.Error{Status: 521}, want: transient},
		{name: "unknown host", err: &cloud.Error{Err: unknownHost}, want: transientIfSeen},
		{name: "job not found", err: &cloud.Error{Status: 404, Code: "DCS.9"}, want: notFound},
		{name: "job not found by a 400", err: &cloud.Error{Status: 400, Code: "X.2", Codes: codes}, want: notFound},
		{name: "instance not found", err: &cloud.Error{Status: 404, Code: "X.3", Codes: codes}, want: noParent},
		{name: "code of an instance not found with another status", err: &cloud.Error{Status: 403, Code: "X.3", Codes: codes}},
		{name: "API not published", err: &cloud.Error{Status: 404, Code: "APIGW.0101"}},
		{name: "a 404 that breaks off", err: &cloud.Error{Status: 404, Err: errors.New("EOF")}},
		{name: "forbidden", err: &cloud.Error{Status: 403}},
		{name: "answer of another form", err: &cloud.Error{Status: 200, Err: errors.New("not JSON")}},
		{name: "IAM fails", err: noProject(cloud.Error{Service: cloud.IAM, Status: 503}), want: transient},
		{name: "project not found", err: noProject(cloud.Error{Service: cloud.IAM, Status: 404})},
		{name: "credentials not found", err: noToken(cloud.Error{Service: cloud.IAM, Status: 404})},
		{
			name: "no instance metadata", err: noToken(cloud.Error{Service: cloud.IMDS, Err: errors.New("no route to host")}),
			want: transientIfSeen,
		},
		{name: "instance metadata fails", err: noToken(cloud.Error{Service: cloud.IMDS, Status: 503}), want: transient},
	} {
		want := test.err
		if test.want != nil {
			want = test.want(test.err)
		}
		if got := ClassifyError(test.err); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, want %#v", test.name, got, want)
		}
	}
}

func TestCheckJobID(t *testing.T) {
	for _, test := range []struct {
		name      string
		responded *lenient.String
		err       string
	}{
		{name: "same ID", responded: new(lenient.String("Mine"))},
		{name: "other case", responded: new(lenient.String("mINE"))},
		{name: "no ID", responded: nil},
		{name: "empty ID", responded: new(lenient.String(""))},
		{name: "other ID", responded: new(lenient.String("other")), err: `the service answered with job "other" instead`},
	} {
		got := ""
		if err := checkJobID("Mine", &test.responded); err != nil {
			got = err.Error()
		}
		if got != test.err {
			t.Errorf("%s: got error %q, want %q", test.name, got, test.err)
		}
		if test.err == "" && Deref(test.responded) != "Mine" {
			t.Errorf("%s: got ID %q, want the requested one", test.name, Deref(test.responded))
		}
	}
}
