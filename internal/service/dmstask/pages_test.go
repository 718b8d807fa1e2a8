package dmstask

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask/dmstasktest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// The simulated service has tasks 1 to n, of which each began a minute after the one before. It lists the newest first.
func simulatedTasks(s *simulator.Simulator, n int) {
	for i := range n {
		begin := time.Date(2026, 6, 1, 0, i+1, 0, 0, time.UTC)
		s.Add(dmstasktest.Task{InstanceID: "i", ID: strconv.Itoa(i + 1), Timeline: simulator.Timeline{Begin: begin}})
	}
}

// The requests for a whole list, and for a time window. The first one has no start; each other one begins with the last task that was
// read, which is sent again.
func TestRequestLines(t *testing.T) {
	for _, test := range []struct {
		name         string
		tasks        int        // that the instance has
		query        url.Values // that selects some
		newest, last string     // task of the list
		want         []string   // queries
	}{
		{name: "one task", tasks: 1, newest: "1", last: "1", want: []string{"limit=100"}},
		{name: "short page", tasks: 99, newest: "99", last: "1", want: []string{"limit=100"}},
		{name: "full page", tasks: 100, newest: "100", last: "1", want: []string{"limit=100", "limit=100&start=100"}},
		{name: "two pages", tasks: 101, newest: "101", last: "1", want: []string{"limit=100", "limit=100&start=100"}},
		{
			name: "three pages", tasks: 250, newest: "250", last: "1",
			want: []string{"limit=100", "limit=100&start=100", "limit=100&start=199"},
		},
		{
			name: "begin", tasks: 250, query: url.Values{"begin_time": {"20260601020000"}}, newest: "250", last: "120",
			want: []string{"begin_time=20260601020000&limit=100", "begin_time=20260601020000&limit=100&start=100"},
		},
		{
			name: "end", tasks: 250, query: url.Values{"end_time": {"20260601000200"}}, newest: "2", last: "1",
			want: []string{"end_time=20260601000200&limit=100"},
		},
		{
			name: "begin and end", tasks: 250, query: url.Values{"begin_time": {"20260601000100"}, "end_time": {"20260601000900"}},
			newest: "9", last: "1", want: []string{"begin_time=20260601000100&end_time=20260601000900&limit=100"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			simulatedTasks(s, test.tasks)
			read, err := list(t, address, test.query)
			if err != nil {
				t.Fatal(err)
			}
			id, _ := strconv.Atoi(test.newest)
			for _, task := range read.Tasks {
				if want := strconv.Itoa(id); string(*task.ID) != want {
					t.Fatalf("got task %s, want %s", *task.ID, want)
				}
				id--
			}
			if strconv.Itoa(id+1) != test.last {
				t.Errorf("got %d as the last task, want %s", id+1, test.last)
			}
			var got []string
			for _, r := range s.Requests() {
				if r.Service != "dms" || r.Path != "/v2/"+simulator.DefaultProjectID+"/instances/i/tasks" {
					t.Errorf("got a request to %s of %s", r.Service, r.Path)
				}
				got = append(got, r.Query)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("queries (- want, + got):\n%s", diff)
			}
		})
	}
}

// maxTasks is how many tasks a list can have.
const maxTasks = 100_000

// list reads the tasks of an instance.
func list(t *testing.T, address string, query url.Values) (TaskList, error) {
	t.Helper()
	call := service.NewCall[TaskList](service.CallInfo{
		API: &service.API{Endpoint: "dms"}, Path: "/v2/{project_id}/instances/{instance_id}/tasks",
	})
	answer, _, err := pages.Read(t.Context(), call.Info(), simulatortest.Client(t, address), simulatortest.Target, query, "i")
	return *answer.(*TaskList), err
}

// page returns a response with the tasks of these numbers.
func page(count string, numbers ...int) string {
	tasks := make([]string, len(numbers))
	for i, n := range numbers {
		tasks[i] = fmt.Sprintf(`{"id":"%d"}`, n)
	}
	return `{"task_count":` + count + `,"tasks":[` + strings.Join(tasks, ",") + "]}"
}

// numbers returns the numbers from one to another.
func numbers(from, to int) []int {
	var all []int
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

// Editions of the service that page in another way.
func TestPagingTraps(t *testing.T) {
	for _, test := range []struct {
		name   string
		pages  []string // with which each request in turn is answered; the last one is repeated
		want   []int    // numbers of the tasks
		starts []string // of the requests
	}{
		{name: "no tasks", pages: []string{page(`"0"`)}, starts: []string{""}},
		{name: "no list", pages: []string{`{}`}, starts: []string{""}},
		{name: "short page, whatever the count", pages: []string{page(`"400"`, 1, 2)}, want: []int{1, 2}, starts: []string{""}},
		{
			name: "full page, whatever the count", pages: []string{page(`"100"`, numbers(1, 100)...), page(`"100"`, 101)},
			want: numbers(1, 101), starts: []string{"", "100"},
		},
		{
			name: "starts are counted from 0", pages: []string{page("150", numbers(1, 100)...), page("150", numbers(101, 150)...)},
			want: numbers(1, 150), starts: []string{"", "100"},
		},
		{
			name: "starts are ignored", pages: []string{page("250", numbers(1, 100)...)},
			want: numbers(1, 100), starts: []string{"", "100"},
		},
		{
			name: "starts and limits are ignored", pages: []string{page("250", numbers(1, 250)...)},
			want: numbers(1, 250), starts: []string{"", "250"},
		},
		{
			name:  "a page is repeated later",
			pages: []string{page("400", numbers(1, 100)...), page("400", numbers(100, 199)...)},
			want:  numbers(1, 199), starts: []string{"", "100", "199"},
		},
		{
			name: "new tasks push others to the next page",
			pages: []string{
				page("200", numbers(11, 110)...), page("210", numbers(100, 199)...), page("220", numbers(178, 200)...),
			},
			want: numbers(11, 200), starts: []string{"", "100", "189"},
		},
		{
			name: "nothing behind the last task", pages: []string{page("100", numbers(1, 100)...), `{}`},
			want: numbers(1, 100), starts: []string{"", "100"},
		},
		{name: "a task is twice on a page", pages: []string{page("2", 1, 1)}, want: []int{1, 1}, starts: []string{""}},
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
			read, err := list(t, address, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, task := range read.Tasks {
				n, _ := strconv.Atoi(string(*task.ID))
				got = append(got, n)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tasks (- want, + got):\n%s", diff)
			}
			var starts []string
			for _, r := range s.Requests() {
				_, start, _ := strings.Cut(r.Query, "start=")
				starts = append(starts, start)
			}
			if diff := cmp.Diff(test.starts, starts); diff != "" {
				t.Errorf("starts (- want, + got):\n%s", diff)
			}
		})
	}
}

// An endless list is given up with an error that says how to read a part of it.
func TestListThatIsTooLong(t *testing.T) {
	for _, test := range []struct {
		name     string
		perPage  int
		bytes    int // of each task
		err      string
		requests int
	}{
		{
			name: "100,000 tasks", perPage: 1000, err: "the list has more than 100000 tasks; select some with begin_time and end_time",
			requests: 100,
		},
		{
			name: "64 MiB", perPage: 100, bytes: 70 << 10, err: "the list has more than 64 MiB; select some with begin_time and end_time",
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
			_, err := list(t, address, nil)
			if err == nil || !strings.Contains(err.Error(), test.err) || len(s.Requests()) != test.requests {
				t.Errorf("got %d requests, error %v; want %d, …%s…", len(s.Requests()), err, test.requests, test.err)
			}
		})
	}
}

// 100,000 tasks are not too many if the list ends with them.
func TestLongestList(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(
		simulator.Fault{Body: page("0", numbers(1, maxTasks-1)...), Times: 1},
		simulator.Fault{Body: page("0", maxTasks-1, maxTasks)},
	)
	read, err := list(t, address, nil)
	if err != nil || len(read.Tasks) != maxTasks {
		t.Errorf("got %d tasks, error %v; want %d", len(read.Tasks), err, maxTasks)
	}
}
