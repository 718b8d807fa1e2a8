package wait

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// regardless says how to go on without a success.
const regardless = "To plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition on outcome, " +
	"which does not block destroy, or use -refresh=false."

const (
	longestWord   = 100  // characters shown of a status, name, time or code
	longestReason = 1000 // characters shown of a reason, or of the steps together
)

// legible makes what a service said fit to be shown. The attributes keep it as it is.
func legible(o poll.Status) poll.Status {
	for _, word := range []*string{&o.Raw, &o.Name, &o.BeginTime, &o.EndTime, &o.FailureCode} {
		*word = cloud.Sanitize(*word, longestWord)
	}
	o.FailureReason = cloud.Sanitize(o.FailureReason, longestReason)
	return o
}

// diagnose tells why a wait ended without success.
func diagnose(object source.Object, r poll.Result, timeout time.Duration) diag.Diagnostic {
	r.Last = legible(r.Last)
	named := object.String()
	var detail, summary string
	switch r.Outcome {
	case poll.OutcomeFailed, poll.OutcomeCancelled:
		summary = fmt.Sprintf("%s %s", object.Kind, r.Outcome)
		if r.Last.Name != "" {
			named += " (" + r.Last.Name + ")"
		}
		detail = fmt.Sprintf("%s ended with status %s", named, r.Last.Raw)
		if r.Last.FailureCode != "" {
			detail += ", code " + r.Last.FailureCode
		}
		if r.Last.FailureReason != "" {
			detail += ": " + r.Last.FailureReason
		} else {
			detail += ". The service gives no reason"
		}
		detail += ".\n\n" + regardless
	case poll.OutcomeNotFound:
		summary = object.Kind + " not found"
		detail = fmt.Sprintf("%s is not there: %s.", named, r.NotFound)
		if r.Seen {
			detail = fmt.Sprintf("%s was there with status %s, and then vanished: %s.", named, r.Last.Raw, r.NotFound)
		}
		detail += "\n\nCheck the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks. " + regardless
	case poll.OutcomeTimedOut:
		summary = fmt.Sprintf("Timed out waiting for %s", object.Kind)
		detail = timedOut(object, r, timeout)
	case poll.OutcomeSucceeded:
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// timedOut tells all that is known of a job that did not end in time.
func timedOut(object source.Object, r poll.Result, timeout time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s did not end within %s", object, timeout)
	if r.Seen {
		fmt.Fprintf(&b, ". Last seen: %s", state(r.Last))
		if len(r.Last.Steps) > 0 {
			fmt.Fprintf(&b, ", in hand: %s", cloud.Sanitize(strings.Join(r.Last.Steps, ", "), longestReason))
		}
	} else {
		b.WriteString(", and was not seen at all")
	}
	fmt.Fprintf(&b, ". Polled %s in %s.", times(r.Polls), round(r.Elapsed))
	if r.UnknownStatus != "" {
		fmt.Fprintf(&b, "\n\nThe provider does not know the status %s. If it is an end, add it to success_statuses or failure_statuses.", source.Quote(r.UnknownStatus))
	}
	if r.TransientErrors > 0 {
		fmt.Fprintf(&b, "\n\nFailed polls: %d. Last error: %s.", r.TransientErrors, r.LastError)
		if advice := source.Advice(object, r.LastError); advice != "" {
			b.WriteString(" " + advice)
		}
	}
	if !r.Seen && r.NotFound != nil {
		fmt.Fprintf(&b, "\n\nThe last answer: %s.", r.NotFound)
	}
	b.WriteString("\n\nThe job itself goes on. To wait longer, set timeouts = { read = \"2h\" }, say. " + regardless)
	return b.String()
}

// state puts a running job in words, such as "RUNNING 35 %, about 2m10s left".
func state(o poll.Status) string {
	text := o.Raw
	if text == "" {
		text = "no status"
	}
	if o.Progress != nil {
		text += fmt.Sprintf(" %d %%", *o.Progress)
	}
	if o.Remaining != nil {
		text += fmt.Sprintf(", about %s left", round(*o.Remaining))
	}
	return text
}

// times says how often, as in "12 times".
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func round(d time.Duration) time.Duration { return d.Round(time.Second) }

// interrupted tells of a wait that was ended by an error.
func interrupted(ctx context.Context, object source.Object, err error) diag.Diagnostics {
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Wait for "+object.Kind+" interrupted",
			fmt.Sprintf("The wait for %s was interrupted. The job itself goes on: a later run takes up the wait again.", object))}
	}
	return source.Diagnose("Cannot wait for "+object.Kind, object, err)
}

// A reporter logs how a wait goes on.
type reporter struct {
	ctx    context.Context //nolint:containedctx // that of the one wait it reports on
	object source.Object

	logged   time.Time // when it was last worth an information
	status   string
	progress int64
	unknown  map[string]bool
}

// quiet is how long nothing is said of a job that does not change.
const quiet = 10 * time.Second

func (r *reporter) report(p poll.Report) {
	p.Last = legible(p.Last)
	said := " " + state(p.Last)
	if p.Err != nil {
		said = ": " + p.Err.Error()
	}
	progress := int64(-1)
	if p.Last.Progress != nil {
		progress = *p.Last.Progress
	}
	changed := p.Last.Raw != r.status || progress != r.progress
	if changed || time.Since(r.logged) >= quiet {
		r.logged, r.status, r.progress = time.Now(), p.Last.Raw, progress
		tflog.Info(r.ctx, fmt.Sprintf("%s%s, next poll in %s", r.named(), said, p.Next.Round(100*time.Millisecond)))
	}
	tflog.Debug(r.ctx, "Polled", map[string]any{
		"job": r.object.ID, "polls": p.Polls, "status": p.Last.Raw, "transient_errors": p.TransientErrors, "next": p.Next.String(),
	})
	if p.Err == nil && p.Last.State == poll.Unknown && !r.unknown[p.Last.Raw] {
		if r.unknown == nil {
			r.unknown = make(map[string]bool)
		}
		r.unknown[p.Last.Raw] = true
		tflog.Warn(r.ctx, fmt.Sprintf("%s has the unknown status %q, which is taken as running; if it is an end, add it to success_statuses or failure_statuses",
			r.named(), p.Last.Raw))
	}
}

// ended logs how a wait ended.
func (r *reporter) ended(result poll.Result, err error) {
	if err != nil {
		return // the diagnostic says it
	}
	result.Last = legible(result.Last)
	tflog.Info(r.ctx, fmt.Sprintf("%s %s after %d polls in %s, last seen: %s",
		r.named(), result.Outcome, result.Polls, round(result.Elapsed), state(result.Last)))
}

// named names the job as the log does: with the service in lower case, as in "dcs job j".
func (r *reporter) named() string {
	service, rest, _ := strings.Cut(r.object.String(), " ")
	return strings.ToLower(service) + " " + rest
}
