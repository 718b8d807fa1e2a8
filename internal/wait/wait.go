// Package wait is hwtasks_wait, which makes dependent resources wait until a job or background task has finished: as a data source and as
// a resource.
package wait

import (
	"context"
	"encoding/json"
	"slices"
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
	name          string // such as "data source"
	timeout       string // argument in the block timeouts
	again         string // how to wait for the same job again
	tolerates     string // what tolerate does, for its description
	blocksDestroy bool   // an error blocks destroy
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
}

const describeTimeout = "How long to wait at the most, such as `45m` or `2h`, at least `1s`. Requests count too. Default: `60m`."

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
			Required:            true,
			MarkdownDescription: "Service the job or task belongs to: " + describeServices() + ".",
			Validators:          []validator.String{serviceWord()},
		},
		"job_id":      id("ID of the job: " + objects("job_id") + "."),
		"instance_id": id("ID of the instance the task belongs to: " + objects("instance_id") + "."),
		"task_id":     id("ID of the task: " + objects("task_id") + "."),
		"poll_interval": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Interval between polls, such as `5s` or `1m`, at least `1s` and shorter than `timeouts." + f.timeout + "`. " +
				"Default: adaptive, a tenth of the age of the job, at least `1s` and at most `10s`, " +
				"and shorter when the service predicts that the job is about to end.",
			Validators: []validator.String{pollInterval},
		},
		"appear_within": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How long the job or task, or its instance, may be missing before the wait ends as `not_found`, such as `2m`; " +
				"`0s`: not at all. Shorter than `timeouts." + f.timeout + "`. Default: `30s`, as a new job may not be visible at once, " +
				"or the time until the last poll if that is shorter.",
			Validators: []validator.String{appearWithin},
		},
		"tolerate": set("Outcomes that become the value of `outcome`, and a warning instead of an error: `failed`, `cancelled`, "+
			"`not_found`, `timed_out`. "+f.tolerates+" Default: none.",
			outcomeWord()),
		"success_statuses": set("Further status words that mean success, for words of the service that this provider does not know. "+
			"Letter case does not matter.", stringvalidator.LengthAtLeast(1)),
		"failure_statuses": set("Further status words that mean failure, in the form of `success_statuses`.", stringvalidator.LengthAtLeast(1)),

		"outcome":  service.String("How the wait ended: `succeeded`, `failed`, `cancelled`, `not_found` or `timed_out`."),
		"status":   service.String("Last status of the job or task, as the service says it."),
		"name":     service.String("Name or type of the job or task, as the service says it."),
		"progress": service.Int64("Progress in percent, 0 to 100. Null where the service gives none."),
		"begin_time": service.String("When the job or task began, in UTC and RFC 3339, such as `2020-06-17T07:38:42.503Z`. " +
			"Null if the service does not report the time zone, as for DWS."),
		"end_time":     service.String("When it ended, in the form of `begin_time`. Null while it is running."),
		"failure_code": service.String("Error code of a job or task that did not succeed, as the service says it."),
		"failure_reason": service.String("Why it did not succeed: the service's reason, or the DCS steps that failed with their error codes, " +
			"as long as the service keeps them."),
	}
}

// run waits for what the arguments name, completes their region and project, and stores how the wait ended. The diagnostics have an
// error if that is not tolerated.
func run(ctx context.Context, base *service.Base, f form, a *arguments, timeout *string, end *ending) (diags diag.Diagnostics) {
	job, ids, found := a.job()
	if !found { // Terraform validates before, at apply too; another host of the plugin protocol may not
		diags.AddError("Nothing to wait for", waitsFor(a.Service, services.Jobs(a.Service)))
		return diags
	}
	options := a.options(timeout)
	object := diagnose.Object{Kind: job.Object, ID: job.ObjectID(ids), Permission: job.Permission}
	log := &reporter{ctx: ctx, object: object, redact: base.Client.Redact}
	options.Report = log.report

	succeeded, failed := values(a.SuccessStatuses), values(a.FailureStatuses)
	start := func() poll.Func {
		return resolving(base, a.Target, func(target cloud.Target) poll.Func {
			return job.NewPoll(base.Client, target, ids, job.Statuses.Extend(succeeded, failed))
		})
	}
	// Strings always marshal.
	key, _ := json.Marshal([]any{a.Service, job.Arguments, ids, base.Client.WithDefaults(a.Configured()), succeeded, failed})
	poller, release := base.Waits.Acquire(string(key), start)
	defer release()
	result, err := poll.Wait(ctx, poller, options)
	log.ended(result, err)
	if err == nil && (result.Seen || result.Outcome == poll.OutcomeNotFound) {
		_, err = base.Resolve(ctx, &a.Target) // the polls have looked up the project
	}
	if err != nil {
		return waitError(ctx, object, f, result.Seen, err)
	}
	if result.Outcome != poll.OutcomeSucceeded {
		r := report{
			form: f, object: object, target: base.Client.WithDefaults(a.Configured()), timeout: options.Timeout,
			tolerate: values(a.Tolerate), result: result,
		}.redacted(base.Client.Redact)
		if !slices.Contains(r.tolerate, string(result.Outcome)) {
			return append(diags, r.error())
		}
		diags.Append(r.warning())
	}
	end.set(result)
	return diags
}

// options returns the options of the wait. Its durations are validated.
func (a *arguments) options(timeout *string) (o poll.Options) {
	o.Timeout = defaultTimeout
	if timeout != nil {
		o.Timeout, _ = time.ParseDuration(*timeout)
	}
	if a.PollInterval != nil {
		o.Interval, _ = time.ParseDuration(*a.PollInterval)
	}
	if a.AppearWithin != nil {
		d, _ := time.ParseDuration(*a.AppearWithin)
		o.AppearWithin = &d
	}
	return o
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
			resolved := configured
			target, err := base.Resolve(ctx, &resolved)
			if err != nil {
				return poll.Status{}, service.PollError(err)
			}
			fetch = pollTarget(target)
		}
		return fetch(ctx)
	}
}

// job returns the kind of the job to wait for and its IDs. It is not found if the service has no job of these IDs.
func (a *arguments) job() (job service.Job, ids []string, found bool) {
	var arguments []string
	values := map[string]*string{"job_id": a.JobID, "instance_id": a.InstanceID, "task_id": a.TaskID}
	for _, argument := range idArguments {
		if values[argument] != nil {
			arguments = append(arguments, argument)
		}
	}
	job, found = services.FindJob(a.Service, arguments)
	for _, argument := range job.Arguments {
		ids = append(ids, *values[argument])
	}
	return job, ids, found
}

// set stores the result of a wait.
func (e *ending) set(r poll.Result) {
	e.Outcome = new(string(r.Outcome))
	if r.Outcome == poll.OutcomeNotFound {
		return // the next read would not find what earlier polls saw of the job
	}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	// Date functions can read these.
	at := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		return new(t.UTC().Format("2006-01-02T15:04:05.999Z07:00"))
	}
	e.Progress = r.Last.Progress
	e.Status, e.Name = text(r.Last.Raw), text(r.Last.Name)
	e.BeginTime, e.EndTime = at(r.Last.Begin), at(r.Last.End)
	e.FailureCode, e.FailureReason = text(r.Last.FailureCode), text(r.Last.FailureReason)
}
