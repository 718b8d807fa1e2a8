// Package wait is the data source hwtasks_wait, which makes dependent resources wait until a job or background task
// has finished.
package wait

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

var (
	_ datasource.DataSourceWithConfigure      = (*waitDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*waitDataSource)(nil)
)

// NewDataSource returns the data source hwtasks_wait.
func NewDataSource() datasource.DataSource { return &waitDataSource{} }

type waitDataSource struct{ service.Base }

type model struct {
	service.Target
	Service         string    `tfsdk:"service"`
	JobID           *string   `tfsdk:"job_id"`
	InstanceID      *string   `tfsdk:"instance_id"`
	TaskID          *string   `tfsdk:"task_id"`
	PollInterval    *string   `tfsdk:"poll_interval"`
	Tolerate        []*string `tfsdk:"tolerate"`
	SuccessStatuses []*string `tfsdk:"success_statuses"`
	FailureStatuses []*string `tfsdk:"failure_statuses"`
	Timeouts        *timeouts `tfsdk:"timeouts"`

	Outcome       *string `tfsdk:"outcome"`
	Status        *string `tfsdk:"status"`
	Name          *string `tfsdk:"name"`
	Progress      *int64  `tfsdk:"progress"`
	BeginTime     *string `tfsdk:"begin_time"`
	EndTime       *string `tfsdk:"end_time"`
	FailureCode   *string `tfsdk:"failure_code"`
	FailureReason *string `tfsdk:"failure_reason"`
}

type timeouts struct {
	Read *string `tfsdk:"read"`
}

func (d *waitDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_wait"
}

func (d *waitDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
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
				Validators:          []validator.String{serviceWord()},
			},
			"job_id":      id("ID of the job: " + objects("job_id") + "."),
			"instance_id": id("ID of the instance the task belongs to: " + objects("instance_id") + "."),
			"task_id":     id("ID of the task: " + objects("task_id") + "."),
			"poll_interval": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Interval between polls, such as `5s` or `1m`, at least `1s` and shorter than `timeouts.read`. " +
					"Default: adaptive, a tenth of the age of the job, at least `1s` and at most `10s`, " +
					"and shorter when the service predicts that the job is about to end.",
				Validators: []validator.String{duration{argument: "poll_interval"}},
			},
			"tolerate": set("Outcomes that become the value of `outcome`, and a warning instead of an error: `failed`, `cancelled`, "+
				"`not_found`, `timed_out`. "+
				"This lets a configuration be planned and destroyed after its job failed, or after the service deleted its record. Default: none.",
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
		})
	resp.Schema.Blocks = map[string]schema.Block{"timeouts": schema.SingleNestedBlock{
		MarkdownDescription: "How long to wait.",
		Attributes: map[string]schema.Attribute{"read": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "How long to wait at the most, such as `45m` or `2h`, at least `1s`. Requests count too. Default: `60m`.",
			Validators:          []validator.String{duration{argument: "timeouts.read"}},
		}},
	}}
}

func (d *waitDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	job, ids, found := m.job()
	if !found { // Terraform validates before it reads; another host of the plugin protocol may not
		resp.Diagnostics.AddError("Nothing to wait for", waitsFor(m.Service, services.Jobs(m.Service)))
		return
	}
	options := poll.Options{Timeout: defaultTimeout}
	if m.Timeouts != nil && m.Timeouts.Read != nil {
		options.Timeout, _ = time.ParseDuration(*m.Timeouts.Read) // it is validated
	}
	if m.PollInterval != nil {
		options.Interval, _ = time.ParseDuration(*m.PollInterval) // it is validated
	}
	object := diagnose.Object{Kind: job.Object, ID: job.ObjectID(ids), Permission: job.Permission}
	log := &reporter{ctx: ctx, object: object, redact: d.Client.Redact}
	options.Report = log.report

	succeeded, failed := values(m.SuccessStatuses), values(m.FailureStatuses)
	start := func() poll.Func {
		return d.resolving(m.Target, func(target cloud.Target) poll.Func {
			return job.NewPoll(d.Client, target, ids, job.Statuses.Extend(succeeded, failed))
		})
	}
	// Strings always marshal.
	key, _ := json.Marshal([]any{m.Service, job.Arguments, ids, d.Client.WithDefaults(m.Configured()), succeeded, failed})
	poller, release := d.Waits.Acquire(string(key), start)
	defer release()
	result, err := poll.Wait(ctx, poller, options)
	log.ended(result, err)
	if err == nil && (result.Seen || result.Outcome == poll.OutcomeNotFound) {
		_, err = d.Resolve(ctx, &m.Target) // the polls have looked up the project
	}
	if err != nil {
		resp.Diagnostics.Append(waitError(ctx, object, result.Seen, err)...)
		return
	}
	if result.Outcome != poll.OutcomeSucceeded {
		r := report{
			object: object, target: d.Client.WithDefaults(m.Configured()), timeout: options.Timeout, tolerate: values(m.Tolerate), result: result,
		}.redacted(d.Client.Redact)
		if !slices.Contains(r.tolerate, string(result.Outcome)) {
			resp.Diagnostics.Append(r.error())
			return
		}
		resp.Diagnostics.Append(r.warning())
	}
	m.setResult(result)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
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
func (d *waitDataSource) resolving(configured service.Target, pollTarget func(cloud.Target) poll.Func) poll.Func {
	var fetch poll.Func
	return func(ctx context.Context) (poll.Status, error) {
		ctx = cloud.PollContext(ctx, poll.IsLast(ctx))
		if fetch == nil {
			resolved := configured
			target, err := d.Resolve(ctx, &resolved)
			if err != nil {
				return poll.Status{}, service.PollError(err)
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
	// Date functions can read these.
	at := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		return new(t.UTC().Format("2006-01-02T15:04:05.999Z07:00"))
	}
	m.Progress = r.Last.Progress
	m.Status, m.Name = text(r.Last.Raw), text(r.Last.Name)
	m.BeginTime, m.EndTime = at(r.Last.Begin), at(r.Last.End)
	m.FailureCode, m.FailureReason = text(r.Last.FailureCode), text(r.Last.FailureReason)
}
