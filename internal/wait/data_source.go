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
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

var (
	_ datasource.DataSourceWithConfigure        = (*waitDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*waitDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig   = (*waitDataSource)(nil)
)

// NewDataSource returns the data source hwtasks_wait.
func NewDataSource() datasource.DataSource { return &waitDataSource{} }

type waitDataSource struct{ service.Base }

type model struct {
	service.Target
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

// idArguments are the arguments that identify a job.
var idArguments = []string{"job_id", "instance_id", "task_id"}

// accepts reports whether a service has a kind of job that an argument helps to identify.
func accepts(name, argument string) bool {
	return slices.ContainsFunc(services.Jobs(name), func(j service.Job) bool { return slices.Contains(j.Arguments, argument) })
}

// usage lists the arguments that a service accepts.
func usage(name string) string {
	var accepted []string
	for _, j := range services.Jobs(name) {
		accepted = append(accepted, strings.Join(j.Arguments, " and ")+" ("+j.Object+")")
	}
	return fmt.Sprintf("Service %q takes %s.", name, strings.Join(accepted, ", or "))
}

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

func (d *waitDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_wait"
}

func (d *waitDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
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
	resp.Schema = service.Schema(
		"Blocks until a job or background task has ended, and then says how. Whatever depends on it comes after.\n\n"+
			"Every outcome but success is an error, unless `tolerate` makes it a value.\n\n"+
			"It reads the calls of the other data sources, and needs their permissions.",
		map[string]schema.Attribute{
			"service": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Service the job or task belongs to: " + describeServices() + ".",
				Validators:          []validator.String{stringvalidator.OneOf(services.WithJobs()...)},
			},
			"job_id":      id("ID of the job: " + objects("job_id") + "."),
			"instance_id": id("ID of the instance the task belongs to: " + objects("instance_id") + "."),
			"task_id":     id("ID of the task: " + objects("task_id") + "."),
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

			"outcome":  service.String("How the wait ended: `succeeded`, `failed`, `cancelled`, `not_found` or `timed_out`."),
			"status":   service.String("Last status of the job or task, as the service says it."),
			"name":     service.String("Name or type of the job or task, as the service says it."),
			"progress": service.Int64("Progress in percent, 0 to 100. Null where the service gives none."),
			"begin_time": service.String("When the job or task began, in the form of the service: " +
				"see `begin_time` or `created_at` of its data source."),
			"end_time":     service.String("When it ended, in the form of `begin_time`."),
			"failure_code": service.String("Error code of a job or task that did not succeed, as the service says it."),
			"failure_reason": service.String("Why it did not succeed: the service's reason, or the DCS steps that failed with their error codes, " +
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

	var name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("service"), &name)...)
	if !slices.Contains(services.WithJobs(), name.ValueString()) {
		return // unknown yet, or refused by the schema
	}
	missing := true
	for _, argument := range idArguments {
		var id types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &id)...)
		missing = missing && id.IsNull()
		if !id.IsNull() && !id.IsUnknown() && !accepts(name.ValueString(), argument) {
			resp.Diagnostics.AddAttributeError(path.Root(argument), argument+" does not go with this service", usage(name.ValueString()))
		}
	}
	if missing {
		resp.Diagnostics.AddAttributeError(path.Root("service"), "Nothing to wait for", usage(name.ValueString()))
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
	job, ids, found := m.job()
	if !found { // Terraform validates before it reads; another host of the plugin protocol may not
		resp.Diagnostics.AddAttributeError(path.Root("service"), "Nothing to wait for", usage(m.Service))
		return
	}
	object := diagnose.Object{Kind: job.Object, ID: job.ObjectID(ids), Permission: job.Permission}

	log := &reporter{ctx: ctx, object: object, redact: d.Client.Redact}
	interval, _ := m.PollInterval.ValueGoDuration() // 0 if it is not set
	options := poll.Options{Timeout: timeout, Interval: interval, Report: log.report}

	statuses := job.Statuses.Extend(m.SuccessStatuses, m.FailureStatuses)
	fetch := d.resolving(m.Target, func(target cloud.Target) poll.Func {
		return job.NewPoll(d.Client.WithoutRetries(), target, ids, statuses)
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
func (d *waitDataSource) resolving(configured service.Target, pollTarget func(cloud.Target) poll.Func) poll.Func {
	var fetch poll.Func
	return func(ctx context.Context) (poll.Status, error) {
		if fetch == nil {
			resolved := configured
			target, err := d.Resolve(ctx, &resolved)
			if err != nil {
				return poll.Status{}, service.ClassifyError(err)
			}
			fetch = pollTarget(target)
		}
		return fetch(ctx)
	}
}

// job returns the kind of the job to wait for and its IDs. It is not found if the service has no job of these IDs.
func (m *model) job() (job service.Job, ids []string, found bool) {
	var arguments []string
	values := map[string]*string{"job_id": m.JobID, "instance_id": m.InstanceID, "task_id": m.TaskID}
	for _, argument := range idArguments {
		if values[argument] != nil {
			arguments = append(arguments, argument)
		}
	}
	job, found = services.FindJob(m.Service, arguments)
	for _, argument := range job.Arguments {
		ids = append(ids, *values[argument])
	}
	return job, ids, found
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
