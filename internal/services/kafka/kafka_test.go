package kafka_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// ignoreResponse leaves out of a comparison what is tested with the wait.
var ignoreResponse = cmpopts.IgnoreFields(poll.Status{}, "Endpoint", "RequestID")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollTask(t *testing.T) {
	const created, updated = "2020-06-15T08:55:53.606Z", "2020-06-15T08:55:56.600Z"
	body := func(id, status string) string {
		return fmt.Sprintf(`{"tasks":[{"id":%q,"name":"bindEip","status":%q,"created_at":%q,"updated_at":%q}]}`, id, status, created, updated)
	}
	for _, test := range []struct {
		name     string
		fault    simulator.Fault
		want     poll.Status
		notFound bool
	}{
		{
			name: "running: the time of the last change is no end", fault: simulator.Fault{Body: body("t", "EXECUTING")},
			want: poll.Status{State: poll.Running, Raw: "EXECUTING", Name: "bindEip", BeginTime: created},
		},
		{
			name: "unknown status", fault: simulator.Fault{Body: body("t", "PAUSED")},
			want: poll.Status{State: poll.Unknown, Raw: "PAUSED", Name: "bindEip", BeginTime: created},
		},
		{
			name: "ended, ID in the other case", fault: simulator.Fault{Body: body("T", "FAILED")},
			want: poll.Status{State: poll.Failed, Raw: "FAILED", Name: "bindEip", BeginTime: created, EndTime: updated},
		},
		{
			name: "twice: running wins", fault: simulator.Fault{Body: `{"tasks":[{"id":"t","status":"SUCCESS"},{"id":"t","status":"CREATED"}]}`},
			want: poll.Status{State: poll.Running, Raw: "CREATED"},
		},
		{name: "another task", fault: simulator.Fault{Body: body("other", "SUCCESS")}, notFound: true},
		{name: "no instance", fault: simulator.Fault{Status: 404}, notFound: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(test.fault)
			task := kafka.Service.Jobs[0]
			pollTask := task.NewPoll(simulatortest.Client(t, address), simulatortest.Target, []string{"i", "t"}, task.Statuses)
			got, err := pollTask(t.Context())
			if diff := cmp.Diff(test.want, got, ignoreResponse); diff != "" {
				t.Errorf("status (- want, + got):\n%s", diff)
			}
			var notFound *poll.NotFoundError
			if errors.As(err, &notFound) != test.notFound || (err != nil) != test.notFound {
				t.Errorf("got error %v, want one of not found: %v", err, test.notFound)
			}
			const path = "/v2/" + simulator.DefaultProjectID + "/instances/i/tasks/t"
			if r := s.Requests(); len(r) != 1 || r[0].Service != "dms" || r[0].Path != path || r[0].Query != "" {
				t.Errorf("got requests %+v, want one to DMS of %s", r, path)
			}
		})
	}
}

// The statuses of the reference page.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]poll.State{
		"CREATED": poll.Running, "EXECUTING": poll.Running, "SUCCESS": poll.Succeeded, "FAILED": poll.Failed,
		"DELETED": poll.Cancelled, "CANCELLED": poll.Cancelled,
	} {
		if got := kafka.Service.Jobs[0].Statuses.Classify(status); got != want {
			t.Errorf("%s: got state %d, want %d", status, got, want)
		}
	}
}
