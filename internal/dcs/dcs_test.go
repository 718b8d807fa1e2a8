package dcs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	instance = "5560df16-cebf-4473-95c4-d1b573c16e79"
	task     = "8abf6e1e72c12e7c0172c15b508500aa"
)

// answering returns a client of a service whose every response has a body.
func answering(t *testing.T, body string) *cloud.Client {
	t.Helper()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: body})
	return simulatortest.Client(t, address)
}

func str(s string) *lenient.String { return new(lenient.String(s)) }

func TestJobOfTheReferencePage(t *testing.T) {
	const id = "ff8080818822bbf70188235afc24141a"
	got, err := GetJob(t.Context(), answering(t, simulatortest.Read(t, "testdata/dcs_job.json")), simulatortest.Target, id)
	if err != nil {
		t.Fatal(err)
	}
	want := Job{
		JobID: str(id), JobType: str("masterStandbySwapJob"), Status: str("SUCCESS"),
		BeginTime: str("1684191545379"), EndTime: str("1684191548248"), FailReason: nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("response (- want, + got):\n%s", diff)
	}
}

func TestProgressOfTheReferencePage(t *testing.T) {
	c := answering(t, simulatortest.Read(t, "testdata/dcs_background_task_progress.json"))
	got, err := GetProgress(t.Context(), c, simulatortest.Target, instance, task)
	if err != nil {
		t.Fatal(err)
	}
	sub := func(id, name, begin, end, detail, code string) SubStep {
		return SubStep{
			SubStepID: str(id), SubStepName: str(name), SubStepStatus: str("FINISH"),
			BeginTime: str("2022-09-01 " + begin), EndTime: str("2022-09-01 " + end), Detail: str(detail), ErrorCode: str(code),
		}
	}
	want := Progress{
		Progress: new(lenient.Int64(30)), RemainTime: new(lenient.Int64(100)),
		StepDetails: []Step{
			{
				StepID: str("9d1d1da8-650e-406f-81e4-b3c11515869f"), StepName: str("Pre-check."), StepStatus: str("FINISH"),
				BeginTime: str("2022-09-01 11:52:24"), EndTime: str("2022-09-01 11:52:29"), ErrorCode: str("DCS.4064"),
				SubStepDetails: []SubStep{
					sub("4692b05b-fa55-4f7d-9be6-527bde25b424", "Resource check.", "11:52:24", "11:52:26", "", "DCS.4065"),
					sub("4692b05b-fa55-4f7d-9be6-527bde25b425", "Instance status check.", "11:52:26", "11:52:29", "", "DCS.4064"),
				},
			},
			{
				StepID: str("9d1d1da8-650e-406f-3fad-c4a22515869f"), StepName: str("Data migration."), StepStatus: str("EXECUTING"),
				BeginTime: str("2022-09-01 11:52:30"), EndTime: str("2022-09-01 11:54:30"), ErrorCode: str("DCS.4065"),
				SubStepDetails: []SubStep{
					sub("cb58a8ea-b8e2-4626-b3fa-57ab1a830724", "Resource request.", "11:52:30", "11:53:30",
						"{node_id:9996c3376318417281fb5e611f3fb1a0,slot_range:[0 5460],full_migration:in progress,inc_migration:in progress}",
						"DCS.4065"),
					sub("f9df7fd2-b31f-4ec3-bbb1-3dc740326342", "Resource request.", "11:53:30", "11:54:30",
						"{node_id:5b70f440ccc94789b34a5c98c2ba05ea,slot_range:[5461 10921],full_migration:to start, inc_migration:to start}",
						"DCS.4066"),
				},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("response (- want, + got):\n%s", diff)
	}
}

func TestTasksOfTheReferencePage(t *testing.T) {
	c := answering(t, simulatortest.Read(t, "testdata/dcs_background_tasks.json"))
	got, err := ListTasks(t.Context(), c, simulatortest.Target, instance, TaskFilter{})
	if err != nil {
		t.Fatal(err)
	}
	num := func(n int64) *lenient.Int64 { return new(lenient.Int64(n)) }
	want := TaskList{
		TaskCount: str("1"), // the page's example has the number 1, its table a String
		Tasks: []Task{{
			ID: str(task), Name: str("EXTEND"), UserName: str("dcs_000_02"), UserID: str("d53977d1adfb49c5b025ba7d33a13fd7"),
			EnableShow: new(lenient.Bool(false)), Status: str("SUCCESS"),
			CreatedAt: str("2020-06-17T08:18:06.597Z"), UpdatedAt: str("2020-06-17T08:18:10.106Z"),
			Details: &Details{
				OldCacheMode: str("single"), NewCacheMode: str("single"), OldCapacity: str("0.125"), NewCapacity: str("0.25"),
				OldResourceSpecCode: str("redis.single.xu1.tiny.125"), NewResourceSpecCode: str("redis.single.xu1.tiny.256"),
				OldReplicaNum: num(1), NewReplicaNum: num(1), OldCacheType: str("single"), NewCacheType: str("single"),
				ReplicaIP: str("192.192.0.1"), ReplicaAZ: str("az01"), GroupName: str("group1"), OldPort: num(6379), NewPort: num(6379),
				IsOnlyAdjustCharging: new(lenient.Bool(false)), AccountName: str("account1"),
				SourceIP: str("192.192.0.0"), TargetIP: str("192.192.0.1"), NodeName: str("node1"),
				RenameCommands: []*lenient.String{}, UpdatedConfigLength: num(0),
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("response (- want, + got):\n%s", diff)
	}
}

func TestFieldsOfNewerEditions(t *testing.T) {
	c := answering(t, `{"task_count":"1","tasks":[{"id":"a","job_id":"j","error_code":"DCS.4064","params":"{}","details":null}]}`)
	got, err := ListTasks(t.Context(), c, simulatortest.Target, instance, TaskFilter{})
	if err != nil {
		t.Fatal(err)
	}
	want := TaskList{
		TaskCount: str("1"),
		Tasks:     []Task{{ID: str("a"), JobID: str("j"), ErrorCode: str("DCS.4064"), Params: str("{}")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("response (- want, + got):\n%s", diff)
	}
}

func TestAbsentNullAndEmptyAreDifferent(t *testing.T) {
	for body, want := range map[string]TaskList{
		`{}`:                               {},
		`{"task_count":null,"tasks":null}`: {},
		`{"task_count":0,"tasks":[]}`:      {TaskCount: str("0"), Tasks: []Task{}},
		`{"tasks":[{"details":{}}]}`:       {Tasks: []Task{{Details: &Details{}}}},
		`{"tasks":[{"name":"","details":{"rename_commands":[null,"KEYS"],"enable_ssl":false}}]}`: {
			Tasks: []Task{{Name: str(""), Details: &Details{
				RenameCommands: []*lenient.String{nil, str("KEYS")}, EnableSSL: new(lenient.Bool(false)),
			}}},
		},
	} {
		got, err := ListTasks(t.Context(), answering(t, body), simulatortest.Target, instance, TaskFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", body, diff)
		}
	}
}

func TestErrorOfTheReferencePage(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Status: 400, Body: simulatortest.Read(t, "testdata/error_400.json")})
	_, err := GetJob(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "j")
	var e *cloud.Error
	const message = "Invalid {0} parameter in the request."
	if !errors.As(err, &e) || e.Status != 400 || e.Code != "111400063" || e.Message != message || e.RequestID == "" {
		t.Errorf("got %#v, want status 400, code 111400063, message %q and a request ID", err, message)
	}
}

func TestJobOfAnotherIDIsRefused(t *testing.T) {
	_, err := GetJob(t.Context(), answering(t, `{"job_id":"other","status":"SUCCESS"}`), simulatortest.Target, "mine")
	if err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("got error %v, want one with the other ID", err)
	}
}

// The request line of each call, as its page has it.
func TestRequestLines(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: "{}"})
	c := simulatortest.Client(t, address)
	project := "/v2/" + simulator.DefaultProjectID
	for want, call := range map[string]func(context.Context) error{
		project + "/jobs/j?": func(ctx context.Context) error {
			_, err := GetJob(ctx, c, simulatortest.Target, "j")
			return err
		},
		project + "/instances/i/tasks/t/progress?": func(ctx context.Context) error {
			_, err := GetProgress(ctx, c, simulatortest.Target, "i", "t")
			return err
		},
		project + "/instances/i/tasks?limit=1000&offset=0": func(ctx context.Context) error {
			_, err := ListTasks(ctx, c, simulatortest.Target, "i", TaskFilter{})
			return err
		},
		// The page's table and its example name the start differently: both are sent.
		project + "/instances/i/tasks?begin_time=20200609160000&end_time=20200617155959&limit=1000&offset=0" +
			"&start_time=20200609160000": func(ctx context.Context) error {
			filter := TaskFilter{StartTime: new("20200609160000"), EndTime: new("20200617155959")}
			_, err := ListTasks(ctx, c, simulatortest.Target, "i", filter)
			return err
		},
		project + "/instances/i/tasks?offset=20": func(ctx context.Context) error {
			_, err := ListTasks(ctx, c, simulatortest.Target, "i", TaskFilter{Offset: new(int64(20))})
			return err
		},
		project + "/instances/i/tasks?limit=5": func(ctx context.Context) error {
			_, err := ListTasks(ctx, c, simulatortest.Target, "i", TaskFilter{Limit: new(int64(5))})
			return err
		},
	} {
		s.Forget()
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: got error %v, want none", want, err)
		}
		if r := s.Requests(); len(r) != 1 || r[0].Service != cloud.DCS || r[0].Path+"?"+r[0].Query != want {
			t.Errorf("got requests %+v, want one to DCS of %s", r, want)
		}
	}
}

// addTasks adds n tasks, of which the newest has the highest number.
func addTasks(s *simulator.Simulator, n int) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		timeline := simulator.Timeline{Begin: begin.Add(time.Duration(i) * time.Hour)}
		s.Add(simulator.DCSTask{InstanceID: instance, ID: strconv.Itoa(i), Name: "EXTEND", Timeline: timeline})
	}
}

func TestAllPagesAreRead(t *testing.T) {
	for n, requests := range map[int]int{1: 1, 10: 1, 999: 1, 1000: 1, 1001: 2, 2000: 2, 2500: 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			addTasks(s, n)
			list, err := ListTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, instance, TaskFilter{})
			if err != nil {
				t.Fatal(err)
			}
			if len(list.Tasks) != n || string(*list.TaskCount) != strconv.Itoa(n) {
				t.Errorf("got %d tasks, task_count %s; want %d", len(list.Tasks), *list.TaskCount, n)
			}
			for i, task := range list.Tasks {
				if want := strconv.Itoa(n - 1 - i); string(*task.ID) != want {
					t.Fatalf("task %d: got ID %s, want %s", i, *task.ID, want)
				}
			}
			if got := len(s.Requests()); got != requests {
				t.Errorf("%d requests, want %d", got, requests)
			}
		})
	}
}

func TestExactlyThePageThatIsAskedFor(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	addTasks(s, 30)
	c := simulatortest.Client(t, address)
	for _, test := range []struct {
		filter      TaskFilter
		first, last string
	}{
		{filter: TaskFilter{Limit: new(int64(3))}, first: "29", last: "27"},
		{filter: TaskFilter{Offset: new(int64(25))}, first: "4", last: "0"},
		{filter: TaskFilter{Offset: new(int64(10)), Limit: new(int64(5))}, first: "19", last: "15"},
		{filter: TaskFilter{StartTime: new("20260101050000"), EndTime: new("20260101070000")}, first: "7", last: "5"},
	} {
		s.Forget()
		list, err := ListTasks(t.Context(), c, simulatortest.Target, instance, test.filter)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("got %d requests, want one", got)
		}
		first, last := *list.Tasks[0].ID, *list.Tasks[len(list.Tasks)-1].ID
		if string(first) != test.first || string(last) != test.last {
			t.Errorf("got tasks %s to %s, want %s to %s", first, last, test.first, test.last)
		}
	}
}

// Services that do not page as documented.
func TestPagingTraps(t *testing.T) {
	page := func(count string, ids ...string) string {
		tasks := make([]string, len(ids))
		for i, id := range ids {
			tasks[i] = `{"id":"` + id + `"}`
			if id == "" {
				tasks[i] = `{"name":"without ID"}`
			}
		}
		if count != "" {
			count = `"task_count":` + count + `,`
		}
		return "{" + count + `"tasks":[` + strings.Join(tasks, ",") + "]}"
	}
	for _, test := range []struct {
		name     string
		pages    []string // with which each request in turn is answered; the last one is repeated
		want     string   // IDs, "-" for none
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
		{name: "tasks without ID", pages: []string{page("3", "", ""), page("3", "c")}, want: "- - c", requests: 2},
		{name: "page without ID repeated", pages: []string{page("3", "", "")}, err: "it counts 3, but sent only 2 different ones", requests: 2},
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
			list, err := ListTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, instance, TaskFilter{})
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got error %v, want %q", err, test.err)
			}
			var ids []string
			for _, task := range list.Tasks {
				id := "-"
				if task.ID != nil {
					id = string(*task.ID)
				}
				ids = append(ids, id)
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

func TestEndlessListIsGivenUp(t *testing.T) {
	var s *simulator.Simulator
	n := 0
	next := func(simulator.Request) {
		n++
		s.ClearFaults()
		s.InjectFault(simulator.Fault{Body: fmt.Sprintf(`{"tasks":[{"id":"%d"}]}`, n)})
	}
	s, address := simulatortest.Start(t, simulator.Options{Log: next})
	next(simulator.Request{})
	_, err := ListTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, instance, TaskFilter{})
	const want = "still sends tasks after 1000 pages and 1000 tasks"
	if err == nil || !strings.Contains(err.Error(), want) || len(s.Requests()) != maxPages {
		t.Errorf("got %d requests, error %v; want %d, …%s…", len(s.Requests()), err, maxPages, want)
	}
}
