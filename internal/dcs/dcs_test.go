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

// answer lets every call answer with a body.
func answer(t *testing.T, body string) *cloud.Client {
	t.Helper()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: body})
	return simulatortest.Client(t, address)
}

func str(s string) *lenient.String { return new(lenient.String(s)) }

func TestJobOfThePage(t *testing.T) {
	const id = "ff8080818822bbf70188235afc24141a"
	got, err := GetJob(t.Context(), answer(t, simulatortest.Read(t, "testdata/dcs_job.json")), simulatortest.Target, id)
	if err != nil {
		t.Fatal(err)
	}
	want := Job{
		JobID: str(id), JobType: str("masterStandbySwapJob"), Status: str("SUCCESS"),
		BeginTime: str("1684191545379"), EndTime: str("1684191548248"), FailReason: nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProgressOfThePage(t *testing.T) {
	got, err := GetProgress(t.Context(), answer(t, simulatortest.Read(t, "testdata/dcs_background_task_progress.json")), simulatortest.Target, instance, task)
	if err != nil {
		t.Fatal(err)
	}
	sub := func(id, name, begin, end, detail, code string) SubStep {
		return SubStep{str(id), str(name), str("FINISH"), str("2022-09-01 " + begin), str("2022-09-01 " + end), str(detail), str(code)}
	}
	want := Progress{
		Progress: new(lenient.Int64(30)), RemainTime: new(lenient.Int64(100)),
		StepDetails: []Step{
			{
				str("9d1d1da8-650e-406f-81e4-b3c11515869f"), str("Pre-check."), str("FINISH"),
				str("2022-09-01 11:52:24"), str("2022-09-01 11:52:29"), str("DCS.4064"),
				[]SubStep{
					sub("4692b05b-fa55-4f7d-9be6-527bde25b424", "Resource check.", "11:52:24", "11:52:26", "", "DCS.4065"),
					sub("4692b05b-fa55-4f7d-9be6-527bde25b425", "Instance status check.", "11:52:26", "11:52:29", "", "DCS.4064"),
				},
			},
			{
				str("9d1d1da8-650e-406f-3fad-c4a22515869f"), str("Data migration."), str("EXECUTING"),
				str("2022-09-01 11:52:30"), str("2022-09-01 11:54:30"), str("DCS.4065"),
				[]SubStep{
					sub("cb58a8ea-b8e2-4626-b3fa-57ab1a830724", "Resource request.", "11:52:30", "11:53:30",
						"{node_id:9996c3376318417281fb5e611f3fb1a0,slot_range:[0 5460],full_migration:in progress,inc_migration:in progress}", "DCS.4065"),
					sub("f9df7fd2-b31f-4ec3-bbb1-3dc740326342", "Resource request.", "11:53:30", "11:54:30",
						"{node_id:5b70f440ccc94789b34a5c98c2ba05ea,slot_range:[5461 10921],full_migration:to start, inc_migration:to start}", "DCS.4066"),
				},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTasksOfThePage(t *testing.T) {
	got, err := ListTasks(t.Context(), answer(t, simulatortest.Read(t, "testdata/dcs_background_tasks.json")), simulatortest.Target, instance, TaskFilter{})
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
				IsOnlyAdjustCharging: new(lenient.Bool(false)), AccountName: str("account1"), SourceIP: str("192.192.0.0"), TargetIP: str("192.192.0.1"),
				NodeName: str("node1"), RenameCommands: []*lenient.String{}, UpdatedConfigLength: num(0),
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFieldsOfNewerEditions(t *testing.T) {
	got, err := ListTasks(t.Context(), answer(t, `{"task_count":"1","tasks":[{"id":"a","job_id":"j","error_code":"DCS.4064","params":"{}","details":null}]}`),
		simulatortest.Target, instance, TaskFilter{})
	if err != nil {
		t.Fatal(err)
	}
	want := TaskList{TaskCount: str("1"), Tasks: []Task{{ID: str("a"), JobID: str("j"), ErrorCode: str("DCS.4064"), Params: str("{}")}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAbsentNullAndEmptyAreDifferent(t *testing.T) {
	for body, want := range map[string]TaskList{
		`{}`:                               {},
		`{"task_count":null,"tasks":null}`: {},
		`{"task_count":0,"tasks":[]}`:      {TaskCount: str("0"), Tasks: []Task{}},
		`{"tasks":[{"details":{}}]}`:       {Tasks: []Task{{Details: &Details{}}}},
		`{"tasks":[{"name":"","details":{"rename_commands":[null,"KEYS"],"enable_ssl":false}}]}`: {
			Tasks: []Task{{Name: str(""), Details: &Details{RenameCommands: []*lenient.String{nil, str("KEYS")}, EnableSSL: new(lenient.Bool(false))}}},
		},
	} {
		got, err := ListTasks(t.Context(), answer(t, body), simulatortest.Target, instance, TaskFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestErrorOfThePage(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Status: 400, Body: simulatortest.Read(t, "testdata/error_400.json")})
	_, err := GetJob(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "j")
	var e *cloud.Error
	if !errors.As(err, &e) || e.Status != 400 || e.Code != "111400063" || e.Message != "Invalid {0} parameter in the request." || e.RequestID == "" {
		t.Errorf("%#v", err)
	}
}

func TestJobOfAnotherIDIsRefused(t *testing.T) {
	if _, err := GetJob(t.Context(), answer(t, `{"job_id":"other","status":"SUCCESS"}`), simulatortest.Target, "mine"); err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("error %v", err)
	}
	job, err := GetJob(t.Context(), answer(t, `{"status":"SUCCESS"}`), simulatortest.Target, "mine")
	if diff := cmp.Diff(Job{JobID: str("mine"), Status: str("SUCCESS")}, job); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
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
		project + "/instances/i/tasks?begin_time=20200609160000&end_time=20200617155959&limit=1000&offset=0&start_time=20200609160000": func(ctx context.Context) error {
			_, err := ListTasks(ctx, c, simulatortest.Target, "i", TaskFilter{StartTime: new("20200609160000"), EndTime: new("20200617155959")})
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
			t.Error(err)
		}
		if r := s.Requests(); len(r) != 1 || r[0].Service != cloud.DCS || r[0].Path+"?"+r[0].Query != want {
			t.Errorf("%+v\nwant one DCS request of %s", r, want)
		}
	}
}

// addTasks adds n tasks, of which the newest has the highest number.
func addTasks(s *simulator.Simulator, n int) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		s.Add(simulator.DCSTask{InstanceID: instance, ID: strconv.Itoa(i), Name: "EXTEND", Timeline: simulator.Timeline{Begin: begin.Add(time.Duration(i) * time.Hour)}})
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
				t.Errorf("%d tasks, task_count %s", len(list.Tasks), *list.TaskCount)
			}
			for i, task := range list.Tasks {
				if want := strconv.Itoa(n - 1 - i); string(*task.ID) != want {
					t.Fatalf("task %d has ID %s, want %s", i, *task.ID, want)
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
		{TaskFilter{Limit: new(int64(3))}, "29", "27"},
		{TaskFilter{Offset: new(int64(25))}, "4", "0"},
		{TaskFilter{Offset: new(int64(10)), Limit: new(int64(5))}, "19", "15"},
		{TaskFilter{StartTime: new("20260101050000"), EndTime: new("20260101070000")}, "7", "5"},
	} {
		s.Forget()
		list, err := ListTasks(t.Context(), c, simulatortest.Target, instance, test.filter)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Requests()); got != 1 {
			t.Errorf("%d requests", got)
		}
		if first, last := *list.Tasks[0].ID, *list.Tasks[len(list.Tasks)-1].ID; string(first) != test.first || string(last) != test.last {
			t.Errorf("tasks %s to %s, want %s to %s", first, last, test.first, test.last)
		}
	}
}

// Services that do not page as documented: pages are what each request in turn is answered with.
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
	for name, test := range map[string]struct {
		pages    []string // the last one is repeated
		want     string   // IDs, or after "!" a part of the error
		requests int
	}{
		"exact count":                    {[]string{page("3", "a", "b"), page("3", "c")}, "a b c", 2},
		"count as a text":                {[]string{page(`"3"`, "a", "b"), page(`"3"`, "c")}, "a b c", 2},
		"no count":                       {[]string{page("", "a", "b"), page("", "c"), page("")}, "a b c", 3},
		"count of nonsense":              {[]string{page(`"many"`, "a"), page(`"many"`)}, "a", 2},
		"negative count":                 {[]string{page("-1", "a"), page("-1")}, "a", 2},
		"count too high":                 {[]string{page("9", "a", "b"), page("9")}, "a b", 2},
		"count too low":                  {[]string{page("1", "a", "b"), page("1", "c"), page("1")}, "a b c", 3},
		"no tasks":                       {[]string{page("0")}, "", 1},
		"no tasks, whatever the count":   {[]string{page("9")}, "", 1},
		"offset ignored, all sent":       {[]string{page("2", "a", "b")}, "a b", 1},
		"offset ignored, no count":       {[]string{page("", "a", "b")}, "a b", 2},
		"offset ignored, more there":     {[]string{page("5", "a", "b")}, "!it counts 5, but sent only 2 different ones", 2},
		"page repeated later":            {[]string{page("5", "a", "b"), page("5", "c", "d"), page("5", "c", "d")}, "!it counts 5, but sent only 4 different ones", 3},
		"a new task pushes one on":       {[]string{page("4", "a", "b"), page("5", "b", "c"), page("5", "d")}, "a b c d", 3},
		"an ID twice in one page":        {[]string{page("2", "a", "a")}, "a a", 1},
		"tasks without ID":               {[]string{page("3", "", ""), page("3", "c")}, "- - c", 2},
		"page without ID repeated":       {[]string{page("3", "", "")}, "!it counts 3, but sent only 2 different ones", 2},
		"count shrinks in the meantime":  {[]string{page("4", "a", "b"), page("2")}, "a b", 2},
		"count that shrank to what came": {[]string{page("4", "a", "b"), page("3", "c"), page("3")}, "a b c", 3},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			for i, body := range test.pages {
				times := 1
				if i == len(test.pages)-1 {
					times = 0 // from now on
				}
				s.InjectFault(simulator.Fault{Body: body, Times: times})
			}
			list, err := ListTasks(t.Context(), simulatortest.Client(t, address), simulatortest.Target, instance, TaskFilter{})
			if part, fails := strings.CutPrefix(test.want, "!"); fails {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("error %v, want …%s…", err, part)
				}
			} else if err != nil {
				t.Fatal(err)
			} else {
				ids := make([]string, len(list.Tasks))
				for i, task := range list.Tasks {
					ids[i] = "-"
					if task.ID != nil {
						ids[i] = string(*task.ID)
					}
				}
				if got := strings.Join(ids, " "); got != test.want {
					t.Errorf("tasks %q, want %q", got, test.want)
				}
			}
			if got := len(s.Requests()); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
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
	if err == nil || !strings.Contains(err.Error(), "still sends tasks after 1000 pages and 1000 tasks") || len(s.Requests()) != maxPages {
		t.Errorf("%d requests, %v", len(s.Requests()), err)
	}
}
