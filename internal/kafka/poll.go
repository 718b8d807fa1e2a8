package kafka

import (
	"context"
	"errors"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// TaskStatuses are the statuses of background tasks.
var TaskStatuses = source.Statuses{
	Running:   []string{"CREATED", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"DELETED", "CANCELLED"},
}

// PollTask returns a function that polls a background task.
func PollTask(c *cloud.Client, t cloud.Target, instanceID, taskID string, statuses source.Statuses) poll.Func {
	return func(ctx context.Context) (poll.Status, error) {
		answer, err := GetBackgroundTask(ctx, c, t, instanceID, taskID)
		if err != nil {
			return poll.Status{}, source.ClassifyError(err)
		}
		i := source.Worst(answer.Tasks, func(task Task) bool { return strings.EqualFold(source.Deref(task.ID), taskID) },
			func(task Task) poll.State { return statuses.Classify(source.Deref(task.Status)) })
		if i < 0 {
			return poll.Status{}, &poll.NotFoundError{Err: errors.New("the service answers with a list that does not have this task")}
		}
		task := answer.Tasks[i]
		status := source.Deref(task.Status)
		result := poll.Status{
			State: statuses.Classify(status), Raw: status, Name: source.Deref(task.Name), BeginTime: source.Deref(task.CreatedAt),
		}
		if result.State != poll.Running && result.State != poll.Unknown {
			result.EndTime = source.Deref(task.UpdatedAt) // while the task runs, this is the time of the last change
		}
		return result, nil
	}
}
