package dcs

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func str(s string) *lenient.String { return new(lenient.String(s)) }

// The requests of each call, as its page has them. A task list is read page by page until one has no new task, unless the
// filter selects a page.
func TestRequestLines(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: `{"tasks":[{"id":"a"}]}`})
	c := simulatortest.Client(t, address)
	list := func(filter TaskFilter) func(context.Context) error {
		return func(ctx context.Context) error {
			_, _, err := listTasks(ctx, c, simulatortest.Target, "i", filter)
			return err
		}
	}
	// The page's table and its example name the start differently: both are sent.
	const from, to = "?begin_time=20200609160000&end_time=20200617155959&limit=1000&offset=", "&start_time=20200609160000"
	for _, test := range []struct {
		call func(context.Context) error
		want []string // service, path below the project, and query
	}{
		{
			call: func(ctx context.Context) error {
				_, _, err := service.Get(ctx, GetJob, c, simulatortest.Target, "j")
				return err
			},
			want: []string{"dcs/jobs/j?"},
		},
		{
			call: func(ctx context.Context) error {
				_, _, err := service.Get(ctx, GetProgress, c, simulatortest.Target, "i", "t")
				return err
			},
			want: []string{"dcs/instances/i/tasks/t/progress?"},
		},
		{
			call: list(TaskFilter{StartTime: new("20200609160000"), EndTime: new("20200617155959")}),
			want: []string{"dcs/instances/i/tasks" + from + "0" + to, "dcs/instances/i/tasks" + from + "1" + to},
		},
		{call: list(TaskFilter{Offset: new(int64(20))}), want: []string{"dcs/instances/i/tasks?offset=20"}},
		{call: list(TaskFilter{Limit: new(int64(5))}), want: []string{"dcs/instances/i/tasks?limit=5"}},
	} {
		s.Forget()
		if err := test.call(t.Context()); err != nil {
			t.Errorf("%s: got error %v, want none", test.want, err)
		}
		var got []string
		for _, r := range s.Requests() {
			got = append(got, string(r.Service)+strings.TrimPrefix(r.Path, "/v2/"+simulator.DefaultProjectID)+"?"+r.Query)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("requests (- want, + got):\n%s", diff)
		}
	}
}

// A list of three pages of 1,000 is complete and in the order of the service.
func TestAllPagesAreRead(t *testing.T) {
	const n = 2500
	s, address := simulatortest.Start(t, simulator.Options{})
	for i := range n { // the newest has the highest number, and comes first
		timeline := simulator.Timeline{Begin: time.Unix(int64(i), 0)}
		s.Add(dcstest.Task{InstanceID: "i", ID: strconv.Itoa(i), Timeline: timeline})
	}
	list, _, err := listTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", TaskFilter{})
	if err != nil || len(list.Tasks) != n || string(*list.TaskCount) != strconv.Itoa(n) || len(s.Requests()) != 3 {
		t.Fatalf("got error %v, %d tasks after %d requests; want %d after 3", err, len(list.Tasks), len(s.Requests()), n)
	}
	for i, task := range list.Tasks {
		if want := strconv.Itoa(n - 1 - i); string(*task.ID) != want {
			t.Fatalf("task %d: got ID %s, want %s", i, *task.ID, want)
		}
	}
}

// Services that do not page as documented.
func TestPagingTraps(t *testing.T) {
	page := func(count string, ids ...string) string {
		tasks := make([]string, len(ids))
		for i, id := range ids {
			tasks[i] = `{"id":"` + id + `"}`
		}
		if count != "" {
			count = `"task_count":` + count + `,`
		}
		return "{" + count + `"tasks":[` + strings.Join(tasks, ",") + "]}"
	}
	for _, test := range []struct {
		name     string
		pages    []string // with which each request in turn is answered; the last one is repeated
		want     string   // IDs
		err      string   // part of the error, if there is one
		requests int
	}{
		{name: "exact count", pages: []string{page("3", "a", "b"), page("3", "c")}, want: "a b c", requests: 2},
		{name: "count as a text", pages: []string{page(`"3"`, "a", "b"), page(`"3"`, "c")}, want: "a b c", requests: 2},
		{name: "no count", pages: []string{page("", "a", "b"), page("", "c"), page("")}, want: "a b c", requests: 3},
		{name: "count of nonsense", pages: []string{page(`"many"`, "a"), page(`"many"`)}, want: "a", requests: 2},
		{name: "negative count", pages: []string{page("-1", "a"), page("-1")}, want: "a", requests: 2},
		{name: "count too high", pages: []string{page("9", "a", "b"), page("9")}, want: "a b", requests: 2},
		{name: "count too low", pages: []string{page("1", "a", "b"), page("1", "c"), page("1")}, want: "a b c", requests: 3},
		{name: "no tasks", pages: []string{page("0")}, want: "", requests: 1},
		{name: "no tasks, whatever the count", pages: []string{page("9")}, want: "", requests: 1},
		{name: "offset ignored, all sent", pages: []string{page("2", "a", "b")}, want: "a b", requests: 1},
		{name: "offset ignored, no count", pages: []string{page("", "a", "b")}, want: "a b", requests: 2},
		{
			name: "offset ignored, more there", pages: []string{page("5", "a", "b")},
			err: "it counts 5, but sent only 2 different ones", requests: 2,
		},
		{
			name: "page repeated later", pages: []string{page("5", "a", "b"), page("5", "c", "d"), page("5", "c", "d")},
			err: "it counts 5, but sent only 4 different ones", requests: 3,
		},
		{
			name: "a new task pushes one on", pages: []string{page("4", "a", "b"), page("5", "b", "c"), page("5", "d")},
			want: "a b c d", requests: 3,
		},
		{name: "an ID twice in one page", pages: []string{page("2", "a", "a")}, want: "a a", requests: 1},
		{name: "count shrinks in the meantime", pages: []string{page("4", "a", "b"), page("2")}, want: "a b", requests: 2},
		{name: "count that shrank to what came", pages: []string{page("4", "a", "b"), page("3", "c"), page("3")}, want: "a b c", requests: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			for i, body := range test.pages {
				times := 1
				if i == len(test.pages)-1 {
					times = 0 // from now on
				}
				s.InjectFault(simulator.Fault{Body: body, Times: times})
			}
			list, _, err := listTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", TaskFilter{})
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got error %v, want %q", err, test.err)
			}
			var ids []string
			for _, task := range list.Tasks {
				ids = append(ids, string(*task.ID))
			}
			if got := strings.Join(ids, " "); got != test.want {
				t.Errorf("got tasks %q, want %q", got, test.want)
			}
			if got := len(s.Requests()); got != test.requests {
				t.Errorf("got %d requests, want %d", got, test.requests)
			}
		})
	}
}

// A list that is too long for the memory is given up with an error that says how to read a part of it.
func TestListThatIsTooLong(t *testing.T) {
	for _, test := range []struct {
		name     string
		perPage  int
		bytes    int // of each task
		err      string
		requests int
	}{
		{
			name: "100,000 tasks", perPage: 1000, err: "the list has more than 100000 tasks; select some with start_time and end_time",
			requests: 100,
		},
		{
			name: "64 MiB", perPage: 7, bytes: 1 << 20, err: "the list has more than 64 MiB; select some with start_time and end_time",
			requests: 11,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s *simulator.Simulator
			n := 0
			next := func(simulator.Request) {
				tasks := make([]string, test.perPage)
				for i := range tasks {
					n++
					tasks[i] = fmt.Sprintf(`{"id":"%d","params":"%s"}`, n, strings.Repeat("x", test.bytes))
				}
				s.ClearFaults()
				s.InjectFault(simulator.Fault{Body: `{"tasks":[` + strings.Join(tasks, ",") + `]}`})
			}
			s, address := simulatortest.Start(t, simulator.Options{Log: next})
			next(simulator.Request{})
			_, _, err := listTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", TaskFilter{})
			if err == nil || !strings.Contains(err.Error(), test.err) || len(s.Requests()) != test.requests {
				t.Errorf("got %d requests, error %v; want %d, …%s…", len(s.Requests()), err, test.requests, test.err)
			}
		})
	}
}

// An edition that refuses large pages is asked for smaller ones, unless it refuses the ID.
func TestPageSize(t *testing.T) {
	refused := func(code string) simulator.Fault {
		return simulator.Fault{Status: 400, Body: `{"error_code":"` + code + `"}`, Times: 1}
	}
	for _, test := range []struct {
		name   string
		faults []simulator.Fault
		limits []string
		err    string
	}{
		{name: "largest", limits: []string{"1000"}},
		{name: "refused once", faults: []simulator.Fault{refused("111400063")}, limits: []string{"1000", "100"}},
		{name: "refused twice", faults: []simulator.Fault{refused("X"), refused("X")}, limits: []string{"1000", "100", "10"}},
		{
			name: "refused", faults: []simulator.Fault{refused("X"), refused("X"), refused("DCS.9")},
			limits: []string{"1000", "100", "10"}, err: "DCS.9",
		},
		{name: "wrong ID", faults: []simulator.Fault{refused("DCS.4070")}, limits: []string{"1000"}, err: "DCS.4070"},
		{name: "wrong ID, newer editions", faults: []simulator.Fault{refused("111400070")}, limits: []string{"1000"}, err: "111400070"},
		{name: "throttled", faults: []simulator.Fault{refused("APIGW.0308")}, limits: []string{"1000"}, err: "APIGW.0308"},
		{name: "forbidden", faults: []simulator.Fault{{Status: 403, Times: 1}}, limits: []string{"1000"}, err: "403"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.Add(dcstest.Task{InstanceID: "i", ID: "t"})
			s.InjectFault(test.faults...)
			_, _, err := listTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", TaskFilter{})
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got error %v, want %q", err, test.err)
			}
			var limits []string
			for _, r := range s.Requests() {
				_, limit, _ := strings.Cut(r.Query, "limit=")
				limit, _, _ = strings.Cut(limit, "&")
				limits = append(limits, limit)
			}
			if diff := cmp.Diff(test.limits, limits); diff != "" {
				t.Errorf("limits (- want, + got):\n%s", diff)
			}
		})
	}
}
