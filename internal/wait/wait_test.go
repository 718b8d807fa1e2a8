package wait_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka/kafkatest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
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
	idle      = arguments{"service": "dcs", "instance_id": "i"}
	byName    = arguments{"service": "dcs", "instance_id": "i", "task_name": "EXTEND"}
)

// every sets poll_interval, with which a test knows when polls are due.
func (a arguments) every(interval string) arguments { return a.with("poll_interval", interval) }

func (a arguments) tolerate(outcomes ...string) arguments { return a.with("tolerate", outcomes) }

func (a arguments) timeout(read string) arguments {
	return a.with("timeouts", map[string]any{"read": read})
}

// read reads a wait, and returns how long that took too.
func read(t *testing.T, p *plugintest.Plugin, a arguments) (plugintest.Reply, time.Duration) {
	t.Helper()
	start := time.Now()
	r := p.Read(t.Context(), "hwtasks_wait", a)
	return r, time.Since(start)
}

// oneTask returns the attribute tasks of a wait by ID with a state: what has a status is its one element.
func oneTask(t *testing.T, state string, a arguments) map[string]any {
	t.Helper()
	var of map[string]any
	if err := json.Unmarshal([]byte(state), &of); err != nil {
		t.Fatal(err)
	}
	tasks := []any{}
	if of["status"] != nil {
		task := map[string]any{"id": a["job_id"]}
		if a["task_id"] != nil {
			task["id"] = a["task_id"]
		}
		for _, name := range []string{"name", "outcome", "status", "begin_time", "end_time", "failure_code", "failure_reason"} {
			task[name] = of[name]
		}
		if of["outcome"] == "timed_out" {
			task["outcome"] = nil
		}
		tasks = append(tasks, task)
	}
	return map[string]any{"tasks": tasks}
}

// takes returns the timeline of a job that begins now and ends after a time with a status.
func takes(d time.Duration, end string) simulator.Timeline {
	return simulator.Timeline{Takes: d, End: end}
}

// A job of each type and each way to end, after a minute: as a value, and as an error. In the fake time of synctest all
// tests begin at the start of the year 2000.
func TestEnds(t *testing.T) {
	steps := []dcstest.Step{{Name: "Pre-check."}, {Name: "Data migration.", SubSteps: []string{"Full migration."}}}
	for _, test := range []struct {
		name      string
		object    simulator.Object
		arguments arguments
		state     string // beside the arguments
		err       string // first line of the error if the outcome is not tolerated; empty: it is a success
	}{
		{
			name: "DCS job fails", arguments: dcsJob,
			object: dcstest.Job{ID: "j", Type: "swap", Timeline: takes(time.Minute, "FAIL"), FailReason: "no standby"},
			state: `{"outcome":"failed","status":"FAIL","name":"swap","begin_time":"2000-01-01T00:00:00Z","end_time":"2000-01-01T00:01:00Z",
				"failure_reason":"no standby"}`,
			err: "DCS job failed: DCS job j (swap) in region eu-west-101, project " + simulator.DefaultProjectID +
				" failed with status FAIL on 946684860000 (2000-01-01T00:01:00Z): no standby.",
		},
		{
			name: "DCS task fails", arguments: dcsTask,
			object: dcstest.Task{
				InstanceID: "i", ID: "t", Name: "EXTEND", Steps: steps, Timeline: takes(time.Minute, "FAILED"), ErrorCode: "DCS.4064",
			},
			state: `{"outcome":"failed","status":"FAILED","name":"EXTEND","progress":100,"failure_code":"DCS.4064",
				"begin_time":"2000-01-01T00:00:00Z","end_time":"2000-01-01T00:01:00Z",
				"failure_reason":"Data migration (DCS.4064); Full migration (DCS.4064)"}`,
			err: "DCS background task failed: DCS background task t of instance i (EXTEND) in region eu-west-101, project " +
				simulator.DefaultProjectID + " failed with status FAILED on 2000-01-01T00:01:00.000Z: " +
				"Data migration (DCS.4064); Full migration (DCS.4064).",
		},
		{
			name: "Kafka task is deleted", arguments: kafkaTask,
			object: kafkatest.Task{InstanceID: "i", ID: "t", Timeline: takes(time.Minute, "DELETED")},
			state: `{"outcome":"cancelled","status":"DELETED",
				"begin_time":"2000-01-01T00:00:00Z","end_time":"2000-01-01T00:01:00Z"}`,
			err: "Kafka background task cancelled: Kafka background task t of instance i in region eu-west-101, project " +
				simulator.DefaultProjectID + " was cancelled with status DELETED on 2000-01-01T00:01:00.000Z. " +
				"The service gives no reason: look at the task in its console.",
		},
		{
			name: "DWS job succeeds", arguments: dwsJob,
			object: dwstest.Job{ID: "j", Name: "resize", Timeline: takes(time.Minute, "SUCCESS")},
			state:  `{"outcome":"succeeded","status":"SUCCESS","name":"resize","progress":100}`, // its times have no time zone
		},
		{
			name: "unknown status means success", arguments: dcsJob.with("success_statuses", []string{"done"}),
			object: dcstest.Job{ID: "j", Timeline: takes(time.Minute, "DONE")},
			state:  `{"outcome":"succeeded","status":"DONE","begin_time":"2000-01-01T00:00:00Z","end_time":"2000-01-01T00:01:00Z"}`,
		},
		{
			name: "unknown status means failure", arguments: dcsJob.with("failure_statuses", []string{"broken"}),
			object: dcstest.Job{ID: "j", Timeline: takes(time.Minute, "BROKEN")},
			state:  `{"outcome":"failed","status":"BROKEN","begin_time":"2000-01-01T00:00:00Z","end_time":"2000-01-01T00:01:00Z"}`,
			err: "DCS job failed: DCS job j in region eu-west-101, project " + simulator.DefaultProjectID +
				" failed with status BROKEN on 946684860000 (2000-01-01T00:01:00Z). " +
				"The service gives no reason: look at the job in its console.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := servicetest.New(t, nil)
				s.Add(test.object)
				a := test.arguments.every("10s")
				if test.err != "" {
					a = a.tolerate("failed", "cancelled")
				}
				r, took := read(t, p, a)
				if took != time.Minute || r.Errors() != "" {
					t.Errorf("took %s, errors %q; want 1m0s without errors", took, r.Errors())
				}
				summary, _, _ := strings.Cut(test.err, ":")
				if got := r.Warnings(); !strings.HasPrefix(got, summary) || strings.Contains(got, ", which is tolerated: ") != (test.err != "") {
					t.Errorf("got warnings %q, want one of a tolerated outcome: %v", got, test.err != "")
				}
				servicetest.CheckState(t, r.State, a, test.state, oneTask(t, test.state, test.arguments))

				delete(a, "tolerate")
				r, took = read(t, p, a)
				details := strings.Contains(r.Errors(), "\nEndpoint: http") && strings.Contains(r.Errors(), "\nRequest ID: ")
				if got, _, _ := strings.Cut(r.Errors(), "\n"); took != 0 || got != test.err || details != (test.err != "") {
					t.Errorf("read after the end without tolerate: took %s, got %q, want %q at once", took, got, test.err)
				}
			})
		})
	}
}

// Requests that fail while a DCS job runs for a minute, polled every 10 seconds, and how the wait ends.
func TestFailedPolls(t *testing.T) {
	everyOutcome := arguments{}.tolerate("failed", "cancelled", "not_found", "timed_out")
	for _, test := range []struct {
		name      string
		faults    []simulator.Fault // in the order in which requests meet them
		lookUp    bool              // the project is looked up in IAM
		arguments arguments         // besides those of the job
		err       string            // beginning of the error; empty: the wait succeeds
		elapsed   time.Duration
	}{
		{name: "connection reset", faults: []simulator.Fault{{Reset: true, Times: 2}}, elapsed: 63 * time.Second},
		{
			name:   "service asks to wait until the job has ended",
			faults: []simulator.Fault{{Status: 503, Header: map[string]string{"Retry-After": "63"}, Times: 1}}, elapsed: 63 * time.Second,
		},
		{
			name:      "service asks to wait until the timeout, but a last poll decides",
			faults:    []simulator.Fault{{Status: 429, Header: map[string]string{"Retry-After": "120"}, Times: 1}},
			arguments: arguments{}.timeout("90s"), elapsed: 88 * time.Second,
		},
		{
			name: "an hour, if no timeout is set", faults: []simulator.Fault{{Status: 503}},
			err: "Timed out waiting for DCS job: DCS job j in region eu-west-101, project " + simulator.DefaultProjectID +
				" was not seen within 1h (timeouts.read). Polled ",
			elapsed: time.Hour - 2*time.Second,
		},
		{
			name: "not found, other outcomes tolerated", faults: []simulator.Fault{{Status: 404}},
			arguments: arguments{}.tolerate("failed", "cancelled", "timed_out"),
			err:       "DCS job not found: DCS job j in region ", elapsed: 30 * time.Second,
		},
		{
			name: "not found at once", faults: []simulator.Fault{{Status: 404}}, arguments: arguments{"appear_within": "0s"},
			err: "DCS job not found: DCS job j in region ",
		},
		{
			name: "forbidden, whatever is tolerated", faults: []simulator.Fault{{Status: 403}}, arguments: everyOutcome,
			err: "Cannot wait for DCS job: DCS job j in region ", elapsed: 10 * time.Second,
		},
		{
			name: "key rejected, whatever is tolerated", faults: []simulator.Fault{{Status: 401}}, arguments: everyOutcome,
			err: "Cannot wait for DCS job: DCS job j in region ",
		},

		// The lookup of the project is part of a poll, and is not repeated within it.
		{
			name: "IAM is never there", lookUp: true,
			faults: []simulator.Fault{{Service: cloud.IAM, Reset: true}}, arguments: arguments{}.timeout("5s"),
			err: "Timed out waiting for DCS job: DCS job j in region eu-west-101 was not seen within 5s (timeouts.read). " +
				"Polled 4 times in 4s; 4 polls failed.",
			elapsed: 4 * time.Second,
		},
		{
			name: "IAM fails at first", lookUp: true, faults: []simulator.Fault{{Service: cloud.IAM, Status: 503, Times: 2}},
			elapsed: 63 * time.Second,
		},
		{
			name: "project not found", lookUp: true, faults: []simulator.Fault{{Service: cloud.IAM, Status: 404}}, arguments: everyOutcome,
			err: `Cannot wait for DCS job: Looking up the project "eu-west-101" for DCS job j in region `,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				settings := make(map[string]any)
				if test.lookUp {
					settings["project_id"] = nil
				}
				s, p := servicetest.New(t, settings)
				s.Add(dcstest.Job{ID: "j", Timeline: takes(time.Minute, "")})
				s.InjectFault(test.faults...)
				a := dcsJob.every("10s")
				maps.Copy(a, test.arguments)
				r, took := read(t, p, a)
				took = took.Round(time.Second) // a backoff is shortened at random
				if got := r.Errors(); !strings.HasPrefix(got, test.err) || (got == "") != (test.err == "") || took != test.elapsed {
					t.Errorf("got error %q after %s, want %q after %s", got, took, test.err, test.elapsed)
				}
				if test.err == "" && r.State["outcome"] != "succeeded" {
					t.Errorf("got state %v, want one with outcome succeeded", r.State)
				}
			})
		})
	}
}

// Tokens that the cloud issues, and a service rejects: each poll gets a new one, and three in a row end the wait.
func TestRejectedTokens(t *testing.T) {
	login := map[string]any{
		"access_key": nil, "secret_key": nil,
		"user_name": simulator.DefaultUserName, "password": simulator.DefaultPassword, "domain_name": simulator.DefaultDomainName,
	}
	for _, test := range []struct {
		name     string
		rejected int // requests, of which a poll makes two; 0: all
		err      string
		logins   int
		shortest time.Duration
		longest  time.Duration
	}{
		{name: "two polls", rejected: 4, logins: 3, shortest: time.Minute, longest: 70 * time.Second},
		{name: "all", err: "Cannot wait for DCS job: DCS job j in region ", logins: 4, shortest: 30 * time.Second, longest: 40 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := servicetest.New(t, login)
				s.Add(dcstest.Job{ID: "j", Timeline: takes(time.Minute, "")})
				s.InjectFault(simulator.Fault{Path: "/jobs/j", Body: `{"status":"RUNNING"}`, Times: 1},
					simulator.Fault{Path: "/jobs/j", Status: 401, Times: test.rejected})
				r, took := read(t, p, dcsJob.every("10s"))
				if got := r.Errors(); !strings.HasPrefix(got, test.err) || (got == "") != (test.err == "") {
					t.Errorf("got error %q, want %q", got, test.err)
				}
				if took < test.shortest || took > test.longest {
					t.Errorf("took %s, want %s to %s", took, test.shortest, test.longest)
				}
				logins := 0
				for _, request := range s.Requests() {
					if strings.HasSuffix(request.Path, "/auth/tokens") {
						logins++
					}
				}
				if logins != test.logins {
					t.Errorf("got %d logins, want %d", logins, test.logins)
				}
			})
		})
	}
}

// What is stored of a job that was not found, or not in time, if the error is tolerated as it advises.
func TestStateWithoutEnd(t *testing.T) {
	for _, test := range []struct {
		name      string
		faults    []simulator.Fault
		arguments arguments
		state     string
	}{
		{
			name: "found, then not", arguments: dcsJob, state: `{"outcome":"not_found"}`,
			faults: []simulator.Fault{{Body: `{"status":"RUNNING","job_type":"swap"}`, Times: 1}, {Status: 404}},
		},
		{
			name: "timed out", arguments: dwsJob.timeout("10s"),
			faults: []simulator.Fault{{Body: `{"status":"RUNNING","job_name":"resize","progress":"9%","begin_time":"2000-01-01T00:00:00"}`}},
			state:  `{"outcome":"timed_out","status":"RUNNING","name":"resize","progress":9}`,
		},
		{
			name: "timed out, never found: the project is not known to exist", arguments: dcsJob.timeout("10s"),
			faults: []simulator.Fault{{Status: 503}}, state: `{"outcome":"timed_out","region":null,"project_id":null}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := servicetest.New(t, nil)
				s.InjectFault(test.faults...)
				r, _ := read(t, p, test.arguments)
				_, advice, _ := strings.Cut(r.Errors(), "\n  tolerate = [\"")
				outcome, _, _ := strings.Cut(advice, "\"]\n")

				s.ClearFaults()
				s.InjectFault(test.faults...)
				tolerant := test.arguments.tolerate(outcome)
				if r, _ = read(t, p, tolerant); r.Errors() != "" {
					t.Errorf("tolerate = [%q], as advised: got error %s, want none", outcome, r.Errors())
				}
				if got := r.Warnings(); !strings.Contains(got, ", which is tolerated: ") {
					t.Errorf("got warnings %q, want one of the tolerated outcome", got)
				}
				servicetest.CheckState(t, r.State, tolerant, test.state, oneTask(t, test.state, test.arguments))
			})
		})
	}
}

// Without poll_interval a wait polls every second at first. At INFO it logs the result.
func TestAdaptiveInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := servicetest.New(t, nil)
		s.Add(dcstest.Job{ID: "j", Timeline: takes(5*time.Second, "")})
		r, took := read(t, p, dcsJob)
		if took < 5*time.Second || took > 6*time.Second || len(s.Requests()) != 7 {
			t.Errorf("got %v %s after %s and %d requests, want an end after 5s to 6s and 7 requests", r.State, r.Errors(), took, len(s.Requests()))
		}
		if want := "dcs job j: succeeded after 7 polls in "; !strings.Contains(p.Log(), want) {
			t.Errorf("got the log\n%s\nwant %s…", p.Log(), want)
		}
	})
}

// Waits for the same job share their polls, and only those: each of four waits polls every 10 seconds for a minute.
func TestSharedPolls(t *testing.T) {
	polled := func(n int) int { return n * 7 } // by n waits that do not share
	for _, test := range []struct {
		name     string
		all      arguments // of all waits
		other    arguments // of every second wait, besides those
		requests int
	}{
		{name: "same arguments", other: nil, requests: polled(1)},
		{name: "other tolerance, timeout", other: arguments{}.tolerate("failed").timeout("2h"), requests: polled(1)},
		{name: "other job", other: arguments{"job_id": "k"}, requests: polled(2)},
		{name: "other statuses", other: arguments{"success_statuses": []string{"DONE"}}, requests: polled(1)},
		{name: "other region", other: arguments{"region": "eu-west-102", "project_id": simulator.DefaultProjectID}, requests: polled(2)},
		{name: "default region is set", other: arguments{"region": simulator.DefaultRegion}, requests: polled(1)},
		{name: "default project is set", other: arguments{"project_id": simulator.DefaultProjectID}, requests: polled(1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := servicetest.New(t, nil)
				s.Add(dcstest.Job{ID: "j", Timeline: takes(time.Minute, "")}, dcstest.Job{ID: "k", Timeline: takes(time.Minute, "")})
				var waits sync.WaitGroup
				for i := range 4 {
					a := dcsJob.every("10s")
					maps.Copy(a, test.all)
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

// StopProvider, which Terraform calls on Ctrl-C, ends a wait at once, whatever the poll returns.
func TestStop(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"between two polls":    {Path: "none"},
		"in a poll that fails": {Delay: simulator.Duration(20 * time.Second), Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, p := servicetest.New(t, nil)
				s.Add(dcstest.Job{ID: "j", Timeline: takes(time.Hour, "")})
				s.InjectFault(fault)
				time.AfterFunc(15*time.Second, p.Stop)
				r, took := read(t, p, dcsJob.every("10s").tolerate("timed_out"))
				if !strings.HasPrefix(r.Errors(), "Wait for DCS job interrupted: ") || r.State != nil || took != 15*time.Second {
					t.Errorf("got %q, state %v after %s, want an interruption after 15s", r.Errors(), r.State, took)
				}
			})
		})
	}
}
