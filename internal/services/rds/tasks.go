package rds

import (
	"context"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// TaskList is the response of "Querying Instant Tasks".
type TaskList struct {
	TotalCount *lenient.Int64    `json:"total_count" tfsdk:"total_count"`
	Actions    []*lenient.String `json:"actions"     tfsdk:"actions"`
	Tasks      []Task            `json:"tasks"       tfsdk:"tasks"`
}

// Task is an entry of TaskList.
type Task struct {
	ID             *lenient.String `json:"id"              tfsdk:"id"`
	Name           *lenient.String `json:"name"            tfsdk:"name"`
	InstanceID     *lenient.String `json:"instance_id"     tfsdk:"instance_id"`
	InstanceName   *lenient.String `json:"instance_name"   tfsdk:"instance_name"`
	InstanceStatus *lenient.String `json:"instance_status" tfsdk:"instance_status"`
	OrderID        *lenient.String `json:"order_id"        tfsdk:"order_id"`
	Process        *lenient.String `json:"process"         tfsdk:"process"`
	FailReason     *lenient.String `json:"fail_reason"     tfsdk:"fail_reason"`
	CreateTime     *lenient.String `json:"create_time"     tfsdk:"create_time"`
	EndTime        *lenient.String `json:"end_time"        tfsdk:"end_time"`
	Status         *lenient.String `json:"status"          tfsdk:"status"`
}

// ListTasks is "Querying Instant Tasks".
var ListTasks = service.NewCall[TaskList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/tasklist",
	Parameters: []string{"instance_id", "start_time", "end_time", "limit", "offset"},
	Reference:  "Querying Instant Tasks",
	Permission: "rds:task:list",
})

// The end_time of a task is the planned one, so its end is not known.
var tasks = service.TaskList{
	Call: ListTasks.Info(),
	Pages: service.Pages{
		Limit: 50, Items: "tasks", ID: "id", Next: service.NextItem, Hint: "select some with instance_id, start_time and end_time",
	},
	Form:     service.Milliseconds,
	Instance: "instance_id",
	Task: service.TaskFields{
		InstanceID: "instance_id", Name: "name", Begin: "create_time", Progress: "process", FailText: "fail_reason",
	},
}

type tasksModel struct {
	service.Target
	service.Window
	InstanceID *string `tfsdk:"instance_id"`
	TaskList
}

var tasksDataSource = service.DataSource{
	Model:       reflect.TypeFor[tasksModel](),
	Name:        "rds_tasks",
	Object:      "RDS tasks",
	Description: "The tasks of the Relational Database Service (RDS) of the last month, or those of an instance or a time window.",
	Call:        ListTasks.Info(),
	Attributes:  tasksAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *tasksModel) (any, cloud.Response, error) {
		return tasks.ReadWindow(ctx, c, t, m.InstanceID, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func tasksAttributes() map[string]schema.Attribute {
	task := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "create_time", End: "end_time", Progress: "process"},
		"RestoreSqlserverInInstance", dbjob.Statuses)
	maps.Copy(task, map[string]schema.Attribute{
		"end_time":        service.String("Planned end, in the same format as `create_time`."),
		"instance_id":     service.String("ID of the instance."),
		"instance_name":   service.String("Name of the instance."),
		"instance_status": service.String("Status of the instance."),
		"order_id":        service.String("ID of the order."),
		"fail_reason":     dbjob.FailReason,
	})
	attributes := service.WindowAttributes("a month ago")
	maps.Copy(attributes, map[string]schema.Attribute{
		"instance_id": service.OptionalID("Only tasks of the instance with this ID."),
		"total_count": service.Int64("Number of tasks."),
		"actions":     service.Strings("Names of the tasks that there are."),
		"tasks":       service.List("Tasks, in the order of the response.", task),
	})
	return attributes
}
