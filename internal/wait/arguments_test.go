package wait_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

// Arguments that are refused, with the whole text of the errors.
func TestInvalidArguments(t *testing.T) {
	at := func(argument, text string) string { return `AttributeName("` + argument + `"): ` + text }
	const (
		dcs = "service = \"dcs\" waits, by these arguments:\n\n  job_id: for the DCS job\n" +
			"  instance_id and task_id: for the DCS background task\n  instance_id and task_name: for the DCS background tasks of a name\n" +
			"  instance_id: until the DCS instance is idle"
		kafka = "service = \"kafka\" waits, by these arguments:\n\n  instance_id and task_id: for the Kafka background task\n" +
			"  instance_id and task_name: for the Kafka background tasks of a name\n  instance_id: until the Kafka instance is idle"
		dws      = "service = \"dws\" waits, by these arguments:\n\n  job_id: for the DWS job\n  instance_id: until the DWS cluster is idle"
		ecs      = "service = \"ecs\" waits, by these arguments:\n\n  job_id: for the ECS job"
		mismatch = "Invalid Attribute Value Match: Attribute "
		badID    = "must be 1 to 64 letters, digits, hyphens or underscores; " +
			"an empty one often comes from a variable that is not set, got: "
		invalid = "Invalid duration: "
		longer  = " Set it shorter, or the timeout longer."
		form    = ` is not a duration. Write a number and a unit, such as "30s", "45m" or "2h".`
	)
	inTimeouts := func(text string) string {
		return `AttributeName("timeouts").` + at("read", invalid+"timeouts.read: "+text)
	}
	inTolerate := func(value, text string) string {
		return fmt.Sprintf(`AttributeName("tolerate").ElementKeyValue(tftypes.String<%q>): Unknown outcome: There is no outcome %q.%s `+
			`Use one of: failed, cancelled, not_found, timed_out.`, value, value, text)
	}
	unknownService := func(value, text string) string {
		return at("service", fmt.Sprintf("Unknown service: There is no service %q.%s Use one of: %s.", value, text,
			strings.Join(services.Names(), ", ")))
	}
	_, p := servicetest.New(t, nil)
	for _, test := range []struct {
		name      string
		arguments arguments
		want      []string
	}{
		{name: "unknown service", arguments: dcsJob.with("service", "obs"), want: []string{unknownService("obs", "")}},
		{name: "service in upper case", arguments: dcsJob.with("service", "DWS"), want: []string{unknownService("DWS", ` Did you mean "dws"?`)}},
		{name: "name of an endpoint", arguments: dcsJob.with("service", "dms"), want: []string{unknownService("dms", ` Did you mean "kafka"?`)}},
		{name: "name of a product", arguments: dcsJob.with("service", "Redis"), want: []string{unknownService("Redis", ` Did you mean "dcs"?`)}},

		{name: "no ID, one kind", arguments: arguments{"service": "ecs"}, want: []string{"Missing job_id: " + ecs}},
		{name: "no ID, tasks of an instance", arguments: arguments{"service": "kafka"}, want: []string{"Missing instance_id: " + kafka}},
		{name: "no ID, jobs and instances", arguments: arguments{"service": "dcs"}, want: []string{"Missing job_id, or instance_id: " + dcs}},
		{
			name: "task without instance", arguments: arguments{"service": "kafka", "task_id": "t"},
			want: []string{"Missing instance_id: " + kafka},
		},
		{
			name: "job of a service without jobs", arguments: arguments{"service": "kafka", "job_id": "j"},
			want: []string{at("job_id", `job_id does not go with service = "kafka": `+kafka)},
		},
		{
			name: "task of a service without tasks", arguments: dcsTask.with("service", "dws"),
			want: []string{at("task_id", `task_id does not go with service = "dws": `+dws)},
		},
		{
			name: "job and task", arguments: dcsTask.with("job_id", "j"),
			want: []string{at("job_id", "Conflicting arguments: job_id, instance_id and task_id cannot be set together.\n\n"+dcs)},
		},
		{
			name: "instance of a service without instances", arguments: arguments{"service": "ecs", "instance_id": "i"},
			want: []string{at("instance_id", `instance_id does not go with service = "ecs": `+ecs)},
		},
		{
			name: "task by ID and by name", arguments: dcsTask.with("task_name", "EXTEND"),
			want: []string{at("instance_id", "Conflicting arguments: instance_id, task_id and task_name cannot be set together.\n\n"+dcs)},
		},
		{
			name: "empty task_name", arguments: idle.with("task_name", ""),
			want: []string{at("task_name", "Invalid Attribute Value Length: Attribute task_name string length must be between 1 and 256, got: 0")},
		},

		{
			name: "ended_within of an idle wait", arguments: idle.with("ended_within", "1h"),
			want: []string{at("ended_within", "ended_within does not fit: ended_within goes with task_name. "+
				"This wait is until the DCS instance is idle. Remove ended_within, or add task_name.")},
		},
		{
			name: "ignore_task_names of a wait by name", arguments: byName.with("ignore_task_names", []string{"backup"}),
			want: []string{at("ignore_task_names", "ignore_task_names does not fit: ignore_task_names goes with instance_id alone. "+
				"This wait is for the DCS background tasks of a name. Remove ignore_task_names.")},
		},
		{
			name: "ignore_task_names of a cluster", arguments: idle.with("service", "dws").with("ignore_task_names", []string{"backup"}),
			want: []string{at("ignore_task_names", "ignore_task_names does not fit: ignore_task_names goes with services that list tasks, "+
				"which this one does not. This wait is until the DWS cluster is idle. Remove ignore_task_names.")},
		},
		{
			name: "settle of an idle wait too short", arguments: idle.with("settle", "0s"),
			want: []string{at("settle", invalid+`settle: "0s" is too short, it must be at least 1s. This wait is until the DCS instance is idle.`)},
		},
		{
			name: "settle as long as the timeout", arguments: byName.with("settle", "1m").timeout("1m"),
			want: []string{at("settle", invalid+"settle (1m) must be shorter than timeouts.read (1m)."+longer)},
		},
		{
			name: "ended_within is negative", arguments: byName.with("ended_within", "-1s"),
			want: []string{at("ended_within", invalid+`ended_within: "-1s" is too short, it must be at least 0s.`)},
		},
		{name: "ID with a slash", arguments: dcsJob.with("job_id", "a/b"), want: []string{at("job_id", mismatch+"job_id "+badID+"a/b")}},
		{name: "empty task_id", arguments: dcsTask.with("task_id", ""), want: []string{at("task_id", mismatch+"task_id "+badID)}},
		{
			name: "region of another form", arguments: dcsJob.with("region", "example.com"),
			want: []string{at("region", mismatch+
				"region must be a region such as eu-west-101: lower-case letters, digits and hyphens, got: example.com")},
		},

		{
			name: "poll_interval too short", arguments: dcsJob.every("999ms"),
			want: []string{at("poll_interval", invalid+`poll_interval: "999ms" is too short, it must be at least 1s.`)},
		},
		{
			name: "poll_interval of another form", arguments: dcsJob.every("often"),
			want: []string{at("poll_interval", invalid+`poll_interval: "often"`+form)},
		},
		{
			name: "timeout too short", arguments: dcsJob.timeout("999ms"),
			want: []string{inTimeouts(`"999ms" is too short, it must be at least 1s.`)},
		},
		{
			name: "timeout is negative", arguments: dcsJob.timeout("-1h"),
			want: []string{inTimeouts(`"-1h" is too short, it must be at least 1s.`)},
		},
		{name: "timeout of another form", arguments: dcsJob.timeout("1 hour"), want: []string{inTimeouts(`"1 hour"` + form)}},
		{
			name: "appear_within is negative", arguments: dcsJob.with("appear_within", "-1s"),
			want: []string{at("appear_within", invalid+`appear_within: "-1s" is too short, it must be at least 0s.`)},
		},
		{
			name: "appear_within as long as the timeout", arguments: dcsJob.with("appear_within", "1h"),
			want: []string{at("appear_within", invalid+"appear_within (1h) must be shorter than timeouts.read (1h)."+longer)},
		},
		{
			name: "poll_interval as long as the timeout", arguments: dcsJob.every("90s").timeout("1m30s"),
			want: []string{at("poll_interval", invalid+"poll_interval (1m30s) must be shorter than timeouts.read (1m30s)."+longer)},
		},
		{
			name: "poll_interval as long as the default timeout", arguments: dcsJob.every("2h"),
			want: []string{at("poll_interval", invalid+"poll_interval (2h) must be shorter than timeouts.read (1h)."+longer)},
		},

		{name: "success is no error", arguments: dcsJob.tolerate("failed", "succeeded"), want: []string{inTolerate("succeeded", "")}},
		{name: "near misses of an outcome", arguments: dcsJob.tolerate("fail", "timed-out", "Canceled"), want: []string{
			inTolerate("fail", ` Did you mean "failed"?`), inTolerate("timed-out", ` Did you mean "timed_out"?`),
			inTolerate("Canceled", ` Did you mean "cancelled"?`),
		}},
		{
			name: "empty status", arguments: dcsJob.with("success_statuses", []string{""}),
			want: []string{`AttributeName("success_statuses").ElementKeyValue(tftypes.String<"">): Invalid Attribute Value Length: ` +
				`Attribute success_statuses[Value("")] string length must be at least 1, got: 0`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, want := p.Validate("hwtasks_wait", test.arguments).Errors(), strings.Join(test.want, "\n\n")
			if got != want {
				t.Errorf("%v:\ngot  %s\nwant %s", test.arguments, got, want)
			}
		})
	}
}

// Arguments that are valid, as far as they are known: an unknown value may turn out to be null.
func TestValidArguments(t *testing.T) {
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	_, p := servicetest.New(t, nil)
	for name, test := range map[string]arguments{
		"shortest durations":   dcsJob.every("1s").timeout("2s"),
		"no timeout":           dcsJob.with("timeouts", map[string]any{}),
		"all outcomes":         dcsJob.tolerate("failed", "cancelled", "not_found", "timed_out"),
		"statuses":             dcsJob.with("success_statuses", []string{"DONE"}).with("failure_statuses", []string{"BROKEN"}),
		"unknown service":      {"service": unknown, "job_id": "j"},
		"unknown IDs":          {"service": "dcs", "job_id": unknown, "instance_id": unknown, "task_id": unknown},
		"unknown job of Kafka": kafkaTask.with("job_id", unknown),
		"unknown durations":    dcsJob.with("poll_interval", unknown),
		"shortest timeout":     dcsJob.timeout("1s"),
		"shortest appearance":  dcsJob.with("appear_within", "0s"),
		"unknown task":         {"service": "dcs", "instance_id": "i", "task_id": unknown},
		"unknown name":         {"service": "dcs", "instance_id": "i", "task_name": unknown, "ended_within": "1h"},
		"unknown settle":       idle.with("settle", unknown),
		"by name":              byName.with("ended_within", "0s").with("settle", "1s"),
		"idle":                 idle.with("ignore_task_names", []any{"backup", nil}),
		"settle of a job":      dcsJob.with("settle", "0s"),
		"null in sets":         dcsJob.with("tolerate", []any{nil, "failed"}).with("success_statuses", []any{nil}),
	} {
		t.Run(name, func(t *testing.T) {
			if got := p.Validate("hwtasks_wait", test); len(got.Diagnostics) > 0 {
				t.Errorf("%v: got %s, want no error", test, got.Errors())
			}
		})
	}
}

// Arguments that only the resource has.
func TestArgumentsOfTheResource(t *testing.T) {
	const longer = " Set it shorter, or the timeout longer."
	_, p := servicetest.New(t, nil)
	waits := idle.with("wait_on_destroy", true)
	for _, test := range []struct {
		name      string
		arguments arguments
		want      string
	}{
		{name: "wait_on_destroy", arguments: waits},
		{name: "wait_on_destroy of a job, off", arguments: dcsJob.with("wait_on_destroy", false)},
		{
			name: "wait_on_destroy of a job", arguments: dcsJob.with("wait_on_destroy", true),
			want: `AttributeName("wait_on_destroy"): wait_on_destroy does not fit: wait_on_destroy goes with instance_id alone. ` +
				"This wait is for the DCS job. Remove wait_on_destroy.",
		},
		{
			name: "settle as long as the timeout of delete", arguments: waits.with("settle", "5m").with("timeouts", map[string]any{"delete": "5m"}),
			want: `AttributeName("settle"): Invalid duration: settle (5m) must be shorter than timeouts.delete (5m).` + longer,
		},
		{
			name: "likewise, without wait_on_destroy", arguments: idle.with("settle", "5m").with("timeouts", map[string]any{"delete": "5m"}),
		},
		{
			name: "timeout of delete too short", arguments: waits.with("timeouts", map[string]any{"delete": "1ms"}),
			want: `AttributeName("timeouts").AttributeName("delete"): Invalid duration: timeouts.delete: "1ms" is too short, ` +
				"it must be at least 1s.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := p.ValidateResource("hwtasks_wait", test.arguments).Errors(); got != test.want {
				t.Errorf("%v:\ngot  %s\nwant %s", test.arguments, got, test.want)
			}
		})
	}
}
