package dcs

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

var (
	_ datasource.DataSourceWithConfigure      = (*tasksDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*tasksDataSource)(nil)
)

// NewBackgroundTasksDataSource returns the data source hwtasks_dcs_background_tasks.
func NewBackgroundTasksDataSource() datasource.DataSource { return &tasksDataSource{} }

type tasksDataSource struct{ source.Base }

type tasksModel struct {
	source.Target
	InstanceID string  `tfsdk:"instance_id"`
	StartTime  *string `tfsdk:"start_time"`
	EndTime    *string `tfsdk:"end_time"`
	Offset     *int64  `tfsdk:"offset"`
	Limit      *int64  `tfsdk:"limit"`
	TaskList
}

func (d *tasksDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dcs_background_tasks"
}

func (d *tasksDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const resized = " Only where the specifications were changed."
	const exposed = " Only where public access was enabled."
	resp.Schema = source.Schema(
		"The background tasks of a Distributed Cache Service (DCS) instance, the authority on how each of them ended.\n\n"+
			"Without `offset` and `limit` it reads every task, page by page. With either it reads exactly that page.\n\n"+
			"Reads `GET /v2/{project_id}/instances/{instance_id}/tasks`, "+
			"which needs the permission `dcs:instance:getBackgroundTask`.",
		map[string]schema.Attribute{
			"instance_id": source.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
			"start_time":  timeArgument("Only tasks from this time on"),
			"end_time":    timeArgument("Only tasks up to this time"),
			"offset": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How many tasks to skip: reads one page, which begins behind them. At least 0. " +
					"The service's default with `limit`: 0.",
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
			"limit": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How many tasks to read at the most: reads one page. 1 to 1000. The service's default with `offset`: 10.",
				Validators:          []validator.Int64{int64validator.Between(1, pageSize)},
			},
			"task_count": source.String("Number of tasks the service counts, as a text. Where pages are read: on all of them together."),
			"tasks": source.List("Tasks, in the order of the service.", map[string]schema.Attribute{
				"id": source.String("ID of the task."),
				"name": source.String("Name of the task: `EXTEND` (modifying specifications), `BindEip` (enabling public access), " +
					"`UnBindEip` (disabling public access), `AddReplica` (adding replicas), `DelReplica` (deleting replicas), " +
					"`AddWhitelist` (configuring an IP whitelist), `UpdatePort` (changing the port), `RemoveIpFromDns` (removing IP addresses), " +
					"`masterStandbySwapJob` (master/standby switchover), `modify` (changing the password), or another one."),
				"user_name": source.String("Name of the user who started the task."),
				"user_id":   source.String("ID of the user who started the task."),
				"params":    source.String("Parameters of the task, as a JSON text to be read with `jsondecode`."),
				"status": source.String("Status of the task. Running: `CREATED`, `WAITING`, `EXECUTING`. " +
					"Ended: `SUCCESS`, `FAILED`, `FAIL`, `DELETED`, `CANCELLED`, `CANCELED`."),
				"created_at":  source.String("When the task began, in UTC, such as `2020-06-17T07:38:42.503Z`."),
				"updated_at":  source.String("When the task ended, in the form of `created_at`."),
				"enable_show": source.Bool("Whether the task has details: see `hwtasks_dcs_background_task_progress`."),
				"job_id":      source.String("ID of the job the task belongs to. Newer editions of the service only."),
				"error_code": source.String("Error code of the task. It does not tell how the task ended: `status` does. " +
					"Newer editions of the service only."),
				"details": schema.SingleNestedAttribute{
					Computed:            true,
					MarkdownDescription: "What the task changes. Which attributes have a value depends on the kind of task.",
					Attributes: map[string]schema.Attribute{
						"old_capacity":            source.String("Capacity in GB before the change, such as `0.125`." + resized),
						"new_capacity":            source.String("Capacity in GB after the change, such as `0.25`." + resized),
						"enable_public_ip":        source.Bool("Whether public access is enabled." + exposed),
						"public_ip_id":            source.String("ID of the IP address for public access." + exposed),
						"public_ip_address":       source.String("IP address for public access." + exposed),
						"enable_ssl":              source.Bool("Whether SSL is enabled. Only where SSL was enabled."),
						"old_cache_mode":          source.String("Cache mode before the change, such as `single`." + resized),
						"new_cache_mode":          source.String("Cache mode after the change, in the form of `old_cache_mode`." + resized),
						"old_resource_spec_code":  source.String("Specification code before the change, such as `redis.single.xu1.tiny.125`." + resized),
						"new_resource_spec_code":  source.String("Specification code after the change, in the form of `old_resource_spec_code`." + resized),
						"old_replica_num":         source.Int64("Number of replicas before the change." + resized),
						"new_replica_num":         source.Int64("Number of replicas after the change." + resized),
						"old_cache_type":          source.String("Cache type before the change, such as `single`." + resized),
						"new_cache_type":          source.String("Cache type after the change, in the form of `old_cache_type`." + resized),
						"replica_ip":              source.String("IP address of the replica."),
						"replica_az":              source.String("Availability zone of the replica, such as `az01`."),
						"group_name":              source.String("Name of the group."),
						"old_port":                source.Int64("Port before the change."),
						"new_port":                source.Int64("Port after the change."),
						"is_only_adjust_charging": source.Bool("Whether only the billing mode was changed."),
						"account_name":            source.String("Name of the account."),
						"source_ip":               source.String("Source IP address."),
						"target_ip":               source.String("Target IP address."),
						"node_name":               source.String("Information about the node."),
						"rename_commands": schema.ListAttribute{
							Computed:            true,
							ElementType:         types.StringType,
							MarkdownDescription: "Commands that were renamed.",
						},
						"updated_config_length": source.Int64("Length of the updated configuration item."),
					},
				},
			}),
		})
}

func (d *tasksDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	source.Read(ctx, &d.Base, req, resp, func(m *tasksModel) source.ReadSpec {
		filter := TaskFilter{StartTime: m.StartTime, EndTime: m.EndTime, Offset: m.Offset, Limit: m.Limit}
		return source.ReadSpec{
			Object: source.Object{Kind: "DCS background tasks", ID: "of instance " + m.InstanceID, Permission: "dcs:instance:getBackgroundTask"},
			Target: &m.Target,
			Get: func(t cloud.Target) (err error) {
				m.TaskList, err = ListTasks(ctx, d.Client, t, m.InstanceID, filter)
				return err
			},
		}
	})
}

// timeFormat is yyyyMMddHHmmss.
const timeFormat = "20060102150405"

// ValidateConfig checks that the times exist, and that the start time is not after the end time.
func (d *tasksDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	times := make(map[string]string)
	for _, argument := range []string{"start_time", "end_time"} {
		var value types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &value)...)
		if value.IsNull() || value.IsUnknown() {
			continue
		}
		// Parse alone would accept a fraction of a second at the end.
		if _, err := time.Parse(timeFormat, value.ValueString()); err != nil || len(value.ValueString()) != len(timeFormat) {
			resp.Diagnostics.AddAttributeError(path.Root(argument), "Invalid time",
				fmt.Sprintf("%q must be a time in the form yyyyMMddHHmmss, such as 20200609160000.", value.ValueString()))
			continue
		}
		times[argument] = value.ValueString()
	}
	// Digits of the same length compare like times.
	if start, end := times["start_time"], times["end_time"]; end != "" && start > end {
		resp.Diagnostics.AddAttributeError(path.Root("start_time"), "Invalid time range",
			fmt.Sprintf("start_time %s is after end_time %s.", start, end))
	}
}

func timeArgument(meaning string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: meaning + ", in UTC, in the form yyyyMMddHHmmss, such as `20200609160000`. " +
			"Sent to the service, which does the selecting.",
	}
}
