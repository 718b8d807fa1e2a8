package kafka

import (
	"context"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// GetInstance is "Querying an Instance".
var GetInstance = service.NewCall[service.InstanceAnswer](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}",
	Reference:  "Querying an Instance",
	Permission: "dms:instance:get",
})

var instanceStatuses = service.InstanceStatuses{
	AtRest: []string{"RUNNING"},
	Unwell: []string{"ERROR", "FROZEN", "CREATEFAILED", "EXTENDEDFAILED"},
}

var instance = service.Instance{
	Object: "Kafka instance",
	Call:   GetInstance.Info(),
	Tasks: &service.Tasks{
		Object:     backgroundTask.Object,
		Permission: ListTasks.Info().Permission,
		Statuses:   taskStatuses,
		NewList: func(c *cloud.Client, t cloud.Target, instanceID string, statuses service.Statuses) service.ListFunc {
			return func(ctx context.Context, since time.Time) (poll.TaskList, cloud.Response, error) {
				var filter TaskFilter
				if !since.IsZero() {
					filter.BeginTime = new(since.UTC().Format(service.QueryTime))
				}
				all, response, err := listTasks(ctx, c, t, instanceID, filter, true)
				if err != nil {
					return poll.TaskList{}, response, err
				}
				list, err := service.NewTaskList(all.Tasks, Task.status, statuses, response)
				return list, response, err
			}
		},
	},
	Get: service.GetInstance(GetInstance, instanceStatuses),
}

// status returns what the list says of a task, without what Statuses.Complete adds.
func (t Task) status() poll.Task {
	return poll.Task{ID: service.Deref(t.ID), Status: poll.Status{
		Raw: service.Deref(t.Status), Name: service.Deref(t.Name),
		BeginTime: service.Deref(t.CreatedAt), EndTime: service.Deref(t.UpdatedAt),
	}}
}
