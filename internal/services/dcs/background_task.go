package dcs

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

var taskStatuses = service.Statuses{
	Running:   []string{"CREATED", "WAITING", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED", "FAIL"},
	Cancelled: []string{"DELETED", "CANCELLED", "CANCELED"},
}

var backgroundTask = service.Job{
	Object:     "DCS background task",
	Arguments:  []string{"instance_id", "task_id"},
	Permission: ListTasks.Info().Permission,
	Statuses:   taskStatuses,
	NewPoll: func(c *cloud.Client, t cloud.Target, ids []string, statuses service.Statuses) poll.Func {
		p := &taskPoller{lister: newLister(c, t, ids[0]), taskID: ids[1], statuses: statuses}
		return p.poll
	},
}

// A taskPoller polls the task list first, which decides how a task ended: so one request is enough for a task that has
// ended. While the task runs, it polls the progress instead, which estimates the remaining time, until that suggests an end.
type taskPoller struct {
	*lister
	taskID   string
	statuses service.Statuses

	useProgress   bool        // at the next poll
	progressFails int         // polls of the progress in a row that the service did not understand
	last          poll.Status // according to the list
	listedAt      time.Time   // when the list was read
	since         time.Time   // the list has the task from this time on; zero if unknown
}

const (
	// maxListAge bounds how long the progress is trusted alone. It never ends for a task that was cancelled before its first step.
	maxListAge = time.Minute
	// maxProgressFails is after how many of them the service is taken to have no progress of this task.
	maxProgressFails = 3
	// reasonTimeout bounds the request for the reason of a failure, which is known already.
	reasonTimeout = 5 * time.Second
	// maxRemainTime is far beyond any estimate; longer ones could exceed a time.Duration.
	maxRemainTime = 1_000_000_000 // seconds
)

func (p *taskPoller) poll(ctx context.Context) (poll.Status, error) {
	if !p.useProgress {
		return p.pollList(ctx, nil)
	}
	progress, response, err := service.Get(ctx, GetProgress, p.client, p.target, p.instanceID, p.taskID)
	listIsRecent := time.Since(p.listedAt) < maxListAge
	failed, _ := errors.AsType[*poll.Error](service.PollError(err))
	if err == nil && !progress.suggestsEnd() && listIsRecent {
		return p.withProgress(progress, response), nil
	}
	if failed != nil && failed.Kind.Passes() && listIsRecent {
		return poll.Status{}, failed
	}
	// Continue with the list: for now, or for good if the service keeps rejecting the request or sending invalid responses.
	p.useProgress = err == nil
	if failed != nil && failed.Kind == poll.Invalid {
		p.progressFails++
	} else {
		p.progressFails = 0
	}
	if err != nil {
		return p.pollList(ctx, &Progress{})
	}
	return p.pollList(ctx, &progress)
}

// withProgress returns the last status of the list with a progress.
func (p *taskPoller) withProgress(progress Progress, r cloud.Response) poll.Status {
	status := p.statuses.Complete(p.last, r)
	status.Progress = percent(progress.Progress)
	if r := progress.RemainTime; r != nil && *r >= 0 && *r <= maxRemainTime {
		status.Remaining = new(time.Duration(*r) * time.Second)
	}
	status.Steps = progress.steps(func(state poll.State, status string) bool {
		return state == poll.Running && !strings.EqualFold(status, "WAITING")
	}, false)
	return status
}

// pollList polls the task list. The progress is what the same poll has read of it, or nil.
func (p *taskPoller) pollList(ctx context.Context, progress *Progress) (poll.Status, error) {
	task, response, err := p.find(ctx)
	if err != nil {
		return poll.Status{}, service.PollError(err)
	}
	p.listedAt = time.Now()
	p.last = p.statuses.Complete(task.status().Status, response)
	hasProgress := task.EnableShow == nil || bool(*task.EnableShow)
	switch p.last.State {
	case poll.Running, poll.Unknown:
		p.useProgress = hasProgress && p.progressFails < maxProgressFails && (progress == nil || p.useProgress)
		if progress != nil {
			return p.withProgress(*progress, response), nil
		}
	case poll.Succeeded:
		if hasProgress {
			p.last.Progress = new(int64(100))
		}
	case poll.Failed, poll.Cancelled, poll.Missing:
		if hasProgress {
			_ = addReason(ctx, p.client, p.target, p.instanceID, p.taskID, &p.last) // how the task ended is known
		}
	}
	return p.last, nil
}

// find returns the task from the part of the list that has to have it, or else from the first page that has it.
func (p *taskPoller) find(ctx context.Context) (task Task, response cloud.Response, err error) {
	if !p.since.IsZero() {
		if task, response, err = p.findSince(ctx, p.since); err == nil || !isMissing(err) {
			return task, response, err
		}
	}
	task, response, err = p.findSince(ctx, time.Time{})
	if err == nil {
		p.since = poll.Window(service.ParseTime(service.Deref(task.CreatedAt)))
	}
	return task, response, err
}

// findSince returns the task from the first page that has it, of the list from a time on.
func (p *taskPoller) findSince(ctx context.Context, since time.Time) (task Task, response cloud.Response, err error) {
	pages := p.pages(startingAt(since))
	found := false
	for !found {
		_, response, err = pages.next(ctx, func(page []Task) (err error) {
			task, err = service.FindTask(page, p.taskID, Task.status, p.statuses)
			found = err == nil
			if found && service.Deref(task.Status) == "" {
				return service.ErrNoStatus
			}
			return err
		})
		if err != nil {
			return task, response, err
		}
	}
	return task, response, nil
}

// addReason adds the steps that failed to the status of a task, if the service tells them in time.
func addReason(ctx context.Context, c *cloud.Client, t cloud.Target, instanceID, taskID string, status *poll.Status) error {
	ctx, cancel := context.WithTimeout(ctx, reasonTimeout)
	defer cancel()
	progress, _, err := service.Get(ctx, GetProgress, c, t, instanceID, taskID)
	if err != nil {
		return err
	}
	status.Progress = percent(progress.Progress)
	failed := progress.steps(func(state poll.State, _ string) bool { return state == poll.Failed || state == poll.Cancelled }, true)
	status.FailureReason = strings.Join(failed, "; ")
	return nil
}

// percent returns a progress from 0 to 100, or nil for any other value.
func percent(p *lenient.Int64) *int64 {
	if p == nil || *p < 0 || *p > 100 {
		return nil
	}
	return new(int64(*p))
}
