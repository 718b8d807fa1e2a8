package dcs

import (
	"context"
	"fmt"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// GetInstance is "Querying a DCS Instance".
var GetInstance = service.NewCall[service.InstanceAnswer](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}",
	Reference:  "Querying a DCS Instance",
	Permission: "dcs:instance:get",
})

var instanceStatuses = service.InstanceStatuses{
	AtRest:   []string{"RUNNING"},
	BackedUp: []string{"BACKUPING", "BACKING UP"},
	Unwell:   []string{"ERROR", "FROZEN", "CREATEFAILED", "EXTENDEDFAILED"},
}

var instance = service.Instance{
	Object: "DCS instance",
	Call:   GetInstance.Info(),
	Tasks: &service.Tasks{
		Object:     backgroundTask.Object,
		Permission: ListTasks.Info().Permission,
		Statuses:   taskStatuses,
		NewList: func(c *cloud.Client, t cloud.Target, instanceID string, statuses service.Statuses) service.ListFunc {
			l := newLister(c, t, instanceID)
			return func(ctx context.Context, since time.Time) (poll.TaskList, cloud.Response, error) {
				return l.list(ctx, since, statuses)
			}
		},
		Explain: func(ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, task *poll.Task) error {
			return addReason(ctx, c, t, instanceID, task.ID, &task.Status)
		},
	},
	Get: service.GetInstance(GetInstance, instanceStatuses),
}

// list reads the tasks of the instance from a time on. It does not trust the number of tasks to end the list: after a full page it asks
// for another one.
func (l *lister) list(ctx context.Context, since time.Time, statuses service.Statuses) (poll.TaskList, cloud.Response, error) {
	var all []Task
	var date time.Time
	pages := l.pages(startingAt(since))
	pages.thorough = true
	for {
		first := pages.received == 0
		page, response, err := pages.next(ctx, nil)
		if err != nil {
			return poll.TaskList{}, response, err
		}
		if page.Tasks == nil {
			return poll.TaskList{}, response, response.Reject(service.ErrNoTasks)
		}
		if first {
			date = response.Date
		}
		if all = append(all, page.Tasks...); !pages.done {
			continue
		}
		if len(all) == 0 && pages.count > 0 && since.IsZero() {
			counted := fmt.Errorf("the service counts %d tasks, and lists none", pages.count)
			return poll.TaskList{}, response, response.Reject(counted)
		}
		list, err := service.NewTaskList(all, Task.status, statuses, response)
		list.Date = date
		return list, response, err
	}
}

// startingAt returns the filter that selects the tasks from a time on, or all if it is zero.
func startingAt(since time.Time) TaskFilter {
	if since.IsZero() {
		return TaskFilter{}
	}
	return TaskFilter{StartTime: new(since.UTC().Format(service.QueryTime))}
}

// status returns what the list says of a task, without what Statuses.Complete adds.
func (t Task) status() poll.Task {
	return poll.Task{ID: service.Deref(t.ID), Status: poll.Status{
		Raw: service.Deref(t.Status), Name: service.Deref(t.Name),
		BeginTime: service.Deref(t.CreatedAt), EndTime: service.Deref(t.UpdatedAt), FailureCode: service.Deref(t.ErrorCode),
	}}
}
