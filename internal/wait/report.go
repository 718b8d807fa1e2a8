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
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
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
	s.Steps, s.Warnings = slices.Clone(s.Steps), slices.Clone(s.Warnings)
	for i := range s.Steps {
		s.Steps[i] = cloud.Sanitize(redact(s.Steps[i]), maxReason)
	}
	for i := range s.Warnings {
		s.Warnings[i].Detail = cloud.Sanitize(redact(s.Warnings[i].Detail), maxReason)
	}
	s.Tasks = slices.Clone(s.Tasks)
	for i := range s.Tasks {
		s.Tasks[i].ID = cloud.Sanitize(redact(s.Tasks[i].ID), maxWord)
		s.Tasks[i].Status = sanitized(s.Tasks[i].Status, redact)
	}
	return s
}

// A report describes how a wait ended other than with success.
type report struct {
	form     form
	subject  subject
	target   cloud.Target
	timeout  time.Duration
	settle   time.Duration
	tolerate []string // outcomes that are tolerated already
	result   poll.Result
	began    time.Time // the wait, by the clock of this machine
}

// redacted returns the report with texts that can be shown.
func (r report) redacted(redact func(string) string) report {
	r.result.Last = sanitized(r.result.Last, redact)
	r.result.UnknownStatus = cloud.Sanitize(redact(r.result.UnknownStatus), maxWord)
	return r
}

// error returns the error of a wait whose outcome is not tolerated.
func (r report) error() diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.summary(), strings.Join([]string{r.details(), r.nextStep(), diagnose.Outcomes.See()}, "\n\n"))
}

// warning returns the warning of a wait whose outcome is tolerated.
func (r report) warning() diag.Diagnostic {
	details := r.details()
	if r.form.isDestroy {
		return diag.NewWarningDiagnostic(r.summary()+", which does not keep it from being destroyed", details)
	}
	if r.form.isResource {
		again := "To wait again, change a trigger, or run terraform apply -replace with the address of this resource."
		if r.subject.Mode == service.ByID && r.result.Outcome != poll.OutcomeTimedOut {
			again = fmt.Sprintf("To wait for another %s, change its ID.", r.subject.object.Noun())
		}
		details += "\n\nThe outcome is stored. " + again
	}
	return diag.NewWarningDiagnostic(r.summary()+", which is tolerated", details)
}

func (r report) summary() string {
	kind, _ := r.decisive()
	switch r.result.Outcome {
	case poll.OutcomeNotFound:
		return kind.Kind + " not found"
	case poll.OutcomeTimedOut:
		return "Timed out waiting for " + r.subject.object.Kind
	default: // failed or cancelled
		return fmt.Sprintf("%s %s", kind.Kind, r.result.Outcome)
	}
}

// decisive returns what the outcome is about, and its last status: of several tasks the first one with this outcome.
func (r report) decisive() (diagnose.Object, poll.Status) {
	for _, t := range r.result.Last.Tasks {
		if t.State.Outcome() == r.result.Outcome {
			return diagnose.Object{Kind: r.subject.Task, ID: fmt.Sprintf("%s of instance %s", t.ID, r.subject.ids[0])}, t.Status
		}
	}
	return r.subject.object, r.result.Last
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
		text = r.missing()
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

// missing describes what was not found, or not any more.
func (r report) missing() string {
	if r.result.LastError == nil { // it is one of several tasks
		object, last := r.decisive()
		return fmt.Sprintf("%s was %s, and then was not listed any more. %s", r.where(object, last.Name), inSentence(last), r.polls())
	}
	if !r.result.Seen {
		return fmt.Sprintf("%s was not found: %s. %s", r.subjectText(), r.cause(), r.polls())
	}
	return fmt.Sprintf("%s was %s, and then was not found any more: %s. %s",
		r.subjectText(), inSentence(r.result.Last), r.cause(), r.polls())
}

// polls says how often the job was polled.
func (r report) polls() string {
	text := fmt.Sprintf("Polled %s in %s", times(r.result.Polls), poll.Short(round(r.result.Elapsed)))
	if r.result.Shared > 0 {
		text += fmt.Sprintf(" (%d by other waits for the same %s)", r.result.Shared, r.subject.sharedNoun())
	}
	if failed := r.result.Failed; failed > 0 && r.result.Outcome == poll.OutcomeTimedOut {
		text += fmt.Sprintf("; %s failed", polls(failed))
	}
	return text + "."
}

// sharedNoun returns the noun for what waits share their polls of.
func (s subject) sharedNoun() string {
	if s.Mode == service.ByID {
		return s.object.Noun()
	}
	return "instance"
}

// subjectText names what is waited for, with its own name if it was seen, and where it is.
func (r report) subjectText() string {
	name := r.result.Last.Name
	if r.subject.Mode != service.ByID { // it is the name of one of several tasks
		name = ""
	}
	return r.where(r.subject.object, name)
}

// where names an object, and where it is.
func (r report) where(object diagnose.Object, name string) string {
	text := object.String()
	if name != "" {
		text += fmt.Sprintf(" (%s)", name)
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
	object, last := r.decisive()
	verb := "failed"
	if r.result.Outcome == poll.OutcomeCancelled {
		verb = "was cancelled"
	}
	if r.subject.Mode == service.Idle && object.Kind == r.subject.object.Kind { // the instance itself
		return fmt.Sprintf("%s is at rest, but has failed: %s.", r.where(object, ""), last.FailureReason)
	}
	text := fmt.Sprintf("%s %s with status %s", r.where(object, last.Name), verb, last.Raw)
	if last.Progress != nil && *last.Progress < 100 {
		text += fmt.Sprintf(" at %d %%", *last.Progress)
	}
	if last.EndTime == "" && last.BeginTime != "" {
		text += ", having begun on " + last.BeginTime
	}
	if last.EndTime != "" {
		text += " on " + last.EndTime
		switch {
		case last.End.IsZero():
			text += " (without a time zone)"
		case !strings.Contains(last.EndTime, "T"): // milliseconds
			text += fmt.Sprintf(" (%s)", last.End.UTC().Format(time.RFC3339))
		}
	}
	known := last.End
	if known.IsZero() && last.EndTime == "" {
		known = last.Begin
	}
	if age := r.began.Sub(known); !known.IsZero() && age > time.Minute {
		text += fmt.Sprintf(", %s before this wait began", poll.Short(roundAge(age)))
	}
	last.FailureReason = strings.TrimSuffix(last.FailureReason, ".")
	switch {
	case last.FailureReason != "" && last.FailureCode != "" && !strings.Contains(last.FailureReason, last.FailureCode):
		return fmt.Sprintf("%s: %s (%s).", text, last.FailureReason, last.FailureCode)
	case last.FailureReason != "":
		return fmt.Sprintf("%s: %s.", text, last.FailureReason)
	case last.FailureCode != "":
		return fmt.Sprintf("%s. The service reports the error code %s and no reason: look up the code in its API reference.",
			text, last.FailureCode)
	}
	return fmt.Sprintf("%s. The service gives no reason: look at the %s in its console.", text, object.Noun())
}

// roundAge returns an age in minutes, or in hours if it is longer than an hour.
func roundAge(age time.Duration) time.Duration {
	if age < time.Hour {
		return age.Round(time.Minute)
	}
	return age.Round(time.Hour)
}

// timedOut describes a job that did not end in time, or an instance that did not become idle.
func (r report) timedOut() string {
	var b strings.Builder
	limit := fmt.Sprintf("%s (timeouts.%s)", poll.Short(r.timeout), r.form.timeout)
	last := r.result.Last
	state := "is still"
	if r.result.LastError != nil {
		state = "was last seen"
	}
	switch {
	case !r.result.Seen:
		fmt.Fprintf(&b, "%s was not seen within %s.", r.subjectText(), limit)
	case r.result.Settling:
		fmt.Fprintf(&b, "%s has come to an end, but not for the %s of settle within %s.", r.subjectText(), poll.Short(r.settle), limit)
	case r.subject.Mode == service.Idle && r.result.LastError == nil:
		fmt.Fprintf(&b, "%s is not idle after %s.", r.subjectText(), limit)
	case r.subject.Mode == service.Idle:
		fmt.Fprintf(&b, "%s was not idle when it was last seen, after %s.", r.subjectText(), limit)
	case r.subject.Mode == service.ByName:
		fmt.Fprintf(&b, "%s %s running after %s.", r.subjectText(), state, limit)
	default:
		fmt.Fprintf(&b, "%s %s %s after %s.", r.subjectText(), state, inSentence(last), limit)
	}
	if r.result.Seen && len(last.Steps) > 0 {
		fmt.Fprintf(&b, " In progress: %s.", cloud.Sanitize(strings.Join(last.Steps, ", "), maxReason))
	}
	if r.result.Seen && last.Blocked {
		b.WriteString(" It does not continue until a person approves, pays or decides: see the console of the service.")
	}
	b.WriteString(" " + r.polls())
	if r.result.UnknownStatus != "" {
		fmt.Fprintf(&b, "\n\nThe provider does not know the status %[1]q. If the %[2]s ends with it, set one of these in this %[3]s:"+
			"\n\n  success_statuses = [%[1]q]\n  failure_statuses = [%[1]q]", r.result.UnknownStatus, r.subject.noun(), r.form.name)
	}
	if r.result.LastError != nil {
		fmt.Fprintf(&b, "\n\nThe last poll failed: %s. %s", r.cause(), diagnose.Advice(r.result.LastError))
	}
	return strings.TrimSpace(b.String())
}

// noun returns the noun for what a status of a wait is about, such as "job".
func (s subject) noun() string {
	if s.Mode == service.Idle && s.Task != "" {
		return "task"
	}
	return s.object.Noun()
}

// continues says that what is waited for goes on without the wait.
func (s subject) continues() string {
	if s.Mode == service.Idle {
		return fmt.Sprintf("What runs on the %s continues in the cloud", s.object.Noun())
	}
	return fmt.Sprintf("The %s continues in the cloud", s.object.Noun())
}

const noPoll = "No poll has succeeded: correct this first. "

// rest says how to wait for the rest of what continues without the wait.
func (s subject) rest(f form) string {
	text := fmt.Sprintf("%s. To wait for the rest, %s", s.continues(), f.again)
	if s.Mode == service.Idle && !f.isDestroy {
		text += ": a task that fails before that does not fail that wait"
	}
	return text + "."
}

// nextStep says how to go on.
func (r report) nextStep() string {
	unreached := r.result.Outcome == poll.OutcomeTimedOut && !r.result.Seen && r.result.LastError != nil
	switch {
	case r.form.isDestroy && unreached:
		return noPoll + r.longerDestroy()
	case r.form.isDestroy:
		return r.subject.rest(r.form) + " " + r.longerDestroy()
	}
	object, _ := r.decisive()
	var lines, although string
	switch r.result.Outcome {
	case poll.OutcomeNotFound:
		lines, although = r.find(), "was not found"
	case poll.OutcomeTimedOut:
		lines, although = r.longer(), "has not finished in time"
		if r.subject.Mode == service.Idle {
			although = "is not idle in time"
		}
	case poll.OutcomeCancelled:
		lines, although = r.tryAgain(), "was cancelled"
	default:
		lines, although = r.tryAgain(), "failed"
	}
	if unreached && r.form.isResource { // there is nothing to tolerate
		return strings.TrimSpace(lines)
	}
	tolerate := strings.Join(append(slices.Clone(r.tolerate), string(r.result.Outcome)), `", "`)
	dependents := ""
	if r.form.isResource {
		dependents = ", and change what depends on the wait"
	}
	lines += fmt.Sprintf("To continue although the %s %s%s, set in this %s:\n\n  tolerate = [\"%s\"]",
		object.Noun(), although, dependents, r.form.name, tolerate)
	if !r.form.isResource && r.result.Outcome == poll.OutcomeNotFound {
		lines += "\n\nIf a count or for_each uses the outcome, this may destroy what it has created."
	}
	if !r.form.isResource {
		lines += fmt.Sprintf("\n\nTo destroy without reading the %s, run:\n\n  terraform destroy -refresh=false", r.subject.object.Noun())
	}
	return lines
}

// alone says how to apply an argument for the destruction of a resource that has begun.
const alone = "without a change of the triggers, and with -target and the address of this resource if others have been destroyed already"

// longerDestroy says how a resource that is destroyed waits longer, or not at all. What it does then follows from the state.
func (r report) longerDestroy() string {
	return fmt.Sprintf("Destroying uses the arguments that were applied last. To wait longer, set in this resource "+
		"(its id is %s), such as:\n\n  timeouts {\n    delete = %q\n  }\n\nTo destroy it without waiting, set:\n\n"+
		"  wait_on_destroy = false\n\nApply either of them first, %s. Then destroy or update again.\n\n%s",
		r.form.id, poll.Short(2*r.timeout), alone, r.subject.lastWayOut())
}

// lastWayOut says how to destroy an instance although no apply is possible.
func (s subject) lastWayOut() string {
	return fmt.Sprintf("If no apply is possible any more, run terraform state rm with the address of this resource. "+
		"The %s is then destroyed without waiting.", s.object.Noun())
}

// earlier is how to wait for a task that ended a while ago, if an earlier one is not taken for it.
func (s subject) earlier(f form) string {
	if s.endedWithin == nil {
		return ""
	}
	return fmt.Sprintf("For a task that ended earlier, or ends before the next run, only for that run set in this %s:\n\n"+
		"  ended_within = %q\n\n",
		f.name, poll.Short(max(3*time.Hour, 2**s.endedWithin, s.newestAge.Truncate(time.Hour)+2*time.Hour)))
}

// find says how to find what was not found.
func (r report) find() string {
	if r.result.LastError == nil { // it has vanished from the list
		return "The service may have deleted its record. Check how the instance is. The next run waits again.\n\n"
	}
	later := "If it may appear later, set appear_within to a longer time.\n\n"
	switch r.subject.Mode {
	case service.ByName:
		earlier := ""
		if r.subject.newestAge > 0 {
			earlier = r.subject.earlier(r.form)
		}
		return "Check service, task_name, instance_id, region and project_id. " + later + earlier +
			"To wait for whatever runs on the instance, leave out task_name: the wait is then until it is idle.\n\n"
	case service.Idle:
		return "Check service, instance_id, region and project_id. " + later
	case service.ByID:
	}
	check := "Check service, the IDs, region and project_id. "
	if e := (*cloud.Error)(nil); errors.As(r.result.LastError, &e) && e.Advice() != "" {
		check = e.Advice() + " "
	}
	return check + "The services delete the records of old jobs and tasks. " + later
}

// longer says how to wait longer.
func (r report) longer() string {
	var lines string
	switch {
	case r.result.Seen:
		lines = r.subject.rest(r.form) + " "
	case r.result.LastError != nil:
		lines = noPoll
	}
	return lines + fmt.Sprintf("To wait longer, set a longer limit in this %s, such as:\n\n  timeouts {\n    %s = %q\n  }\n\n",
		r.form.name, r.form.timeout, poll.Short(r.longerTimeout())) + r.subject.earlier(r.form)
}

// longerTimeout returns a timeout that is probably long enough.
func (r report) longerTimeout() time.Duration {
	longer := 2 * r.timeout
	if remaining := r.result.Last.Remaining; remaining != nil {
		longer = max(longer, (r.timeout + 2**remaining).Round(time.Minute))
	}
	return longer
}

// tryAgain says what the next apply does after a failure.
func (r report) tryAgain() string {
	switch noun := r.subject.object.Noun(); {
	case !r.form.isResource && r.subject.Mode == service.ByID:
		return fmt.Sprintf("Every plan reads the same %s again. To try again, start another one, and plan with its ID.\n\n", noun)
	case !r.form.isResource:
		return ""
	case r.subject.Mode == service.Idle:
		return "The next apply does not make the change again. It waits until the instance is idle, and then succeeds although this has " +
			"failed, and warns about it for 10 minutes only. So make the change again first.\n\n"
	case r.subject.Mode == service.ByName && r.subject.earlierTask:
		return fmt.Sprintf("This %[1]s had ended before the wait began. If the change was made again since, the service did not list its "+
			"%[1]s yet: apply again without making it once more, or set ended_within = \"0s\", so that no earlier %[1]s counts. "+
			"If not, make the change again, and apply.\n\n", noun)
	case r.subject.Mode == service.ByName:
		return fmt.Sprintf("The next apply finds the same %s again until %s after its end (ended_within), unless a newer one has begun. "+
			"To try again, start another one, and apply again.\n\n", noun, poll.Short(*r.subject.endedWithin))
	default:
		return fmt.Sprintf("The next apply reads the same %s again. To try again, start another one, and apply with its ID.\n\n", noun)
	}
}

// describe returns a status in words, such as "RUNNING 35 %, about 2m10s left", or what runs if that may be several things.
func (s subject) describe(status poll.Status) string {
	if s.Mode != service.ByID && len(status.Steps) > 0 {
		return strings.Join(status.Steps, ", ")
	}
	text := status.Raw
	if status.Progress != nil {
		text += " "
	} else if status.Remaining != nil {
		text += ", "
	}
	return text + progress(status)
}

// inSentence returns a status in words for the middle of a sentence, such as "RUNNING (35 %, about 2m10s left)".
func inSentence(s poll.Status) string {
	if text := progress(s); text != "" {
		return fmt.Sprintf("%s (%s)", s.Raw, text)
	}
	return s.Raw
}

// progress returns how far a job is in words, such as "35 %, about 2m10s left", or "" if the service does not tell.
func progress(s poll.Status) string {
	var all []string
	if s.Progress != nil {
		all = append(all, fmt.Sprintf("%d %%", *s.Progress))
	}
	if s.Remaining != nil {
		all = append(all, fmt.Sprintf("about %s left", poll.Short(round(*s.Remaining))))
	}
	return strings.Join(all, ", ")
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

// endedBy returns the diagnostics of a wait that an error ended.
func (r report) endedBy(ctx context.Context, err error) diag.Diagnostics {
	s, f := r.subject, r.form
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		detail := fmt.Sprintf("The wait for %s was interrupted, by Ctrl-C or because the run was cancelled or reached a time limit.", s.object)
		switch last := r.result.Last; {
		case len(last.Steps) > 0:
			detail += fmt.Sprintf(" In progress: %s.", cloud.Sanitize(strings.Join(last.Steps, ", "), maxReason))
		case r.result.Seen && !r.result.Settling && last.Raw != "":
			detail += fmt.Sprintf(" The last status was %s.", inSentence(last))
		}
		switch {
		case r.result.Settling:
			detail += fmt.Sprintf(" It had come to an end, but not for the %s of settle. To wait again, %s.", poll.Short(r.settle), f.again)
		case r.result.Seen:
			detail += " " + s.rest(f)
		default:
			detail += fmt.Sprintf(" To wait again, %s.", f.again)
		}
		if f.isDestroy {
			detail += fmt.Sprintf(" The resource with the id %s stays, and so does what it refers to. To destroy it without waiting, set "+
				"wait_on_destroy = false, and apply that first, %s.", f.id, alone)
		}
		if r.result.LastError != nil && !errors.Is(r.result.LastError, context.Canceled) {
			detail += fmt.Sprintf("\n\nThe last poll failed: %s.", r.cause())
			if e := (*cloud.Error)(nil); errors.As(r.result.LastError, &e) {
				detail += fmt.Sprintf(" %s\n\nEndpoint: %s", diagnose.Advice(r.result.LastError), e.Endpoint)
			}
		}
		if next := s.earlier(f); next != "" {
			detail += "\n\n" + strings.TrimSpace(next)
		}
		detail += "\n\n" + diagnose.Outcomes.See()
		return diag.Diagnostics{diag.NewErrorDiagnostic("Wait for "+s.object.Kind+" interrupted", detail)}
	}
	var polled []string
	if r.result.Polls > 1 {
		polled = append(polled, fmt.Sprintf("%s To wait again, %s.", r.polls(), f.again))
	}
	diags := diagnose.Error("Cannot wait for "+s.object.Kind, s.object, err, polled...)
	if f.isDestroy {
		diags.AddError("The "+s.object.Noun()+" is kept", "Correct this, and destroy or update again. To destroy it without waiting, set in "+
			"this resource (its id is "+f.id+"), and apply that first, "+alone+":\n\n"+
			"  wait_on_destroy = false\n\n"+s.lastWayOut())
	}
	return diags
}

// A reporter logs the polls of a wait.
type reporter struct {
	ctx     context.Context //nolint:containedctx // of the one wait that it reports on
	subject subject
	redact  func(string) string

	loggedAt time.Time // of the last line at INFO
	logged   string    // status at that time
	unknown  string    // the last unknown status
	ran      bool      // something was seen to run
}

// begins logs what is waited for: an ID that is null makes another wait of it.
func (r *reporter) begins() {
	text := "Waiting for " + r.subject.object.String()
	if r.subject.Mode == service.Idle {
		text = fmt.Sprintf("Waiting until %s is idle", r.subject.object)
	}
	tflog.Info(r.ctx, text)
}

// logInterval is the interval of lines at INFO for a job whose status does not change.
const logInterval = 10 * time.Second

// report logs a poll: at DEBUG always, at INFO if the status changed or logInterval has passed.
func (r *reporter) report(p poll.Report) {
	p.Last = sanitized(p.Last, r.redact)
	r.ran = r.ran || p.Seen && p.Last.State == poll.Running
	said := r.subject.describe(p.Last)
	if p.LastError != nil {
		said = p.LastError.Error()
	}
	if p.Last.Raw != r.logged || time.Since(r.loggedAt) >= logInterval {
		r.loggedAt, r.logged = time.Now(), p.Last.Raw
		tflog.Info(r.ctx, fmt.Sprintf("%s: %s; next poll in %s", r.name(p.Last), said, p.Next.Round(100*time.Millisecond)))
	}
	tflog.Debug(r.ctx, "Polled", map[string]any{
		"job": r.subject.object.ID, "polls": p.Polls, "shared": p.Shared, "failed": p.Failed, "status": p.Last.Raw, "next": p.Next.String(),
	})
	if unknown := cloud.Sanitize(r.redact(p.UnknownStatus), maxWord); p.LastError == nil && unknown != "" && unknown != r.unknown {
		r.unknown = unknown
		tflog.Warn(r.ctx, fmt.Sprintf("%s: the status %q is unknown, and taken as running; "+
			"if the %s ends with it, add it to success_statuses or failure_statuses", r.name(p.Last), unknown, r.subject.noun()))
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
		text += ", last seen: " + r.subject.describe(last)
	}
	if r.subject.Mode == service.Idle && !r.ran && len(last.Tasks) == 0 {
		text += "; nothing was seen to run"
	}
	tflog.Info(r.ctx, text)
}

// name returns the name of a job in the log, such as "dcs task EXTEND (8abf… of instance 5560…)".
func (r *reporter) name(s poll.Status) string {
	name, _, _ := strings.Cut(r.subject.object.Kind, " ")
	text := strings.ToLower(name) + " " + r.subject.object.Noun()
	if s.Name == "" || r.subject.Mode != service.ByID {
		return text + " " + r.subject.object.ID
	}
	return fmt.Sprintf("%s %s (%s)", text, s.Name, r.subject.object.ID)
}
