package dmstask

import (
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

var tasks = Service(Engine{}).Instance.Tasks

// The list of tasks for a wait: whole, or since a time. Its pages are tested with the data source.
func TestListOfAWait(t *testing.T) {
	const task = `{"id":"t","name":"n","status":"EXECUTING","created_at":"2020-05-15T03:19:51.046Z","updated_at":"2020-05-15T03:19:51.065Z"}`
	for _, test := range []struct {
		name   string
		since  time.Time
		answer string
		query  string
		want   int // number of tasks
		err    string
	}{
		{name: "whole", answer: `{"tasks":[` + task + `]}`, query: "limit=100", want: 1},
		{
			name: "since a time", since: time.Date(2026, 11, 20, 10, 0, 0, 0, time.FixedZone("", 3600)), answer: `{"tasks":[]}`,
			query: "begin_time=20261120090000&limit=100",
		},
		{name: "no list", answer: `{"task_count":"0"}`, query: "limit=100", err: "invalid"},
		{name: "a task without a status", answer: `{"tasks":[{"id":"t","name":"n"}]}`, query: "limit=100", err: "invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.answer})
			list := tasks.NewList(simulatortest.Client(t, address), simulatortest.Target, "i", statuses)
			got, _, err := list(t.Context(), test.since)
			if kind := polltest.Kind(service.PollError(err)); kind != test.err {
				t.Errorf("got error %v, want kind %q", err, test.err)
			}
			if n := len(got.Tasks); test.err == "" && n != test.want {
				t.Errorf("got %d tasks, want %d", n, test.want)
			}
			if r := s.Requests(); len(r) != 1 || r[0].Query != test.query {
				t.Errorf("got requests %+v, want one with the query %s", r, test.query)
			}
		})
	}

	// A page without a list does not end the list of a wait.
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: page("250", numbers(1, 100)...), Times: 1}, simulator.Fault{Body: `{}`})
	_, _, err := tasks.NewList(simulatortest.Client(t, address), simulatortest.Target, "i", statuses)(t.Context(), time.Time{})
	if got := polltest.Kind(service.PollError(err)); got != "invalid" {
		t.Errorf("a second page without a list: got error %v, want kind invalid", err)
	}
}
