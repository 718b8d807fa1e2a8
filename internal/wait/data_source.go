// Package wait is the data source hwtasks_wait, which holds back the rest of a plan until a job or task
// has ended.
package wait

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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
	_ datasource.DataSourceWithConfigure      = (*waitDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*waitDataSource)(nil)
)

// NewDataSource makes the data source hwtasks_wait.
func NewDataSource() datasource.DataSource { return &waitDataSource{} }

type waitDataSource struct{ source.Base }

type model struct {
	source.Target
	Service         string         `tfsdk:"service"`
	JobID           *string        `tfsdk:"job_id"`
	InstanceID      *string        `tfsdk:"instance_id"`
	TaskID          *string        `tfsdk:"task_id"`
	PollInterval    *string        `tfsdk:"poll_interval"`
	Tolerate        []string       `tfsdk:"tolerate"`
	SuccessStatuses []string       `tfsdk:"success_statuses"`
	FailureStatuses []string       `tfsdk:"failure_statuses"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`

	Outcome       *string `tfsdk:"outcome"`
	Status        *string `tfsdk:"status"`
	Name          *string `tfsdk:"name"`
	Progress      *int64  `tfsdk:"progress"`
	BeginTime     *string `tfsdk:"begin_time"`
	EndTime       *string `tfsdk:"end_time"`
	FailureCode   *string `tfsdk:"failure_code"`
	FailureReason *string `tfsdk:"failure_reason"`
}

const defaultTimeout = 60 * time.Minute

// tolerable are the outcomes that can become values.
var tolerable = []string{string(poll.OutcomeFailed), string(poll.OutcomeCancelled), string(poll.OutcomeNotFound), string(poll.OutcomeTimedOut)}

// A kind is a kind of job or task that can be waited for.
type kind struct {
	service    string
	task       bool   // named by instance_id and task_id, else by job_id
	name       string // as diagnostics have it
	permission string
	words      source.Statuses
	observe    func(c *cloud.Client, t cloud.Target, instanceID, id string, words source.Statuses) poll.Func
}

var kinds = []kind{
	{"dcs", false, "DCS job", "dcs:job:get", dcs.JobStatuses, ignoringInstance(dcs.PollJob)},
	{"dcs", true, "DCS background task", "dcs:instance:getBackgroundTask", dcs.TaskStatuses, dcs.PollTask},
	{"kafka", true, "Kafka background task", "dms:instance:getBackgroundTask", kafka.TaskStatuses, kafka.PollTask},
	{"dws", false, "DWS job", "dws:service:listJobDetail", dws.JobStatuses, ignoringInstance(dws.PollJob)},
}

func ignoringInstance(observe func(*cloud.Client, cloud.Target, string, source.Statuses) poll.Func) func(*cloud.Client, cloud.Target, string, string, source.Statuses) poll.Func {
	return func(c *cloud.Client, t cloud.Target, _, id string, words source.Statuses) poll.Func {
		return observe(c, t, id, words)
	}
}

// services are the services with something to wait for.
func services() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.service)
	}
	return slices.Compact(names)
}

// takes says which IDs a service takes.
func takes(service string) string {
	var ways []string
	for _, k := range kinds {
		switch {
		case k.service != service:
		case k.task:
			ways = append(ways, "instance_id and task_id ("+k.name+")")
		default:
			ways = append(ways, "job_id ("+k.name+")")
		}
	}
	return fmt.Sprintf("Service %q takes %s.", service, strings.Join(ways, ", or "))
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
	words := func(description string) schema.SetAttribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: []validator.Set{setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
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
				Optional: true,
				MarkdownDescription: "Interval between polls, such as `5s` or `1m`, at least `1s`. Default: adaptive, every second at first, " +
					"later after a tenth of the time waited, at least every 10 s, and less often only while the service's predictions of the end come true.",
				Validators: []validator.String{durationValidator},
			},
			"tolerate": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Outcomes that become the value of `outcome` instead of an error: `failed`, `cancelled`, `not_found`, `timed_out`. " +
					"This lets a configuration be planned and destroyed after its job failed, or after the service deleted its record. Default: none.",
				Validators: []validator.Set{setvalidator.ValueStringsAre(stringvalidator.OneOf(tolerable...))},
			},
			"success_statuses": words("Further status words that mean success, for words of the service that this provider does not know. Letter case does not matter."),
			"failure_statuses": words("Further status words that mean failure, in the form of `success_statuses`."),
			"timeouts":         timeout(ctx),

			"outcome":        source.String("How the wait ended: `succeeded`, `failed`, `cancelled`, `not_found` or `timed_out`."),
			"status":         source.String("Last status of the job or task, as the service says it."),
			"name":           source.String("Name or type of the job or task, as the service says it."),
			"progress":       source.Int64("Progress in percent, 0 to 100. Null where the service gives none."),
			"begin_time":     source.String("When the job or task began, in the form of the service: see `begin_time` or `created_at` of its data source."),
			"end_time":       source.String("When it ended, in the form of `begin_time`."),
			"failure_code":   source.String("Error code of a job or task that did not succeed, as the service says it."),
			"failure_reason": source.String("Why it did not succeed: the service's reason, or the DCS steps that failed with their error codes, as long as the service keeps them."),
		})
}

// timeout is the timeouts attribute, with descriptions, which the timeouts package does not take for the
// attribute itself and does not take as Markdown for the limits.
func timeout(ctx context.Context) schema.Attribute {
	attribute, isNested := timeouts.Attributes(ctx).(schema.SingleNestedAttribute)
	if !isNested {
		return timeouts.Attributes(ctx)
	}
	attribute.MarkdownDescription = "Time limits."
	attribute.Attributes["read"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "How long to wait at the most, such as `45m` or `2h`. Requests count too. Default: `60m`.",
		Validators:          []validator.String{durationValidator},
	}
	return attribute
}

// ValidateConfig refuses IDs that the service does not take, and misses those that it does.
func (d *waitDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var service, job, instance, task types.String
	for name, value := range map[string]*types.String{"service": &service, "job_id": &job, "instance_id": &instance, "task_id": &task} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Diagnostics.HasError() || service.IsUnknown() || !slices.Contains(services(), service.ValueString()) {
		return
	}
	refuse := func(argument, summary string) {
		resp.Diagnostics.AddAttributeError(path.Root(argument), summary, takes(service.ValueString()))
	}
	takesTask := slices.ContainsFunc(kinds, func(k kind) bool { return k.service == service.ValueString() && k.task })
	takesJob := slices.ContainsFunc(kinds, func(k kind) bool { return k.service == service.ValueString() && !k.task })
	// What is unknown yet may still become null: it is neither there nor missing.
	given := func(v types.String) bool { return !v.IsNull() && !v.IsUnknown() }
	switch {
	case given(job) && !takesJob:
		refuse("job_id", "job_id does not go with this service")
	case given(instance) && !takesTask:
		refuse("instance_id", "instance_id does not go with this service")
	case given(task) && !takesTask:
		refuse("task_id", "task_id does not go with this service")
	case given(job) && given(instance):
		refuse("instance_id", "instance_id does not go with job_id")
	case given(job) && given(task):
		refuse("task_id", "task_id does not go with job_id")
	case job.IsNull() && instance.IsNull() && task.IsNull():
		refuse("service", "Nothing to wait for")
	case job.IsNull() && instance.IsNull():
		refuse("task_id", "task_id needs instance_id")
	case job.IsNull() && task.IsNull():
		refuse("instance_id", "instance_id needs task_id")
	}
}

func (d *waitDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	limit, diags := m.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	k, instanceID, id := m.kind()
	object := source.Object{Kind: k.name, ID: id, Permission: k.permission}
	if k.task {
		object.ID += " of instance " + instanceID
	}

	options := poll.Options{Timeout: limit}
	if m.PollInterval != nil {
		options.Interval, _ = time.ParseDuration(*m.PollInterval) // durationValidator has tried it
	}
	log := &reporter{ctx: ctx, object: object}
	options.Report = log.report

	words := k.words.Extend(m.SuccessStatuses, m.FailureStatuses)
	given := m.Target
	observer := d.resolving(given, func(target cloud.Target) poll.Func {
		return k.observe(d.Client.WithoutRetries(), target, instanceID, id, words)
	})
	looks, leave := d.Waits.Acquire(fmt.Sprintf("%s %q %q %q %q", object, text(given.Region), text(given.ProjectID), m.SuccessStatuses, m.FailureStatuses), observer)
	defer leave()
	result, err := poll.Wait(ctx, looks, options)
	log.ended(result, err)
	if err == nil && result.Outcome != poll.OutcomeSucceeded && !slices.Contains(m.Tolerate, string(result.Outcome)) {
		resp.Diagnostics.Append(diagnose(object, result, limit))
		return
	}
	if err == nil && (result.Seen || result.Outcome == poll.OutcomeNotFound) {
		_, err = d.Resolve(ctx, &m.Target) // known by now
	}
	if err != nil {
		resp.Diagnostics.Append(interrupted(ctx, object, err)...)
		return
	}
	m.take(result)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// resolving makes an observer that finds its project first, so that troubles with that are troubles of
// a look like others.
func (d *waitDataSource) resolving(given source.Target, observe func(cloud.Target) poll.Func) poll.Func {
	var look poll.Func
	return func(ctx context.Context) (poll.Status, error) {
		if look == nil {
			place := given
			target, err := d.Resolve(ctx, &place)
			if err != nil {
				return poll.Status{}, source.ClassifyError(err)
			}
			look = observe(target)
		}
		return look(ctx)
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// kind returns what is waited for, and its IDs. ValidateConfig has made sure that they fit.
func (m *model) kind() (k kind, instanceID, id string) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.service == m.Service && k.task == (m.JobID == nil) })
	if m.JobID != nil {
		return kinds[i], "", *m.JobID
	}
	return kinds[i], *m.InstanceID, *m.TaskID
}

// take fills in the results.
func (m *model) take(r poll.Result) {
	m.Outcome = new(string(r.Outcome))
	if r.Outcome == poll.OutcomeNotFound {
		return // what was seen before it vanished is not there at the next read
	}
	m.Progress = r.Last.Progress
	for value, attribute := range map[*string]**string{
		&r.Last.Raw: &m.Status, &r.Last.Name: &m.Name, &r.Last.BeginTime: &m.BeginTime, &r.Last.EndTime: &m.EndTime,
		&r.Last.FailureCode: &m.FailureCode, &r.Last.FailureReason: &m.FailureReason,
	} {
		if *value != "" {
			*attribute = value
		}
	}
}

var durationValidator = source.TextValidator{
	Summary: "Invalid duration",
	Must:    "must be a duration of at least 1s, such as 5s or 1m",
	Valid: func(text string) bool {
		d, err := time.ParseDuration(text)
		return err == nil && d >= time.Second
	},
}
