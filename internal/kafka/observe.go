package kafka

import (
	"context"
	"errors"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// TaskWords are the status words of background tasks.
var TaskWords = source.Words{
	Running:   []string{"CREATED", "EXECUTING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"DELETED", "CANCELLED"},
}

// ObserveTask looks at a background task.
func ObserveTask(c *cloud.Client, t cloud.Target, instanceID, taskID string, words source.Words) poll.Observer {
	return func(ctx context.Context) (poll.Observation, error) {
		answer, err := GetBackgroundTask(ctx, c, t, instanceID, taskID)
		if err != nil {
			return poll.Observation{}, source.LookError(err)
		}
		i := source.Pick(answer.Tasks, func(task Task) bool { return strings.EqualFold(source.Text(task.ID), taskID) },
			func(task Task) poll.State { return words.State(source.Text(task.Status)) })
		if i < 0 {
			return poll.Observation{}, &poll.MissingError{Err: errors.New("the service answers with a list that does not have this task")}
		}
		task := answer.Tasks[i]
		status := source.Text(task.Status)
		o := poll.Observation{State: words.State(status), Status: status, Name: source.Text(task.Name), BeginTime: source.Text(task.CreatedAt)}
		if o.State != poll.Running && o.State != poll.Unknown {
			o.EndTime = source.Text(task.UpdatedAt)
		}
		return o, nil
	}
}
