package kafka

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// TaskList is the response of "Listing Background Tasks" and of "Querying a Background Task".
type TaskList struct {
	TaskCount *lenient.String `json:"task_count" tfsdk:"task_count"`
	Tasks     []Task          `json:"tasks"      tfsdk:"tasks"`
}

// Task is an entry of TaskList.
type Task struct {
	ID        *lenient.String `json:"id"         tfsdk:"id"`
	Name      *lenient.String `json:"name"       tfsdk:"name"`
	UserName  *lenient.String `json:"user_name"  tfsdk:"user_name"`
	UserID    *lenient.String `json:"user_id"    tfsdk:"user_id"`
	Params    *lenient.String `json:"params"     tfsdk:"params"`
	Status    *lenient.String `json:"status"     tfsdk:"status"`
	CreatedAt *lenient.String `json:"created_at" tfsdk:"created_at"`
	UpdatedAt *lenient.String `json:"updated_at" tfsdk:"updated_at"`
}

// GetBackgroundTask is "Querying a Background Task". Its response is a list, though for one task.
var GetBackgroundTask = service.NewCall[TaskList](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}",
	Reference:  "Querying a Background Task",
	Permission: "dms:instance:getBackgroundTask",
})

var taskStatuses = service.Statuses{
	Running:   []string{"CREATED", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"DELETED", "CANCELLED"},
}

var taskAttributes = map[string]schema.Attribute{
	"id":         service.String("ID of the task."),
	"name":       service.String("Name of the task, such as `bindInstancePublicIp`."),
	"user_name":  service.String("Name of the user who started the task."),
	"user_id":    service.String("ID of the user who started the task."),
	"params":     service.String("Parameters of the task, as a JSON text for `jsondecode`."),
	"status":     service.Status("task", taskStatuses),
	"created_at": service.String("Begin time in UTC, such as `2020-06-15T08:55:53.606Z`."),
	"updated_at": service.String("End time, in the same format as `created_at`. Without a meaning while the task runs."),
}

type backgroundTaskModel struct {
	service.Target
	InstanceID string `tfsdk:"instance_id"`
	TaskID     string `tfsdk:"task_id"`
	TaskList
}

var backgroundTaskDataSource = service.NewDataSource(service.Read[backgroundTaskModel, TaskList]{
	Name:        "kafka_background_task",
	Object:      "Kafka background task",
	Description: "A background task of an instance of the Distributed Message Service (DMS) for Kafka.",
	Call:        GetBackgroundTask,
	Attributes: map[string]schema.Attribute{
		"instance_id": service.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
		"task_id":     service.IDArgument("ID of the background task, such as `8abfa7b272adc5b40172b73130065ae7`."),
		"task_count":  service.String("Number of tasks in `tasks`, as a text."),
		"tasks":       service.List("The task. Empty if it does not exist.", taskAttributes),
	},
	Answer: func(m *backgroundTaskModel) *TaskList { return &m.TaskList },
})

var backgroundTask = service.Job{
	Object:     "Kafka background task",
	Arguments:  []string{"instance_id", "task_id"},
	Permission: GetBackgroundTask.Info().Permission,
	Statuses:   taskStatuses,
	NewPoll: service.PollCall(GetBackgroundTask, func(answer TaskList, ids []string, statuses service.Statuses) (poll.Status, error) {
		task, err := service.FindTask(answer.Tasks, ids[1], Task.status, statuses)
		return task.status().Status, err
	}),
}
