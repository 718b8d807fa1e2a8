package kafka_test

import (
	"fmt"
	"testing"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollTask(t *testing.T) {
	const created, updated = "2020-06-15T08:55:53.606Z", "2020-06-15T08:55:56.600Z"
	tasks := func(id, status string) simulator.Fault {
		const list = `{"tasks":[{"id":%q,"name":"bindEip","status":%q,"created_at":%q,"updated_at":%q}]}`
		return simulator.Fault{Body: fmt.Sprintf(list, id, status, created, updated)}
	}
	const path = "/v2/" + simulator.DefaultProjectID + "/instances/i/tasks/t"
	polltest.Check(t, kafka.Service.Jobs[0], []string{"i", "t"}, "dms", path, []polltest.Case{
		{
			Name: "running: the time of the last change is no end", Response: tasks("t", "EXECUTING"),
			Want: poll.Status{State: poll.Running, Raw: "EXECUTING", Name: "bindEip", BeginTime: created},
		},
		{
			Name: "unknown status", Response: tasks("t", "PAUSED"),
			Want: poll.Status{State: poll.Unknown, Raw: "PAUSED", Name: "bindEip", BeginTime: created},
		},
		{
			Name: "ended, ID in the other case", Response: tasks("T", "FAILED"),
			Want: poll.Status{State: poll.Failed, Raw: "FAILED", Name: "bindEip", BeginTime: created, EndTime: updated},
		},
		{
			Name:     "twice: running wins",
			Response: simulator.Fault{Body: `{"tasks":[{"id":"t","status":"SUCCESS"},{"id":"t","status":"CREATED"}]}`},
			Want:     poll.Status{State: poll.Running, Raw: "CREATED"},
		},
		{Name: "another task", Response: tasks("other", "SUCCESS"), Err: "not found"},
		{Name: "no list", Response: simulator.Fault{Body: `{}`}, Err: "invalid"},
		{Name: "no status", Response: simulator.Fault{Body: `{"tasks":[{"id":"t"}]}`}, Err: "invalid"},
		{
			Name:     "values of other types, of another task too",
			Response: simulator.Fault{Body: `{"tasks":[{"id":"a","status":{}},{"id":"t","name":[],"status":"EXECUTING","created_at":{}}]}`},
			Want:     poll.Status{State: poll.Running, Raw: "EXECUTING"},
		},
		{Name: "no instance", Err: "not found"},
	})
}

func TestStatuses(t *testing.T) {
	polltest.CheckStatuses(t, kafka.Service.Jobs[0].Statuses, map[string]poll.State{
		"CREATED": poll.Running, "EXECUTING": poll.Running, "SUCCESS": poll.Succeeded, "FAILED": poll.Failed,
		"DELETED": poll.Cancelled, "CANCELLED": poll.Cancelled,
	})
}
