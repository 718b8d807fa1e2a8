package polltest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// An InstanceCase is the response of a call that reads an instance, and what it says of it.
type InstanceCase struct {
	Name     string
	Response simulator.Fault
	Want     poll.Instance // without the endpoint and the request ID
	Err      string        // the Kind of its error
}

// CheckInstance reads the instance with the ID "i" once for each case. Each read makes one request of this path, which may have a query.
func CheckInstance(t *testing.T, i *service.Instance, path string, cases []InstanceCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(c.Response)
			got, err := i.Get(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", service.Statuses{})
			if diff := cmp.Diff(c.Want, got, cmpopts.IgnoreFields(poll.Instance{}, "Endpoint", "RequestID")); diff != "" {
				t.Errorf("instance (- want, + got):\n%s", diff)
			}
			if got := Kind(service.PollError(err)); got != c.Err {
				t.Errorf("got error %v, want kind %q", err, c.Err)
			}
			checkRequest(t, s, path)
		})
	}
}

// checkRequest checks that there was one request, of a path that may have a query.
func checkRequest(t *testing.T, s *simulator.Simulator, want string) {
	t.Helper()
	var got []string
	for _, r := range s.Requests() {
		request := r.Path
		if r.Query != "" {
			request += "?" + r.Query
		}
		got = append(got, request)
	}
	if diff := cmp.Diff([]string{want}, got); diff != "" {
		t.Errorf("requests (- want, + got):\n%s", diff)
	}
}

// A ListCase is a list of the tasks of the instance "i" for a wait.
type ListCase struct {
	Body  string      // of the response
	Want  []poll.Task // without what IgnoreResponse leaves out
	Whole string      // path and query of the request for the whole list, on 2000-01-01
	Since string      // likewise for the tasks since 1999-12-31 10:00 UTC
}

// CheckList lists the tasks of an instance: all, and those since a time. A response without a list is an error.
func CheckList(t *testing.T, i *service.Instance, c ListCase) {
	t.Helper()
	since := time.Date(1999, 12, 31, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		since time.Time
		path  string
	}{{name: "whole", path: c.Whole}, {name: "since", since: since, path: c.Since}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // so that it is 2000-01-01
				s := servicestest.New(simulator.Options{})
				s.InjectFault(simulator.Fault{Body: c.Body, Times: 1}, simulator.Fault{Body: "{}"})
				list := i.Tasks.NewList(simulatortest.MemoryClient(t, s), simulatortest.Target, "i", i.Tasks.Statuses)
				got, _, err := list(t.Context(), test.since)
				if diff := cmp.Diff(c.Want, got.Tasks, IgnoreResponse, cmpopts.IgnoreFields(poll.Task{}, "Changed")); err != nil || diff != "" {
					t.Errorf("got error %v, tasks (- want, + got):\n%s", err, diff)
				}
				checkRequest(t, s, test.path)
				if _, _, err := list(t.Context(), test.since); Kind(service.PollError(err)) != "invalid" {
					t.Errorf("no list: got error %v, want kind invalid", err)
				}
			})
		})
	}
}

// ListedInstance returns the cases of a database service, which lists instances by a query with an ID, for a status at rest, one at work,
// and one that is not well.
func ListedInstance(rest, working, unwell string) []InstanceCase {
	list := func(status string) simulator.Fault {
		return simulator.Fault{Body: `{"instances":[{"id":"other","status":"` + rest + `"},{"id":"I","status":"` + status + `","actions":[]}]}`}
	}
	return []InstanceCase{
		{Name: "at rest", Response: list(rest), Want: poll.Instance{Status: rest, Condition: poll.AtRest}},
		{Name: "at work", Response: list(working), Want: poll.Instance{Status: working, Condition: poll.AtWork}},
		{Name: "an unknown status", Response: list("DANCING"), Want: poll.Instance{Status: "DANCING", Condition: poll.AtWork}},
		{Name: "not well", Response: list(unwell), Want: poll.Instance{Status: unwell, Condition: poll.Unwell}},
		{
			Name:     "at rest, but with actions",
			Response: simulator.Fault{Body: `{"instances":[{"id":"i","status":"` + rest + `","actions":["REBOOT","BACKUP"]}]}`},
			Want:     poll.Instance{Status: rest, Condition: poll.AtRest, Work: "actions REBOOT, BACKUP"},
		},
		{
			Name:     "at rest, with actions of another form",
			Response: simulator.Fault{Body: `{"instances":[{"id":"i","status":"` + rest + `","actions":{"REBOOT":"9%"}}]}`},
			Want:     poll.Instance{Status: rest, Condition: poll.AtRest, Work: "actions of an unknown form"},
		},
		{Name: "no status", Response: list(""), Err: "invalid"},
		{Name: "no list", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "not listed", Response: simulator.Fault{Body: `{"instances":[]}`}, Err: "not found"},
		{
			Name: "another instance", Response: simulator.Fault{Body: `{"instances":[{"id":"other","status":"` + rest + `"}]}`}, Err: "not found",
		},
	}
}
