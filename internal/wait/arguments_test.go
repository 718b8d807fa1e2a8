package wait_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Arguments that are refused, with the whole text of the errors.
func TestInvalidArguments(t *testing.T) {
	at := func(argument, text string) string { return `AttributeName("` + argument + `"): ` + text }
	const (
		dcs      = `Service "dcs" takes job_id (DCS job), or instance_id and task_id (DCS background task).`
		kafka    = `Service "kafka" takes instance_id and task_id (Kafka background task).`
		dws      = `Service "dws" takes job_id (DWS job).`
		conflict = "Invalid Attribute Combination: These attributes cannot be configured together: "
		together = "Invalid Attribute Combination: These attributes must be configured together: [instance_id,task_id]"
		mismatch = "Invalid Attribute Value Match: Attribute "
		badID    = "must be 1 to 64 letters, digits, hyphens or underscores, got: "
		tooShort = "Invalid duration: 999ms is too short: it must be at least 1s."
		units    = `a unit suffix, such as "300ms", "-1.5h" or "2h45m". Valid time units are "ns", "us" (or "µs"), "ms", "s", "m", "h".`
	)
	_, p := newPlugin(t, nil)
	for _, test := range []struct {
		name      string
		arguments arguments
		want      []string
	}{
		{
			name:      "unknown service",
			arguments: dcsJob.with("service", "obs"),
			want:      []string{at("service", mismatch+`service value must be one of: ["dcs" "kafka" "dws"], got: "obs"`)},
		},
		{
			name:      "no ID, DCS",
			arguments: arguments{"service": "dcs"},
			want:      []string{at("service", "Nothing to wait for: "+dcs)},
		},
		{
			name:      "no ID, Kafka",
			arguments: arguments{"service": "kafka"},
			want:      []string{at("service", "Nothing to wait for: "+kafka)},
		},
		{
			name:      "job of a service without jobs",
			arguments: arguments{"service": "kafka", "job_id": "j"},
			want:      []string{at("job_id", "job_id does not go with this service: "+kafka)},
		},
		{
			name:      "task of a service without tasks",
			arguments: arguments{"service": "dws", "instance_id": "i", "task_id": "t"},
			want: []string{
				at("instance_id", "instance_id does not go with this service: "+dws),
				at("task_id", "task_id does not go with this service: "+dws),
			},
		},
		{
			name:      "job and task",
			arguments: dcsTask.with("job_id", "j"),
			want:      []string{at("job_id", conflict+"[job_id,instance_id]"), at("job_id", conflict+"[job_id,task_id]")},
		},
		{
			name:      "job and instance",
			arguments: dcsJob.with("instance_id", "i"),
			want:      []string{at("job_id", conflict+"[job_id,instance_id]"), at("instance_id", together)},
		},
		{
			name:      "job and task without instance",
			arguments: dcsJob.with("task_id", "t"),
			want:      []string{at("job_id", conflict+"[job_id,task_id]"), at("task_id", together)},
		},
		{
			name:      "instance without task",
			arguments: arguments{"service": "kafka", "instance_id": "i"},
			want:      []string{at("instance_id", together)},
		},
		{
			name:      "task without instance",
			arguments: arguments{"service": "dcs", "task_id": "t"},
			want:      []string{at("task_id", together)},
		},
		{
			name:      "job_id with a slash",
			arguments: dcsJob.with("job_id", "a/b"),
			want:      []string{at("job_id", mismatch+"job_id "+badID+"a/b")},
		},
		{
			name:      "empty instance_id",
			arguments: dcsTask.with("instance_id", ""),
			want:      []string{at("instance_id", mismatch+"instance_id "+badID)},
		},
		{
			name:      "task_id too long",
			arguments: dcsTask.with("task_id", strings.Repeat("a", 65)),
			want:      []string{at("task_id", mismatch+"task_id "+badID+strings.Repeat("a", 65))},
		},
		{
			name:      "project_id with a dot",
			arguments: dcsJob.with("project_id", ".."),
			want:      []string{at("project_id", mismatch+"project_id "+badID+"..")},
		},
		{
			name:      "region with a dot",
			arguments: dcsJob.with("region", "example.com"),
			want: []string{at("region", mismatch+
				"region must be a region such as eu-west-101: lower-case letters, digits and hyphens, got: example.com")},
		},
		{
			name:      "poll_interval too short",
			arguments: dcsJob.with("poll_interval", "999ms"),
			want:      []string{at("poll_interval", tooShort)},
		},
		{
			name:      "poll_interval of another form",
			arguments: dcsJob.with("poll_interval", "often"),
			want: []string{at("poll_interval", "Invalid Time Duration String Value: "+
				"A string value was provided that is not a valid Go Time Duration string format. "+
				"A duration string is a sequence of numbers, each with optional fraction and "+units+
				`\n\nGiven Value: often`+"\nError: time: invalid duration \"often\"")},
		},
		{
			name:      "timeout too short",
			arguments: dcsJob.with("timeouts", timeout("999ms")),
			want:      []string{`AttributeName("timeouts").` + at("read", tooShort)},
		},
		{
			name:      "timeout of another form",
			arguments: dcsJob.with("timeouts", timeout("long")),
			want: []string{`AttributeName("timeouts").` + at("read", `Invalid Attribute Value Time Duration: "long" `+
				"must be a string containing a sequence of decimal numbers, each with optional fraction and "+units)},
		},
		{
			name:      "outcome that cannot be tolerated",
			arguments: dcsJob.with("tolerate", []string{"failed", "succeeded"}),
			want: []string{`AttributeName("tolerate").ElementKeyValue(tftypes.String<"succeeded">): ` + mismatch + `tolerate[Value("succeeded")] ` +
				`value must be one of: ["failed" "cancelled" "not_found" "timed_out"], got: "succeeded"`},
		},
		{
			name:      "empty status",
			arguments: dcsJob.with("success_statuses", []string{""}),
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
	_, p := newPlugin(t, nil)
	for name, test := range map[string]arguments{
		"DCS job":              dcsJob,
		"DCS task":             dcsTask,
		"Kafka task":           kafkaTask,
		"DWS job":              dwsJob,
		"shortest durations":   dcsJob.with("poll_interval", "1s").with("timeouts", timeout("1s")),
		"no timeout":           dcsJob.with("timeouts", map[string]any{}),
		"all outcomes":         dcsJob.with("tolerate", []string{"failed", "cancelled", "not_found", "timed_out"}),
		"statuses":             dcsJob.with("success_statuses", []string{"DONE"}).with("failure_statuses", []string{"BROKEN"}),
		"unknown service":      {"service": unknown, "job_id": "j"},
		"unknown IDs":          {"service": "dcs", "job_id": unknown, "instance_id": unknown, "task_id": unknown},
		"unknown job of Kafka": {"service": "kafka", "job_id": unknown, "instance_id": "i", "task_id": "t"},
		"unknown task":         {"service": "dcs", "job_id": "j", "instance_id": unknown, "task_id": unknown},
		"unknown durations":    dcsJob.with("poll_interval", unknown),
	} {
		t.Run(name, func(t *testing.T) {
			if got := p.Validate("hwtasks_wait", test); len(got.Diagnostics) > 0 {
				t.Errorf("%v: got %s, want no error", test, got.Errors())
			}
		})
	}
}
