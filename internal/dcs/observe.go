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

// JobWords are the status words of jobs.
var JobWords = source.Words{
	Running:   []string{"INIT", "RUNNING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "FAILED"},
}

// TaskWords are the status words of background tasks.
var TaskWords = source.Words{
	Running:   []string{"CREATED", "WAITING", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED", "FAIL"},
	Cancelled: []string{"DELETED", "CANCELLED", "CANCELED"},
}

// stepWords are the status words of steps and sub-steps.
var stepWords = source.Words{
	Running:   []string{"WAITING", "EXECUTING", "SUSPEND"},
	Succeeded: []string{"FINISH"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"CANCELED"},
}

// ObserveJob looks at a job.
func ObserveJob(c *cloud.Client, t cloud.Target, jobID string, words source.Words) poll.Observer {
	return func(ctx context.Context) (poll.Observation, error) {
		job, err := GetJob(ctx, c, t, jobID)
		if err != nil {
			return poll.Observation{}, source.LookError(err)
		}
		status := source.Text(job.Status)
		return poll.Observation{
			State: words.State(status), Status: status, Name: source.Text(job.JobType),
			BeginTime: source.Text(job.BeginTime), EndTime: source.Text(job.EndTime),
			FailureReason: source.Text(job.FailReason),
		}, nil
	}
}

// ObserveTask looks at a background task. The task list, which is the authority on how a task ended, comes
// first, so that one look is enough for a task that has ended. While the task runs it is followed
// through its progress, which says how long it will take still, until that suggests an end.
func ObserveTask(c *cloud.Client, t cloud.Target, instanceID, taskID string, words source.Words) poll.Observer {
	o := &taskObserver{client: c, target: t, instanceID: instanceID, taskID: taskID, words: words}
	return o.look
}

type taskObserver struct {
	client             *cloud.Client
	target             cloud.Target
	instanceID, taskID string
	words              source.Words

	follow  bool             // through the progress, at the next look
	refused bool             // there is no progress of this task to be had
	asked   int              // how often it was asked why the task failed
	last    poll.Observation // that the list gave
	listed  time.Time        // when
}

const (
	// listAtLeast is how often the list is asked at least: a task that is cancelled before its first step has
	// a progress that never ends, and the progress may be out of order while the list is not.
	listAtLeast = time.Minute
	// explanations is how often the progress of a task that failed is asked why.
	explanations = 3
)

func (o *taskObserver) look(ctx context.Context) (poll.Observation, error) {
	if o.follow {
		progress, err := GetProgress(ctx, o.client, o.target, o.instanceID, o.taskID)
		var passing *poll.PassingError
		passes := errors.As(source.LookError(err), &passing)
		switch {
		case err == nil && !progress.suggestsEnd() && time.Since(o.listed) < listAtLeast:
			return o.observe(progress), nil
		case passes && time.Since(o.listed) < listAtLeast:
			return poll.Observation{}, passing
		}
		// Else the list alone knows: for now, or for good where the service refuses the progress or sends nonsense.
		o.follow = err == nil
		o.refused = err != nil && !passes && !gone(err)
		if err != nil {
			progress = Progress{}
		}
		return o.lookInList(ctx, &progress)
	}
	return o.lookInList(ctx, nil)
}

// observe adds a progress to what the list gave before.
func (o *taskObserver) observe(p Progress) poll.Observation {
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

// lookInList looks at the task in the list of its instance, given its progress if that is known.
func (o *taskObserver) lookInList(ctx context.Context, progress *Progress) (poll.Observation, error) {
	list, err := ListTasks(ctx, o.client, o.target, o.instanceID, TaskFilter{})
	if err != nil {
		return poll.Observation{}, source.LookError(err)
	}
	i := source.Pick(list.Tasks, func(task Task) bool { return strings.EqualFold(source.Text(task.ID), o.taskID) },
		func(task Task) poll.State { return o.words.State(source.Text(task.Status)) })
	if i < 0 {
		return poll.Observation{}, &poll.MissingError{Err: fmt.Errorf("the service lists %d tasks of the instance, but not this one", len(list.Tasks))}
	}
	o.listed = time.Now()
	task := list.Tasks[i]
	status := source.Text(task.Status)
	o.last = poll.Observation{
		State: o.words.State(status), Status: status, Name: source.Text(task.Name), BeginTime: source.Text(task.CreatedAt),
	}
	detailed := task.EnableShow == nil || bool(*task.EnableShow)
	switch o.last.State {
	case poll.Running, poll.Unknown:
		o.follow = detailed && !o.refused && (progress == nil || o.follow)
		if progress != nil {
			return o.observe(*progress), nil
		}
		return o.last, nil
	case poll.Succeeded:
		o.last.EndTime = source.Text(task.UpdatedAt)
		if detailed {
			o.last.Progress = new(int64(100))
		}
	case poll.Failed, poll.Cancelled:
		o.last.EndTime = source.Text(task.UpdatedAt)
		o.last.FailureCode = source.Text(task.ErrorCode)
		if detailed {
			return o.explain(ctx)
		}
	}
	return o.last, nil
}

// explain adds to the last observation which steps failed.
func (o *taskObserver) explain(ctx context.Context) (poll.Observation, error) {
	progress, err := GetProgress(ctx, o.client, o.target, o.instanceID, o.taskID)
	if err != nil {
		// What may pass is worth another look, since the reason must not depend on chance.
		o.asked++
		if passing := (*poll.PassingError)(nil); errors.As(source.LookError(err), &passing) && o.asked < explanations {
			return poll.Observation{}, passing
		}
		return o.last, nil // how the task ended is known, if not why
	}
	o.last.Progress = percent(progress.Progress)
	failed := progress.steps(func(state poll.State, _ string) bool { return state == poll.Failed || state == poll.Cancelled }, true)
	o.last.FailureReason = strings.Join(failed, "; ")
	return o.last, nil
}

// gone tells whether an error says that there is no progress, not yet or no more.
func gone(err error) bool {
	var missing *poll.MissingError
	return errors.As(source.LookError(err), &missing)
}

// suggestsEnd tells whether no step is left to be done, as far as its statuses are known. A step that failed ends it at once.
func (p Progress) suggestsEnd() bool {
	for _, step := range p.StepDetails {
		switch stepWords.State(source.Text(step.StepStatus)) {
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
		if !wanted(stepWords.State(source.Text(status)), source.Text(status)) {
			return
		}
		text := strings.TrimSuffix(source.Text(name), ".")
		if codes && source.Text(code) != "" {
			text += " (" + source.Text(code) + ")"
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

// percent gives a progress from 0 to 100, and nil for any other.
func percent(p *lenient.Int64) *int64 {
	if p == nil || *p < 0 || *p > 100 {
		return nil
	}
	return new(int64(*p))
}
