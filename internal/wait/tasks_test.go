package wait_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka/kafkatest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const inProject = " in region eu-west-101, project " + simulator.DefaultProjectID

// create creates the resource, and returns how long that took too.
func create(t *testing.T, p *plugintest.Plugin, a arguments) (plugintest.Reply, time.Duration) {
	t.Helper()
	start := time.Now()
	r := p.Create(t.Context(), "hwtasks_wait", a)
	return r, time.Since(start)
}

// A begun is a background task of the DCS instance i that began some time ago. Its ID is its name in lower case.
type begun struct {
	name string
	ago  time.Duration
	runs time.Duration // from now on; negative: it has ended
	end  string        // its status then; SUCCESS if empty
}

func (b begun) task() dcstest.Task {
	return dcstest.Task{
		InstanceID: "i", ID: strings.ToLower(b.name), Name: b.name,
		Timeline: simulator.Timeline{Begin: time.Now().Add(-b.ago), Takes: b.ago + b.runs, End: b.end},
	}
}

func addTasks(sim *simulator.Simulator, tasks []begun) {
	for _, b := range tasks {
		sim.Add(b.task())
	}
}

// Waits by name and until an instance is idle: what is stored, and what is said. The clock begins at the start of the year 2000.
func TestTasks(t *testing.T) {
	for _, test := range []struct {
		name      string
		tasks     []begun
		objects   []simulator.Object
		faults    []simulator.Fault
		arguments arguments
		elapsed   time.Duration
		state     string // beside the arguments; empty: there is an error
		err       string // beginning
		advice    []string
		warning   string // a part
	}{
		{
			name:      "idle after two tasks",
			tasks:     []begun{{name: "EXTEND", ago: time.Minute, runs: 20 * time.Second}, {name: "AddReplica", runs: 30 * time.Second}},
			arguments: idle, elapsed: 40 * time.Second,
			state: `{"outcome":"succeeded","status":"RUNNING","begin_time":"1999-12-31T23:59:00Z","end_time":"2000-01-01T00:00:30Z","tasks":[
				{"id":"extend","name":"EXTEND","outcome":"succeeded","status":"SUCCESS","begin_time":"1999-12-31T23:59:00Z",
				"end_time":"2000-01-01T00:00:20Z","failure_code":null,"failure_reason":null},
				{"id":"addreplica","name":"AddReplica","outcome":"succeeded","status":"SUCCESS","begin_time":"2000-01-01T00:00:00Z",
				"end_time":"2000-01-01T00:00:30Z","failure_code":null,"failure_reason":null}]}`,
		},
		{
			name: "idle, one failed",
			objects: []simulator.Object{dcstest.Task{
				InstanceID: "i", ID: "extend", Name: "EXTEND", Timeline: takes(20*time.Second, "FAILED"),
				Steps: []dcstest.Step{{Name: "Migration."}}, ErrorCode: "DCS.4064",
			}},
			arguments: idle, elapsed: 30 * time.Second,
			err: "DCS background task failed: DCS background task extend of instance i (EXTEND)" + inProject +
				" failed with status FAILED on 2000-01-01T00:00:20.000Z: Migration (DCS.4064).\n\nEndpoint: http",
			advice: []string{"To continue although the task failed, set in this data source:\n\n  tolerate = [\"failed\"]"},
		},
		{
			name:      "never idle",
			tasks:     []begun{{name: "EXTEND", runs: time.Hour}},
			arguments: idle.timeout("1m"), elapsed: 58 * time.Second,
			err: "Timed out waiting for DCS instance: DCS instance i" + inProject + " is not idle after 1m (timeouts.read). " +
				"In progress: EXTEND (EXECUTING). Polled ",
			advice: []string{"What runs on the instance continues in the cloud. To wait for the rest, run Terraform again: " +
				"a task that fails before that does not fail that wait."},
		},
		{
			name:      "never idle, tolerated",
			tasks:     []begun{{name: "EXTEND", runs: time.Hour}},
			arguments: idle.timeout("1m").tolerate("timed_out"), elapsed: 58 * time.Second, warning: "which is tolerated",
			state: `{"outcome":"timed_out","status":"RUNNING","begin_time":"2000-01-01T00:00:00Z","tasks":[
				{"id":"extend","name":"EXTEND","outcome":null,"status":"EXECUTING","begin_time":"2000-01-01T00:00:00Z","end_time":null,
				"failure_code":null,"failure_reason":null}]}`,
		},
		{
			name:      "idle too late to settle",
			tasks:     []begun{{name: "EXTEND", runs: 55 * time.Second}},
			arguments: idle.timeout("1m"), elapsed: 58 * time.Second,
			err: "Timed out waiting for DCS instance: DCS instance i" + inProject +
				" has come to an end, but not for the 10s of settle within 1m (timeouts.read).",
		},
		{
			name: "unknown instance", arguments: idle, elapsed: 30 * time.Second,
			err: "DCS instance not found: DCS instance i" + inProject + " was not found: HTTP 404 Not Found, code DCS.3022: " +
				`"The instance does not exist". Polled `,
			advice: []string{"Check service, instance_id, region and project_id."},
		},
		{
			name: "an instance that is restarting", arguments: idle, elapsed: 30 * time.Second,
			objects: []simulator.Object{dcstest.Instance{ID: "i", Working: "RESTARTING", Timeline: takes(20*time.Second, "")}},
			state:   `{"outcome":"succeeded","status":"RUNNING","tasks":[]}`,
		},
		{
			name: "an instance that ends in ERROR", arguments: idle, elapsed: 30 * time.Second,
			objects: []simulator.Object{dcstest.Instance{ID: "i", Working: "RESTARTING", Timeline: takes(20*time.Second, "ERROR")}},
			err:     "DCS instance failed: DCS instance i" + inProject + " is at rest, but has failed: its status is ERROR.",
		},
		{
			name:      "an instance that may not be read",
			objects:   []simulator.Object{dcstest.Instance{ID: "i"}},
			faults:    []simulator.Fault{{Path: "/tasks"}, {Path: "/instances/i", Status: http.StatusForbidden}},
			arguments: idle, elapsed: 25 * time.Second,
			state:   `{"outcome":"succeeded","tasks":[]}`,
			warning: "The instance could not be read: DCS instance i" + inProject + ": The list of its tasks alone decided: HTTP 403 Forbidden",
		},
		{
			name:    "an instance that may not be read in the middle",
			objects: []simulator.Object{dcstest.Instance{ID: "i"}},
			faults: []simulator.Fault{
				{Path: "/tasks"}, {Path: "/instances/i", Times: 1}, {Path: "/instances/i", Status: http.StatusForbidden, Times: 3},
			},
			arguments: idle, elapsed: 10 * time.Second,
			state: `{"outcome":"succeeded","status":"RUNNING","tasks":[]}`,
		},
		{
			name:      "an instance that may not be read any more",
			tasks:     []begun{{name: "EXTEND", ago: time.Minute, runs: 20 * time.Second}},
			faults:    []simulator.Fault{{Path: "/tasks"}, {Path: "/instances/i", Times: 1}, {Path: "/instances/i", Status: http.StatusForbidden}},
			arguments: idle.timeout("1m"), elapsed: 58 * time.Second,
			err: "Timed out waiting for DCS instance: DCS instance i" + inProject +
				" was not idle when it was last seen, after 1m (timeouts.read).",
			advice: []string{"Reading needs dcs:instance:get;"},
		},
		{
			name:      "an instance whose call is not published",
			objects:   []simulator.Object{dcstest.Instance{ID: "i"}},
			faults:    []simulator.Fault{{Path: "/tasks"}, {Path: "/instances/i", Status: http.StatusNotFound, Body: `{"error_code":"APIGW.0101"}`}},
			arguments: idle, elapsed: 10 * time.Second,
			state:   `{"outcome":"succeeded","tasks":[]}`,
			warning: "The list of its tasks alone decided: HTTP 404 Not Found, code APIGW.0101",
		},
		{
			name: "a list that is {}", objects: []simulator.Object{dcstest.Instance{ID: "i"}},
			faults: []simulator.Fault{{Path: "/tasks", Body: `{}`}}, arguments: idle,
			err: "Cannot wait for DCS instance: DCS instance i" + inProject + ": the answer has no tasks.",
		},
		{
			name: "a list that is {} in the middle", objects: []simulator.Object{dcstest.Instance{ID: "i"}},
			faults:    []simulator.Fault{{Path: "/tasks", Times: 1}, {Path: "/tasks", Body: `{}`, Times: 2}},
			arguments: idle, elapsed: 10 * time.Second,
			state: `{"outcome":"succeeded","status":"RUNNING","tasks":[]}`,
		},
		{
			name: "a task without a status", objects: []simulator.Object{dcstest.Instance{ID: "i"}},
			faults: []simulator.Fault{{Path: "/tasks", Body: `{"tasks":[{"id":"t","name":"EXTEND"}]}`}}, arguments: idle,
			err: "Cannot wait for DCS instance: DCS instance i" + inProject + ": the answer has a task without a status.",
		},
		{
			name: "an instance without a status", objects: []simulator.Object{dcstest.Instance{ID: "i"}},
			faults: []simulator.Fault{{Path: "/tasks"}, {Path: "/instances/i", Body: `{}`}}, arguments: idle,
			err: "Cannot wait for DCS instance: DCS instance i" + inProject + ": the answer has no status of the instance.",
		},
		{
			name: "Kafka: a task of the instance itself", arguments: idle.with("service", "kafka"), elapsed: 30 * time.Second,
			objects: []simulator.Object{kafkatest.Instance{
				ID: "i", Timeline: takes(20*time.Second, ""), Task: map[string]any{"name": "updateTopicPolicies", "status": "EXECUTING"},
			}},
			state: `{"outcome":"succeeded","status":"RUNNING","tasks":[]}`,
		},
		{
			name: "DWS: a cluster that grows", arguments: idle.with("service", "dws"), elapsed: 30 * time.Second,
			objects: []simulator.Object{dwstest.Cluster{ID: "i", Working: "GROWING", Timeline: takes(20*time.Second, "")}},
			state:   `{"outcome":"succeeded","status":"AVAILABLE","tasks":[]}`,
		},
		{
			name: "DWS: a cluster that cannot grow", arguments: idle.with("service", "dws"), elapsed: 30 * time.Second,
			objects: []simulator.Object{dwstest.Cluster{ID: "i", Working: "GROWING", Timeline: takes(20*time.Second, "RESIZE_FAILURE")}},
			err: "DWS cluster failed: DWS cluster i" + inProject + " is at rest, but has failed: " +
				"its work has ended with task_status RESIZE_FAILURE.",
		},
		{
			name: "DWS: a cluster that is deleted", arguments: idle.with("service", "dws"), elapsed: 30 * time.Second,
			objects: []simulator.Object{dwstest.Cluster{ID: "i", Status: "DELETED"}},
			err:     "DWS cluster not found: DWS cluster i" + inProject + " was not found: the cluster is DELETED.",
		},
		{
			name: "DWS: an unknown word that means success", elapsed: 10 * time.Second,
			arguments: idle.with("service", "dws").with("success_statuses", []string{"patch_done"}),
			objects:   []simulator.Object{dwstest.Cluster{ID: "i", Timeline: takes(0, "PATCH_DONE")}},
			state:     `{"outcome":"succeeded","status":"AVAILABLE","tasks":[]}`,
		},
		{
			name: "DWS: an unknown word", arguments: idle.with("service", "dws").timeout("1m"), elapsed: 58 * time.Second,
			objects: []simulator.Object{dwstest.Cluster{ID: "i", Timeline: takes(0, "PATCH_DONE")}},
			err: "Timed out waiting for DWS cluster: DWS cluster i" + inProject + " is not idle after 1m (timeouts.read). " +
				"In progress: task_status PATCH_DONE. Polled ",
		},
		{
			name: "DWS: a cluster that may not be read", arguments: idle.with("service", "dws"), elapsed: 10 * time.Second,
			faults: []simulator.Fault{{Status: http.StatusForbidden}},
			err:    "Cannot wait for DWS cluster: DWS cluster i" + inProject + ": HTTP 403 Forbidden",
		},

		{
			name:      "by name",
			tasks:     []begun{{name: "EXTEND", ago: time.Minute, runs: 20 * time.Second}, {name: "AddReplica", runs: time.Hour}},
			arguments: byName.with("task_name", "extend"), elapsed: 30 * time.Second,
			state: `{"outcome":"succeeded","status":"SUCCESS","name":"EXTEND",
				"begin_time":"1999-12-31T23:59:00Z","end_time":"2000-01-01T00:00:20Z","tasks":[
				{"id":"extend","name":"EXTEND","outcome":"succeeded","status":"SUCCESS","begin_time":"1999-12-31T23:59:00Z",
				"end_time":"2000-01-01T00:00:20Z","failure_code":null,"failure_reason":null}]}`,
		},
		{
			name: "by name, failed before",
			objects: []simulator.Object{dcstest.Task{
				InstanceID: "i", ID: "extend", Name: "EXTEND", Timeline: takes(0, "FAILED"),
				Steps: []dcstest.Step{{Name: "Migration."}}, ErrorCode: "DCS.4064",
			}},
			arguments: byName, elapsed: 10 * time.Second,
			err: "DCS background task failed: DCS background task extend of instance i (EXTEND)" + inProject +
				" failed with status FAILED on 2000-01-01T00:00:00.000Z: Migration (DCS.4064).",
		},
		{
			name: "by name, never ends", tasks: []begun{{name: "EXTEND", runs: time.Hour}},
			arguments: byName.timeout("1m"), elapsed: 58 * time.Second,
			err: "Timed out waiting for DCS background task: DCS background task EXTEND of instance i" + inProject +
				" is still running after 1m (timeouts.read). In progress: EXTEND (EXECUTING). Polled ",
			advice: []string{"The task continues in the cloud. To wait for the rest, run Terraform again."},
		},
		{
			name: "by name, not found", tasks: []begun{{name: "AddReplica", runs: time.Hour}},
			arguments: byName, elapsed: 30 * time.Second,
			err: "DCS background task not found: DCS background task EXTEND of instance i" + inProject +
				" was not found: the service lists no task EXTEND; it lists AddReplica. Polled ",
			advice: []string{"Request ID: ", "Check service, task_name, ", "leave out task_name: the wait is then until it is idle"},
		},
		{
			name:      "by name, forgotten",
			objects:   []simulator.Object{dcstest.Instance{ID: "i"}},
			faults:    []simulator.Fault{{Path: "/tasks", Body: `{"tasks":[{"id":"t","name":"EXTEND","status":"EXECUTING"}]}`, Times: 1}},
			arguments: byName.every("10s"), elapsed: 50 * time.Second,
			err: "DCS background task not found: DCS background task t of instance i (EXTEND)" + inProject +
				" was EXECUTING, and then was not listed any more. Polled ",
			advice: []string{"The service may have deleted its record. Check how the instance is. The next run waits again."},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, p := servicetest.New(t, nil)
				addTasks(sim, test.tasks)
				sim.Add(test.objects...)
				sim.InjectFault(test.faults...)
				a := arguments{"poll_interval": "1s"}
				maps.Copy(a, test.arguments)
				r, took := read(t, p, a)
				if (took - test.elapsed).Abs() >= time.Second { // a backoff is shortened at random
					t.Errorf("took %s, want %s", took, test.elapsed)
				}
				got := r.Errors()
				if !strings.HasPrefix(got, test.err) || (got == "") != (test.err == "") {
					t.Errorf("got error\n%s\nwant\n%s", got, test.err)
				}
				for _, want := range test.advice {
					if !strings.Contains(got, want) {
						t.Errorf("got error\n%s\nwant a part\n%s", got, want)
					}
				}
				if got := r.Warnings(); !strings.Contains(got, test.warning) || test.warning == "" && got != "" {
					t.Errorf("got warning\n%s\nwant\n%s", got, test.warning)
				}
				if test.state != "" {
					servicetest.CheckState(t, r.State, a, test.state)
				}
			})
		})
	}
}

// What the resource does otherwise than the data source.
func TestTasksOfTheResource(t *testing.T) {
	for _, test := range []struct {
		name      string
		task      begun
		arguments arguments
		elapsed   time.Duration
		err       string // a part; empty: it succeeds
		advice    string // a part
		warning   string // a part
	}{
		{
			name: "settles for half a minute", task: begun{name: "EXTEND", ago: time.Hour, runs: -20 * time.Minute}, arguments: idle,
			elapsed: 30 * time.Second,
		},
		{
			name: "warns about a failure just before", task: begun{name: "EXTEND", ago: time.Hour, runs: -5 * time.Minute, end: "FAILED"},
			arguments: idle, elapsed: 30 * time.Second,
			warning: "Task EXTEND (extend) failed on 1999-12-31T23:55:00.000Z, before this wait began, and so does not fail it: " +
				"the service gives no reason. If that is the change that you wait for, make it again. " +
				"What depends on this wait is changed already. To wait again then, run terraform apply -replace with the address of this resource.",
		},
		{
			name: "by name: an earlier one does not count", task: begun{name: "EXTEND", ago: time.Hour, runs: -11 * time.Minute}, arguments: byName,
			elapsed: 30 * time.Second,
			err: "the service lists no task EXTEND that runs, or that ended within 10m before the wait; " +
				"the newest ended on 1999-12-31T23:49:00.000Z",
			advice: "set in this resource:\n\n  ended_within = \"3h\"",
		},
		{
			name: "by name: one of yesterday does not count", task: begun{name: "EXTEND", ago: 21 * time.Hour, runs: -20 * time.Hour},
			arguments: byName, elapsed: 30 * time.Second,
			err: "the newest ended on 1999-12-31T04:00:00.000Z", advice: "set in this resource:\n\n  ended_within = \"22h\"",
		},
		{
			name: "by name: one of some minutes before", task: begun{name: "EXTEND", ago: time.Hour, runs: -5 * time.Minute},
			arguments: byName, elapsed: 10 * time.Second,
			warning: "Task EXTEND (extend) ended 5m before this wait began, and decided how it ended. " +
				"If it is the task of an earlier change, set ended_within to less than that.",
		},
		{
			name: "by name: the one that has failed, though the change was made again", elapsed: 10 * time.Second, arguments: byName,
			task: begun{name: "EXTEND", ago: time.Hour, runs: -20 * time.Second, end: "FAILED"},
			err:  "failed with status FAILED",
			advice: "This task had ended before the wait began. If the change was made again since, the service did not list its task yet: " +
				"apply again without making it once more, or set ended_within = \"0s\"",
		},
		{
			name: "by name: one of some seconds before", task: begun{name: "EXTEND", ago: time.Hour, runs: -20 * time.Second},
			arguments: byName, elapsed: 10 * time.Second,
		},
		{
			name: "by name: an earlier one counts, as advised", task: begun{name: "EXTEND", ago: time.Hour, runs: -11 * time.Minute},
			arguments: byName.with("ended_within", "3h"), elapsed: 10 * time.Second,
			warning: "Task EXTEND (extend) ended 11m before this wait began, and decided how it ended.",
		},
		{
			name: "by name: a time-out", task: begun{name: "EXTEND", runs: time.Hour}, elapsed: 58 * time.Second,
			arguments: byName.with("timeouts", map[string]any{"create": "1m"}),
			err:       "is still running after 1m (timeouts.create)",
			advice: "For a task that ended earlier, or ends before the next run, only for that run set in this resource:\n\n" +
				"  ended_within = \"3h\"",
		},
		{
			name: "a default settle is shortened", task: begun{name: "EXTEND", ago: time.Hour, runs: -20 * time.Minute}, elapsed: 10 * time.Second,
			arguments: idle.with("timeouts", map[string]any{"create": "20s"}),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, p := servicetest.New(t, nil)
				sim.Add(test.task.task())
				r, took := create(t, p, test.arguments)
				if took.Round(time.Second) != test.elapsed {
					t.Errorf("took %s, want %s", took, test.elapsed)
				}
				if got := r.Errors(); !strings.Contains(got, test.err) || !strings.Contains(got, test.advice) || (got == "") != (test.err == "") {
					t.Errorf("got error\n%s\nwant\n%s … %s", got, test.err, test.advice)
				}
				if got := r.Warnings(); !strings.Contains(got, test.warning) || test.warning == "" && got != "" {
					t.Errorf("got warning\n%s\nwant\n%s", got, test.warning)
				}
				if (r.State != nil) != (test.err == "") {
					t.Errorf("got state %v, want one: %v", r.State, test.err == "")
				}
			})
		})
	}
}

// What the errors of the resource advise works: each of the printed ways on is taken.
func TestAdviceOfTheResource(t *testing.T) {
	for _, test := range []struct {
		name      string
		task      begun
		arguments arguments
		advice    []string // names of the arguments
	}{
		{name: "idle, failed", task: begun{name: "EXTEND", runs: 20 * time.Second, end: "FAILED"}, arguments: idle, advice: []string{"tolerate"}},
		{
			name: "idle, not in time", task: begun{name: "EXTEND", runs: 80 * time.Second}, advice: []string{"create", "tolerate"},
			arguments: idle.with("timeouts", map[string]any{"create": "1m"}),
		},
		{name: "idle, not found", arguments: idle.with("instance_id", "j"), advice: []string{"tolerate"}},
		{
			name: "by name, failed", task: begun{name: "EXTEND", runs: 20 * time.Second, end: "FAILED"}, arguments: byName,
			advice: []string{"tolerate"},
		},
		{
			name: "by name, ended earlier", task: begun{name: "EXTEND", ago: time.Hour, runs: -20 * time.Minute}, arguments: byName,
			advice: []string{"ended_within", "tolerate"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			advised := regexp.MustCompile(`(?m)^ +(tolerate|ended_within|create) = (.*)$`)
			run := func(a arguments) (text string) {
				synctest.Test(t, func(t *testing.T) {
					sim, p := servicetest.New(t, nil)
					sim.Add(dcstest.Instance{ID: "i"}, test.task.task())
					r, _ := create(t, p, a)
					text = r.Errors()
				})
				return text
			}
			text := run(test.arguments)
			var advice []string
			for _, match := range advised.FindAllStringSubmatch(text, -1) {
				advice = append(advice, match[1])
				var value any
				if err := json.Unmarshal([]byte(match[2]), &value); err != nil {
					t.Fatal(err)
				}
				a := test.arguments.with(match[1], value)
				if match[1] == "create" {
					a = test.arguments.with("timeouts", map[string]any{"create": value})
				}
				if got := run(a); got != "" {
					t.Errorf("with %s, as advised: got error %s, want none", match[0], got)
				}
			}
			if diff := cmp.Diff(test.advice, advice); diff != "" {
				t.Errorf("advice (- want, + got):\n%s\nin %s", diff, text)
			}
		})
	}
}

// Reasons that the service does not tell in time do not hold up a wait: five seconds for all of a poll.
func TestReasonsAreNotAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, p := servicetest.New(t, nil)
		for n := range 14 {
			sim.Add(begun{name: fmt.Sprint("EXTEND", n), ago: time.Hour, runs: -time.Minute, end: "FAILED"}.task())
		}
		sim.InjectFault(simulator.Fault{Path: "/progress", Delay: simulator.Duration(time.Minute)})
		r, took := create(t, p, idle)
		if r.Errors() != "" || took > time.Minute {
			t.Errorf("got error %q after %s, want none within a minute", r.Errors(), took)
		}
	})
}

// Waits that share a request for a reason which hangs at first all get the reason in the end.
func TestReasonIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, p := servicetest.New(t, nil)
		sim.Add(dcstest.Task{
			InstanceID: "i", ID: "extend", Name: "EXTEND", Timeline: takes(20*time.Second, "FAILED"),
			Steps: []dcstest.Step{{Name: "Migration."}}, ErrorCode: "DCS.4064",
		})
		sim.InjectFault(simulator.Fault{Path: "/progress", Delay: simulator.Duration(20 * time.Second), Times: 1})
		var waits sync.WaitGroup
		for range 4 {
			waits.Go(func() {
				if r, _ := read(t, p, idle); !strings.Contains(r.Errors(), ": Migration (DCS.4064).") {
					t.Errorf("got %s, want the reason", r.Errors())
				}
			})
		}
		waits.Wait()
	})
}

// Another host of the plugin protocol may not validate before it creates.
func TestNothingToWaitFor(t *testing.T) {
	_, p := servicetest.New(t, nil)
	r, _ := create(t, p, arguments{"service": "dcs"})
	if !strings.HasPrefix(r.Errors(), "Nothing to wait for: ") {
		t.Errorf("got %q, want that there is nothing to wait for", r.Errors())
	}
}

// Eight waits until the same instance is idle send hardly more requests than one.
func TestIdleWaitsShareTheirRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, p := servicetest.New(t, nil)
		sim.Add(dcstest.Instance{ID: "i"})
		var waits sync.WaitGroup
		for range 8 {
			waits.Go(func() {
				if r, took := read(t, p, idle); r.State["outcome"] != "succeeded" || took < 10*time.Second || took > 11*time.Second {
					t.Errorf("got %v %s after %s, want success after 10s", r.State, r.Errors(), took)
				}
			})
		}
		waits.Wait()
		if n := len(sim.Requests()); n >= 30 {
			t.Errorf("got %d requests, want fewer than 30", n)
		}
	})
}

// Idle waits for 200 instances at the same time stay within requests_per_second, which is 10, and end later for that: two minutes after
// the end of what runs, where one alone ends after 30 to 40 seconds. The page of the resource says so.
func TestManyIdleWaits(t *testing.T) {
	const runs = 10 * time.Minute
	for _, test := range []struct {
		waits    int
		last     time.Duration // to end, after the end of what runs
		requests int           // that the page calculates with, after that end
	}{
		{waits: 1, last: 40 * time.Second, requests: 8},
		{waits: 200, last: 2*time.Minute + 5*time.Second, requests: 200 * 6},
	} {
		t.Run(fmt.Sprint(test.waits), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, p := servicetest.New(t, nil)
				end := time.Now().Add(runs)
				var waits sync.WaitGroup
				for i := range test.waits {
					id := fmt.Sprint("i", i)
					sim.Add(dcstest.Task{InstanceID: id, ID: "t", Name: "EXTEND", Timeline: simulator.Timeline{Takes: runs}})
					waits.Go(func() {
						if r, _ := create(t, p, idle.with("instance_id", id)); r.State["outcome"] != "succeeded" {
							t.Errorf("instance %s: got %v %s, want success", id, r.State, r.Errors())
						}
					})
				}
				waits.Wait()
				late := time.Since(end)
				requests := sim.Requests()
				after := 0
				for i, r := range requests {
					if i >= 110 && r.Time.Sub(requests[i-110].Time) < 10*time.Second {
						t.Fatalf("got more than 110 requests within 10 seconds, want 10 per second, and a burst of 10")
					}
					if r.Time.After(end) {
						after++
					}
				}
				t.Logf("The last of %d waits ended after %s, with %d requests by all, %d in total.", test.waits, late, after, len(requests))
				if late > test.last || late < test.last*3/4 || after > test.requests {
					t.Errorf("the last wait ended after %s, with %d requests by all; want at most %s, at least three quarters of that, and %d",
						late, after, test.last, test.requests)
				}
			})
		})
	}
}

// Waits of all kinds on an instance share the requests for its list of tasks.
func TestWaitsOfAllKindsShareTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, p := servicetest.New(t, nil)
		sim.Add(begun{name: "EXTEND", runs: 20 * time.Second}.task())
		var waits sync.WaitGroup
		for _, a := range []arguments{idle, byName, idle.with("task_id", "extend")} {
			waits.Go(func() {
				if r, _ := read(t, p, a); r.State["outcome"] != "succeeded" {
					t.Errorf("%v: got %v %s, want success", a, r.State, r.Errors())
				}
			})
		}
		waits.Wait()
		lists := 0
		for _, r := range sim.Requests() {
			if strings.HasSuffix(r.Path, "/tasks") {
				lists++
			}
		}
		// Each of the three polls 16 times until the task has ended, and two of them once more when that has settled.
		if lists > 25 {
			t.Errorf("got %d requests for the list, want hardly more than the 17 of one wait", lists)
		}
	})
}

// A destroyed resource waits until the instance is idle, if its state says so.
func TestWaitOnDestroy(t *testing.T) {
	for _, test := range []struct {
		name      string
		arguments arguments
		tasks     []begun // that begin after it was created
		faults    []simulator.Fault
		stop      time.Duration // 0: it is not interrupted
		elapsed   time.Duration
		requests  bool
		err       []string // parts
		warning   string   // beginning
	}{
		{name: "not set", arguments: idle},
		{name: "idle", arguments: idle.with("wait_on_destroy", true), elapsed: 30 * time.Second, requests: true},
		{
			name: "a task runs", arguments: idle.with("wait_on_destroy", true).every("1s"), elapsed: time.Minute, requests: true,
			tasks: []begun{{name: "EXTEND", runs: 30 * time.Second}},
		},
		{
			name: "a task fails", arguments: idle.with("wait_on_destroy", true).every("1s"), elapsed: time.Minute, requests: true,
			tasks:   []begun{{name: "EXTEND", runs: 30 * time.Second, end: "FAILED"}},
			warning: "DCS background task failed, which does not keep it from being destroyed: DCS background task extend of instance i (EXTEND)",
		},
		{
			name: "not found", arguments: idle.with("wait_on_destroy", true), elapsed: 30 * time.Second, requests: true,
			faults:  []simulator.Fault{{Status: http.StatusNotFound}},
			warning: "DCS instance not found, which does not keep it from being destroyed: ",
		},
		{
			name: "not in time", elapsed: 58 * time.Second, requests: true,
			arguments: idle.with("wait_on_destroy", true).with("timeouts", map[string]any{"delete": "1m"}),
			tasks:     []begun{{name: "EXTEND", runs: time.Hour}},
			err: []string{
				"Timed out waiting for DCS instance: DCS instance i" + inProject + " is not idle after 1m (timeouts.delete). ",
				"In progress: EXTEND (EXECUTING).",
				"Apply either of them first, without a change of the triggers, and with -target",
				"timeouts {\n    delete = \"2m\"\n  }", "wait_on_destroy = false", "terraform state rm",
			},
		},
		{
			name: "forbidden", arguments: idle.with("wait_on_destroy", true), elapsed: 10 * time.Second, requests: true,
			faults: []simulator.Fault{{Status: http.StatusForbidden}},
			err:    []string{"Cannot wait for DCS instance: ", "The instance is kept: ", "wait_on_destroy = false", "terraform state rm"},
		},
		{
			name: "interrupted", arguments: idle.with("wait_on_destroy", true), stop: 15 * time.Second, elapsed: 15 * time.Second, requests: true,
			tasks: []begun{{name: "EXTEND", runs: time.Hour}},
			err: []string{
				"Wait for DCS instance interrupted: ", "In progress: EXTEND (EXECUTING).",
				"The resource with the id 2000-01-01T00:00:30.000000000Z stays, and so does what it refers to.",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, p := servicetest.New(t, nil)
				sim.Add(dcstest.Instance{ID: "i"})
				created, _ := create(t, p, test.arguments)
				if created.Errors() != "" {
					t.Fatal(created.Errors())
				}
				addTasks(sim, test.tasks)
				sim.InjectFault(test.faults...)
				sim.Forget()
				if test.stop != 0 {
					time.AfterFunc(test.stop, p.Stop)
				}
				start := time.Now()
				r := p.Delete(t.Context(), "hwtasks_wait", created.State)
				if took := time.Since(start).Round(time.Second); took != test.elapsed || (len(sim.Requests()) > 0) != test.requests {
					t.Errorf("took %s and %d requests, want %s, and any: %v", took, len(sim.Requests()), test.elapsed, test.requests)
				}
				got := r.Errors()
				for _, want := range test.err {
					if !strings.Contains(got, want) {
						t.Errorf("got error\n%s\nwant a part\n%s", got, want)
					}
				}
				if kept := len(test.err) > 0; (got != "") != kept || (r.State != nil) != kept {
					t.Errorf("got error %q, state %v; want both: %v", got, r.State, kept)
				}
				if got := r.Warnings(); !strings.HasPrefix(got, test.warning) || test.warning == "" && got != "" {
					t.Errorf("got warning\n%s\nwant\n%s", got, test.warning)
				}
			})
		})
	}
}

// The log says what is waited for, and whether anything was seen to run.
func TestLogOfTasks(t *testing.T) {
	for _, test := range []struct {
		arguments arguments
		runs      time.Duration
		faults    []simulator.Fault
		want      []string
	}{
		{
			arguments: idle, runs: -30 * time.Minute, faults: []simulator.Fault{{Status: 503, Times: 1}},
			want: []string{"; nothing was seen to run"},
		},
		{arguments: idle, runs: -30 * time.Minute, want: []string{
			"Waiting until DCS instance i is idle", "dcs instance i: succeeded after ", "; nothing was seen to run",
		}},
		{arguments: idle.with("task_id", nil), runs: time.Minute, want: []string{
			"Waiting until DCS instance i is idle", "dcs instance i: EXTEND (EXECUTING); next poll in ",
		}},
		{arguments: byName, want: []string{"Waiting for DCS background task EXTEND of instance i"}},
	} {
		t.Run(fmt.Sprint(test.arguments), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, p := servicetest.New(t, nil)
				sim.Add(begun{name: "EXTEND", ago: time.Hour, runs: test.runs}.task())
				sim.InjectFault(test.faults...)
				read(t, p, test.arguments)
				for _, want := range test.want {
					if !strings.Contains(p.Log(), want) {
						t.Errorf("got the log\n%s\nwant %s", p.Log(), want)
					}
				}
			})
		})
	}
}
