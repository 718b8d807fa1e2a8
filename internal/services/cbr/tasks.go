package cbr

import (
	"context"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// TaskList is the response of "Querying the Task List", without count, limit and offset.
type TaskList struct {
	OperationLogs []Task `json:"operation_logs" tfsdk:"operation_logs"`
}

// ListTasks is "Querying the Task List".
var ListTasks = service.NewCall[TaskList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/operation-logs",
	Parameters: []string{"vault_id", "start_time", "end_time", "limit", "offset"},
	Reference:  "Querying the Task List",
	Permission: "cbr:tasks:list",
})

var tasks = service.TaskList{
	Call: ListTasks.Info(),
	Pages: service.Pages{
		Limit: 1000, Items: "operation_logs", ID: "id", Next: service.NextItem, Hint: "select some with vault_id, start_time and end_time",
	},
	Form:     service.WithZ,
	Instance: "vault_id",
}

type tasksModel struct {
	service.Target
	service.Window
	VaultID *string `tfsdk:"vault_id"`
	TaskList
}

var tasksDataSource = service.DataSource{
	Model:       reflect.TypeFor[tasksModel](),
	Name:        "cbr_tasks",
	Object:      "CBR tasks",
	Description: "The tasks of the Cloud Backup and Recovery (CBR), or those of a vault or a time window.",
	Call:        ListTasks.Info(),
	Attributes:  tasksAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *tasksModel) (any, cloud.Response, error) {
		return tasks.ReadWindow(ctx, c, t, m.VaultID, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func tasksAttributes() map[string]schema.Attribute {
	attributes := service.WindowAttributes("the time of the oldest task")
	maps.Copy(attributes, map[string]schema.Attribute{
		"vault_id":       service.OptionalID("Only tasks of the vault with this ID."),
		"operation_logs": service.List("Tasks, in the order of the response.", taskAttributes()),
	})
	return attributes
}
