// Package wait is the data source hwtasks_wait, which makes dependent resources wait until a job or background task
// has finished.
package wait

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

var (
	_ datasource.DataSourceWithConfigure        = (*waitDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*waitDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig   = (*waitDataSource)(nil)
)

// NewDataSource returns the data source hwtasks_wait.
func NewDataSource() datasource.DataSource { return &waitDataSource{} }

type waitDataSource struct{ source.Base }

type model struct {
	source.Target
	Service         string               `tfsdk:"service"`
	JobID           *string              `tfsdk:"job_id"`
	InstanceID      *string              `tfsdk:"instance_id"`
	TaskID          *string              `tfsdk:"task_id"`
	PollInterval    timetypes.GoDuration `tfsdk:"poll_interval"`
	Tolerate        []string             `tfsdk:"tolerate"`
	SuccessStatuses []string             `tfsdk:"success_statuses"`
	FailureStatuses []string             `tfsdk:"failure_statuses"`
	Timeouts        timeouts.Value       `tfsdk:"timeouts"`

	Outcome       *string `tfsdk:"outcome"`
	Status        *string `tfsdk:"status"`
	Name          *string `tfsdk:"name"`
	Progress      *int64  `tfsdk:"progress"`
	BeginTime     *string `tfsdk:"begin_time"`
	EndTime       *string `tfsdk:"end_time"`
	FailureCode   *string `tfsdk:"failure_code"`
	FailureReason *string `tfsdk:"failure_reason"`
}

const (
	defaultTimeout = 60 * time.Minute
	minDuration    = time.Second // of poll_interval and timeouts.read
)

// tolerable are the outcomes that tolerate can name.
var tolerable = []string{
	string(poll.OutcomeFailed), string(poll.OutcomeCancelled), string(poll.OutcomeNotFound), string(poll.OutcomeTimedOut),
}

// A jobType is a type of job or background task to wait for.
type jobType struct {
	service    string
	arguments  []string // that identify the job
	name       string   // in diagnostics, such as "DCS job"
	permission string
	statuses   source.Statuses
	poll       func(c *cloud.Client, t cloud.Target, instanceID, id string, statuses source.Statuses) poll.Func
}

// The arguments that identify a job or background task.
var (
	byJob  = []string{"job_id"}
	byTask = []string{"instance_id", "task_id"}
)

var jobTypes = []jobType{
	{
		service: "dcs", arguments: byJob, name: "DCS job", permission: "dcs:job:get",
		statuses: dcs.JobStatuses, poll: withoutInstance(dcs.PollJob),
	},
	{
		service: "dcs", arguments: byTask, name: "DCS background task", permission: "dcs:instance:getBackgroundTask",
		statuses: dcs.TaskStatuses, poll: dcs.PollTask,
	},
	{
		service: "kafka", arguments: byTask, name: "Kafka background task", permission: "dms:instance:getBackgroundTask",
		statuses: kafka.TaskStatuses, poll: kafka.PollTask,
	},
	{
		service: "dws", arguments: byJob, name: "DWS job", permission: "dws:service:listJobDetail",
		statuses: dws.JobStatuses, poll: withoutInstance(dws.PollJob),
	},
}

// withoutInstance adapts the poll function of a job, which belongs to no instance.
func withoutInstance(
	pollJob func(*cloud.Client, cloud.Target, string, source.Statuses) poll.Func,
) func(*cloud.Client, cloud.Target, string, string, source.Statuses) poll.Func {
	return func(c *cloud.Client, t cloud.Target, _, id string, statuses source.Statuses) poll.Func {
		return pollJob(c, t, id, statuses)
	}
}

// services returns the names of the services that have a job type.
func services() []string {
	var names []string
	for _, t := range jobTypes {
		names = append(names, t.service)
	}
	return slices.Compact(names)
}

// accepts reports whether a service has a job type that an argument identifies.
func accepts(service, argument string) bool {
	return slices.ContainsFunc(jobTypes, func(t jobType) bool { return t.service == service && slices.Contains(t.arguments, argument) })
}

// usage lists the arguments that a service accepts.
func usage(service string) string {
	var accepted []string
	for _, t := range jobTypes {
		if t.service == service {
			accepted = append(accepted, strings.Join(t.arguments, " and ")+" ("+t.name+")")
		}
	}
	return fmt.Sprintf("Service %q takes %s.", service, strings.Join(accepted, ", or "))
}

func (d *waitDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_wait"
}

func (d *waitDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	id := func(description string) schema.StringAttribute {
		argument := source.IDArgument(description)
		argument.Required, argument.Optional = false, true
		return argument
	}
	set := func(description string, element validator.String) schema.SetAttribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: []validator.Set{setvalidator.ValueStringsAre(element)},
		}
	}
	resp.Schema = source.Schema(
		"Blocks until a job or background task has ended, and then says how. Whatever depends on it comes after.\n\n"+
			"Every outcome but success is an error, unless `tolerate` makes it a value.\n\n"+
			"It reads the calls of the other data sources, and needs their permissions.",
		map[string]schema.Attribute{
			"service": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Service the job or task belongs to: `dcs` (with `job_id`, or with `instance_id` and `task_id`), " +
					"`kafka` (with `instance_id` and `task_id`) or `dws` (with `job_id`).",
				Validators: []validator.String{stringvalidator.OneOf(services()...)},
			},
			"job_id":      id("ID of a DCS or DWS job."),
			"instance_id": id("ID of the instance a DCS or Kafka background task belongs to."),
			"task_id":     id("ID of a DCS or Kafka background task."),
			"poll_interval": schema.StringAttribute{
				Optional:   true,
				CustomType: timetypes.GoDurationType{},
				MarkdownDescription: "Interval between polls, such as `5s` or `1m`, at least `1s`. " +
					"Default: adaptive, `1s` at first, later a tenth of the time waited, at most `10s`, " +
					"and shorter when the service predicts that the job is about to end.",
			},
			"tolerate": set("Outcomes that become the value of `outcome` instead of an error: `failed`, `cancelled`, `not_found`, `timed_out`. "+
				"This lets a configuration be planned and destroyed after its job failed, or after the service deleted its record. Default: none.",
				stringvalidator.OneOf(tolerable...)),
			"success_statuses": set("Further status words that mean success, for words of the service that this provider does not know. "+
				"Letter case does not matter.", stringvalidator.LengthAtLeast(1)),
			"failure_statuses": set("Further status words that mean failure, in the form of `success_statuses`.", stringvalidator.LengthAtLeast(1)),
			"timeouts": timeouts.AttributesWithOpts(ctx, timeouts.Opts{
				ReadDescription: "How long to wait at the most, such as `45m` or `2h`, at least `1s`. Requests count too. Default: `60m`.",
			}),

			"outcome":  source.String("How the wait ended: `succeeded`, `failed`, `cancelled`, `not_found` or `timed_out`."),
			"status":   source.String("Last status of the job or task, as the service says it."),
			"name":     source.String("Name or type of the job or task, as the service says it."),
			"progress": source.Int64("Progress in percent, 0 to 100. Null where the service gives none."),
			"begin_time": source.String("When the job or task began, in the form of the service: " +
				"see `begin_time` or `created_at` of its data source."),
			"end_time":     source.String("When it ended, in the form of `begin_time`."),
			"failure_code": source.String("Error code of a job or task that did not succeed, as the service says it."),
			"failure_reason": source.String("Why it did not succeed: the service's reason, or the DCS steps that failed with their error codes, " +
				"as long as the service keeps them."),
		})
}

// ConfigValidators checks which IDs go together, whatever the service.
func (d *waitDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	job, instance, task := path.MatchRoot("job_id"), path.MatchRoot("instance_id"), path.MatchRoot("task_id")
	return []datasource.ConfigValidator{
		datasourcevalidator.Conflicting(job, instance),
		datasourcevalidator.Conflicting(job, task),
		datasourcevalidator.RequiredTogether(instance, task),
	}
}

// ValidateConfig checks that the service takes the IDs, and that no duration is too short.
func (d *waitDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var interval timetypes.GoDuration
	var limits timeouts.Value
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("poll_interval"), &interval)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	checkMinimum := func(argument path.Path, d time.Duration, invalid diag.Diagnostics) {
		if !invalid.HasError() && d < minDuration {
			resp.Diagnostics.AddAttributeError(argument, "Invalid duration", fmt.Sprintf("%s is too short: it must be at least %s.", d, minDuration))
		}
	}
	// A duration that is missing, unknown or malformed is none of this check's.
	pollInterval, invalid := interval.ValueGoDuration()
	checkMinimum(path.Root("poll_interval"), pollInterval, invalid)
	timeout, invalid := limits.Read(ctx, defaultTimeout)
	checkMinimum(path.Root("timeouts").AtName("read"), timeout, invalid)

	var service types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("service"), &service)...)
	if !slices.Contains(services(), service.ValueString()) {
		return // unknown yet, or refused by the schema
	}
	missing := true
	for _, argument := range slices.Concat(byJob, byTask) {
		var id types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &id)...)
		missing = missing && id.IsNull()
		if !id.IsNull() && !id.IsUnknown() && !accepts(service.ValueString(), argument) {
			resp.Diagnostics.AddAttributeError(path.Root(argument), argument+" does not go with this service", usage(service.ValueString()))
		}
	}
	if missing {
		resp.Diagnostics.AddAttributeError(path.Root("service"), "Nothing to wait for", usage(service.ValueString()))
	}
}

func (d *waitDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	timeout, diags := m.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	job, instanceID, id := m.job()
	object := source.Object{Kind: job.name, ID: id, Permission: job.permission}
	if instanceID != "" {
		object.ID += " of instance " + instanceID
	}

	log := &reporter{ctx: ctx, object: object, redact: d.Client.Redact}
	interval, _ := m.PollInterval.ValueGoDuration() // 0 if it is not set
	options := poll.Options{Timeout: timeout, Interval: interval, Report: log.report}

	statuses := job.statuses.Extend(m.SuccessStatuses, m.FailureStatuses)
	fetch := d.resolving(m.Target, func(target cloud.Target) poll.Func {
		return job.poll(d.Client.WithoutRetries(), target, instanceID, id, statuses)
	})
	key, _ := json.Marshal([]any{object.String(), m.Target, m.SuccessStatuses, m.FailureStatuses}) // strings always marshal
	poller, release := d.Waits.Acquire(string(key), fetch)
	defer release()
	result, err := poll.Wait(ctx, poller, options)
	log.ended(result, err)
	if err == nil && result.Outcome != poll.OutcomeSucceeded && !slices.Contains(m.Tolerate, string(result.Outcome)) {
		resp.Diagnostics.Append(diagnostic(object, result, timeout, d.Client.Redact))
		return
	}
	if err == nil && (result.Seen || result.Outcome == poll.OutcomeNotFound) {
		_, err = d.Resolve(ctx, &m.Target) // the polls have looked up the project
	}
	if err != nil {
		resp.Diagnostics.Append(waitError(ctx, object, err)...)
		return
	}
	m.setResult(result)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// resolving returns a poll function that looks up the project first, so that an error of that lookup counts as a failed poll.
func (d *waitDataSource) resolving(configured source.Target, pollTarget func(cloud.Target) poll.Func) poll.Func {
	var fetch poll.Func
	return func(ctx context.Context) (poll.Status, error) {
		if fetch == nil {
			resolved := configured
			target, err := d.Resolve(ctx, &resolved)
			if err != nil {
				return poll.Status{}, source.ClassifyError(err)
			}
			fetch = pollTarget(target)
		}
		return fetch(ctx)
	}
}

// job returns the type and the IDs of the job. ValidateConfig has made sure that they go together.
func (m *model) job() (job jobType, instanceID, id string) {
	argument := "job_id"
	if m.JobID != nil {
		id = *m.JobID
	} else {
		argument, instanceID, id = "task_id", *m.InstanceID, *m.TaskID
	}
	i := slices.IndexFunc(jobTypes, func(t jobType) bool { return t.service == m.Service && slices.Contains(t.arguments, argument) })
	return jobTypes[i], instanceID, id
}

// setResult stores the result of a wait.
func (m *model) setResult(r poll.Result) {
	m.Outcome = new(string(r.Outcome))
	if r.Outcome == poll.OutcomeNotFound {
		return // the next read would not find what earlier polls saw of the job
	}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	m.Progress = r.Last.Progress
	m.Status, m.Name = text(r.Last.Raw), text(r.Last.Name)
	m.BeginTime, m.EndTime = text(r.Last.BeginTime), text(r.Last.EndTime)
	m.FailureCode, m.FailureReason = text(r.Last.FailureCode), text(r.Last.FailureReason)
}
