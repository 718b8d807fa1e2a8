package wait_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// arguments are the arguments of a wait.
type arguments map[string]any

// with returns the arguments and one more.
func (a arguments) with(name string, value any) arguments {
	a = maps.Clone(a)
	a[name] = value
	return a
}

var (
	dcsJob    = arguments{"service": "dcs", "job_id": "j"}
	dcsTask   = arguments{"service": "dcs", "instance_id": "i", "task_id": "t"}
	kafkaTask = arguments{"service": "kafka", "instance_id": "i", "task_id": "t"}
	dwsJob    = arguments{"service": "dws", "job_id": "j"}
)

// every sets poll_interval, with which a test knows when polls are due.
func (a arguments) every(interval string) arguments { return a.with("poll_interval", interval) }

func (a arguments) tolerate(outcomes ...string) arguments { return a.with("tolerate", outcomes) }

func (a arguments) timeout(read string) arguments { return a.with("timeouts", timeout(read)) }

// timeout returns the value of the argument timeouts.
func timeout(read string) map[string]any { return map[string]any{"read": read} }

// newPlugin returns the provider over a simulated cloud. Its arguments replace those that the tests need.
func newPlugin(t *testing.T, replaced map[string]any) (*simulator.Simulator, *plugintest.Plugin) {
	t.Helper()
	s := simulator.New(simulator.Options{})
	p := plugintest.New(t, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(t, s))())())
	endpoints := make(map[string]string)
	for _, service := range cloud.Services {
		endpoints[string(service)] = simulatortest.Address + "/" + string(service)
	}
	settings := map[string]any{
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID, "max_retries": 0,
		"access_key": simulator.DefaultAccessKey, "secret_key": simulator.DefaultSecretKey, "endpoints": endpoints,
	}
	maps.Copy(settings, replaced)
	if r := p.Configure(settings); len(r.Diagnostics) > 0 {
		t.Fatalf("configuring the provider: got %s%s, want no diagnostics", r.Errors(), r.Warnings())
	}
	return s, p
}

// read reads a wait, and returns how long that took too.
func read(t *testing.T, p *plugintest.Plugin, a arguments) (plugintest.Reply, time.Duration) {
	t.Helper()
	start := time.Now()
	r := p.Read(t.Context(), "hwtasks_wait", a)
	return r, time.Since(start)
}

// checkState compares a whole state: arguments, region, project and result are as given, all other attributes null.
func checkState(t *testing.T, got map[string]any, a arguments, result map[string]any) {
	t.Helper()
	want := map[string]any{
		"service": nil, "job_id": nil, "instance_id": nil, "task_id": nil, "poll_interval": nil, "tolerate": nil,
		"success_statuses": nil, "failure_statuses": nil, "timeouts": nil,
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID,
		"outcome": nil, "status": nil, "name": nil, "progress": nil, "begin_time": nil, "end_time": nil,
		"failure_code": nil, "failure_reason": nil,
	}
	maps.Copy(want, a)
	maps.Copy(want, result)
	if diff := cmp.Diff(asJSON(t, want), asJSON(t, got)); diff != "" {
		t.Errorf("state (- want, + got):\n%s", diff)
	}
}

// asJSON returns a value with the types that encoding/json decodes to.
func asJSON(t *testing.T, value any) (decoded any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// takes returns the timeline of a job that begins now and ends after a time with a status.
func takes(d time.Duration, end string) simulator.Timeline {
	return simulator.Timeline{Takes: d, End: end}
}

var steps = []simulator.Step{{Name: "Pre-check."}, {Name: "Data migration.", SubSteps: []string{"Full migration."}}}

// Each type of job with each way in which it can end after a minute: as a value, and as an error.
func TestEnds(t *testing.T) {
	// In the fake time of synctest all tests begin at this time.
	const (
		beganDCS, endedDCS   = "946684800000", "946684860000"
		beganTask, endedTask = "2000-01-01T00:00:00.000Z", "2000-01-01T00:01:00.000Z"
		beganDWS, endedDWS   = "2000-01-01T00:00:00", "2000-01-01T00:01:00"
	)
	for _, test := range []struct {
		name      string
		object    any
		arguments arguments
		result    map[string]any
		err       string // first line of the error if the outcome is not tolerated; empty: it is a success
	}{
		{
			name:      "DCS job succeeds",
			object:    simulator.DCSJob{ID: "j", Type: "swap", Timeline: takes(time.Minute, "SUCCESS")},
			arguments: dcsJob,
			result: map[string]any{
				"outcome": "succeeded", "status": "SUCCESS", "name": "swap", "begin_time": beganDCS, "end_time": endedDCS,
			},
		},
		{
			name:      "DCS job fails",
			object:    simulator.DCSJob{ID: "j", Type: "swap", Timeline: takes(time.Minute, "FAIL"), FailReason: "no standby"},
			arguments: dcsJob,
			result: map[string]any{
				"outcome": "failed", "status": "FAIL", "name": "swap", "begin_time": beganDCS, "end_time": endedDCS,
				"failure_reason": "no standby",
			},
			err: "DCS job failed: DCS job j (swap) ended with status FAIL: no standby.",
		},
		{
			name: "DCS task succeeds",
			object: simulator.DCSTask{
				InstanceID: "i", ID: "t", Name: "EXTEND", Steps: steps, Timeline: takes(time.Minute, "SUCCESS"),
			},
			arguments: dcsTask,
			result: map[string]any{
				"outcome": "succeeded", "status": "SUCCESS", "name": "EXTEND", "begin_time": beganTask, "end_time": endedTask, "progress": 100,
			},
		},
		{
			name:      "DCS task without details succeeds",
			object:    simulator.DCSTask{InstanceID: "i", ID: "t", Name: "UpdatePort", Timeline: takes(time.Minute, "SUCCESS")},
			arguments: dcsTask,
			result: map[string]any{
				"outcome": "succeeded", "status": "SUCCESS", "name": "UpdatePort", "begin_time": beganTask, "end_time": endedTask,
			},
		},
		{
			name: "DCS task fails",
			object: simulator.DCSTask{
				InstanceID: "i", ID: "t", Name: "EXTEND", Steps: steps, Timeline: takes(time.Minute, "FAILED"), ErrorCode: "DCS.4064",
			},
			arguments: dcsTask,
			result: map[string]any{
				"outcome": "failed", "status": "FAILED", "name": "EXTEND", "begin_time": beganTask, "end_time": endedTask, "progress": 100,
				"failure_code": "DCS.4064", "failure_reason": "Data migration (DCS.4064); Full migration (DCS.4064)",
			},
			err: "DCS background task failed: DCS background task t of instance i (EXTEND) ended with status FAILED, code DCS.4064: " +
				"Data migration (DCS.4064); Full migration (DCS.4064).",
		},
		{
			name: "DCS task is cancelled",
			object: simulator.DCSTask{
				InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: takes(time.Minute, "CANCELED"),
			},
			arguments: dcsTask,
			result: map[string]any{
				"outcome": "cancelled", "status": "CANCELED", "name": "EXTEND", "begin_time": beganTask, "end_time": endedTask,
			},
			err: "DCS background task cancelled: DCS background task t of instance i (EXTEND) ended with status CANCELED. " +
				"The service gives no reason.",
		},
		{
			name:      "Kafka task succeeds",
			object:    simulator.KafkaTask{InstanceID: "i", ID: "t", Name: "bindEip", Timeline: takes(time.Minute, "SUCCESS")},
			arguments: kafkaTask,
			result: map[string]any{
				"outcome": "succeeded", "status": "SUCCESS", "name": "bindEip", "begin_time": beganTask, "end_time": endedTask,
			},
		},
		{
			name:      "Kafka task fails",
			object:    simulator.KafkaTask{InstanceID: "i", ID: "t", Name: "bindEip", Timeline: takes(time.Minute, "FAILED")},
			arguments: kafkaTask,
			result: map[string]any{
				"outcome": "failed", "status": "FAILED", "name": "bindEip", "begin_time": beganTask, "end_time": endedTask,
			},
			err: "Kafka background task failed: Kafka background task t of instance i (bindEip) ended with status FAILED. " +
				"The service gives no reason.",
		},
		{
			name:      "Kafka task is deleted",
			object:    simulator.KafkaTask{InstanceID: "i", ID: "t", Timeline: takes(time.Minute, "DELETED")},
			arguments: kafkaTask,
			result:    map[string]any{"outcome": "cancelled", "status": "DELETED", "begin_time": beganTask, "end_time": endedTask},
			err: "Kafka background task cancelled: Kafka background task t of instance i ended with status DELETED. " +
				"The service gives no reason.",
		},
		{
			name:      "DWS job succeeds",
			object:    simulator.DWSJob{ID: "j", Name: "resize", Timeline: takes(time.Minute, "SUCCESS")},
			arguments: dwsJob,
			result: map[string]any{
				"outcome": "succeeded", "status": "SUCCESS", "name": "resize", "begin_time": beganDWS, "end_time": endedDWS, "progress": 100,
			},
		},
		{
			name: "DWS job fails",
			object: simulator.DWSJob{
				ID: "j", Name: "resize", Timeline: takes(time.Minute, "FAIL"), FailedCode: "DWS.0114", FailedDetail: "no capacity",
			},
			arguments: dwsJob,
			result: map[string]any{
				"outcome": "failed", "status": "FAIL", "name": "resize", "begin_time": beganDWS, "end_time": endedDWS, "progress": 100,
				"failure_code": "DWS.0114", "failure_reason": "no capacity",
			},
			err: "DWS job failed: DWS job j (resize) ended with status FAIL, code DWS.0114: no capacity.",
		},
		{
			name:      "DWS job is stopped",
			object:    simulator.DWSJob{ID: "j", Name: "resize", Timeline: takes(time.Minute, "STOP")},
			arguments: dwsJob,
			result: map[string]any{
				"outcome": "cancelled", "status": "STOP", "name": "resize", "begin_time": beganDWS, "end_time": endedDWS, "progress": 100,
			},
			err: "DWS job cancelled: DWS job j (resize) ended with status STOP. The service gives no reason.",
		},
		{
			name:      "unknown status means success",
			object:    simulator.DWSJob{ID: "j", Name: "resize", Timeline: takes(time.Minute, "DONE")},
			arguments: dwsJob.with("success_statuses", []string{"done"}),
			result: map[string]any{
				"outcome": "succeeded", "status": "DONE", "name": "resize", "begin_time": beganDWS, "end_time": endedDWS, "progress": 100,
			},
		},
		{
			name:      "unknown status means failure",
			object:    simulator.DCSJob{ID: "j", Type: "swap", Timeline: takes(time.Minute, "BROKEN")},
			arguments: dcsJob.with("failure_statuses", []string{"broken"}),
			result: map[string]any{
				"outcome": "failed", "status": "BROKEN", "name": "swap", "begin_time": beganDCS, "end_time": endedDCS,
			},
			err: "DCS job failed: DCS job j (swap) ended with status BROKEN. The service gives no reason.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newPlugin(t, nil)
				s.Add(test.object)
				a := test.arguments.every("10s")
				if test.err != "" {
					a = a.tolerate("failed", "cancelled")
				}
				r, took := read(t, p, a)
				if took != time.Minute || r.Errors() != "" {
					t.Errorf("took %s, errors %q; want 1m0s without errors", took, r.Errors())
				}
				checkState(t, r.State, a, test.result)

				delete(a, "tolerate")
				s.Forget()
				r, took = read(t, p, a)
				if got, _, _ := strings.Cut(r.Errors(), "\n"); took != 0 || got != test.err {
					t.Errorf("read after the end without tolerate: took %s, got %q, want %q at once", took, got, test.err)
				}
			})
		})
	}
}

// Requests that fail while a DCS job runs for a minute, polled every 10 seconds, and how the wait ends.
func TestFailedPolls(t *testing.T) {
	running := simulator.Fault{Body: `{"status":"RUNNING"}`, Times: 1}
	notFound := simulator.Fault{Status: 404, Body: `{"error_code":"DCS.9","error_msg":"gone"}`}
	times := func(n int, f simulator.Fault) simulator.Fault {
		f.Times = n
		return f
	}
	iam := func(f simulator.Fault) simulator.Fault {
		f.Service = cloud.IAM
		return f
	}
	everyOutcome := []string{"failed", "cancelled", "not_found", "timed_out"}
	for _, test := range []struct {
		name      string
		faults    []simulator.Fault // in the order in which requests meet them
		lookUp    bool              // the project is looked up in IAM
		arguments arguments         // besides those of the job
		outcome   string            // of a wait that has a value
		err       string            // beginning of the error of a wait that has none
		elapsed   time.Duration
	}{
		// Transient errors do not end a wait.
		{name: "connection reset", faults: []simulator.Fault{{Reset: true, Times: 2}}, outcome: "succeeded", elapsed: time.Minute},
		{
			name: "answer breaks off", faults: []simulator.Fault{{Body: `{"status":1}`, Truncate: 5, Times: 2}},
			outcome: "succeeded", elapsed: time.Minute,
		},
		{
			name: "gateway fails", faults: []simulator.Fault{{Status: 503, Times: 2}, {Status: 521, Times: 1}},
			outcome: "succeeded", elapsed: time.Minute,
		},
		{name: "throttled", faults: []simulator.Fault{{Status: 429, Times: 2}}, outcome: "succeeded", elapsed: time.Minute},
		{
			name:    "service asks to wait until the job has ended",
			faults:  []simulator.Fault{{Status: 503, Header: map[string]string{"Retry-After": "63"}, Times: 1}},
			outcome: "succeeded", elapsed: 63 * time.Second,
		},
		{
			name:      "until the timeout, job never found",
			faults:    []simulator.Fault{{Status: 503}},
			arguments: arguments{}.timeout("1m30s"),
			err:       "Timed out waiting for DCS job: DCS job j did not end within 1m30s, and no poll found it. Polled ",
			elapsed:   90 * time.Second,
		},
		{
			name:      "until the timeout, job found before",
			faults:    []simulator.Fault{running, {Status: 503}},
			arguments: arguments{}.timeout("1m30s"),
			err:       "Timed out waiting for DCS job: DCS job j did not end within 1m30s. Last seen: RUNNING. Polled ",
			elapsed:   90 * time.Second,
		},
		{
			name:      "until the timeout, tolerated",
			faults:    []simulator.Fault{{Status: 503}},
			arguments: arguments{}.timeout("1m30s").tolerate("timed_out"),
			outcome:   "timed_out", elapsed: 90 * time.Second,
		},

		// A job that is not found may be too new, until 30 seconds have passed.
		{name: "not found at first", faults: []simulator.Fault{times(3, notFound)}, outcome: "succeeded", elapsed: time.Minute},
		{
			name: "not found", faults: []simulator.Fault{notFound},
			err: "DCS job not found: DCS job j is not there: ", elapsed: 30 * time.Second,
		},
		{
			name: "not found, tolerated", faults: []simulator.Fault{notFound}, arguments: arguments{}.tolerate("not_found"),
			outcome: "not_found", elapsed: 30 * time.Second,
		},
		{
			name: "not found, other outcomes tolerated", faults: []simulator.Fault{notFound},
			arguments: arguments{}.tolerate("failed", "cancelled", "timed_out"),
			err:       "DCS job not found: DCS job j is not there: ", elapsed: 30 * time.Second,
		},
		{
			name: "not found until the timeout", faults: []simulator.Fault{notFound}, arguments: arguments{}.timeout("25s"),
			err:     "Timed out waiting for DCS job: DCS job j did not end within 25s, and no poll found it. Polled 3 times in 25s.",
			elapsed: 25 * time.Second,
		},
		{
			name: "instance not found", faults: []simulator.Fault{{Status: 404, Body: `{"error_code":"DCS.3022"}`}},
			err: "DCS job not found: DCS job j is not there: ",
		},
		{
			name: "found, then twice not", faults: []simulator.Fault{running, times(2, notFound)},
			outcome: "succeeded", elapsed: time.Minute,
		},
		{
			name: "found, then three times not", faults: []simulator.Fault{running, notFound},
			err: "DCS job not found: DCS job j was there with status RUNNING, and then vanished: ", elapsed: 30 * time.Second,
		},

		// An error that waiting does not mend ends a wait at once, whatever is tolerated.
		{name: "bad request", faults: []simulator.Fault{{Status: 400}}, err: "Cannot wait for DCS job: DCS job j in region "},
		{name: "unauthorized", faults: []simulator.Fault{{Status: 401}}, err: "Cannot wait for DCS job: DCS job j in region "},
		{name: "forbidden", faults: []simulator.Fault{{Status: 403}}, err: "Cannot wait for DCS job: DCS job j in region "},
		{
			name: "API not published", faults: []simulator.Fault{{Status: 404, Body: `{"error_code":"APIGW.0101"}`}},
			arguments: arguments{}.tolerate(everyOutcome...), err: "Cannot wait for DCS job: DCS job j in region ",
		},
		{
			name: "another job", faults: []simulator.Fault{{Body: `{"job_id":"k","status":"SUCCESS"}`}},
			err: "Cannot wait for DCS job: DCS job j in region ",
		},
		{
			name: "forbidden later", faults: []simulator.Fault{running, {Status: 403}},
			err: "Cannot wait for DCS job: DCS job j in region ", elapsed: 10 * time.Second,
		},

		// The lookup of the project is part of a poll.
		{name: "project found", lookUp: true, outcome: "succeeded", elapsed: time.Minute},
		{
			name: "IAM fails at first", lookUp: true, faults: []simulator.Fault{iam(simulator.Fault{Status: 503, Times: 2})},
			outcome: "succeeded", elapsed: time.Minute,
		},
		{
			name: "IAM fails until the timeout", lookUp: true, faults: []simulator.Fault{iam(simulator.Fault{Status: 503})},
			arguments: arguments{}.timeout("20s"), elapsed: 20 * time.Second,
			err: "Timed out waiting for DCS job: DCS job j did not end within 20s, and no poll found it. Polled ",
		},
		{
			name: "lookup of the project forbidden", lookUp: true, faults: []simulator.Fault{iam(simulator.Fault{Status: 403})},
			err: `Cannot wait for DCS job: Looking up the project "eu-west-101" for DCS job j in region `,
		},
		{
			name: "lookup of the project not found", lookUp: true, faults: []simulator.Fault{iam(simulator.Fault{Status: 404})},
			arguments: arguments{}.tolerate(everyOutcome...),
			err:       `Cannot wait for DCS job: Looking up the project "eu-west-101" for DCS job j in region `,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				settings := make(map[string]any)
				if test.lookUp {
					settings["project_id"] = nil
				}
				s, p := newPlugin(t, settings)
				s.Add(simulator.DCSJob{ID: "j", Timeline: takes(time.Minute, "")})
				s.InjectFault(test.faults...)
				a := dcsJob.every("10s")
				maps.Copy(a, test.arguments)
				r, took := read(t, p, a)
				if got, _, _ := strings.Cut(r.Errors(), "\n"); !strings.HasPrefix(got, test.err) || (got == "") != (test.err == "") {
					t.Errorf("error: got %q, want %q", got, test.err)
				}
				if test.err == "" && r.State["outcome"] != test.outcome {
					t.Errorf("state: got %v, want outcome %s", r.State, test.outcome)
				}
				if took != test.elapsed {
					t.Errorf("took %s, want %s", took, test.elapsed)
				}
			})
		})
	}
}

// What is stored of a job that was not found, or not in time.
func TestStateWithoutEnd(t *testing.T) {
	for _, test := range []struct {
		name      string
		object    any
		faults    []simulator.Fault
		arguments arguments
		result    map[string]any
	}{
		{
			name:      "not found",
			arguments: dcsJob.tolerate("not_found"),
			result:    map[string]any{"outcome": "not_found"},
		},
		{
			name:      "found, then not",
			faults:    []simulator.Fault{{Body: `{"status":"RUNNING","job_type":"swap"}`, Times: 1}, {Status: 404}},
			arguments: dcsJob.tolerate("not_found"),
			result:    map[string]any{"outcome": "not_found"},
		},
		{
			name:      "timed out",
			object:    simulator.DWSJob{ID: "j", Name: "resize", Timeline: takes(time.Hour, "")},
			arguments: dwsJob.every("10s").timeout("6m5s").tolerate("timed_out"),
			result: map[string]any{
				"outcome": "timed_out", "status": "RUNNING", "name": "resize", "progress": 10, "begin_time": "2000-01-01T00:00:00",
			},
		},
		{
			name:      "timed out, never found: the project is not known to exist",
			faults:    []simulator.Fault{{Status: 503}},
			arguments: dcsJob.timeout("10s").tolerate("timed_out"),
			result:    map[string]any{"outcome": "timed_out", "region": nil, "project_id": nil},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newPlugin(t, nil)
				if test.object != nil {
					s.Add(test.object)
				}
				s.InjectFault(test.faults...)
				r, _ := read(t, p, test.arguments)
				if r.Errors() != "" {
					t.Errorf("got error %s, want none", r.Errors())
				}
				checkState(t, r.State, test.arguments, test.result)
			})
		})
	}
}

// The whole texts of time-outs, in which most is said.
func TestTimeout(t *testing.T) {
	const advice = "\n\nThe job itself goes on. To wait longer, set timeouts = { read = \"2h\" }, say. " +
		"To plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition on outcome, " +
		"which does not block destroy, or use -refresh=false."
	for _, test := range []struct {
		name      string
		object    any
		arguments arguments
		want      string
	}{
		{
			name:      "after an hour if nothing else is set",
			object:    simulator.DCSJob{ID: "j", Timeline: takes(time.Hour+time.Second, "")},
			arguments: dcsJob.every("11m"),
			want:      "Timed out waiting for DCS job: DCS job j did not end within 1h0m0s. Last seen: RUNNING. Polled 6 times in 1h0m0s." + advice,
		},
		{
			name:      "task with progress",
			object:    simulator.DCSTask{InstanceID: "i", ID: "t", Steps: steps, Timeline: takes(time.Hour, "")},
			arguments: dcsTask.every("40s").timeout("50m10s"),
			want: "Timed out waiting for DCS background task: DCS background task t of instance i did not end within 50m10s. " +
				"Last seen: EXECUTING 83 %, about 10m0s left, in progress: Data migration, Full migration. " +
				"Polled 76 times in 50m10s." + advice,
		},
		{
			name:      "unknown status",
			object:    simulator.DWSJob{ID: "j", Timeline: takes(0, "PAUSED")},
			arguments: dwsJob.every("1m").timeout("90s"),
			want: "Timed out waiting for DWS job: DWS job j did not end within 1m30s. Last seen: PAUSED 100 %. Polled 2 times in 1m30s.\n\n" +
				`The provider does not know the status "PAUSED". If the job ends with it, add it to success_statuses or failure_statuses.` + advice,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newPlugin(t, nil)
				s.Add(test.object)
				if r, _ := read(t, p, test.arguments); r.Errors() != test.want {
					t.Errorf("got  %s\nwant %s", r.Errors(), test.want)
				}
			})
		})
	}
}

// Without poll_interval a wait ends soon after its job, and needs few requests.
func TestAdaptiveInterval(t *testing.T) {
	for name, duration := range map[string]time.Duration{"ended": 0, "short": 5 * time.Second, "an hour": 59 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newPlugin(t, nil)
				s.Add(simulator.DCSJob{ID: "j", Timeline: takes(duration, "")})
				r, took := read(t, p, dcsJob)
				if late := took - duration; r.State["outcome"] != "succeeded" || late < 0 || late > 10*time.Second || duration == 0 && late > 0 {
					t.Errorf("got %v, %s after the end of the job, want succeeded within 10s, at once if it has ended before", r.State, late)
				}
				if n := len(s.Requests()); n > 500 || duration == 0 && n != 1 {
					t.Errorf("%d requests, want at most 500, one if the job has ended before", n)
				}
			})
		})
	}
}

// Waits for the same job share their polls, and only those: each of four waits polls every 10 seconds for a minute.
func TestSharedPolls(t *testing.T) {
	polled := func(n int) int { return n * 7 } // by n waits that do not share
	for _, test := range []struct {
		name     string
		other    arguments // of every second wait
		requests int
	}{
		{name: "same arguments", other: nil, requests: polled(1)},
		{name: "other tolerance, timeout", other: arguments{}.tolerate("failed").timeout("2h"), requests: polled(1)},
		{name: "other job", other: arguments{"job_id": "k"}, requests: polled(2)},
		{name: "other success_statuses", other: arguments{"success_statuses": []string{"DONE"}}, requests: polled(2)},
		{name: "other failure_statuses", other: arguments{"failure_statuses": []string{"BROKEN"}}, requests: polled(2)},
		{name: "region is set", other: arguments{"region": simulator.DefaultRegion}, requests: polled(2)},
		{name: "project_id is set", other: arguments{"project_id": simulator.DefaultProjectID}, requests: polled(2)},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newPlugin(t, nil)
				s.Add(simulator.DCSJob{ID: "j", Timeline: takes(time.Minute, "")}, simulator.DCSJob{ID: "k", Timeline: takes(time.Minute, "")})
				var waits sync.WaitGroup
				for i := range 4 {
					a := dcsJob.every("10s")
					if i%2 > 0 {
						maps.Copy(a, test.other)
					}
					waits.Go(func() {
						if r, took := read(t, p, a); r.State["outcome"] != "succeeded" || took != time.Minute {
							t.Errorf("%v: got %v %s after %s, want succeeded after 1m0s", a, r.State, r.Errors(), took)
						}
					})
				}
				waits.Wait()
				if n := len(s.Requests()); n != test.requests {
					t.Errorf("%d requests, want %d", n, test.requests)
				}

				// Nothing is kept for later waits.
				s.Forget()
				if _, took := read(t, p, dcsJob); took != 0 || len(s.Requests()) != 1 {
					t.Errorf("later wait: took %s and %d requests, want one request", took, len(s.Requests()))
				}
			})
		})
	}
}

// StopProvider, which Terraform calls on Ctrl-C, ends a wait at once.
func TestStop(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"between two polls":    {Path: "none"},
		"in a poll":            {Delay: simulator.Duration(20 * time.Second)},
		"in a poll that fails": {Delay: simulator.Duration(20 * time.Second), Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := newPlugin(t, nil)
				s.Add(simulator.DCSTask{InstanceID: "i", ID: "t", Timeline: takes(time.Hour, "")})
				s.InjectFault(fault)
				time.AfterFunc(15*time.Second, p.Stop)
				const want = "Wait for DCS background task interrupted: The wait for DCS background task t of instance i was interrupted. " +
					"The job itself goes on: a later run takes up the wait again."
				r, took := read(t, p, dcsTask.every("10s").tolerate("timed_out"))
				if r.Errors() != want || r.State != nil || took != 15*time.Second {
					t.Errorf("got %q, state %v after %s, want %q after 15s", r.Errors(), r.State, took, want)
				}
			})
		})
	}
}

// The log of a wait that polls every 5 seconds. At INFO it has changes, and else a line every 10 seconds; at DEBUG it has each poll.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := newPlugin(t, nil)
		s.InjectFault(
			simulator.Fault{Path: "/job/", Body: `{"status":"RUNNING"}`, Times: 1},
			simulator.Fault{Path: "/job/", Body: `{"status":"RUNNING","progress":"1%"}`, Times: 4},
			simulator.Fault{Path: "/job/", Status: 503, Times: 1},
			simulator.Fault{Path: "/job/", Body: `{"status":"PAUSED","progress":"6%"}`, Times: 2},
		)
		s.Add(simulator.DWSJob{ID: "j", Timeline: takes(0, "SUCCESS")})
		if r, _ := read(t, p, dwsJob.every("5s")); r.Errors() != "" {
			t.Fatalf("got %s, want no error", r.Errors())
		}
		var lines []string
		for line := range strings.Lines(p.Log()) {
			var entry struct {
				Level   string `json:"@level"`
				Message string `json:"@message"`
				Job     string `json:"job"`
				Polls   int    `json:"polls"`
				Status  string `json:"status"`
				Failed  int    `json:"transient_errors"`
				Next    string `json:"next"`
			}
			if !strings.Contains(line, "dws job") && !strings.Contains(line, `"Polled"`) {
				continue // of the provider or a request
			}
			if err := json.Unmarshal([]byte(line), &entry); err != nil {
				t.Fatal(err)
			}
			if entry.Message == "Polled" {
				entry.Message = fmt.Sprintf("Polled job=%s polls=%d status=%s transient_errors=%d next=%s",
					entry.Job, entry.Polls, entry.Status, entry.Failed, entry.Next)
			}
			message, _, _ := strings.Cut(entry.Message, " (request ID ")
			lines = append(lines, entry.Level+" "+message)
		}
		want := []string{
			"info dws job j RUNNING, next poll in 5s",
			"debug Polled job=j polls=1 status=RUNNING transient_errors=0 next=5s",
			"info dws job j RUNNING 1 %, next poll in 5s",
			"debug Polled job=j polls=2 status=RUNNING transient_errors=0 next=5s",
			"debug Polled job=j polls=3 status=RUNNING transient_errors=0 next=5s",
			"info dws job j RUNNING 1 %, next poll in 5s",
			"debug Polled job=j polls=4 status=RUNNING transient_errors=0 next=5s",
			"debug Polled job=j polls=5 status=RUNNING transient_errors=0 next=5s",
			"info dws job j: dws at http://127.0.0.1/dws: HTTP 503 Service Unavailable",
			"debug Polled job=j polls=6 status=RUNNING transient_errors=1 next=5s",
			"info dws job j PAUSED 6 %, next poll in 5s",
			"debug Polled job=j polls=7 status=PAUSED transient_errors=1 next=5s",
			`warn dws job j has the unknown status "PAUSED", which is taken as running; ` +
				"if the job ends with it, add it to success_statuses or failure_statuses",
			"debug Polled job=j polls=8 status=PAUSED transient_errors=1 next=5s",
			"info dws job j succeeded after 9 polls in 40s, last seen: SUCCESS 100 %",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("log (- want, + got):\n%s", diff)
		}
	})
}
