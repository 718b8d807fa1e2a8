package service

import (
	"cmp"
	"context"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// A TaskList describes a call that lists the tasks of a project, or of an instance, by the time of their begin.
type TaskList struct {
	Call  *CallInfo
	Pages Pages

	Form     func(time.Time) string // of a time in the query
	Begin    string                 // parameter of the time from which on tasks are listed; default: start_time
	Days     int                    // that a window may have, where the service needs one; 0 if it does not
	Instance string                 // parameter of the instance ID; empty if it is in the path, or if the service lists the tasks of all

	Task TaskFields
}

// TaskFields are the fields of a task in a list, such as "created_at" or "instance.id". Those that there are not are empty.
type TaskFields struct {
	InstanceID                   string // may be empty if the service lists those of one instance
	Name, Status, Begin, End     string
	Progress, FailCode, FailText string
}

// clockMargin is added to the end of a window that a wait needs: neither clock nor time zone of this machine matter.
const clockMargin = 24 * time.Hour

// ReadWindow reads the tasks of a window, of one instance if there is an ID. It returns a pointer to the answer.
func (l TaskList) ReadWindow(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID *string, w Window,
) (any, cloud.Response, error) {
	start, end := w.Times()
	return l.Pages.read(ctx, l.Call, c, t, l.query(instanceID, start, end), false, nil)
}

// query returns the query for the tasks between two times, which may be zero.
func (l TaskList) query(instanceID *string, start, end time.Time) url.Values {
	query := make(url.Values)
	if instanceID != nil {
		query.Set(l.Instance, *instanceID)
	}
	if end.IsZero() && (l.Days > 0 || !start.IsZero()) {
		end = time.Now().Add(clockMargin).Truncate(time.Hour) // the same for other waits
	}
	if start.IsZero() && l.Days > 0 {
		start = end.AddDate(0, 0, -l.Days)
	}
	if !start.IsZero() {
		query.Set(cmp.Or(l.Begin, "start_time"), l.Form(start))
	}
	if !end.IsZero() && l.Begin == "" {
		query.Set("end_time", l.Form(end))
	}
	return query
}

// Tasks returns how a wait follows the tasks of an instance.
func (l TaskList) Tasks(object string, statuses Statuses) *Tasks {
	return &Tasks{
		Object: object, Permission: l.Call.Permission, Statuses: statuses,
		NewList: func(c *cloud.Client, t cloud.Target, instanceID string, statuses Statuses) ListFunc {
			return func(ctx context.Context, since time.Time) (poll.TaskList, cloud.Response, error) {
				var selected *string
				if l.Instance != "" {
					selected = &instanceID
				}
				var ids []string
				if len(l.Call.arguments()) > 0 {
					ids = []string{instanceID}
				}
				answer, response, err := l.Pages.read(ctx, l.Call, c, t, l.query(selected, since, time.Time{}), true, ids)
				if err != nil {
					return poll.TaskList{}, response, err
				}
				list, err := newTaskList(l.tasksOf(answer, instanceID), statuses, response)
				return list, response, err
			}
		},
	}
}

// Job returns the kind of job that a call reads whose response is such a list, with the ID of the job in its query.
func (l TaskList) Job(object string, call *CallInfo, statuses Statuses) Job {
	return newJob(object, call, statuses, func(answer any, ids []string, statuses Statuses) (poll.Status, error) {
		task, err := FindTask(l.tasksOf(answer, ""), ids[len(ids)-1], func(t poll.Task) poll.Task { return t }, statuses)
		return task.Status, err
	})
}

// tasksOf returns what an answer, which is a pointer, says of the tasks of an instance, or of all if there is no ID; nil if it has no list.
func (l TaskList) tasksOf(answer any, instanceID string) []poll.Task {
	items := fieldAt(reflect.ValueOf(answer).Elem(), l.Pages.Items)
	if items.IsNil() {
		return nil
	}
	tasks := []poll.Task{}
	for i := range items.Len() {
		text := func(field string) string {
			if field == "" {
				return ""
			}
			return Deref(stringAt(items.Index(i), field))
		}
		if instanceID != "" && l.Task.InstanceID != "" && !SameID(text(l.Task.InstanceID), instanceID) {
			continue
		}
		tasks = append(tasks, poll.Task{ID: text(l.Pages.ID), Status: poll.Status{
			Raw: text(cmp.Or(l.Task.Status, "status")), Name: strings.TrimSpace(text(l.Task.Name)), Progress: percent(text(l.Task.Progress)),
			BeginTime: text(l.Task.Begin), EndTime: text(l.Task.End),
			FailureCode: text(l.Task.FailCode), FailureReason: text(l.Task.FailText),
		}})
	}
	return tasks
}
