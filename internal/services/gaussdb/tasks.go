package gaussdb

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
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
var ListTasks = service.Call[TaskList]{
	API:        api,
	Path:       "/v3/{project_id}/tasks",
	Parameters: []string{"start_time", "end_time", "limit", "offset"},
	Reference:  "Querying Tasks",

	Permission: "a permission to read GaussDB",
}

var tasks = service.TaskCall[TaskList, Task]{
	Pages: service.Pages[TaskList, Task]{
		Call: ListTasks, Limit: 100,
		Items: func(l *TaskList) *[]Task { return &l.Tasks },
		ID:    func(e Task) string { return service.Deref(e.JobID) },
		Next:  service.NextPage,
		Hint:  "select some with start_time and end_time",
	},
	Form:       service.Milliseconds,
	Status:     Task.status,
	InstanceID: Task.instanceID,
}

// status returns what the list says of a task.
func (e Task) status() poll.Task {
	return poll.Task{ID: service.Deref(e.JobID), Status: poll.Status{
		Raw: service.Deref(e.Status), Name: service.Deref(e.Name), Progress: service.Percent(e.Process),
		BeginTime: service.Deref(e.CreatedAt), EndTime: service.Deref(e.EndedAt), FailureReason: service.Deref(e.FailReason),
	}}
}

type tasksModel struct {
	service.Target
	service.Window
	TaskList
}

var tasksDataSource = service.Read[tasksModel, TaskList]{
	Name:        "gaussdb_tasks",
	Object:      "GaussDB tasks",
	Description: "The tasks of GaussDB, which is based on openGauss, of the last month, or those of a time window.",
	Call:        ListTasks,
	Attributes:  tasksAttributes(),
	IsList:      true,
	Answer:      func(m *tasksModel) *TaskList { return &m.TaskList },
	Get: func(ctx context.Context, c *cloud.Client, t cloud.Target, m *tasksModel) (TaskList, cloud.Response, error) {
		return tasks.ReadWindow(ctx, c, t, nil, m.Window, false)
	},
	Validate: service.ValidateTimes(service.RFC3339, "start_time", "end_time"),
}

func tasksAttributes() map[string]schema.Attribute {
	task := dbjob.Attributes(dbjob.Names{ID: "job_id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "process"},
		"ResizeGaussDBV5Flavor", dbjob.Statuses)
	maps.Copy(task, map[string]schema.Attribute{
		"instance_info": service.Object("Instance of the task.", dbjob.InListAttributes()),
	})
	maps.Copy(task, map[string]schema.Attribute{
		"fail_reason": dbjob.FailReason,
	})
	attributes := service.WindowAttributes("a month ago")
	maps.Copy(attributes, map[string]schema.Attribute{
		"total_count": service.Int64("Number of tasks."),
		"tasks":       service.List("Tasks, in the order of the service.", task),
	})
	return attributes
}

// InstanceInfo is the instance of a Task.
type InstanceInfo struct {
	InstanceID     *lenient.String `json:"instance_id" tfsdk:"instance_id"`
	InstanceName   *lenient.String `json:"instance_name" tfsdk:"instance_name"`
	InstanceStatus *lenient.String `json:"instance_status" tfsdk:"instance_status"`
}

// instanceID returns the ID of the instance, or "" if there is none.
func (e Task) instanceID() string {
	if e.InstanceInfo == nil {
		return ""
	}
	return service.Deref(e.InstanceInfo.InstanceID)
}
