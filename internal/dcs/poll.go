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
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// JobStatuses are the status words of jobs.
var JobStatuses = source.Statuses{
	Running:   []string{"INIT", "RUNNING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "FAILED"},
}

// TaskStatuses are the status words of background tasks.
var TaskStatuses = source.Statuses{
	Running:   []string{"CREATED", "WAITING", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED", "FAIL"},
	Cancelled: []string{"DELETED", "CANCELLED", "CANCELED"},
}

// stepStatuses are the status words of steps and sub-steps.
var stepStatuses = source.Statuses{
	Running:   []string{"WAITING", "EXECUTING", "SUSPEND"},
	Succeeded: []string{"FINISH"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"CANCELED"},
}

// PollJob looks at a job.
func PollJob(c *cloud.Client, t cloud.Target, jobID string, words source.Statuses) poll.Func {
	return func(ctx context.Context) (poll.Status, error) {
		job, err := GetJob(ctx, c, t, jobID)
		if err != nil {
			return poll.Status{}, source.ClassifyError(err)
		}
		status := source.Deref(job.Status)
		return poll.Status{
			State: words.Classify(status), Raw: status, Name: source.Deref(job.JobType),
			BeginTime: source.Deref(job.BeginTime), EndTime: source.Deref(job.EndTime),
			FailureReason: source.Deref(job.FailReason),
		}, nil
	}
}

// PollTask looks at a background task. The task list, which is the authority on how a task ended, comes
// first, so that one look is enough for a task that has ended. While the task runs it is followed
// through its progress, which says how long it will take still, until that suggests an end.
func PollTask(c *cloud.Client, t cloud.Target, instanceID, taskID string, words source.Statuses) poll.Func {
	o := &taskPoller{client: c, target: t, instanceID: instanceID, taskID: taskID, statuses: words}
	return o.poll
}

type taskPoller struct {
	client             *cloud.Client
	target             cloud.Target
	instanceID, taskID string
	statuses           source.Statuses

	useProgress         bool        // through the progress, at the next look
	progressUnavailable bool        // there is no progress of this task to be had
	reasonAttempts      int         // how often it was asked why the task failed
	last                poll.Status // that the list gave
	listedAt            time.Time   // when
}

const (
	// maxListAge is how often the list is asked at least: a task that is cancelled before its first step has
	// a progress that never ends, and the progress may be out of order while the list is not.
	maxListAge = time.Minute
	// maxReasonAttempts is how often the progress of a task that failed is asked why.
	maxReasonAttempts = 3
)

func (o *taskPoller) poll(ctx context.Context) (poll.Status, error) {
	if o.useProgress {
		progress, err := GetProgress(ctx, o.client, o.target, o.instanceID, o.taskID)
		var passing *poll.TransientError
		passes := errors.As(source.ClassifyError(err), &passing)
		switch {
		case err == nil && !progress.suggestsEnd() && time.Since(o.listedAt) < maxListAge:
			return o.withProgress(progress), nil
		case passes && time.Since(o.listedAt) < maxListAge:
			return poll.Status{}, passing
		}
		// Else the list alone knows: for now, or for good where the service refuses the progress or sends nonsense.
		o.useProgress = err == nil
		o.progressUnavailable = err != nil && !passes && !isNotFound(err)
		if err != nil {
			progress = Progress{}
		}
		return o.pollList(ctx, &progress)
	}
	return o.pollList(ctx, nil)
}

// withProgress adds a progress to what the list gave before.
func (o *taskPoller) withProgress(p Progress) poll.Status {
	seen := o.last
	seen.Progress = percent(p.Progress)
	if p.RemainTime != nil && *p.RemainTime >= 0 && *p.RemainTime < 1e9 { // else it is nonsense
		seen.Remaining = new(time.Duration(*p.RemainTime) * time.Second)
	}
	seen.Steps = p.steps(func(state poll.State, status string) bool {
		return state == poll.Running && !strings.EqualFold(status, "WAITING")
	}, false)
	return seen
}

// pollList looks at the task in the list of its instance, given its progress if that is known.
func (o *taskPoller) pollList(ctx context.Context, progress *Progress) (poll.Status, error) {
	list, err := ListTasks(ctx, o.client, o.target, o.instanceID, TaskFilter{})
	if err != nil {
		return poll.Status{}, source.ClassifyError(err)
	}
	i := source.Worst(list.Tasks, func(task Task) bool { return strings.EqualFold(source.Deref(task.ID), o.taskID) },
		func(task Task) poll.State { return o.statuses.Classify(source.Deref(task.Status)) })
	if i < 0 {
		return poll.Status{}, &poll.NotFoundError{Err: fmt.Errorf("the service lists %d tasks of the instance, but not this one", len(list.Tasks))}
	}
	o.listedAt = time.Now()
	task := list.Tasks[i]
	status := source.Deref(task.Status)
	o.last = poll.Status{
		State: o.statuses.Classify(status), Raw: status, Name: source.Deref(task.Name), BeginTime: source.Deref(task.CreatedAt),
	}
	detailed := task.EnableShow == nil || bool(*task.EnableShow)
	switch o.last.State {
	case poll.Running, poll.Unknown:
		o.useProgress = detailed && !o.progressUnavailable && (progress == nil || o.useProgress)
		if progress != nil {
			return o.withProgress(*progress), nil
		}
		return o.last, nil
	case poll.Succeeded:
		o.last.EndTime = source.Deref(task.UpdatedAt)
		if detailed {
			o.last.Progress = new(int64(100))
		}
	case poll.Failed, poll.Cancelled:
		o.last.EndTime = source.Deref(task.UpdatedAt)
		o.last.FailureCode = source.Deref(task.ErrorCode)
		if detailed {
			return o.failureReason(ctx)
		}
	}
	return o.last, nil
}

// failureReason adds to the last observation which steps failed.
func (o *taskPoller) failureReason(ctx context.Context) (poll.Status, error) {
	progress, err := GetProgress(ctx, o.client, o.target, o.instanceID, o.taskID)
	if err != nil {
		// What may pass is worth another look, since the reason must not depend on chance.
		o.reasonAttempts++
		if passing := (*poll.TransientError)(nil); errors.As(source.ClassifyError(err), &passing) && o.reasonAttempts < maxReasonAttempts {
			return poll.Status{}, passing
		}
		return o.last, nil // how the task ended is known, if not why
	}
	o.last.Progress = percent(progress.Progress)
	failed := progress.steps(func(state poll.State, _ string) bool { return state == poll.Failed || state == poll.Cancelled }, true)
	o.last.FailureReason = strings.Join(failed, "; ")
	return o.last, nil
}

// isNotFound reports whether an error says that there is no progress, not yet or no more.
func isNotFound(err error) bool {
	var missing *poll.NotFoundError
	return errors.As(source.ClassifyError(err), &missing)
}

// suggestsEnd reports whether no step is left to be done, as far as its statuses are known. A step that failed ends it at once.
func (p Progress) suggestsEnd() bool {
	for _, step := range p.StepDetails {
		switch stepStatuses.Classify(source.Deref(step.StepStatus)) {
		case poll.Running:
			return false
		case poll.Failed, poll.Cancelled:
			return true
		case poll.Succeeded, poll.Unknown:
		}
	}
	return true // also where there are no steps, or none that says something: then only the list knows
}

// steps names the steps and sub-steps in a state, with their error codes if wanted.
func (p Progress) steps(wanted func(poll.State, string) bool, codes bool) []string {
	var names []string
	add := func(name, status, code *lenient.String) {
		if !wanted(stepStatuses.Classify(source.Deref(status)), source.Deref(status)) {
			return
		}
		text := strings.TrimSuffix(source.Deref(name), ".")
		if codes && source.Deref(code) != "" {
			text += " (" + source.Deref(code) + ")"
		}
		names = append(names, text)
	}
	for _, step := range p.StepDetails {
		add(step.StepName, step.StepStatus, step.ErrorCode)
		for _, sub := range step.SubStepDetails {
			add(sub.SubStepName, sub.SubStepStatus, sub.ErrorCode)
		}
	}
	return names
}

// percent returns a progress from 0 to 100, and nil for any other.
func percent(p *lenient.Int64) *int64 {
	if p == nil || *p < 0 || *p > 100 {
		return nil
	}
	return new(int64(*p))
}
