package dcs

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

type tasksModel struct {
	service.Target
	InstanceID string  `tfsdk:"instance_id"`
	StartTime  *string `tfsdk:"start_time"`
	EndTime    *string `tfsdk:"end_time"`
	Offset     *int64  `tfsdk:"offset"`
	Limit      *int64  `tfsdk:"limit"`
	TaskList
}

// resized and exposed say of which tasks an attribute has a value.
func resized(description string) string {
	return description + " Only for a change of the specifications."
}
func exposed(description string) string {
	return description + " Only if public access was enabled."
}

var backgroundTasksDataSource = service.DataSource{
	Model:       reflect.TypeFor[tasksModel](),
	Name:        "dcs_background_tasks",
	Object:      "DCS background tasks",
	Description: "The background tasks of an instance of the Distributed Cache Service (DCS), or one page of them with `offset` or `limit`.",
	Call:        ListTasks.Info(),
	Attributes: map[string]schema.Attribute{
		"instance_id": service.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
		"start_time":  timeArgument("Only tasks from this time on"),
		"end_time":    timeArgument("Only tasks up to this time"),
		"offset": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Number of tasks to skip, at least 0. If it is set, only one page is read. " +
				"Defaults to 0 if `limit` is set.",
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"limit": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Size of the page, 1 to 1000. If it is set, only one page is read. Defaults to 10 if `offset` is set.",
			Validators:          []validator.Int64{int64validator.Between(1, pageSize)},
		},
		"task_count": service.String("Number of all tasks that the service counts, as a text."),
		"tasks": service.List("Tasks, in the order of the response.", map[string]schema.Attribute{
			"id": service.String("ID of the task."),
			"name": service.String("Name of the task: `EXTEND` (modifying specifications), `BindEip` (enabling public access), " +
				"`UnBindEip` (disabling public access), `AddReplica` (adding replicas), `DelReplica` (deleting replicas), " +
				"`AddWhitelist` (configuring an IP whitelist), `UpdatePort` (changing the port), `RemoveIpFromDns` (removing IP addresses), " +
				"`masterStandbySwapJob` (master/standby switchover), `modify` (changing the password), or another one."),
			"user_name":   service.String("Name of the user who started the task."),
			"user_id":     service.String("ID of the user who started the task."),
			"params":      service.String("Parameters of the task, as a JSON text for `jsondecode`."),
			"status":      service.Status("task", taskStatuses),
			"created_at":  service.String("Begin time in UTC, such as `2020-06-17T07:38:42.503Z`."),
			"updated_at":  service.String("End time, in the same format as `created_at`."),
			"enable_show": service.Bool("Whether `hwtasks_dcs_background_task_progress` has the progress of the task."),
			"job_id":      service.String("ID of the job to which the task belongs. Not returned by older editions of the service."),
			"error_code": service.String("Error code of the task. Tasks that succeeded can have one too: `status` is decisive. " +
				"Not returned by older editions of the service."),
			"details": service.Object("Changes by the task. Which attributes have a value depends on the type of task.",
				map[string]schema.Attribute{
					"old_capacity":           service.String(resized("Capacity in GB before the change, such as `0.125`.")),
					"new_capacity":           service.String(resized("Capacity in GB after the change, such as `0.25`.")),
					"enable_public_ip":       service.Bool(exposed("Whether public access is enabled.")),
					"public_ip_id":           service.String(exposed("ID of the IP address for public access.")),
					"public_ip_address":      service.String(exposed("IP address for public access.")),
					"enable_ssl":             service.Bool("Whether SSL is enabled. Only if SSL was enabled."),
					"old_cache_mode":         service.String(resized("Cache mode before the change, such as `single`.")),
					"new_cache_mode":         service.String(resized("Cache mode after the change, in the same format as `old_cache_mode`.")),
					"old_resource_spec_code": service.String(resized("Specification code before the change, such as `redis.single.xu1.tiny.125`.")),
					"new_resource_spec_code": service.String(resized("Specification code after the change, in the same format as " +
						"`old_resource_spec_code`.")),
					"old_replica_num":         service.Int64(resized("Number of replicas before the change.")),
					"new_replica_num":         service.Int64(resized("Number of replicas after the change.")),
					"old_cache_type":          service.String(resized("Cache type before the change, such as `single`.")),
					"new_cache_type":          service.String(resized("Cache type after the change, in the same format as `old_cache_type`.")),
					"replica_ip":              service.String("IP address of the replica."),
					"replica_az":              service.String("Availability zone of the replica, such as `az01`."),
					"group_name":              service.String("Name of the group."),
					"old_port":                service.Int64("Port before the change."),
					"new_port":                service.Int64("Port after the change."),
					"is_only_adjust_charging": service.Bool("Whether only the billing mode was changed."),
					"account_name":            service.String("Name of the account."),
					"source_ip":               service.String("Source IP address."),
					"target_ip":               service.String("Target IP address."),
					"node_name":               service.String("Information about the node."),
					"rename_commands": schema.ListAttribute{
						Computed:            true,
						ElementType:         types.StringType,
						MarkdownDescription: "Commands that were renamed.",
					},
					"updated_config_length": service.Int64("Length of the updated configuration item."),
				}),
		}),
	},
	IsList: true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *tasksModel) (any, cloud.Response, error) {
		filter := TaskFilter{StartTime: m.StartTime, EndTime: m.EndTime, Offset: m.Offset, Limit: m.Limit}
		list, response, err := listTasks(ctx, c, t, m.InstanceID, filter)
		return &list, response, err
	}),
	Validate: service.Times{Form: service.CompactTime, First: "start_time", Last: "end_time"}.Validate,
}

func timeArgument(meaning string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: meaning + ", in UTC, in the form yyyyMMddHHmmss, such as `20200609160000`. " +
			"The service selects the tasks.",
	}
}
