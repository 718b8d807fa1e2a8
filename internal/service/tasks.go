package service

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// A TaskCall is a call that lists the tasks of a project, or of an instance, by the time of their begin.
type TaskCall[Answer, Task any] struct {
	Pages[Answer, Task]

	Form     func(time.Time) string // of a time in the query
	Begin    string                 // parameter of the time from which on tasks are listed; default: start_time
	Days     int                    // that a window may have, where the service needs one; 0 if it does not
	Instance string                 // parameter of the instance ID; empty if the service lists the tasks of all instances

	Status     func(Task) poll.Task
	InstanceID func(Task) string // may be nil if the service lists those of one instance
}

// clockMargin is added to the end of a window that a wait needs: neither clock nor time zone of this machine matter.
const clockMargin = 24 * time.Hour

// ReadWindow reads the tasks of a window, of one instance if there is an ID.
func (c TaskCall[Answer, Task]) ReadWindow(
	ctx context.Context, client *cloud.Client, t cloud.Target, instanceID *string, w Window, forWait bool,
) (Answer, cloud.Response, error) {
	start, end := w.Times()
	return c.read(ctx, client, t, instanceID, start, end, forWait)
}

// read reads the tasks between two times, which may be zero.
func (c TaskCall[Answer, Task]) read(
	ctx context.Context, client *cloud.Client, t cloud.Target, instanceID *string, start, end time.Time, forWait bool,
) (Answer, cloud.Response, error) {
	query := make(url.Values)
	if instanceID != nil {
		query.Set(c.Instance, *instanceID)
	}
	if end.IsZero() && (c.Days > 0 || !start.IsZero()) {
		end = time.Now().Add(clockMargin).Truncate(time.Hour) // the same for other waits
	}
	if start.IsZero() && c.Days > 0 {
		start = end.AddDate(0, 0, -c.Days)
	}
	if !start.IsZero() {
		query.Set(cmp.Or(c.Begin, "start_time"), c.Form(start))
	}
	if !end.IsZero() && c.Begin == "" {
		query.Set("end_time", c.Form(end))
	}
	return c.Read(ctx, client, t, query, forWait)
}

// Tasks returns how a wait follows the tasks of an instance.
func (c TaskCall[Answer, Task]) Tasks(object string, statuses Statuses) *Tasks {
	return &Tasks{
		Object: object, Permission: c.Call.Permission, Statuses: statuses,
		NewList: func(client *cloud.Client, t cloud.Target, instanceID string, statuses Statuses) ListFunc {
			return func(ctx context.Context, since time.Time) (poll.TaskList, cloud.Response, error) {
				var selected *string
				if c.Instance != "" {
					selected = &instanceID
				}
				answer, response, err := c.read(ctx, client, t, selected, since, time.Time{}, true)
				if err != nil {
					return poll.TaskList{}, response, err
				}
				tasks := *c.Items(&answer)
				if c.InstanceID != nil {
					tasks = slices.DeleteFunc(tasks, func(task Task) bool { return !SameID(c.InstanceID(task), instanceID) })
				}
				list, err := NewTaskList(tasks, c.Status, statuses, response)
				return list, response, err
			}
		},
	}
}
