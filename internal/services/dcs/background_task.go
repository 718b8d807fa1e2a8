package dcs

import (
	"context"
	"errors"
	"fmt"
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
	Permission: ListTasks.Permission,
	Statuses:   taskStatuses,
	NewPoll: func(c *cloud.Client, t cloud.Target, ids []string, statuses service.Statuses) poll.Func {
		p := &taskPoller{client: c, target: t, instanceID: ids[0], taskID: ids[1], statuses: statuses}
		return p.poll
	},
}

// A taskPoller polls the task list first, which decides how a task ended: so one request is enough for a task that has
// ended. While the task runs, it polls the progress instead, which estimates the remaining time, until that suggests an end.
type taskPoller struct {
	client             *cloud.Client
	target             cloud.Target
	instanceID, taskID string
	statuses           service.Statuses

	useProgress         bool        // at the next poll
	progressUnavailable bool        // the service has no progress of this task, and never will
	reasonAttempts      int         // requests for the failure reason that failed
	last                poll.Status // according to the list
	listedAt            time.Time   // when the list was read
}

const (
	// maxListAge bounds how long the progress is trusted alone. It never ends for a task that was cancelled before its first step.
	maxListAge = time.Minute
	// maxReasonAttempts bounds the requests for the reason of a failure.
	maxReasonAttempts = 3
	// maxRemainTime is far beyond any estimate; longer ones could exceed a time.Duration.
	maxRemainTime = 1_000_000_000 // seconds
)

func (p *taskPoller) poll(ctx context.Context) (poll.Status, error) {
	if !p.useProgress {
		return p.pollList(ctx, nil)
	}
	progress, _, err := GetProgress.Get(ctx, p.client, p.target, p.instanceID, p.taskID)
	listIsRecent := time.Since(p.listedAt) < maxListAge
	classified := service.ClassifyError(err)
	transient, isTransient := errors.AsType[*poll.TransientError](classified)
	_, isNotFound := errors.AsType[*poll.NotFoundError](classified) // yet or any more
	switch {
	case err == nil && !progress.suggestsEnd() && listIsRecent:
		return p.withProgress(progress), nil
	case isTransient && listIsRecent:
		return poll.Status{}, transient
	}
	// Continue with the list: for now, or for good if the service rejects the request or sends an invalid response.
	p.useProgress = err == nil
	p.progressUnavailable = err != nil && !isTransient && !isNotFound
	if err != nil {
		progress = Progress{}
	}
	return p.pollList(ctx, &progress)
}

// withProgress returns the last status of the list with a progress.
func (p *taskPoller) withProgress(progress Progress) poll.Status {
	status := p.last
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
	list, response, err := listTasks(ctx, p.client, p.target, p.instanceID, TaskFilter{})
	if err != nil {
		return poll.Status{}, service.ClassifyError(err)
	}
	i := service.Worst(list.Tasks, func(task Task) bool { return strings.EqualFold(service.Deref(task.ID), p.taskID) },
		func(task Task) poll.State { return p.statuses.Classify(service.Deref(task.Status)) })
	if i < 0 {
		return poll.Status{}, &poll.NotFoundError{
			Err: fmt.Errorf("the service lists %d tasks of the instance, but not this one", len(list.Tasks)),
		}
	}
	p.listedAt = time.Now()
	task := list.Tasks[i]
	status := service.Deref(task.Status)
	p.last = poll.Status{
		State: p.statuses.Classify(status), Raw: status, Name: service.Deref(task.Name), BeginTime: service.Deref(task.CreatedAt),
		Endpoint: response.Endpoint, RequestID: response.RequestID,
	}
	hasProgress := task.EnableShow == nil || bool(*task.EnableShow)
	switch p.last.State {
	case poll.Running, poll.Unknown:
		p.useProgress = hasProgress && !p.progressUnavailable && (progress == nil || p.useProgress)
		if progress != nil {
			return p.withProgress(*progress), nil
		}
		return p.last, nil
	case poll.Succeeded:
		p.last.EndTime = service.Deref(task.UpdatedAt)
		if hasProgress {
			p.last.Progress = new(int64(100))
		}
	case poll.Failed, poll.Cancelled:
		p.last.EndTime = service.Deref(task.UpdatedAt)
		p.last.FailureCode = service.Deref(task.ErrorCode)
		if hasProgress {
			return p.failureReason(ctx)
		}
	}
	return p.last, nil
}

// failureReason returns the last status of the list with the steps that failed.
func (p *taskPoller) failureReason(ctx context.Context) (poll.Status, error) {
	progress, _, err := GetProgress.Get(ctx, p.client, p.target, p.instanceID, p.taskID)
	if err != nil {
		// Retry transient errors, so that the reason is there whenever the service has one.
		p.reasonAttempts++
		if transient, ok := errors.AsType[*poll.TransientError](service.ClassifyError(err)); ok && p.reasonAttempts < maxReasonAttempts {
			return poll.Status{}, transient
		}
		return p.last, nil // how the task ended is known, if not why
	}
	p.last.Progress = percent(progress.Progress)
	failed := progress.steps(func(state poll.State, _ string) bool { return state == poll.Failed || state == poll.Cancelled }, true)
	p.last.FailureReason = strings.Join(failed, "; ")
	return p.last, nil
}

// percent returns a progress from 0 to 100, or nil for any other value.
func percent(p *lenient.Int64) *int64 {
	if p == nil || *p < 0 || *p > 100 {
		return nil
	}
	return new(int64(*p))
}
