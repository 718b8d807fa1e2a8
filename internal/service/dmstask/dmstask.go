// Package dmstask is what the engines of the Distributed Message Service have in common: Kafka, RabbitMQ and RocketMQ. Their calls do not
// even differ in their paths.
package dmstask

import (
	"context"
	"net/url"
	"reflect"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// TaskList is the response of the calls that list background tasks and read one.
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

// An Engine is what differs.
type Engine struct {
	Name, Title      string   // such as "kafka" and "Kafka"
	Aliases          []string // of the service
	Get, List        string   // titles of the reference pages
	OnlyHuawei       bool     // Open Telekom Cloud does not document the calls
	Permission       string   // to read tasks
	ExampleTask      string   // name of a task
	InstanceStatuses service.InstanceStatuses
}

var statuses = service.Statuses{
	Running:   []string{"CREATED", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"DELETED", "CANCELLED"},
}

// Service returns the service of an engine.
func Service(e Engine) service.Service {
	api := &service.API{
		Endpoint: "dms",
		Codes: cloud.Codes{
			Throttled: []string{"DMS.10240407"}, // with a 404
		},
	}
	call := func(path, reference string, parameters ...string) service.CallInfo {
		return service.CallInfo{
			API: api, Path: path, Parameters: parameters, Reference: reference, OnlyHuawei: e.OnlyHuawei, Permission: e.Permission,
		}
	}
	// The response for one task is a list too.
	getTask := service.NewCall[TaskList](call("/v2/{project_id}/instances/{instance_id}/tasks/{task_id}", e.Get))
	listTasks := service.NewCall[TaskList](call("/v2/{project_id}/instances/{instance_id}/tasks", e.List,
		"begin_time", "end_time", "start", "limit"))
	getInstance := service.NewCall[service.InstanceAnswer](service.CallInfo{
		API: api, Path: "/v2/{project_id}/instances/{instance_id}", Reference: "Querying an Instance", Permission: "dms:instance:get",
		OnlyHuawei: e.Name == "rabbitmq",
	})
	tasks := service.TaskList{
		Call: listTasks.Info(), Pages: pages, Form: service.Compact, Begin: "begin_time",
		Task: service.TaskFields{Name: "name", Begin: "created_at", End: "updated_at"},
	}
	task := tasks.Job(e.Title+" background task", getTask.Info(), statuses)
	return service.Service{
		Name: e.Name, Title: "Distributed Message Service (DMS) for " + e.Title, Aliases: e.Aliases, API: api,
		DataSources: []service.DataSource{e.taskDataSource(getTask), e.tasksDataSource(listTasks)},
		Jobs:        []service.Job{task},
		Instance: &service.Instance{
			Object: e.Title + " instance", Call: getInstance.Info(),
			Tasks: tasks.Tasks(task.Object, statuses),
			Get:   service.GetInstance(getInstance, e.InstanceStatuses),
		},
	}
}

// pages reads whole lists. The number of tasks tells nothing: that of the reference page's example is larger than its list. Newer editions
// of the service have renamed start, and may ignore it: they then send the first page again.
//
// The service counts from 1, so the next page begins with the last task of this one. If an edition counts from 0, it begins behind that
// task. In neither case is a task left out, nor if tasks began in the meantime.
var pages = service.Pages{
	Limit: 100, Items: "tasks", ID: "id", Hint: "select some with begin_time and end_time",
	Next: func(query url.Values, p service.Page) { query.Set("start", strconv.Itoa(p.Received)) },
}

type taskModel struct {
	service.Target
	InstanceID string `tfsdk:"instance_id"`
	TaskID     string `tfsdk:"task_id"`
	TaskList
}

func (e Engine) taskDataSource(call service.Call[TaskList]) service.DataSource {
	return service.DataSource{
		Model:       reflect.TypeFor[taskModel](),
		Name:        e.Name + "_background_task",
		Object:      e.Title + " background task",
		Description: "A background task of an instance of the Distributed Message Service (DMS) for " + e.Title + ".",
		Call:        call.Info(),
		Attributes: map[string]schema.Attribute{
			"instance_id": service.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
			"task_id":     service.IDArgument("ID of the background task, such as `8abfa7b272adc5b40172b73130065ae7`."),
			"task_count":  service.String("Number of tasks in `tasks`, as a text."),
			"tasks":       service.List("The task. Empty if it does not exist.", e.taskAttributes()),
		},
	}
}

type tasksModel struct {
	service.Target
	InstanceID string  `tfsdk:"instance_id"`
	BeginTime  *string `tfsdk:"begin_time"`
	EndTime    *string `tfsdk:"end_time"`
	TaskList
}

func (e Engine) tasksDataSource(call service.Call[TaskList]) service.DataSource {
	return service.DataSource{
		Model:  reflect.TypeFor[tasksModel](),
		Name:   e.Name + "_background_tasks",
		Object: e.Title + " background tasks",
		Description: "The background tasks of an instance of the Distributed Message Service (DMS) for " + e.Title +
			", or those of a time window with `begin_time` and `end_time`.",
		Call: call.Info(),
		Attributes: map[string]schema.Attribute{
			"instance_id": service.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
			"begin_time":  timeArgument("Only tasks from this time on"),
			"end_time":    timeArgument("Only tasks up to this time"),
			"task_count":  service.String("Number of tasks that the service counts, as a text. It can differ from the number of `tasks`."),
			"tasks":       service.List("Tasks, in the order of the response.", e.taskAttributes()),
		},
		IsList: true,
		Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *tasksModel) (any, cloud.Response, error) {
			query := make(url.Values)
			for name, value := range map[string]*string{"begin_time": m.BeginTime, "end_time": m.EndTime} {
				if value != nil {
					query.Set(name, *value)
				}
			}
			return pages.Read(ctx, call.Info(), c, t, query, m.InstanceID)
		}),
		Validate: service.Times{Form: service.CompactTime, First: "begin_time", Last: "end_time"}.Validate,
	}
}

func (e Engine) taskAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         service.String("ID of the task."),
		"name":       service.String("Name of the task, such as `" + e.ExampleTask + "`."),
		"user_name":  service.String("Name of the user who started the task."),
		"user_id":    service.String("ID of the user who started the task."),
		"params":     service.String("Parameters of the task, as a JSON text for `jsondecode`."),
		"status":     service.Status("task", statuses),
		"created_at": service.String("Begin time in UTC, such as `2020-06-15T08:55:53.606Z`."),
		"updated_at": service.String("End time, in the same format as `created_at`. Without a meaning while the task runs."),
	}
}

func timeArgument(meaning string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: meaning + ", in the form yyyyMMddHHmmss, such as `20200609160000`. The API reference names no time zone. " +
			"The service selects the tasks.",
	}
}
