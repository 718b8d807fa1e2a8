package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// waitConfig configures a wait.
func waitConfig(arguments ...string) string {
	return "data \"hwtasks_wait\" \"test\" {\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

var (
	dcsJob    = []string{`service = "dcs"`, `job_id = "j"`}
	dcsTask   = []string{`service = "dcs"`, `instance_id = "i"`, `task_id = "t"`}
	kafkaTask = []string{`service = "kafka"`, `instance_id = "i"`, `task_id = "t"`}
	dwsJob    = []string{`service = "dws"`, `job_id = "j"`}
)

// arguments are the arguments of a wait in its state, in which those that are not given are null.
func arguments(given string) string {
	all := `"service":"dcs","job_id":null,"instance_id":null,"task_id":null,"poll_interval":null,"tolerate":null,"success_statuses":null,"failure_statuses":null,"timeouts":null,` + place
	for _, pair := range strings.Split(given, ";") {
		name, value, _ := strings.Cut(pair, "=")
		all = regexp.MustCompile(`"`+name+`":(null|"[^"]*")`).ReplaceAllString(all, `"`+name+`":`+value)
	}
	return all
}

var (
	steps = []simulator.Step{{Name: "Pre-check.", SubSteps: nil}, {Name: "Data migration.", SubSteps: []string{"Full migration."}}}
	begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// ended is a course that has ended, and running one that will.
func ended(status string) simulator.Timeline {
	return simulator.Timeline{Begin: begin, Takes: time.Minute, End: status}
}

func runs(takes time.Duration, status string) simulator.Timeline {
	return simulator.Timeline{Begin: time.Now(), Takes: takes, End: status}
}

// Each kind of job, each way to end, as a whole state. Reading it again changes nothing.
func TestWaitForWhatHasEnded(t *testing.T) {
	for name, test := range map[string]struct {
		object   any
		config   []string
		state    string
		requests int // of a single read, the project lookup not counted
	}{
		"DCS job": {
			simulator.DCSJob{ID: "j", Type: "masterStandbySwapJob", Timeline: ended("")}, dcsJob,
			arguments(`job_id="j"`) + `,"outcome":"succeeded","status":"SUCCESS","name":"masterStandbySwapJob","progress":null,
			"begin_time":"1767225600000","end_time":"1767225660000","failure_code":null,"failure_reason":null`, 1,
		},
		"DCS job that failed": {
			simulator.DCSJob{ID: "j", Type: "masterStandbySwapJob", Timeline: ended("FAIL"), FailReason: "no standby"}, append(dcsJob, `tolerate = ["failed"]`),
			arguments(`job_id="j";tolerate=["failed"]`) + `,"outcome":"failed","status":"FAIL","name":"masterStandbySwapJob","progress":null,
			"begin_time":"1767225600000","end_time":"1767225660000","failure_code":null,"failure_reason":"no standby"`, 1,
		},
		"DCS task": {
			simulator.DCSTask{InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: ended(""), Steps: steps}, dcsTask,
			arguments(`instance_id="i";task_id="t"`) + `,"outcome":"succeeded","status":"SUCCESS","name":"EXTEND","progress":100,
			"begin_time":"2026-01-01T00:00:00.000Z","end_time":"2026-01-01T00:01:00.000Z","failure_code":null,"failure_reason":null`, 1,
		},
		"DCS task without details": {
			simulator.DCSTask{InstanceID: "i", ID: "t", Name: "UpdatePort", Timeline: ended("")}, dcsTask,
			arguments(`instance_id="i";task_id="t"`) + `,"outcome":"succeeded","status":"SUCCESS","name":"UpdatePort","progress":null,
			"begin_time":"2026-01-01T00:00:00.000Z","end_time":"2026-01-01T00:01:00.000Z","failure_code":null,"failure_reason":null`, 1,
		},
		"DCS task that failed": {
			simulator.DCSTask{InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: ended("FAILED"), Steps: steps, ErrorCode: "DCS.4064"}, append(dcsTask, `tolerate = ["failed"]`),
			arguments(`instance_id="i";task_id="t";tolerate=["failed"]`) + `,"outcome":"failed","status":"FAILED","name":"EXTEND","progress":100,
			"begin_time":"2026-01-01T00:00:00.000Z","end_time":"2026-01-01T00:01:00.000Z","failure_code":"DCS.4064",
			"failure_reason":"Data migration (DCS.4064); Full migration (DCS.4064)"`, 2,
		},
		"Kafka task that was cancelled": {
			simulator.KafkaTask{InstanceID: "i", ID: "t", Name: "bindInstancePublicIp", Timeline: ended("CANCELLED")}, append(kafkaTask, `tolerate = ["cancelled"]`),
			arguments(`service="kafka";instance_id="i";task_id="t";tolerate=["cancelled"]`) + `,"outcome":"cancelled","status":"CANCELLED","name":"bindInstancePublicIp","progress":null,
			"begin_time":"2026-01-01T00:00:00.000Z","end_time":"2026-01-01T00:01:00.000Z","failure_code":null,"failure_reason":null`, 1,
		},
		"DWS job": {
			simulator.DWSJob{ID: "j", Name: "resize", Timeline: ended("")}, dwsJob,
			arguments(`service="dws";job_id="j"`) + `,"outcome":"succeeded","status":"SUCCESS","name":"resize","progress":100,
			"begin_time":"2026-01-01T00:00:00","end_time":"2026-01-01T00:01:00","failure_code":null,"failure_reason":null`, 1,
		},
		"unknown status that means success": {
			simulator.DWSJob{ID: "j", Name: "resize", Timeline: ended("DONE")}, append(dwsJob, `success_statuses = ["done"]`),
			arguments(`service="dws";job_id="j";success_statuses=["done"]`) + `,"outcome":"succeeded","status":"DONE","name":"resize","progress":100,
			"begin_time":"2026-01-01T00:00:00","end_time":"2026-01-01T00:01:00","failure_code":null,"failure_reason":null`, 1,
		},
		"purged instance": {
			simulator.DWSJob{ID: "j"}, append(dcsTask, `tolerate = ["not_found"]`),
			arguments(`instance_id="i";task_id="t";tolerate=["not_found"]`) + `,"outcome":"not_found","status":null,"name":null,"progress":null,
			"begin_time":null,"end_time":null,"failure_code":null,"failure_reason":null`, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			s.Add(test.object)
			config := providerBlock(address) + waitConfig(test.config...) + "output \"all\" {\n  value = data.hwtasks_wait.test\n}\n"
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{
					{Config: config, ConfigStateChecks: wholeState(t, "data.hwtasks_wait.test", "{"+test.state+"}")},
					{Config: config, PlanOnly: true},
				},
			})
			w := initialise(t, bareBlock(address)+waitConfig(test.config...), append(keysInEnvironment, "HW_PROJECT_ID="+simulator.DefaultProjectID)...)
			s.Forget()
			if out, err := w.run(t, "plan"); err != nil {
				t.Fatal(out)
			}
			if n := len(s.Requests()); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

// Each kind of job while it runs: the wait goes on until it has ended.
func TestWaitForWhatRuns(t *testing.T) {
	const takes = 3 * time.Second
	for name, test := range map[string]struct {
		object func() any
		config []string
		want   []string // in the error; none: success
	}{
		"DCS job": {func() any { return simulator.DCSJob{ID: "j", Timeline: runs(takes, "")} }, dcsJob, nil},
		"DCS task": {func() any {
			return simulator.DCSTask{InstanceID: "i", ID: "t", Timeline: runs(takes, ""), Steps: steps}
		}, dcsTask, nil},
		"DCS task without details": {func() any { return simulator.DCSTask{InstanceID: "i", ID: "t", Timeline: runs(takes, "")} }, dcsTask, nil},
		"Kafka task":               {func() any { return simulator.KafkaTask{InstanceID: "i", ID: "t", Timeline: runs(takes, "")} }, kafkaTask, nil},
		"DWS job":                  {func() any { return simulator.DWSJob{ID: "j", Timeline: runs(takes, "")} }, dwsJob, nil},
		"DCS job that fails": {
			func() any {
				return simulator.DCSJob{ID: "j", Type: "swap", Timeline: runs(takes, "FAIL"), FailReason: "no standby"}
			}, dcsJob,
			[]string{"DCS job failed", "DCS job j (swap) ended with status FAIL: no standby.", "tolerate", "postcondition on outcome", "-refresh=false"},
		},
		"DCS task that fails": {
			func() any {
				return simulator.DCSTask{InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: runs(takes, "FAILED"), Steps: steps, ErrorCode: "DCS.4064"}
			}, dcsTask,
			[]string{"DCS background task failed", "t of instance i (EXTEND) ended with status FAILED, code DCS.4064: Data migration (DCS.4064); Full migration (DCS.4064)."},
		},
		"Kafka task that is deleted": {
			func() any { return simulator.KafkaTask{InstanceID: "i", ID: "t", Timeline: runs(takes, "DELETED")} }, kafkaTask,
			[]string{"Kafka background task cancelled", "ended with status DELETED. The service gives no reason."},
		},
		"DWS job that fails": {
			func() any {
				return simulator.DWSJob{ID: "j", Name: "resize", Timeline: runs(takes, "FAIL"), FailedCode: "DWS.0114", FailedDetail: "ELB private IP is not configured"}
			}, dwsJob,
			[]string{"DWS job failed", "DWS job j (resize) ended with status FAIL, code DWS.0114: ELB private IP is not configured."},
		},
		"longer than the timeout": {
			func() any {
				return simulator.DCSTask{InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: runs(time.Hour, ""), Steps: steps}
			}, append(dcsTask, `timeouts = { read = "4s" }`),
			[]string{"Timed out waiting for DCS background task", "did not end within 4s", "Last seen: EXECUTING 0 %", "left, in hand: Pre-check", "Polled ", "The job itself goes on", "timeouts", "tolerate"},
		},
		"with an unknown status": {
			func() any { return simulator.DWSJob{ID: "j", Timeline: runs(0, "PAUSED")} }, append(dwsJob, `timeouts = { read = "3s" }`),
			[]string{"Timed out", "Last seen: PAUSED", `does not know the status "PAUSED"`, "success_statuses or failure_statuses"},
		},
		"with an unknown status that means failure": {
			func() any { return simulator.DWSJob{ID: "j", Timeline: runs(takes, "BROKEN")} }, append(dwsJob, `failure_statuses = ["broken"]`),
			[]string{"DWS job failed", "ended with status BROKEN"},
		},
		"at an instance that is not there": {
			func() any { return simulator.DCSJob{ID: "j"} }, kafkaTask,
			[]string{"Kafka background task not found", "is not there", "DMS.00404022", "Check the IDs"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			w := initialise(t, bareBlock(address)+waitConfig(test.config...)+"output \"outcome\" {\n  value = data.hwtasks_wait.test.outcome\n}\n", keysInEnvironment...)
			start := time.Now()
			s.Add(test.object())
			out, err := w.run(t, "apply", "-auto-approve")
			if test.want != nil {
				if err == nil || !inOrder(test.want...).MatchString(out) {
					t.Errorf("%s\nwant %q", out, test.want)
				}
				return
			}
			if err != nil || !strings.Contains(out, `outcome = "succeeded"`) {
				t.Fatal(out)
			}
			if took := time.Since(start); took < takes {
				t.Errorf("the wait ended after %s, before its job", took)
			}
		})
	}
}

// Networks and gateways that fail for a while do not end a wait, and those that refuse end it at once.
func TestWaitThroughTroubles(t *testing.T) {
	at := func(f simulator.Fault) simulator.Fault {
		f.Service = cloud.DCS
		return f
	}
	for name, test := range map[string]struct {
		faults []simulator.Fault
		config []string
		want   []string // in what is printed: the error, or the outcome
	}{
		"flapping":               {[]simulator.Fault{at(simulator.Fault{Reset: true, Times: 2}), at(simulator.Fault{Status: 521, Times: 1})}, dcsJob, []string{`outcome = "succeeded"`}},
		"throttled":              {[]simulator.Fault{at(simulator.Fault{Status: 429, Header: map[string]string{"Retry-After": "2"}, Times: 1})}, dcsJob, []string{`outcome = "succeeded"`}},
		"not visible yet":        {[]simulator.Fault{at(simulator.Fault{Status: 404, Body: `{"error_code":"DCS.9"}`, Times: 3})}, dcsJob, []string{`outcome = "succeeded"`}},
		"no project for a while": {[]simulator.Fault{{Service: cloud.IAM, Status: 503, Times: 2}}, dcsJob, []string{`outcome = "succeeded"`}},
		"no project for good": {
			[]simulator.Fault{{Service: cloud.IAM, Status: 503}}, append(dcsJob, `timeouts = { read = "2s" }`),
			[]string{"Timed out waiting for DCS job", "was not seen at all", "Last error: the ID of project", "HTTP 503"},
		},
		"no project, tolerated":   {[]simulator.Fault{{Service: cloud.IAM, Status: 503}}, append(dcsJob, `tolerate = ["timed_out"]`, `timeouts = { read = "2s" }`), []string{`outcome = "timed_out"`}},
		"project that is refused": {[]simulator.Fault{{Service: cloud.IAM, Status: 403}}, dcsJob, []string{"Cannot wait for DCS job", "Looking up the project", "403", "set project_id"}},
		"wrong address of IAM":    {[]simulator.Fault{{Service: cloud.IAM, Status: 404}}, append(dcsJob, `tolerate = ["not_found"]`), []string{"Cannot wait for DCS job", "Check auth_url or endpoints.iam"}},
		"fault for good": {
			[]simulator.Fault{at(simulator.Fault{Status: 503})}, append(dcsJob, `timeouts = { read = "4s" }`),
			[]string{"Timed out waiting for DCS job", "was not seen at all", "Failed polls: ", "Last error: ", "HTTP 503 Service Unavailable"},
		},
		"vanishing": {
			[]simulator.Fault{at(simulator.Fault{Body: `{"status":"RUNNING"}`, Times: 1}), at(simulator.Fault{Status: 404, Body: `{"error_code":"DCS.9","error_msg":"gone"}`})}, dcsJob,
			[]string{"DCS job not found", "DCS job j was there with status RUNNING, and then vanished", "gone"},
		},
		"purged, tolerated": {
			[]simulator.Fault{at(simulator.Fault{Body: `{"status":"RUNNING"}`, Times: 1}), at(simulator.Fault{Status: 404})}, append(dcsJob, `tolerate = ["not_found"]`), []string{`outcome = "not_found"`},
		},
		"timed out, tolerated": {[]simulator.Fault{at(simulator.Fault{Status: 503})}, append(dcsJob, `tolerate = ["timed_out"]`, `timeouts = { read = "2s" }`), []string{`outcome = "timed_out"`}},
		"forbidden": {
			[]simulator.Fault{at(simulator.Fault{Status: 403})}, dcsJob,
			[]string{"Cannot wait for DCS job", "HTTP 403 Forbidden", "Request ID:", "Reading needs dcs:job:get"},
		},
		"unauthorized": {[]simulator.Fault{at(simulator.Fault{Status: 401})}, dcsJob, []string{"Cannot wait for DCS job", "HTTP 401", "The credentials were refused"}},
		"bad request":  {[]simulator.Fault{at(simulator.Fault{Status: 400})}, dcsJob, []string{"Cannot wait for DCS job", "HTTP 400"}},
		"not published": {
			[]simulator.Fault{at(simulator.Fault{Status: 404, Body: `{"error_code":"APIGW.0101"}`})}, append(dcsJob, `tolerate = ["not_found"]`),
			[]string{"Cannot wait for DCS job", "APIGW.0101", "Check the region"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			w := initialise(t, bareBlock(address)+waitConfig(test.config...)+"output \"outcome\" {\n  value = data.hwtasks_wait.test.outcome\n}\n",
				append(keysInEnvironment, "HW_MAX_RETRIES=0")...)
			s.Add(simulator.DCSJob{ID: "j", Timeline: runs(2*time.Second, "")})
			s.InjectFault(test.faults...)
			out, err := w.run(t, "apply", "-auto-approve")
			if (err == nil) != strings.HasPrefix(test.want[0], "outcome") || !inOrder(test.want...).MatchString(out) {
				t.Errorf("%s\nwant %q", out, test.want)
			}
		})
	}
}

// A job that nobody ever saw is given 30 seconds.
func TestWaitForAJobThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, address := simulatortest.Start(t, simulator.Options{})
	w := initialise(t, bareBlock(address)+waitConfig(dcsJob...), keysInEnvironment...)
	start := time.Now()
	out, err := w.run(t, "plan")
	if err == nil || !inOrder("DCS job not found", "DCS job j is not there", "SIMULATOR.0404").MatchString(out) || time.Since(start) < 30*time.Second {
		t.Errorf("after %s: %s", time.Since(start), out)
	}
}

func TestArgumentsOfAWait(t *testing.T) {
	const dcsTakes = `Service "dcs" takes job_id (DCS job), or instance_id and task_id (DCS background task).`
	for name, test := range map[string]struct {
		config []string
		want   []string
	}{
		"unknown service":     {[]string{`service = "obs"`, `job_id = "j"`}, []string{"service", `"dcs"`, `"kafka"`, `"dws"`}},
		"nothing":             {[]string{`service = "dcs"`}, []string{"Nothing to wait for", dcsTakes}},
		"both":                {append(dcsTask, `job_id = "j"`), []string{"instance_id does not go with job_id", dcsTakes}},
		"job and task":        {append(dcsJob, `task_id = "t"`), []string{"task_id does not go with job_id", dcsTakes}},
		"task alone":          {[]string{`service = "dcs"`, `task_id = "t"`}, []string{"task_id needs instance_id", dcsTakes}},
		"instance alone":      {[]string{`service = "kafka"`, `instance_id = "i"`}, []string{"instance_id needs task_id", `Service "kafka" takes instance_id and task_id (Kafka background task).`}},
		"job of Kafka":        {[]string{`service = "kafka"`, `job_id = "j"`}, []string{"job_id does not go with this service", `Service "kafka" takes`}},
		"task of DWS":         {[]string{`service = "dws"`, `instance_id = "i"`, `task_id = "t"`}, []string{"instance_id does not go with this service", `Service "dws" takes job_id (DWS job).`}},
		"malformed ID":        {[]string{`service = "dws"`, `job_id = "a/b"`}, []string{"job_id", "must be 1 to 64 letters"}},
		"interval too short":  {append(dcsJob, `poll_interval = "500ms"`), []string{"poll_interval", `"500ms" must be a duration of at least 1s`}},
		"interval of nothing": {append(dcsJob, `poll_interval = "often"`), []string{"poll_interval", `"often" must be a duration of at least 1s`}},
		"timeout of nothing":  {append(dcsJob, `timeouts = { read = "long" }`), []string{`"long" must be a duration of at least 1s`}},
		"unknown outcome":     {append(dcsJob, `tolerate = ["succeeded"]`), []string{"tolerate", `"failed"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: providerBlock(address) + waitConfig(test.config...), PlanOnly: true, ExpectError: inOrder(test.want...)}},
			})
			if n := len(s.Requests()); n > 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// A module that passes on variables which are not known to validate is valid.
func TestUnknownIDsAreValid(t *testing.T) {
	t.Parallel()
	_, address := simulatortest.Start(t, simulator.Options{})
	w := initialise(t, bareBlock(address)+`
variable "job_id" { default = null }
variable "instance_id" { default = null }
variable "task_id" { default = null }
`+waitConfig(`service = "dcs"`, "job_id = var.job_id", "instance_id = var.instance_id", "task_id = var.task_id"), keysInEnvironment...)
	if out, err := w.run(t, "validate"); err != nil {
		t.Error(out)
	}
	if out, err := w.run(t, "plan", "-var=job_id=j", "-var=task_id=t"); err == nil || !strings.Contains(out, "task_id does not go with job_id") {
		t.Error(out)
	}
}

// What depends on a wait comes after the job's end, and a configuration whose job failed can be destroyed.
func TestOrderAndDestroy(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	const after = `
resource "terraform_data" "before" {}
resource "terraform_data" "after" {
  depends_on = [data.hwtasks_wait.test]
  provisioner "local-exec" {
    command = "touch after"
  }
}
`
	// The job is begun with the apply, so that the wait is read then, and not with the plan.
	w := initialise(t, bareBlock(address)+waitConfig(append(dcsJob, `tolerate = ["failed"]`, "depends_on = [terraform_data.before]")...)+after, keysInEnvironment...)
	course := runs(5*time.Second, "FAIL")
	s.Add(simulator.DCSJob{ID: "j", Timeline: course})
	if out, err := w.run(t, "apply", "-auto-approve"); err != nil {
		t.Fatal(out)
	}
	info, err := os.Stat(filepath.Join(w.dir, "after"))
	if err != nil {
		t.Fatal(err)
	}
	if end := course.Begin.Add(course.Takes); info.ModTime().Before(end) {
		t.Errorf("the resource was created at %s, before the job's end at %s", info.ModTime(), end)
	}
	if out, err := w.run(t, "destroy", "-auto-approve"); err != nil || !strings.Contains(out, "2 destroyed") {
		t.Errorf("%v: %s", err, out)
	}
}

// A job whose record is purged after its success still plans, with tolerate.
func TestPurgedAfterSuccess(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	w := initialise(t, bareBlock(address)+waitConfig(append(kafkaTask, `tolerate = ["not_found"]`)...)+"output \"outcome\" {\n  value = data.hwtasks_wait.test.outcome\n}\n", keysInEnvironment...)
	s.Add(simulator.KafkaTask{InstanceID: "i", ID: "t", Timeline: ended("")})
	if out, err := w.run(t, "apply", "-auto-approve"); err != nil || !strings.Contains(out, `outcome = "succeeded"`) {
		t.Fatal(out)
	}
	s.InjectFault(simulator.Fault{Service: cloud.DMS, Status: 404, Body: `{"error_code":"DMS.00404022"}`})
	if out, err := w.run(t, "plan"); err != nil || !strings.Contains(out, `"succeeded" -> "not_found"`) {
		t.Errorf("plan: %s", out)
	}
	if out, err := w.run(t, "destroy", "-auto-approve"); err != nil {
		t.Errorf("destroy: %s", out)
	}
}

// A failing postcondition stops plan, but not destroy, and in a check block a wait only warns.
func TestPostconditionAndCheck(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.Add(simulator.DCSJob{ID: "j", Timeline: ended("FAIL")})
	const postcondition = "lifecycle {\n    postcondition {\n      condition = self.outcome == \"succeeded\"\n      error_message = \"It ended as ${self.outcome}.\"\n    }\n  }"
	strict := initialise(t, bareBlock(address)+waitConfig(append(dcsJob, `tolerate = ["failed"]`, postcondition)...), keysInEnvironment...)
	if out, err := strict.run(t, "plan"); err == nil || !strings.Contains(out, "It ended as failed.") {
		t.Errorf("plan: %s", out)
	}
	if out, err := strict.run(t, "destroy", "-auto-approve"); err != nil {
		t.Errorf("destroy: %s", out)
	}
	checking := initialise(t, bareBlock(address)+"check \"swap\" {\n"+waitConfig(dcsJob...)+"  assert {\n    condition = data.hwtasks_wait.test.outcome == \"succeeded\"\n    error_message = \"It failed.\"\n  }\n}\n", keysInEnvironment...)
	if out, err := checking.run(t, "apply", "-auto-approve"); err != nil || !strings.Contains(out, "Warning: DCS job failed") {
		t.Errorf("check: %v %s", err, out)
	}
}

// A status that nobody knows is logged as a warning, once.
func TestUnknownStatusIsLoggedOnce(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Service: cloud.DWS, Body: `{"status":"PAUSED"}`, Times: 3}, simulator.Fault{Service: cloud.DWS, Body: `{"status":"SUCCESS"}`})
	w := initialise(t, bareBlock(address)+waitConfig(dwsJob...), append(keysInEnvironment, "TF_LOG_PROVIDER=DEBUG", "TF_LOG_PATH=log")...)
	if out, err := w.run(t, "plan"); err != nil {
		t.Fatal(out)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(log), `has the unknown status \"PAUSED\"`) + strings.Count(string(log), `has the unknown status "PAUSED"`); n != 1 {
		t.Errorf("%d warnings", n)
	}
	if !strings.Contains(string(log), "dws job j succeeded after 4 polls in ") {
		t.Errorf("the end is not logged: %s", log)
	}
	if n := strings.Count(string(log), ": Polled: "); n != 3 {
		t.Errorf("%d lines of polls, want 3:\n%s", n, log)
	}
}

// Ctrl-C ends a wait, and the log tells how it went.
func TestInterruptOfAWait(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	w := initialise(t, bareBlock(address)+waitConfig(dcsTask...), append(keysInEnvironment, "TF_LOG_PROVIDER=INFO", "TF_LOG_PATH=log")...)
	s.Add(simulator.DCSTask{InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: runs(time.Hour, ""), Steps: steps})
	out, took := w.interrupt(t, func() bool { return len(s.Requests()) > 3 }, "apply", "-auto-approve")
	// A second, and what the CLI takes to end.
	if !inOrder("Wait for DCS background task interrupted", "The job itself goes on").MatchString(out) || took > 3*time.Second {
		t.Errorf("after %s: %s", took, out)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`dcs background task t of instance i EXECUTING 0 %, about (1h0m0s|59m\d+s) left, next poll in 1(\.\d)?s`).Match(log) {
		t.Errorf("%s", log)
	}
	if n := strings.Count(string(log), "next poll in"); n < 1 || n > 3 {
		t.Errorf("%d lines for a job that hardly changes:\n%s", n, log)
	}
}
