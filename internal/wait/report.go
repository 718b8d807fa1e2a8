package wait

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// tolerateAdvice says how to continue although the job did not succeed.
const tolerateAdvice = "To plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition " +
	"on outcome, which does not block destroy, or use -refresh=false."

const (
	maxWord   = 100  // characters shown of a status, name, time or code
	maxReason = 1000 // characters shown of a reason, or of all steps together
)

// sanitized returns the status with texts that can be shown to a user: redacted, on one line and not too long.
// The attributes keep the texts as the service sent them.
func sanitized(s poll.Status, redact func(string) string) poll.Status {
	for _, text := range []*string{&s.Raw, &s.Name, &s.BeginTime, &s.EndTime, &s.FailureCode, &s.RequestID} {
		*text = cloud.Sanitize(redact(*text), maxWord)
	}
	s.FailureReason = cloud.Sanitize(redact(s.FailureReason), maxReason)
	s.Steps = slices.Clone(s.Steps)
	for i := range s.Steps {
		s.Steps[i] = redact(s.Steps[i])
	}
	return s
}

// diagnostic returns the error of a wait that ended with another outcome than success.
func diagnostic(object diagnose.Object, r poll.Result, timeout time.Duration, redact func(string) string) diag.Diagnostic {
	r.Last, r.UnknownStatus = sanitized(r.Last, redact), redact(r.UnknownStatus)
	switch r.Outcome {
	case poll.OutcomeNotFound:
		detail := fmt.Sprintf("%s is not there: %s.", object, r.NotFound)
		if r.Seen {
			detail = fmt.Sprintf("%s was there with status %s, and then vanished: %s.", object, r.Last.Raw, r.NotFound)
		}
		return diag.NewErrorDiagnostic(object.Kind+" not found", detail+"\n\n"+
			"Check the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks. "+tolerateAdvice)
	case poll.OutcomeTimedOut:
		return diag.NewErrorDiagnostic("Timed out waiting for "+object.Kind, timeoutDetail(object, r, timeout))
	default: // failed or cancelled
		return diag.NewErrorDiagnostic(fmt.Sprintf("%s %s", object.Kind, r.Outcome), failureDetail(object, r.Last))
	}
}

// failureDetail describes how a job failed or was cancelled.
func failureDetail(object diagnose.Object, last poll.Status) string {
	var b strings.Builder
	b.WriteString(object.String())
	if last.Name != "" {
		fmt.Fprintf(&b, " (%s)", last.Name)
	}
	fmt.Fprintf(&b, " ended with status %s", last.Raw)
	if last.FailureCode != "" {
		fmt.Fprintf(&b, ", code %s", last.FailureCode)
	}
	if last.FailureReason != "" {
		fmt.Fprintf(&b, ": %s", last.FailureReason)
	} else {
		b.WriteString(". The service gives no reason")
	}
	b.WriteString(".\n\n")
	if last.Endpoint != "" {
		fmt.Fprintf(&b, "Endpoint: %s\nRequest ID: %s\n\n", last.Endpoint, cmp.Or(last.RequestID, "the answer has none"))
	}
	return b.String() + tolerateAdvice
}

// timeoutDetail describes a job that did not end in time.
func timeoutDetail(object diagnose.Object, r poll.Result, timeout time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s did not end within %s", object, timeout)
	if r.Seen {
		fmt.Fprintf(&b, ". Last seen: %s", describe(r.Last))
		if len(r.Last.Steps) > 0 {
			fmt.Fprintf(&b, ", in progress: %s", cloud.Sanitize(strings.Join(r.Last.Steps, ", "), maxReason))
		}
	} else {
		b.WriteString(", and no poll found it")
	}
	fmt.Fprintf(&b, ". Polled %s in %s.", times(r.Polls), round(r.Elapsed))
	if r.UnknownStatus != "" {
		fmt.Fprintf(&b, "\n\nThe provider does not know the status %q. If the job ends with it, add it to success_statuses or failure_statuses.",
			cloud.Sanitize(r.UnknownStatus, maxWord))
	}
	if r.TransientErrors > 0 {
		fmt.Fprintf(&b, "\n\nFailed polls: %d. Last error: %s.", r.TransientErrors, r.LastError)
		if advice := diagnose.Advice(object, r.LastError); advice != "" {
			b.WriteString(" " + advice)
		}
	}
	if !r.Seen && r.NotFound != nil {
		fmt.Fprintf(&b, "\n\nThe last answer: %s.", r.NotFound)
	}
	b.WriteString("\n\nThe job itself goes on. To wait longer, set timeouts = { read = \"2h\" }, say. " + tolerateAdvice)
	return b.String()
}

// describe returns a status in words, such as "RUNNING 35 %, about 2m10s left".
func describe(s poll.Status) string {
	text := s.Raw
	if text == "" {
		text = "no status"
	}
	if s.Progress != nil {
		text += fmt.Sprintf(" %d %%", *s.Progress)
	}
	if s.Remaining != nil {
		text += fmt.Sprintf(", about %s left", round(*s.Remaining))
	}
	return text
}

// times returns a number of times in words, such as "12 times".
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func round(d time.Duration) time.Duration { return d.Round(time.Second) }

// waitError returns the diagnostics of a wait that an error ended.
func waitError(ctx context.Context, object diagnose.Object, err error) diag.Diagnostics {
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Wait for "+object.Kind+" interrupted",
			fmt.Sprintf("The wait for %s was interrupted. The job itself goes on: a later run takes up the wait again.", object))}
	}
	return diagnose.Error("Cannot wait for "+object.Kind, object, err)
}

// A reporter logs the polls of a wait.
type reporter struct {
	ctx    context.Context //nolint:containedctx // of the one wait that it reports on
	object diagnose.Object
	redact func(string) string

	loggedAt time.Time // of the last line at INFO
	logged   string    // status and progress at that time
	unknown  string    // the last unknown status
}

// logInterval is the longest time without a line at INFO for a job whose status and progress do not change.
const logInterval = 10 * time.Second

// report logs a poll: at DEBUG always, at INFO if something changed or logInterval has passed.
func (r *reporter) report(p poll.Report) {
	p.Last = sanitized(p.Last, r.redact)
	said := " " + describe(p.Last)
	if p.Err != nil {
		said = ": " + p.Err.Error()
	}
	current := describe(poll.Status{Raw: p.Last.Raw, Progress: p.Last.Progress})
	if current != r.logged || time.Since(r.loggedAt) >= logInterval {
		r.loggedAt, r.logged = time.Now(), current
		tflog.Info(r.ctx, fmt.Sprintf("%s%s, next poll in %s", r.name(), said, p.Next.Round(100*time.Millisecond)))
	}
	tflog.Debug(r.ctx, "Polled", map[string]any{
		"job": r.object.ID, "polls": p.Polls, "status": p.Last.Raw, "transient_errors": p.TransientErrors, "next": p.Next.String(),
	})
	if p.Err == nil && p.Last.State == poll.Unknown && p.Last.Raw != r.unknown {
		r.unknown = p.Last.Raw
		tflog.Warn(r.ctx, fmt.Sprintf("%s has the unknown status %q, which is taken as running; "+
			"if the job ends with it, add it to success_statuses or failure_statuses", r.name(), p.Last.Raw))
	}
}

// ended logs the outcome of a wait. An error is left to the diagnostic.
func (r *reporter) ended(result poll.Result, err error) {
	if err != nil {
		return
	}
	tflog.Info(r.ctx, fmt.Sprintf("%s %s after %d polls in %s, last seen: %s",
		r.name(), result.Outcome, result.Polls, round(result.Elapsed), describe(sanitized(result.Last, r.redact))))
}

// name returns the name of the job in the log, with the service in lower case, such as "dcs job j".
func (r *reporter) name() string {
	service, rest, _ := strings.Cut(r.object.String(), " ")
	return strings.ToLower(service) + " " + rest
}
