package kafka

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// TaskFilter selects tasks of an instance. Its zero value selects all.
type TaskFilter struct {
	BeginTime, EndTime *string // in the form yyyyMMddHHmmss
}

const (
	pageSize = 100 // maximum of the service

	// Limits of a whole list.
	maxTasks = 100_000
	maxSize  = 64 << 20 // bytes
)

// ListTasks is "Listing Background Tasks". Its query has a page and a time window.
var ListTasks = service.NewCall[TaskList](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}/tasks",
	Reference:  "Listing Background Tasks",
	Permission: "dms:instance:getBackgroundTask",
})

// listTasks reads the tasks of an instance page by page, until a page is short or has no new task. TaskCount is that of the first
// page, and so is the date of the response, which else is that of the last one. A wait, which must not take a list for complete that is
// not, refuses a page without a list.
//
// The number of tasks tells nothing: that of the reference page's example is larger than its list. Newer editions of the service have
// renamed start, and may ignore it: they then send the first page again.
func listTasks(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, filter TaskFilter, forWait bool,
) (TaskList, cloud.Response, error) {
	query := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if filter.BeginTime != nil {
		query.Set("begin_time", *filter.BeginTime)
	}
	if filter.EndTime != nil {
		query.Set("end_time", *filter.EndTime)
	}
	tooLong := "; select some with begin_time and end_time"
	if forWait {
		tooLong = ""
	}
	var all TaskList
	seen := make(map[string]bool) // IDs of the tasks in all
	size := 0                     // of the pages in bytes, without the current one
	mismatches := make(cloud.Mismatches)
	var date time.Time
	for {
		page, response, err := service.Query(ctx, ListTasks, c, t, query, instanceID)
		if err != nil {
			return TaskList{}, response, err
		}
		if page.Tasks == nil && forWait {
			return TaskList{}, response, response.Reject(service.ErrNoTasks)
		}
		// A task that is twice on the same page is kept.
		unseen := slices.DeleteFunc(slices.Clone(page.Tasks), func(task Task) bool { return seen[service.Deref(task.ID)] })
		done := len(page.Tasks) < pageSize || len(unseen) == 0
		if !done && len(all.Tasks)+len(unseen) >= maxTasks {
			tooMany := fmt.Errorf("the list has more than %d tasks%s", maxTasks, tooLong)
			return TaskList{}, response, response.Reject(tooMany)
		}
		if size >= maxSize {
			tooLarge := fmt.Errorf("the list has more than %d MiB%s", maxSize>>20, tooLong)
			return TaskList{}, response, response.Reject(tooLarge)
		}
		maps.Copy(mismatches, response.Mismatches)
		response.Mismatches = mismatches
		if all.Tasks == nil {
			all, date = page, response.Date
			all.Tasks = slices.Clone(page.Tasks) // waits share the page
		} else {
			all.Tasks = append(all.Tasks, unseen...)
		}
		if done {
			response.Date = date
			return all, response, nil
		}
		for _, task := range unseen {
			seen[service.Deref(task.ID)] = true
		}
		size += response.Size
		// The service counts from 1, so the next page begins with the last task of this one. If an edition counts from 0, it begins
		// behind that task. In neither case is a task left out, nor if tasks began in the meantime.
		query.Set("start", strconv.Itoa(len(all.Tasks)))
	}
}

type backgroundTasksModel struct {
	service.Target
	InstanceID string  `tfsdk:"instance_id"`
	BeginTime  *string `tfsdk:"begin_time"`
	EndTime    *string `tfsdk:"end_time"`
	TaskList
}

var backgroundTasksDataSource = service.NewDataSource(service.Read[backgroundTasksModel, TaskList]{
	Name:   "kafka_background_tasks",
	Object: "Kafka background tasks",
	Description: "The background tasks of an instance of the Distributed Message Service (DMS) for Kafka, or those of a time window " +
		"with `begin_time` and `end_time`.",
	Call: ListTasks,
	Attributes: map[string]schema.Attribute{
		"instance_id": service.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
		"begin_time":  timeArgument("Only tasks from this time on"),
		"end_time":    timeArgument("Only tasks up to this time"),
		"task_count":  service.String("Number of tasks that the service counts, as a text. It can differ from the number of `tasks`."),
		"tasks":       service.List("Tasks, in the order of the response.", taskAttributes),
	},
	IsList: true,
	Answer: func(m *backgroundTasksModel) *TaskList { return &m.TaskList },
	Get: func(ctx context.Context, c *cloud.Client, t cloud.Target, m *backgroundTasksModel) (TaskList, cloud.Response, error) {
		return listTasks(ctx, c, t, m.InstanceID, TaskFilter{BeginTime: m.BeginTime, EndTime: m.EndTime}, false)
	},
	Validate: service.Times{Form: service.CompactTime, First: "begin_time", Last: "end_time"}.Validate,
})

func timeArgument(meaning string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: meaning + ", in the form yyyyMMddHHmmss, such as `20200609160000`. The API reference names no time zone. " +
			"The service selects the tasks.",
	}
}
