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

// A report describes how a wait ended other than with success.
type report struct {
	form     form
	object   diagnose.Object
	target   cloud.Target
	timeout  time.Duration
	tolerate []string // outcomes that are tolerated already
	result   poll.Result
}

// redacted returns the report with texts that can be shown.
func (r report) redacted(redact func(string) string) report {
	r.result.Last = sanitized(r.result.Last, redact)
	r.result.UnknownStatus = cloud.Sanitize(redact(r.result.UnknownStatus), maxWord)
	return r
}

// error returns the error of a wait whose outcome is not tolerated.
func (r report) error() diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.summary(), strings.Join([]string{r.details(), r.nextStep()}, "\n\n"))
}

// warning returns the warning of a wait whose outcome is tolerated.
func (r report) warning() diag.Diagnostic {
	details := r.details()
	if !r.form.blocksDestroy { // it is stored, and not read again
		details += "\n\nThe outcome is stored. To wait again, change a trigger, or run terraform apply -replace with the address " +
			"of this resource."
	}
	return diag.NewWarningDiagnostic(r.summary()+", which is tolerated", details)
}

func (r report) summary() string {
	switch r.result.Outcome {
	case poll.OutcomeNotFound:
		return r.object.Kind + " not found"
	case poll.OutcomeTimedOut:
		return "Timed out waiting for " + r.object.Kind
	default: // failed or cancelled
		return fmt.Sprintf("%s %s", r.object.Kind, r.result.Outcome)
	}
}

// details says what has happened to the job, and where.
func (r report) details() string {
	last := r.result.Last
	endpoint, requestID := last.Endpoint, last.RequestID
	answered := true
	if e := (*cloud.Error)(nil); errors.As(r.result.LastError, &e) {
		endpoint, requestID, answered = e.Endpoint, e.RequestID, e.Status != 0
	}
	var text string
	switch r.result.Outcome {
	case poll.OutcomeNotFound:
		text = fmt.Sprintf("%s was not found: %s. %s", r.subject(), r.cause(), r.polls())
		if r.result.Seen {
			text = fmt.Sprintf("%s was %s, and then was not found any more: %s. %s", r.subject(), inSentence(last), r.cause(), r.polls())
		}
	case poll.OutcomeTimedOut:
		text = r.timedOut()
	default:
		text = r.ended()
	}
	if endpoint != "" {
		text += "\n\nEndpoint: " + endpoint
	}
	if endpoint != "" && (answered || requestID != "") {
		text += "\nRequest ID: " + cmp.Or(requestID, "the response has none")
	}
	return text
}

// cause returns the cause of the last poll that failed, without what the lines about the endpoint and the request ID say.
func (r report) cause() string {
	if e := (*cloud.Error)(nil); errors.As(r.result.LastError, &e) {
		return strings.TrimSuffix(e.Cause(), ".")
	}
	return r.result.LastError.Error()
}

// polls says how often the job was polled.
func (r report) polls() string {
	text := fmt.Sprintf("Polled %s in %s", times(r.result.Polls), round(r.result.Elapsed))
	if r.result.Shared > 0 {
		text += fmt.Sprintf(" (%d by other waits for the same %s)", r.result.Shared, r.object.Noun())
	}
	if failed := r.result.Failed; failed > 0 && r.result.Outcome == poll.OutcomeTimedOut {
		text += fmt.Sprintf("; %s failed", polls(failed))
	}
	return text + "."
}

// subject names the job, with its own name if it was seen, and where it is.
func (r report) subject() string {
	text := r.object.String()
	if r.result.Last.Name != "" {
		text += fmt.Sprintf(" (%s)", r.result.Last.Name)
	}
	if r.target.Region != "" {
		text += " in region " + r.target.Region
	}
	if r.target.ProjectID != "" {
		text += ", project " + r.target.ProjectID
	}
	return text
}

// ended describes how a job failed or was cancelled.
func (r report) ended() string {
	last := r.result.Last
	verb := "failed"
	if r.result.Outcome == poll.OutcomeCancelled {
		verb = "was cancelled"
	}
	text := fmt.Sprintf("%s %s with status %s", r.subject(), verb, last.Raw)
	if last.Progress != nil {
		text += fmt.Sprintf(" at %d %%", *last.Progress)
	}
	if last.EndTime != "" {
		text += " on " + last.EndTime
		if !last.End.IsZero() && !strings.Contains(last.EndTime, "T") { // milliseconds
			text += fmt.Sprintf(" (%s)", last.End.UTC().Format(time.RFC3339))
		}
	}
	switch {
	case last.FailureReason != "" && last.FailureCode != "" && !strings.Contains(last.FailureReason, last.FailureCode):
		return fmt.Sprintf("%s: %s (%s).", text, last.FailureReason, last.FailureCode)
	case last.FailureReason != "":
		return fmt.Sprintf("%s: %s.", text, last.FailureReason)
	case last.FailureCode != "":
		return fmt.Sprintf("%s. The service reports the error code %s and no reason.", text, last.FailureCode)
	}
	return text + ". The service gives no reason."
}

// timedOut describes a job that did not end in time.
func (r report) timedOut() string {
	var b strings.Builder
	limit := fmt.Sprintf("%s (timeouts.%s)", short(r.timeout), r.form.timeout)
	if r.result.Seen {
		seen := "is still"
		if r.result.LastError != nil {
			seen = "was last seen"
		}
		fmt.Fprintf(&b, "%s %s %s after %s.", r.subject(), seen, inSentence(r.result.Last), limit)
		if len(r.result.Last.Steps) > 0 {
			fmt.Fprintf(&b, " In progress: %s.", cloud.Sanitize(strings.Join(r.result.Last.Steps, ", "), maxReason))
		}
	} else {
		fmt.Fprintf(&b, "%s was not seen within %s.", r.subject(), limit)
	}
	b.WriteString(" " + r.polls())
	if r.result.UnknownStatus != "" {
		fmt.Fprintf(&b, "\n\nThe provider does not know the status %q. If the %s ends with it, add it to success_statuses or failure_statuses.",
			r.result.UnknownStatus, r.object.Noun())
	}
	if r.result.LastError != nil {
		fmt.Fprintf(&b, "\n\nThe last poll failed: %s. %s", r.cause(), diagnose.Advice(r.object, r.result.LastError))
	}
	return strings.TrimSpace(b.String())
}

// nextStep says how to go on.
func (r report) nextStep() string {
	noun := r.object.Noun()
	var lines, although string
	switch r.result.Outcome {
	case poll.OutcomeNotFound:
		lines = "Check the IDs, region and project_id. The services delete the records of old jobs and tasks. " +
			"If it may appear later, set appear_within to a longer time.\n\n"
		although = "was not found"
	case poll.OutcomeTimedOut:
		if r.result.Seen {
			lines = fmt.Sprintf("The %s continues in the cloud, and %s. ", noun, r.form.again)
		}
		lines += fmt.Sprintf("To wait longer, set a longer limit in this %s, such as:\n\n  timeouts {\n    %s = %q\n  }\n\n",
			r.form.name, r.form.timeout, short(2*r.timeout))
		although = "has not finished in time"
	case poll.OutcomeCancelled:
		although = "was cancelled"
	default:
		although = "failed"
	}
	tolerate := strings.Join(append(slices.Clone(r.tolerate), string(r.result.Outcome)), `", "`)
	if !r.form.blocksDestroy && (r.result.Outcome == poll.OutcomeFailed || r.result.Outcome == poll.OutcomeCancelled) {
		lines = fmt.Sprintf("The next apply reads the same %s again. To try again, start another one, and apply with its ID.\n\n", noun)
	}
	lines += fmt.Sprintf("To continue although the %s %s, set in this %s:\n\n  tolerate = [\"%s\"]", noun, although, r.form.name, tolerate)
	if r.form.blocksDestroy {
		lines += fmt.Sprintf("\n\nTo destroy without reading the %s, run:\n\n  terraform destroy -refresh=false", noun)
	}
	return lines
}

// describe returns a status in words, such as "RUNNING 35 %, about 2m10s left".
func describe(s poll.Status) string {
	text := s.Raw
	if s.Progress != nil {
		text += fmt.Sprintf(" %d %%", *s.Progress)
	}
	if s.Remaining != nil {
		text += fmt.Sprintf(", about %s left", short(round(*s.Remaining)))
	}
	return text
}

// inSentence returns a status in words for the middle of a sentence, such as "RUNNING (35 %, about 2m10s left)".
func inSentence(s poll.Status) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(describe(s), s.Raw), ",")
	if rest == "" {
		return s.Raw
	}
	return fmt.Sprintf("%s (%s)", s.Raw, strings.TrimSpace(rest))
}

// polls returns a number of polls in words, such as "12 polls".
func polls(n int) string {
	if n == 1 {
		return "1 poll"
	}
	return fmt.Sprintf("%d polls", n)
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
func waitError(ctx context.Context, object diagnose.Object, f form, seen bool, err error) diag.Diagnostics {
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		detail := fmt.Sprintf("The wait for %s was interrupted, and %s.", object, f.again)
		if seen {
			detail += fmt.Sprintf(" The %s continues in the cloud.", object.Noun())
		}
		return diag.Diagnostics{diag.NewErrorDiagnostic("Wait for "+object.Kind+" interrupted", detail)}
	}
	return diagnose.Error("Cannot wait for "+object.Kind, object, err)
}

// A reporter logs the polls of a wait.
type reporter struct {
	ctx    context.Context //nolint:containedctx // of the one wait that it reports on
	object diagnose.Object
	redact func(string) string

	loggedAt time.Time // of the last line at INFO
	logged   string    // status at that time
	unknown  string    // the last unknown status
}

// logInterval is the interval of lines at INFO for a job whose status does not change.
const logInterval = 10 * time.Second

// report logs a poll: at DEBUG always, at INFO if the status changed or logInterval has passed.
func (r *reporter) report(p poll.Report) {
	p.Last = sanitized(p.Last, r.redact)
	said := describe(p.Last)
	if p.LastError != nil {
		said = p.LastError.Error()
	}
	if p.Last.Raw != r.logged || time.Since(r.loggedAt) >= logInterval {
		r.loggedAt, r.logged = time.Now(), p.Last.Raw
		tflog.Info(r.ctx, fmt.Sprintf("%s: %s; next poll in %s", r.name(p.Last), said, p.Next.Round(100*time.Millisecond)))
	}
	tflog.Debug(r.ctx, "Polled", map[string]any{
		"job": r.object.ID, "polls": p.Polls, "shared": p.Shared, "failed": p.Failed, "status": p.Last.Raw, "next": p.Next.String(),
	})
	if p.LastError == nil && p.Last.State == poll.Unknown && p.Last.Raw != r.unknown {
		r.unknown = p.Last.Raw
		tflog.Warn(r.ctx, fmt.Sprintf("%s has the unknown status %q, which is taken as running; "+
			"if the %s ends with it, add it to success_statuses or failure_statuses", r.name(p.Last), p.Last.Raw, r.object.Noun()))
	}
}

// ended logs the outcome of a wait. An error is left to the diagnostic.
func (r *reporter) ended(result poll.Result, err error) {
	if err != nil {
		return
	}
	last := sanitized(result.Last, r.redact)
	text := fmt.Sprintf("%s: %s after %s in %s", r.name(last), result.Outcome, polls(result.Polls), round(result.Elapsed))
	if result.Shared > 0 {
		text += fmt.Sprintf(", of which other waits made %d", result.Shared)
	}
	if result.Seen {
		text += ", last seen: " + describe(last)
	}
	tflog.Info(r.ctx, text)
}

// name returns the name of a job in the log, such as "dcs task EXTEND (8abf… of instance 5560…)".
func (r *reporter) name(s poll.Status) string {
	service, _, _ := strings.Cut(r.object.Kind, " ")
	text := strings.ToLower(service) + " " + r.object.Noun()
	if s.Name == "" {
		return text + " " + r.object.ID
	}
	return fmt.Sprintf("%s %s (%s)", text, s.Name, r.object.ID)
}
