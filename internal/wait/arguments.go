package wait

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

const defaultTimeout = 60 * time.Minute

var (
	pollInterval = duration{argument: "poll_interval", shortest: time.Second}
	appearWithin = duration{argument: "appear_within"}
)

// tolerable are the outcomes that tolerate can name.
var tolerable = []string{
	string(poll.OutcomeFailed), string(poll.OutcomeCancelled), string(poll.OutcomeNotFound), string(poll.OutcomeTimedOut),
}

// idArguments are the arguments that identify a job.
var idArguments = []string{"job_id", "instance_id", "task_id"}

// describeServices lists the services and the arguments that each accepts, for the description of service.
func describeServices() string {
	var all []string
	for _, name := range services.WithJobs() {
		var accepted []string
		for _, j := range services.Jobs(name) {
			accepted = append(accepted, "with `"+strings.Join(j.Arguments, "` and `")+"`")
		}
		all = append(all, fmt.Sprintf("`%s` (%s)", name, strings.Join(accepted, ", or ")))
	}
	return strings.Join(all, ", ")
}

// objects lists what an argument identifies, such as "DCS job, DWS job".
func objects(argument string) string {
	var all []string
	for _, s := range services.All {
		for _, j := range s.Jobs {
			if slices.Contains(j.Arguments, argument) {
				all = append(all, j.Object)
			}
		}
	}
	return strings.Join(all, ", ")
}

// validate checks the IDs and the durations together. What is unknown yet may turn out to be right.
func validate(ctx context.Context, config tfsdk.Config, f form, diags *diag.Diagnostics) {
	var name types.String
	diags.Append(config.GetAttribute(ctx, path.Root("service"), &name)...)
	var set []string
	unknown := false
	for _, argument := range idArguments {
		var id types.String
		diags.Append(config.GetAttribute(ctx, path.Root(argument), &id)...)
		unknown = unknown || id.IsUnknown()
		if !id.IsNull() && !id.IsUnknown() {
			set = append(set, argument)
		}
	}
	if jobs := services.Jobs(name.ValueString()); len(jobs) > 0 {
		if at, summary, detail := checkIDs(name.ValueString(), jobs, set, unknown); at != "" {
			diags.AddAttributeError(path.Root(at), summary, detail)
		} else if summary != "" {
			diags.AddError(summary, detail)
		}
	}

	timeout := durationOf(ctx, config, path.Root("timeouts").AtName(f.timeout), defaultTimeout)
	for _, argument := range []string{pollInterval.argument, appearWithin.argument} {
		if d := durationOf(ctx, config, path.Root(argument), 0); timeout > 0 && d >= timeout {
			diags.AddAttributeError(path.Root(argument), "Invalid duration",
				fmt.Sprintf("%s (%s) must be shorter than timeouts.%s (%s).", argument, short(d), f.timeout, short(timeout)))
		}
	}
}

// durationOf returns the duration at a path of the configuration, the default if it is null, or 0 if it is unknown or no duration.
func durationOf(ctx context.Context, config tfsdk.Config, at path.Path, byDefault time.Duration) time.Duration {
	var text types.String
	if diags := config.GetAttribute(ctx, at, &text); diags.HasError() || text.IsUnknown() {
		return 0
	}
	if text.IsNull() {
		return byDefault
	}
	d, _ := time.ParseDuration(text.ValueString()) // 0 on error
	return d
}

// checkIDs checks that a service has a kind of job that takes exactly these arguments, or may take them if some are unknown. It returns
// the text of the error, and the argument that the error is about, which is empty if one is missing.
func checkIDs(name string, jobs []service.Job, set []string, unknown bool) (argument, summary, detail string) {
	usage := waitsFor(name, jobs)
	for _, argument := range set {
		if !slices.ContainsFunc(jobs, func(j service.Job) bool { return slices.Contains(j.Arguments, argument) }) {
			return argument, fmt.Sprintf("%s does not go with service = %q", argument, name), usage
		}
	}
	var missing []string // of each kind of job that takes all that is set
	for _, j := range jobs {
		rest := slices.DeleteFunc(slices.Clone(j.Arguments), func(argument string) bool { return slices.Contains(set, argument) })
		if len(rest)+len(set) == len(j.Arguments) {
			missing = append(missing, strings.Join(rest, " and "))
		}
	}
	switch {
	case len(missing) == 0:
		last := len(set) - 1
		return set[0], "Conflicting arguments",
			fmt.Sprintf("%s and %s cannot be set together. %s", strings.Join(set[:last], ", "), set[last], usage)
	case unknown || slices.Contains(missing, ""):
		return "", "", ""
	}
	return "", "Missing " + strings.Join(missing, ", or "), usage
}

// waitsFor says what a service waits for by which arguments.
func waitsFor(name string, jobs []service.Job) string {
	var all []string
	for _, j := range jobs {
		all = append(all, fmt.Sprintf("for a %s by %s", j.Object, strings.Join(j.Arguments, " and ")))
	}
	return fmt.Sprintf("service = %q waits %s.", name, strings.Join(all, ", or "))
}

// A word is a validator of a string that is one of some words.
type word struct {
	object string // such as "service"
	words  []string
	meant  map[string]string // words that are taken for one of them, in lower case
}

func (w word) Description(context.Context) string { return "one of " + strings.Join(w.words, ", ") }

func (w word) MarkdownDescription(ctx context.Context) string { return w.Description(ctx) }

func (w word) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.Contains(w.words, value) {
		return
	}
	lower := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(value)))
	meant := w.meant[lower]
	if slices.Contains(w.words, lower) {
		meant = lower
	}
	hint := ""
	if meant != "" {
		hint = fmt.Sprintf(" Did you mean %q?", meant)
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Unknown "+w.object,
		fmt.Sprintf("There is no %s %q.%s Use one of: %s.", w.object, value, hint, strings.Join(w.words, ", ")))
}

// serviceWord is the validator of the argument service.
func serviceWord() word {
	meant := make(map[string]string)
	for _, s := range services.All {
		for _, alias := range s.Aliases {
			meant[alias] = s.Name
		}
	}
	return word{object: "service", words: services.WithJobs(), meant: meant}
}

// outcomeWord is the validator of an element of tolerate.
func outcomeWord() word {
	meant := map[string]string{
		"fail": "failed", "failure": "failed", "error": "failed", "cancel": "cancelled", "canceled": "cancelled",
		"missing": "not_found", "notfound": "not_found", "timeout": "timed_out", "timedout": "timed_out",
	}
	return word{object: "outcome", words: tolerable, meant: meant}
}

// duration is a validator of a string that is a duration. Its errors name the argument, since Terraform cannot
// point into a block.
type duration struct {
	argument string
	shortest time.Duration
}

func (d duration) Description(context.Context) string {
	return fmt.Sprintf("a duration of at least %s", d.shortest)
}

func (d duration) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

func (d duration) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	parsed, err := time.ParseDuration(value)
	if err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration",
			fmt.Sprintf("%s: %q is not a duration. Write a number and a unit, such as \"30s\", \"45m\" or \"2h\".", d.argument, value))
	} else if parsed < d.shortest {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration",
			fmt.Sprintf("%s: %q is too short, it must be at least %s.", d.argument, value, d.shortest))
	}
}

// short returns a duration without the units that are zero, such as "1h" or "1m30s".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
