package kafka

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func str(s string) *lenient.String { return new(lenient.String(s)) }

func TestBackgroundTask(t *testing.T) {
	const params = `{"public_ip_id":"1aea7aed-e7d8-40ea-b3de-6f3ee9d5db9f","public_ip_address":"100.93.2.18","enable_public_ip":true}`
	if !json.Valid([]byte(params)) {
		t.Errorf("the params of the reference page are no JSON text: %s", params)
	}
	for _, test := range []struct {
		name string
		body string
		want BackgroundTask
	}{
		{
			name: "of the reference page",
			body: simulatortest.Read(t, "testdata/kafka_background_task.json"),
			want: BackgroundTask{
				TaskCount: str("1"),
				Tasks: []Task{{
					ID: str("8abfa7b272adc5b40172b73130065ae7"), Name: str("bindInstancePublicIp"),
					UserName: str("paas_dms"), UserID: str("3df5acbc24a54fadb62a043c9000a307"), Params: str(params), Status: str("SUCCESS"),
					CreatedAt: str("2020-06-15T08:55:53.606Z"), UpdatedAt: str("2020-06-15T08:55:56.600Z"),
				}},
			},
		},
		{name: "not found", body: `{"task_count":"0","tasks":[]}`, want: BackgroundTask{TaskCount: str("0"), Tasks: []Task{}}},
		{
			name: "count as a number", body: `{"task_count":1,"tasks":[{"id":"a"}]}`,
			want: BackgroundTask{TaskCount: str("1"), Tasks: []Task{{ID: str("a")}}},
		},
		{name: "nothing", body: `{}`, want: BackgroundTask{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.body})
			got, err := GetBackgroundTask(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", "t")
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("task (- want, + got):\n%s", diff)
			}
			const path = "/v2/" + simulator.DefaultProjectID + "/instances/i/tasks/t"
			if r := s.Requests(); len(r) != 1 || r[0].Service != cloud.DMS || r[0].Path != path || r[0].Query != "" {
				t.Errorf("got requests %+v, want one to DMS of %s", r, path)
			}
		})
	}
}

func TestPollTask(t *testing.T) {
	const created, updated = "2020-06-15T08:55:53.606Z", "2020-06-15T08:55:56.600Z"
	body := func(id, status string) string {
		return `{"tasks":[{"id":"` + id + `","name":"bindEip","status":"` + status + `",` +
			`"created_at":"` + created + `","updated_at":"` + updated + `"}]}`
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
			name:  "twice: running wins",
			fault: simulator.Fault{Body: `{"tasks":[{"id":"t","status":"SUCCESS"},{"id":"t","status":"CREATED"}]}`},
			want:  poll.Status{State: poll.Running, Raw: "CREATED"},
		},
		{name: "another task", fault: simulator.Fault{Body: body("other", "SUCCESS")}, notFound: true},
		{name: "no task", fault: simulator.Fault{Body: `{"tasks":[]}`}, notFound: true},
		{name: "no instance", fault: simulator.Fault{Status: 404}, notFound: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(test.fault)
			got, err := PollTask(simulatortest.Client(t, address), simulatortest.Target, "i", "t", TaskStatuses)(t.Context())
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("status (- want, + got):\n%s", diff)
			}
			var notFound *poll.NotFoundError
			if errors.As(err, &notFound) != test.notFound || (err != nil) != test.notFound {
				t.Errorf("got error %v, want one of not found: %v", err, test.notFound)
			}
		})
	}
}

// The statuses of the reference page.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]poll.State{
		"CREATED": poll.Running, "EXECUTING": poll.Running, "SUCCESS": poll.Succeeded, "FAILED": poll.Failed,
		"DELETED": poll.Cancelled, "CANCELLED": poll.Cancelled, "PAUSED": poll.Unknown,
	} {
		if got := TaskStatuses.Classify(status); got != want {
			t.Errorf("%s: got state %d, want %d", status, got, want)
		}
	}
}
