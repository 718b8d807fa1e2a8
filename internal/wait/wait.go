// Package wait is hwtasks_wait, which makes dependent resources wait until a job or background task has finished, or until an instance is
// idle: as a data source and as a resource.
package wait

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

// A form is one of the forms of the wait. They differ in when they wait, and in what their messages advise.
type form struct {
	name      string // such as "data source"
	timeout   string // argument in the block timeouts
	again     string // how to wait for the same job again, in the imperative
	tolerates string // what tolerate does, for its description

	settle      time.Duration  // default of an idle wait
	endedWithin *time.Duration // default of a wait by name; nil: no limit
	warnFailed  time.Duration  // an idle wait warns about tasks that failed at most so long before
	warnEarlier time.Duration  // a wait by name warns if a task decides that ended so long before; 0: never

	isResource bool   // what it stores is not read again, and does not block destroy
	isDestroy  bool   // it holds back the destruction of what it waits for
	id         string // of the resource that is destroyed, since Terraform does not name it in errors
}

// limit is the validator of the timeout.
func (f form) limit() duration {
	return duration{argument: "timeouts." + f.timeout, shortest: time.Second}
}

// arguments are those that all forms have.
type arguments struct {
	service.Target
	Service         string    `tfsdk:"service"`
	JobID           *string   `tfsdk:"job_id"`
	InstanceID      *string   `tfsdk:"instance_id"`
	TaskID          *string   `tfsdk:"task_id"`
	TaskName        *string   `tfsdk:"task_name"`
	EndedWithin     *string   `tfsdk:"ended_within"`
	IgnoreTaskNames []*string `tfsdk:"ignore_task_names"`
	Settle          *string   `tfsdk:"settle"`
	PollInterval    *string   `tfsdk:"poll_interval"`
	AppearWithin    *string   `tfsdk:"appear_within"`
	Tolerate        []*string `tfsdk:"tolerate"`
	SuccessStatuses []*string `tfsdk:"success_statuses"`
	FailureStatuses []*string `tfsdk:"failure_statuses"`
}

// An ending has the attributes that say how a wait ended.
type ending struct {
	Outcome       *string `tfsdk:"outcome"`
	Status        *string `tfsdk:"status"`
	Name          *string `tfsdk:"name"`
	Progress      *int64  `tfsdk:"progress"`
	BeginTime     *string `tfsdk:"begin_time"`
	EndTime       *string `tfsdk:"end_time"`
	FailureCode   *string `tfsdk:"failure_code"`
	FailureReason *string `tfsdk:"failure_reason"`
	Tasks         []task  `tfsdk:"tasks"`
}

// A task is what a wait has waited for.
type task struct {
	ID            *string `tfsdk:"id"`
	Name          *string `tfsdk:"name"`
	Outcome       *string `tfsdk:"outcome"`
	Status        *string `tfsdk:"status"`
	BeginTime     *string `tfsdk:"begin_time"`
	EndTime       *string `tfsdk:"end_time"`
	FailureCode   *string `tfsdk:"failure_code"`
	FailureReason *string `tfsdk:"failure_reason"`
}

const describeTimeout = "How long to wait, such as `45m` or `2h`, at least `1s`. Requests count too. Defaults to `60m`."

// attributes returns the attributes of a form, except for region and project_id.
func attributes(f form) map[string]schema.Attribute {
	id := func(description string) schema.StringAttribute {
		argument := service.IDArgument(description)
		argument.Required, argument.Optional = false, true
		return argument
	}
	set := func(description string, element validator.String) schema.SetAttribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: []validator.Set{setvalidator.ValueStringsAre(element)},
		}
	}
	return map[string]schema.Attribute{
		"service": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Service of the job, task or instance: `" + strings.Join(services.Names(), "`, `") + "`. " +
				"See [What it waits for](#what-it-waits-for) for the IDs that each one takes.",
			Validators: []validator.String{serviceWord()},
		},
		"job_id":      id("ID of the job."),
		"instance_id": id("ID of the instance, for DWS of the cluster. Without `task_id` and `task_name` the wait is until it is idle."),
		"task_id":     id("ID of the task, with `instance_id`."),
		"task_name": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the tasks in the list of tasks, such as `EXTEND`, 1 to 256 characters. Case-insensitive. " +
				"The wait is for all tasks of this name that run or begin meanwhile, or else for the newest one that ended " +
				"within `ended_within`.",
			Validators: []validator.String{stringvalidator.LengthBetween(1, maxTaskName)},
		},
		"ended_within": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "With `task_name`: if no task of this name is running, the newest one that has ended counts if it ended " +
				"at most this long before the wait, by the clock of the service, such as `3h`. With `0s` none counts. " +
				"RDS does not report when a task ended: there its begin counts. " +
				f.describeEndedWithin(),
			Validators: []validator.String{endedWithin},
		},
		"ignore_task_names": set("With `instance_id` alone: names of tasks that do not count and may keep running, such as backups, "+
			"1 to 256 characters each. Case-insensitive. While one of them runs, the instance itself must be at rest, or be backed up. "+
			"Defaults to none.", stringvalidator.LengthBetween(1, maxTaskName)),
		"settle": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How long the end must last before it counts, such as `1m`, shorter than `timeouts." + f.timeout + "`. " +
				"At least two polls so far apart must show it. Defaults to `" + poll.Short(f.settle) + "` with `instance_id` alone, to `10s` with " +
				"`task_name`, but to no more than half of the timeout, and to `0s` by ID. At least `1s`, except by ID.",
			Validators: []validator.String{settle},
		},
		"poll_interval": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Fixed interval between polls, such as `5s` or `1m`, at least `1s` and shorter than `timeouts." + f.timeout +
				"`. Defaults to an adaptive interval of `1s` to `10s`.",
			Validators: []validator.String{pollInterval},
		},
		"appear_within": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How long the job, task or instance may be missing before the wait ends as `not_found`, such as `2m` or `0s`, " +
				"shorter than `timeouts." + f.timeout + "`. Defaults to `30s`, as a new job may not be visible at once, " +
				"or to less if the timeout is shorter than that.",
			Validators: []validator.String{appearWithin},
		},
		"tolerate": set("Outcomes that are a warning instead of an error: `failed`, `cancelled`, `not_found`, `timed_out`. "+
			f.tolerates+" Defaults to none.",
			outcomeWord()),
		"success_statuses": set("Additional statuses that mean success, for statuses that this provider does not know. "+
			"Case-insensitive.", stringvalidator.LengthAtLeast(1)),
		"failure_statuses": set("Additional statuses that mean failure. Case-insensitive.", stringvalidator.LengthAtLeast(1)),

		"outcome": service.String("How the wait ended: `succeeded`, `failed`, `cancelled`, `not_found` or `timed_out`."),
		"status": service.String("Last status of the job or task as returned by the service. With `task_name`: of the newest task. " +
			"With `instance_id` alone: of the instance."),
		"name": service.String("Name or type of the job or task as returned by the service. " +
			"With `instance_id` alone: of the first task that did not succeed."),
		"progress": service.Int64("Progress in percent, 0 to 100. Null if the service reports none, or of several tasks."),
		"begin_time": service.String("Begin time of the job or task, or of the first of several, in UTC and RFC 3339, " +
			"such as `2020-06-17T07:38:42.503Z`. Null if the service does not report the time zone, as for DWS."),
		"end_time": service.String("End time of the job or task, or of the last of several, in the same format as " +
			"`begin_time`. Null while it is running, or if the service does not report it."),
		"failure_code": service.String("Error code as returned by the service if the job or task, or the first of several, did not succeed."),
		"failure_reason": service.String("Reason if it did not succeed: that of the service, or the names and error codes of " +
			"the DCS steps that failed."),
		"tasks": service.List("Jobs or tasks that were waited for, the oldest first: the one with the ID, or those that ran "+
			"or began meanwhile, or by name the newest one that had ended before.", map[string]schema.Attribute{
			"id":             service.String("ID of the job or task."),
			"name":           service.String("Name or type of the job or task."),
			"outcome":        service.String("`succeeded`, `failed`, `cancelled` or `not_found`. Null while it is running."),
			"status":         service.String("Last status of the job or task."),
			"begin_time":     service.String("Begin time, in the same format as `begin_time` above."),
			"end_time":       service.String("End time, in the same format."),
			"failure_code":   service.String("Error code if it did not succeed."),
			"failure_reason": service.String("Reason if it did not succeed."),
		}),
	}
}

// describeEndedWithin says what the default of ended_within is.
func (f form) describeEndedWithin() string {
	if f.endedWithin == nil {
		return "Defaults to no limit."
	}
	return "Defaults to `" + poll.Short(*f.endedWithin) + "`, so that a change that ended earlier is not taken for this one."
}

// A subject is what a wait waits for.
type subject struct {
	service.Kind
	ids    []string
	object diagnose.Object

	endedWithin *time.Duration // of a wait by name; nil: no limit
	newestAge   time.Duration  // how long before the wait the newest task of the name had ended; 0 if unknown
	earlierTask bool           // a task of the name that had ended before the wait decided how it ended
}

// run waits for what the arguments name, completes their region and project, and stores how the wait ended. The diagnostics have an
// error if that is not tolerated.
func run(ctx context.Context, base *service.Base, f form, a *arguments, timeout *string, end *ending) (diags diag.Diagnostics) {
	s, found := a.subject()
	if !found { // Terraform validates before, at apply too; another host of the plugin protocol may not
		diags.AddError("Nothing to wait for", waitsFor(a.Service, services.Kinds(a.Service)))
		return diags
	}
	if s.Mode == service.ByName {
		s.endedWithin = f.endedWithin
		if a.EndedWithin != nil {
			s.endedWithin = new(durationOr(a.EndedWithin, 0))
		}
	}
	options := a.options(f, s, timeout)
	log := &reporter{ctx: ctx, subject: s, redact: base.Client.Redact}
	options.Report = log.report
	log.begins()

	tracker := a.tracker(f, s)
	statuses := s.Statuses.Extend(values(a.SuccessStatuses), values(a.FailureStatuses))
	pollTarget := resolving(base, a.Target, func(target cloud.Target) poll.Func {
		return s.NewPoll(base.Client, target, s.ids, statuses, tracker)
	})
	// Strings always marshal.
	key, _ := json.Marshal([]any{a.Service, s.Arguments[0], s.ids[0], base.Client.WithDefaults(a.Configured())})
	requests, release := base.Waits.Acquire(string(key))
	defer release()
	result, err := poll.Wait(ctx, requests, pollTarget, options)
	log.ended(result, err)
	if tracker != nil {
		s.newestAge, s.earlierTask = tracker.NewestAge(), tracker.Earlier()
	}
	if begin := result.Last.Begin; !begin.IsZero() && result.Outcome != poll.OutcomeNotFound { // in the next run, it may have ended long ago
		s.newestAge = max(s.newestAge, time.Since(begin)+options.Timeout)
	}
	if err == nil && (result.Seen || result.Outcome == poll.OutcomeNotFound) {
		_, err = base.Resolve(ctx, &a.Target) // the polls have looked up the project
	}
	r := report{
		form: f, subject: s, target: base.Client.WithDefaults(a.Configured()), timeout: options.Timeout, settle: options.Settle,
		tolerate: values(a.Tolerate), result: result, began: time.Now().Add(-result.Elapsed),
	}.redacted(base.Client.Redact)
	if err != nil {
		return r.endedBy(ctx, err)
	}
	for _, w := range r.result.Last.Warnings {
		detail := fmt.Sprintf("%s: %s", r.subjectText(), w.Detail)
		if w.Failure {
			detail += " If that is the change that you wait for, make it again."
		}
		if w.Failure && f.isResource && !f.isDestroy {
			detail += " What depends on this wait is changed already. To wait again then, " +
				"run terraform apply -replace with the address of this resource."
		}
		if w.Earlier {
			detail += " If it is the task of an earlier change, set ended_within to less than that."
		}
		diags.AddWarning(w.Summary, detail)
	}
	if result.Outcome != poll.OutcomeSucceeded {
		if !slices.Contains(r.tolerate, string(result.Outcome)) {
			return append(diags, r.error())
		}
		diags.Append(r.warning())
	}
	end.set(s, result)
	return diags
}

// options returns the options of the wait. Its durations are validated.
func (a *arguments) options(f form, s subject, timeout *string) poll.Options {
	o := poll.Options{
		Timeout: durationOr(timeout, defaultTimeout), Interval: durationOr(a.PollInterval, 0), Settle: durationOr(a.Settle, 0),
		Forgotten: s.Mode == service.ByID,
	}
	if a.AppearWithin != nil {
		o.AppearWithin = new(durationOr(a.AppearWithin, 0))
	}
	if a.Settle == nil {
		o.Settle = min(f.defaultSettle(s.Mode), o.Timeout/2)
	}
	return o
}

// defaultSettle returns the default of settle.
func (f form) defaultSettle(m service.Mode) time.Duration {
	switch m {
	case service.ByName:
		return settleByName
	case service.Idle:
		return f.settle
	case service.ByID:
	}
	return 0
}

// tracker returns the tracker of the tasks that the wait follows, or nil if it follows none.
func (a *arguments) tracker(f form, s subject) *poll.Tracker {
	following := poll.Following{}
	switch s.Mode {
	case service.ByID:
		return nil
	case service.ByName:
		following.Name, following.EndedWithin, following.WarnEarlier = *a.TaskName, s.endedWithin, f.warnEarlier
	case service.Idle:
		following.Ignore, following.WarnFailed = values(a.IgnoreTaskNames), f.warnFailed
	}
	return poll.NewTracker(following)
}

// durationOr returns a duration that is validated, or the default if it is null.
func durationOr(text *string, byDefault time.Duration) time.Duration {
	if text == nil {
		return byDefault
	}
	d, _ := time.ParseDuration(*text)
	return d
}

// values returns the elements of a set that are not null, in order.
func values(set []*string) []string {
	var all []string
	for _, element := range set {
		if element != nil {
			all = append(all, *element)
		}
	}
	slices.Sort(all)
	return all
}

// resolving returns a poll function that looks up the project first, so that an error of that lookup counts as a failed poll.
func resolving(base *service.Base, configured service.Target, pollTarget func(cloud.Target) poll.Func) poll.Func {
	var fetch poll.Func
	return func(ctx context.Context) (poll.Status, error) {
		ctx = cloud.PollContext(ctx, poll.IsLast(ctx))
		if fetch == nil {
			target, err := poll.Shared(ctx, "project", func(ctx context.Context) (cloud.Target, error) {
				resolved := configured
				target, err := base.Resolve(ctx, &resolved)
				return target, service.PollError(err)
			})
			if err != nil {
				return poll.Status{}, err
			}
			fetch = pollTarget(target)
		}
		return fetch(ctx)
	}
}

// subject returns what to wait for. It is not found if the service has nothing with these arguments.
func (a *arguments) subject() (s subject, found bool) {
	values := map[string]*string{"job_id": a.JobID, "instance_id": a.InstanceID, "task_id": a.TaskID, "task_name": a.TaskName}
	var set []string
	for _, argument := range idArguments {
		if values[argument] != nil {
			set = append(set, argument)
		}
	}
	kind, found := services.FindKind(a.Service, set)
	if !found {
		return s, false
	}
	s.Kind = kind
	for _, argument := range kind.Arguments {
		s.ids = append(s.ids, *values[argument])
	}
	s.object = diagnose.Object{Kind: kind.Object, ID: kind.ObjectID(s.ids)}
	return s, true
}

// set stores the result of a wait.
func (e *ending) set(s subject, r poll.Result) {
	e.Outcome = new(string(r.Outcome))
	e.Tasks = []task{}
	if r.Outcome == poll.OutcomeNotFound && r.LastError != nil {
		return // the next read would not find what earlier polls saw of the job
	}
	last := r.Last
	e.Progress = last.Progress
	e.Status, e.Name = text(last.Raw), text(last.Name)
	e.BeginTime, e.EndTime = at(last.Begin), at(last.End)
	e.FailureCode, e.FailureReason = text(last.FailureCode), text(last.FailureReason)
	if s.Mode == service.ByID && r.Seen {
		last.Tasks = []poll.Task{{ID: s.ids[len(s.ids)-1], Status: last}}
	}
	for _, t := range last.Tasks {
		e.Tasks = append(e.Tasks, task{
			ID: text(t.ID), Name: text(t.Name), Outcome: text(string(t.State.Outcome())), Status: text(t.Raw),
			BeginTime: at(t.Begin), EndTime: at(t.End), FailureCode: text(t.FailureCode), FailureReason: text(t.FailureReason),
		})
	}
}

// text returns a text as a value, which is null if it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// at returns a time as a value that date functions can read, which is null if it is zero.
func at(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC().Format("2006-01-02T15:04:05.999Z07:00"))
}
