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

const (
	settleByName = 10 * time.Second
	minSettle    = time.Second // of a wait by name, or until an instance is idle
	maxTaskName  = 256         // characters; the longest that is known has about 40
)

var (
	pollInterval = duration{argument: "poll_interval", shortest: time.Second}
	appearWithin = duration{argument: "appear_within"}
	endedWithin  = duration{argument: "ended_within"}
	settle       = duration{argument: "settle"}
)

// tolerable are the outcomes that tolerate can name.
var tolerable = []string{
	string(poll.OutcomeFailed), string(poll.OutcomeCancelled), string(poll.OutcomeNotFound), string(poll.OutcomeTimedOut),
}

// idArguments are the arguments that say what to wait for.
var idArguments = []string{"job_id", "instance_id", "task_id", "task_name"}

// validate checks the IDs, the arguments that go with some of them only, and the durations. What is unknown yet may turn out to be right.
func validate(ctx context.Context, config tfsdk.Config, f form, diags *diag.Diagnostics) {
	var name types.String
	diags.Append(config.GetAttribute(ctx, path.Root("service"), &name)...)
	var set []string
	unknown := name.IsUnknown()
	for _, argument := range idArguments {
		var id types.String
		diags.Append(config.GetAttribute(ctx, path.Root(argument), &id)...)
		unknown = unknown || id.IsUnknown()
		if !id.IsNull() && !id.IsUnknown() {
			set = append(set, argument)
		}
	}
	if kinds := services.Kinds(name.ValueString()); len(kinds) > 0 {
		if at, summary, detail := checkIDs(name.ValueString(), kinds, set, unknown); at != "" {
			diags.AddAttributeError(path.Root(at), summary, detail)
		} else if summary != "" {
			diags.AddError(summary, detail)
		}
	}
	if kind, found := services.FindKind(name.ValueString(), set); found && !unknown {
		checkMode(ctx, config, kind, diags)
	}
	checkDurations(ctx, config, f, diags)
}

// checkMode checks the arguments that go with one mode only.
func checkMode(ctx context.Context, config tfsdk.Config, kind service.Kind, diags *diag.Diagnostics) {
	purpose := "This wait is " + purposeOf(kind) + "."
	refuse := func(argument, with, otherwise string) {
		diags.AddAttributeError(path.Root(argument), argument+" does not fit",
			fmt.Sprintf("%s goes with %s. %s Remove %s%s.", argument, with, purpose, argument, otherwise))
	}
	var endedWithin types.String
	var ignored types.Set
	diags.Append(config.GetAttribute(ctx, path.Root("ended_within"), &endedWithin)...)
	diags.Append(config.GetAttribute(ctx, path.Root("ignore_task_names"), &ignored)...)
	if !endedWithin.IsNull() && kind.Mode != service.ByName {
		refuse("ended_within", "task_name", ", or add task_name")
	}
	if !ignored.IsNull() && kind.Mode != service.Idle {
		refuse("ignore_task_names", "instance_id alone", "")
	} else if !ignored.IsNull() && kind.Task == "" {
		refuse("ignore_task_names", "services that list tasks, which this one does not", "")
	}
	if waitsOnDestroy(ctx, config) && kind.Mode != service.Idle {
		refuse("wait_on_destroy", "instance_id alone", "")
	}
	if d := durationOf(ctx, config, path.Root(settle.argument), minSettle); kind.Mode != service.ByID && d >= 0 && d < minSettle {
		diags.AddAttributeError(path.Root(settle.argument), "Invalid duration",
			fmt.Sprintf("settle: %q is too short, it must be at least %s. %s", poll.Short(d), minSettle, purpose))
	}
}

// checkDurations checks that all durations are shorter than the timeouts.
func checkDurations(ctx context.Context, config tfsdk.Config, f form, diags *diag.Diagnostics) {
	timeouts := []string{f.timeout}
	if waitsOnDestroy(ctx, config) {
		timeouts = append(timeouts, asDestroy.timeout)
	}
	for _, name := range timeouts {
		timeout := durationOf(ctx, config, path.Root("timeouts").AtName(name), defaultTimeout)
		for _, argument := range []string{pollInterval.argument, appearWithin.argument, settle.argument} {
			if d := durationOf(ctx, config, path.Root(argument), 0); timeout > 0 && d >= timeout {
				diags.AddAttributeError(path.Root(argument), "Invalid duration",
					fmt.Sprintf("%s (%s) must be shorter than timeouts.%s (%s). Set it shorter, or the timeout longer.",
						argument, poll.Short(d), name, poll.Short(timeout)))
			}
		}
	}
}

// waitsOnDestroy reports whether wait_on_destroy, which only the resource has, is set.
func waitsOnDestroy(ctx context.Context, config tfsdk.Config) bool {
	var waits types.Bool
	return config.GetAttribute(ctx, path.Root("wait_on_destroy"), &waits) == nil && waits.ValueBool()
}

// durationOf returns the duration at a path of the configuration, the default if it is null, or -1 if it is unknown or no duration.
func durationOf(ctx context.Context, config tfsdk.Config, at path.Path, byDefault time.Duration) time.Duration {
	var text types.String
	if diags := config.GetAttribute(ctx, at, &text); diags.HasError() || text.IsUnknown() {
		return -1
	}
	if text.IsNull() {
		return byDefault
	}
	d, err := time.ParseDuration(text.ValueString())
	if err != nil {
		return -1
	}
	return d
}

// checkIDs checks that a service has something to wait for that takes exactly these arguments, or may take them if some are unknown. It
// returns the text of the error, and the argument that the error is about, which is empty if one is missing.
func checkIDs(name string, kinds []service.Kind, set []string, unknown bool) (argument, summary, detail string) {
	usage := waitsFor(name, kinds)
	for _, argument := range set {
		if !slices.ContainsFunc(kinds, func(k service.Kind) bool { return slices.Contains(k.Arguments, argument) }) {
			return argument, fmt.Sprintf("%s does not go with service = %q", argument, name), usage
		}
	}
	var missing []string // of each kind that takes all that is set, and no more than another one
	fits := false
	for _, k := range kinds {
		rest := slices.DeleteFunc(slices.Clone(k.Arguments), func(argument string) bool { return slices.Contains(set, argument) })
		if len(rest)+len(set) != len(k.Arguments) {
			continue
		}
		fits = fits || len(rest) == 0
		needsMore := func(other service.Kind) bool {
			return len(other.Arguments) < len(k.Arguments) && !slices.ContainsFunc(other.Arguments, func(argument string) bool {
				return !slices.Contains(k.Arguments, argument)
			}) && !slices.ContainsFunc(set, func(argument string) bool { return !slices.Contains(other.Arguments, argument) })
		}
		if !slices.ContainsFunc(kinds, needsMore) {
			missing = append(missing, strings.Join(rest, " and "))
		}
	}
	switch {
	case len(missing) == 0:
		last := len(set) - 1
		return set[0], "Conflicting arguments",
			fmt.Sprintf("%s and %s cannot be set together.\n\n%s", strings.Join(set[:last], ", "), set[last], usage)
	case unknown || fits:
		return "", "", ""
	}
	return "", "Missing " + strings.Join(slices.Compact(missing), ", or "), usage
}

// waitsFor says what a service waits for by which arguments.
func waitsFor(name string, kinds []service.Kind) string {
	text := fmt.Sprintf("service = %q waits, by these arguments:\n", name)
	for _, k := range kinds {
		text += fmt.Sprintf("\n  %s: %s", strings.Join(k.Arguments, " and "), purposeOf(k))
	}
	return text
}

// purposeOf says what a wait is for, such as "for the DCS job".
func purposeOf(k service.Kind) string {
	switch k.Mode {
	case service.ByName:
		return fmt.Sprintf("for the %ss of a name", k.Object)
	case service.Idle:
		return fmt.Sprintf("until the %s is idle", k.Object)
	case service.ByID:
	}
	return "for the " + k.Object
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
	return word{object: "service", words: services.Names(), meant: meant}
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
