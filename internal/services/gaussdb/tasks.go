package gaussdb

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

// TaskList is the response of "Querying Tasks".
type TaskList struct {
	TotalCount *lenient.Int64 `json:"total_count" tfsdk:"total_count"`
	Tasks      []Task         `json:"tasks" tfsdk:"tasks"`
}

// Task is an entry of TaskList.
type Task struct {
	InstanceInfo *InstanceInfo   `json:"instance_info" tfsdk:"instance_info"`
	JobID        *lenient.String `json:"job_id" tfsdk:"job_id"`
	Name         *lenient.String `json:"name" tfsdk:"name"`
	Status       *lenient.String `json:"status" tfsdk:"status"`
	Process      *lenient.String `json:"process" tfsdk:"process"`
	CreatedAt    *lenient.String `json:"created_at" tfsdk:"created_at"`
	EndedAt      *lenient.String `json:"ended_at" tfsdk:"ended_at"`
	FailReason   *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// ListTasks is "Querying Tasks".
var ListTasks = service.NewCall[TaskList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/tasks",
	Parameters: []string{"start_time", "end_time", "limit", "offset"},
	Reference:  "Querying Tasks",
	Permission: "a permission to read GaussDB",
})

var tasks = service.TaskList{
	Call:  ListTasks.Info(),
	Pages: service.Pages{Limit: 100, Items: "tasks", ID: "job_id", Next: service.NextPage, Hint: "select some with start_time and end_time"},
	Form:  service.Milliseconds,
	Task: service.TaskFields{
		InstanceID: "instance_info.instance_id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "process", FailText: "fail_reason",
	},
}

type tasksModel struct {
	service.Target
	service.Window
	TaskList
}

var tasksDataSource = service.DataSource{
	Model:       reflect.TypeFor[tasksModel](),
	Name:        "gaussdb_tasks",
	Object:      "GaussDB tasks",
	Description: "The tasks of GaussDB, which is based on openGauss, of the last month, or those of a time window.",
	Call:        ListTasks.Info(),
	Attributes:  tasksAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *tasksModel) (any, cloud.Response, error) {
		return tasks.ReadWindow(ctx, c, t, nil, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func tasksAttributes() map[string]schema.Attribute {
	task := dbjob.Attributes(dbjob.Names{ID: "job_id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "process"},
		"ResizeGaussDBV5Flavor", dbjob.Statuses)
	maps.Copy(task, map[string]schema.Attribute{
		"instance_info": service.Object("Instance of the task.", dbjob.InListAttributes()),
		"fail_reason":   dbjob.FailReason,
	})
	attributes := service.WindowAttributes("a month ago")
	maps.Copy(attributes, map[string]schema.Attribute{
		"total_count": service.Int64("Number of tasks."),
		"tasks":       service.List("Tasks, in the order of the response.", task),
	})
	return attributes
}

// InstanceInfo is the instance of a Task.
type InstanceInfo struct {
	InstanceID     *lenient.String `json:"instance_id" tfsdk:"instance_id"`
	InstanceName   *lenient.String `json:"instance_name" tfsdk:"instance_name"`
	InstanceStatus *lenient.String `json:"instance_status" tfsdk:"instance_status"`
}
