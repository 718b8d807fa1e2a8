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
		dcs      = `Service "dcs" takes job_id (DCS job), or instance_id and task_id (DCS background task).`
		kafka    = `Service "kafka" takes instance_id and task_id (Kafka background task).`
		dws      = `Service "dws" takes job_id (DWS job).`
		conflict = "Invalid Attribute Combination: These attributes cannot be configured together: "
		together = "Invalid Attribute Combination: These attributes must be configured together: [instance_id,task_id]"
		mismatch = "Invalid Attribute Value Match: Attribute "
		badID    = "must be 1 to 64 letters, digits, hyphens or underscores, got: "
		tooShort = "Invalid duration: 999ms is too short: it must be at least 1s."
	)
	_, p := servicetest.New(t, nil)
	for _, test := range []struct {
		name      string
		arguments arguments
		want      []string
	}{
		{
			name: "unknown service", arguments: dcsJob.with("service", "obs"),
			want: []string{at("service", mismatch+fmt.Sprintf(`service value must be one of: %q, got: "obs"`, services.WithJobs()))},
		},
		{name: "no ID, DCS", arguments: arguments{"service": "dcs"}, want: []string{at("service", "Nothing to wait for: "+dcs)}},
		{name: "no ID, Kafka", arguments: arguments{"service": "kafka"}, want: []string{at("service", "Nothing to wait for: "+kafka)}},
		{
			name: "job of a service without jobs", arguments: arguments{"service": "kafka", "job_id": "j"},
			want: []string{at("job_id", "job_id does not go with this service: "+kafka)},
		},
		{
			name: "task of a service without tasks", arguments: dcsTask.with("service", "dws"),
			want: []string{
				at("instance_id", "instance_id does not go with this service: "+dws),
				at("task_id", "task_id does not go with this service: "+dws),
			},
		},
		{
			name: "job and task", arguments: dcsTask.with("job_id", "j"),
			want: []string{at("job_id", conflict+"[job_id,instance_id]"), at("job_id", conflict+"[job_id,task_id]")},
		},
		{
			name: "instance without task", arguments: arguments{"service": "kafka", "instance_id": "i"},
			want: []string{at("instance_id", together)},
		},
		{name: "ID with a slash", arguments: dcsJob.with("job_id", "a/b"), want: []string{at("job_id", mismatch+"job_id "+badID+"a/b")}},
		{name: "empty task_id", arguments: dcsTask.with("task_id", ""), want: []string{at("task_id", mismatch+"task_id "+badID)}},
		{
			name: "region of another form", arguments: dcsJob.with("region", "example.com"),
			want: []string{at("region", mismatch+
				"region must be a region such as eu-west-101: lower-case letters, digits and hyphens, got: example.com")},
		},
		{name: "poll_interval too short", arguments: dcsJob.every("999ms"), want: []string{at("poll_interval", tooShort)}},
		{name: "timeout too short", arguments: dcsJob.timeout("999ms"), want: []string{`AttributeName("timeouts").` + at("read", tooShort)}},
		{
			name: "outcome that cannot be tolerated", arguments: dcsJob.tolerate("failed", "succeeded"),
			want: []string{`AttributeName("tolerate").ElementKeyValue(tftypes.String<"succeeded">): ` + mismatch +
				`tolerate[Value("succeeded")] value must be one of: ["failed" "cancelled" "not_found" "timed_out"], got: "succeeded"`},
		},
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

// A duration of another form is refused by its type, and by nothing else.
func TestMalformedDurations(t *testing.T) {
	_, p := servicetest.New(t, nil)
	for argument, test := range map[string]arguments{"poll_interval": dcsJob.every("often"), "timeouts": dcsJob.timeout("often")} {
		r := p.Validate("hwtasks_wait", test)
		if want := `AttributeName("` + argument + `")`; len(r.Diagnostics) != 1 || !strings.HasPrefix(r.Errors(), want) {
			t.Errorf("%v: got %s, want one error at %s", test, r.Errors(), want)
		}
	}
}

// Arguments that are valid, as far as they are known: an unknown value may turn out to be null.
func TestValidArguments(t *testing.T) {
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	_, p := servicetest.New(t, nil)
	for name, test := range map[string]arguments{
		"shortest durations":   dcsJob.every("1s").timeout("1s"),
		"no timeout":           dcsJob.with("timeouts", map[string]any{}),
		"all outcomes":         dcsJob.tolerate("failed", "cancelled", "not_found", "timed_out"),
		"statuses":             dcsJob.with("success_statuses", []string{"DONE"}).with("failure_statuses", []string{"BROKEN"}),
		"unknown service":      {"service": unknown, "job_id": "j"},
		"unknown IDs":          {"service": "dcs", "job_id": unknown, "instance_id": unknown, "task_id": unknown},
		"unknown job of Kafka": kafkaTask.with("job_id", unknown),
		"unknown durations":    dcsJob.with("poll_interval", unknown),
	} {
		t.Run(name, func(t *testing.T) {
			if got := p.Validate("hwtasks_wait", test); len(got.Diagnostics) > 0 {
				t.Errorf("%v: got %s, want no error", test, got.Errors())
			}
		})
	}
}
