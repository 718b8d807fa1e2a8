package dcs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// The list of tasks for a wait: whole, or since a time.
func TestListOfAWait(t *testing.T) {
	page := func(count int, ids ...string) simulator.Fault {
		tasks := make([]string, len(ids))
		for i, id := range ids {
			tasks[i] = fmt.Sprintf(`{"id":%q,"name":"EXTEND","status":"EXECUTING"}`, id)
		}
		return simulator.Fault{Body: fmt.Sprintf(`{"task_count":%d,"tasks":[%s]}`, count, strings.Join(tasks, ",")), Times: 1}
	}
	tenIDs := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}
	for _, test := range []struct {
		name    string
		since   time.Time
		answers []simulator.Fault
		queries []string
		want    []string // IDs
		err     string
	}{
		{
			name: "whole", answers: []simulator.Fault{page(3, "1", "2"), page(3, "2", "3")}, want: []string{"1", "2", "3"},
			queries: []string{"limit=1000&offset=0", "limit=1000&offset=2"},
		},
		{
			name: "since a time", since: time.Date(2026, 11, 20, 10, 0, 0, 0, time.FixedZone("", 3600)),
			answers: []simulator.Fault{page(1, "1")}, want: []string{"1"},
			queries: []string{"begin_time=20261120090000&limit=1000&offset=0&start_time=20261120090000"},
		},
		{name: "no tasks", answers: []simulator.Fault{page(0)}, queries: []string{"limit=1000&offset=0"}},
		{
			name:    "a full page, whatever the number of tasks",
			answers: []simulator.Fault{{Status: 400, Times: 1}, {Status: 400, Times: 1}, page(10, tenIDs...), page(10, "11"), page(10)},
			queries: []string{"limit=1000&offset=0", "limit=100&offset=0", "limit=10&offset=0", "limit=10&offset=10", "limit=10&offset=11"},
			want:    append(slices.Clone(tenIDs), "11"),
		},
		{
			name: "tasks that are counted and not listed", answers: []simulator.Fault{page(5)}, queries: []string{"limit=1000&offset=0"},
			err: "invalid",
		},
		{
			name: "none since a time, of many", since: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), answers: []simulator.Fault{page(5)},
			queries: []string{"begin_time=20261120100000&limit=1000&offset=0&start_time=20261120100000"},
		},
		{
			name: "no list", answers: []simulator.Fault{{Body: `{"task_count":0}`, Times: 1}}, queries: []string{"limit=1000&offset=0"},
			err: "invalid",
		},
		{
			name: "a page without a list", answers: []simulator.Fault{page(3, "1", "2"), {Body: `{"task_count":3}`, Times: 1}},
			queries: []string{"limit=1000&offset=0", "limit=1000&offset=2"}, err: "invalid",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			begin := time.Now()
			requests := 0
			s, address := simulatortest.Start(t, simulator.Options{Now: func() time.Time { // ten seconds pass with each answer
				requests++
				return begin.Add(time.Duration(requests) * 10 * time.Second)
			}})
			s.InjectFault(test.answers...)
			list := instance.Tasks.NewList(simulatortest.Client(t, address), simulatortest.Target, "i", taskStatuses)
			got, _, err := list(t.Context(), test.since)
			if kind := polltest.Kind(service.PollError(err)); kind != test.err {
				t.Errorf("got error %v, want kind %q", err, test.err)
			}
			var ids, queries []string
			for _, task := range got.Tasks {
				ids = append(ids, task.ID)
			}
			for _, r := range s.Requests() {
				queries = append(queries, r.Query)
			}
			if diff := cmp.Diff(test.want, ids); diff != "" {
				t.Errorf("tasks (- want, + got):\n%s", diff)
			}
			if first := s.Requests()[len(queries)-1].Time; err == nil && len(queries) > 1 && !got.Date.Before(first) {
				t.Errorf("got the date %s, want that of the first page, before %s", got.Date, first)
			}
			if diff := cmp.Diff(test.queries, queries); diff != "" {
				t.Errorf("queries (- want, + got):\n%s", diff)
			}
		})
	}
}
