package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// An Instance is a kind of instance that a service changes in the background. hwtasks_wait can wait until one is idle and, if the service
// lists its tasks, for the tasks of a name.
type Instance struct {
	Object string    // in diagnostics, such as "DCS instance"
	Call   *CallInfo // that reads it
	Tasks  *Tasks    // nil if the service has no list of them

	// Get reads an instance. The statuses are those of its tasks.
	Get func(ctx context.Context, c *cloud.Client, t cloud.Target, id string, tasks Statuses) (poll.Instance, error)
}

// Tasks are the tasks of an instance.
type Tasks struct {
	Object     string // in diagnostics, such as "DCS background task"
	Permission string // needed to list them
	Statuses   Statuses

	// NewList returns the function that lists the tasks of an instance since a time, or all of them if the time is zero.
	NewList func(c *cloud.Client, t cloud.Target, instanceID string, statuses Statuses) ListFunc
	// Explain completes why a task failed, if the service tells that with another call. It may be nil.
	Explain func(ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, task *poll.Task) error
}

// A ListFunc lists the tasks of an instance since a time.
type ListFunc func(ctx context.Context, since time.Time) (poll.TaskList, cloud.Response, error)

// NewPoll returns the function that polls the instance with an ID, and its tasks, for one wait. The statuses are those of the tasks.
func (i Instance) NewPoll(c *cloud.Client, t cloud.Target, id string, statuses Statuses, tracker *poll.Tracker) poll.Func {
	p := &instancePoller{Instance: i, client: c, target: t, id: id, statuses: statuses, tracker: tracker, explained: make(map[string]bool)}
	if i.Tasks != nil {
		p.list = i.Tasks.NewList(c, t, id, statuses)
	}
	return p.poll
}

// forbiddenTime is for how long an instance must be forbidden to read, so that its tasks alone decide: a grant takes seconds to spread.
const forbiddenTime = 10 * time.Second

// An instancePoller polls an instance: first its tasks, and itself where it depends on that.
type instancePoller struct {
	Instance
	client   *cloud.Client
	target   cloud.Target
	id       string
	statuses Statuses
	list     ListFunc
	tracker  *poll.Tracker

	forbiddenSince time.Time
	explained      map[string]bool // tasks that failed, by ID
}

func (p *instancePoller) poll(ctx context.Context) (poll.Status, error) {
	var response cloud.Response
	if p.list != nil {
		var list poll.TaskList
		var err error
		if list, response, err = p.list(ctx, p.tracker.Since()); err != nil {
			return poll.Status{}, PollError(err)
		}
		if err := p.tracker.AddTasks(list); err != nil {
			return poll.Status{}, PollError(response.Reject(err))
		}
	}
	if p.tracker.NeedsInstance() {
		if err := p.read(ctx); err != nil {
			return poll.Status{}, err
		}
	}
	if p.Tasks != nil && p.Tasks.Explain != nil && !poll.IsLast(ctx) {
		p.explain(ctx)
	}
	status, err := p.tracker.Status()
	if err != nil {
		return status, PollError(response.Reject(&cloud.NotFoundError{Message: err.Error()}))
	}
	return status, nil
}

// explainTimeout bounds all requests of a poll for reasons: that the tasks failed is known already.
const explainTimeout = 5 * time.Second

// explain completes why tasks failed, each once, if the service tells that in time.
func (p *instancePoller) explain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, explainTimeout)
	defer cancel()
	for _, task := range p.tracker.Unexplained() {
		if p.explained[task.ID] || ctx.Err() != nil {
			continue
		}
		err := PollError(p.Tasks.Explain(ctx, p.client, p.target, p.id, task))
		failed, again := errors.AsType[*poll.Error](err)
		p.explained[task.ID] = err == nil || again && !failed.Kind.Passes()
	}
}

// read reads the instance. If that is not possible, its tasks decide, as long as it never was.
func (p *instancePoller) read(ctx context.Context) error {
	instance, err := p.Get(ctx, p.client, p.target, p.id, p.statuses)
	if err == nil {
		p.tracker.AddInstance(instance)
		return nil
	}
	err = PollError(err)
	var e *cloud.Error
	failed, _ := errors.AsType[*poll.Error](err)
	forbidden := failed != nil && failed.Kind == poll.Forbidden
	if p.list == nil || !errors.As(err, &e) || !forbidden && !e.APINotPublished() {
		return err
	}
	if p.forbiddenSince.IsZero() {
		p.forbiddenSince = time.Now()
	}
	if p.tracker.HasInstance() || forbidden && time.Since(p.forbiddenSince) < forbiddenTime {
		return &poll.Error{Kind: poll.Transient, Err: err}
	}
	reason := e.Cause()
	if forbidden {
		reason += fmt.Sprintf(" (permission %s)", p.Call.Permission)
	}
	p.tracker.WithoutInstance(reason)
	return nil
}

// InstanceStatuses are the statuses of an instance by the condition that they mean. Any other status means work.
type InstanceStatuses struct {
	AtRest, BackedUp, BackedUpUnlisted, Unwell []string
}

// Classify returns the condition that a status means. Comparison ignores ASCII case.
func (s InstanceStatuses) Classify(status string) poll.Condition {
	switch is := equalTo(status); {
	case slices.ContainsFunc(s.AtRest, is):
		return poll.AtRest
	case slices.ContainsFunc(s.BackedUp, is):
		return poll.BackedUp
	case slices.ContainsFunc(s.BackedUpUnlisted, is):
		return poll.BackedUpUnlisted
	case slices.ContainsFunc(s.Unwell, is):
		return poll.Unwell
	}
	return poll.AtWork
}

// ErrNoInstanceStatus reports an answer that does not say how an instance is.
var ErrNoInstanceStatus = errors.New("the answer has no status of the instance")

// ErrNoTasks reports an answer without a list of tasks, which is none that says that there are no tasks.
var ErrNoTasks = errors.New("the answer has no tasks")

// NewTaskList returns the tasks of an answer that a wait follows. Status returns what the answer says of a task, without what
// Statuses.Complete adds; what it says of the end of a task that runs is when the task changed.
func NewTaskList[Task any](tasks []Task, status func(Task) poll.Task, statuses Statuses, r cloud.Response) (poll.TaskList, error) {
	all := make([]poll.Task, len(tasks))
	for i, task := range tasks {
		all[i] = status(task)
	}
	return newTaskList(all, statuses, r)
}

func newTaskList(tasks []poll.Task, statuses Statuses, r cloud.Response) (poll.TaskList, error) {
	list := poll.TaskList{Date: r.Date, Endpoint: r.Endpoint, RequestID: r.RequestID}
	for _, task := range tasks {
		if task.ID == "" {
			return list, r.Reject(errors.New("the answer has a task without an ID"))
		}
		if task.Raw == "" {
			return list, r.Reject(errors.New("the answer has a task without a status"))
		}
		task.Changed = ParseTime(task.EndTime)
		task.Status = statuses.Complete(task.Status, r)
		list.Tasks = append(list.Tasks, task)
	}
	return list, nil
}

// An InstanceAnswer is what a wait needs of the response of a call that reads an instance of DCS or of a message service. Task is in no
// table of the reference pages: it is nothing, a text such as "BACKUPING", or an object with name and status.
type InstanceAnswer struct {
	Status *lenient.String `json:"status"`
	Task   any             `json:"task"`
}

// GetInstance returns the Instance.Get that makes a call.
func GetInstance(
	call Call[InstanceAnswer], statuses InstanceStatuses,
) func(context.Context, *cloud.Client, cloud.Target, string, Statuses) (poll.Instance, error) {
	return func(ctx context.Context, c *cloud.Client, t cloud.Target, id string, tasks Statuses) (poll.Instance, error) {
		answer, response, err := Query(ctx, call, c, t, nil, id)
		if err != nil {
			return poll.Instance{}, err
		}
		status := Deref(answer.Status)
		if status == "" {
			return poll.Instance{}, response.Reject(ErrNoInstanceStatus)
		}
		return poll.Instance{
			Status: status, Condition: statuses.Classify(status), Work: work(answer.Task, tasks),
			Endpoint: response.Endpoint, RequestID: response.RequestID,
		}, nil
	}
}

// work returns what the member task of an instance says that runs, or "" if nothing does: its status may be an end.
func work(task any, statuses Statuses) string {
	switch task := task.(type) {
	case nil:
		return ""
	case string:
		if task == "" || statuses.Classify(task).Ended() {
			return ""
		}
		return "task " + task
	case map[string]any:
		name, _ := task["name"].(string)
		status, isText := task["status"].(string)
		if len(task) == 0 || isText && (name == "" && status == "" || statuses.Classify(status).Ended()) {
			return ""
		}
		return fmt.Sprintf("task %s (%s)", cmp.Or(name, "without a name"), cmp.Or(status, "without a status"))
	case []any:
		if len(task) == 0 {
			return ""
		}
	}
	return "task of an unknown form"
}
