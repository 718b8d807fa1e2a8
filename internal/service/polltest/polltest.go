// Package polltest checks what the polls of a job return.
package polltest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// A Case is the response to one poll, and what the poll returns.
type Case struct {
	Name     string
	Response simulator.Fault // default: that of a cloud without jobs
	Want     poll.Status     // without what IgnoreResponse leaves out
	Err      string          // the Kind of its error
}

// Check polls a job with these IDs once for each case. Each poll makes one request: to this endpoint, of this path, which may have a query.
func Check(t *testing.T, job service.Job, ids []string, endpoint, path string, cases []Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			if c.Response.Body != "" || c.Response.Status != 0 {
				s.InjectFault(c.Response)
			}
			got, err := job.NewPoll(simulatortest.Client(t, address), simulatortest.Target, ids, job.Statuses)(t.Context())
			if diff := cmp.Diff(c.Want, got, IgnoreResponse); diff != "" {
				t.Errorf("status (- want, + got):\n%s", diff)
			}
			if Kind(err) != c.Err {
				t.Errorf("got error %#v, want kind %q", err, c.Err)
			}
			wantPath, wantQuery, _ := strings.Cut(path, "?")
			if r := s.Requests(); len(r) != 1 || string(r[0].Service) != endpoint || r[0].Path != wantPath || r[0].Query != wantQuery {
				t.Errorf("got requests %+v, want one to %s of %s", r, endpoint, path)
			}
		})
	}
}

// IgnoreResponse leaves out of a comparison what Statuses.Complete takes from a response, which is tested there.
var IgnoreResponse = cmpopts.IgnoreFields(poll.Status{}, "Endpoint", "RequestID", "Begin", "End", "Age", "EndedFor", "Blocked")

// Kind returns what an error of a poll means to a wait: the name of its kind, "final", or "" if there is none.
func Kind(err error) string {
	var failed *poll.Error
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &failed):
		return "final"
	}
	return map[poll.Kind]string{
		poll.Transient: "transient", poll.NoResponse: "no response", poll.Unreachable: "unreachable", poll.NotFound: "not found",
		poll.Invalid: "invalid", poll.Forbidden: "forbidden", poll.Rejected: "rejected",
	}[failed.Kind]
}

// CheckStatuses checks that statuses mean these states: those of the reference page.
func CheckStatuses(t *testing.T, statuses service.Statuses, want map[string]poll.State) {
	t.Helper()
	for status, state := range want {
		if got := statuses.Classify(status); got != state {
			t.Errorf("%s: got state %d, want %d", status, got, state)
		}
	}
	all := slices.Concat(statuses.Running, statuses.Blocked, statuses.Succeeded, statuses.Failed, statuses.Cancelled)
	if got, n := len(all), len(want); got != n {
		t.Errorf("got %d statuses, want %d", got, n)
	}
}
