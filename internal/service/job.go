package service

import (
	"context"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// A Job is a kind of job that a service runs and hwtasks_wait can wait for.
type Job struct {
	Object     string   // in diagnostics, such as "DWS job"
	Arguments  []string // of hwtasks_wait that identify the job, in the order of IDs
	Permission string   // needed to poll, such as "dws:service:listJobDetail"
	Statuses   Statuses

	// NewPoll returns the function that polls the job with these IDs.
	NewPoll func(c *cloud.Client, t cloud.Target, ids []string, statuses Statuses) poll.Func
}

// ObjectID returns the IDs of a job as diagnostics show them, such as "8abf… of instance 5560…".
func (j Job) ObjectID(ids []string) string {
	own := ids[len(ids)-1]
	for i, argument := range j.Arguments[:len(j.Arguments)-1] {
		own += " of " + strings.TrimSuffix(argument, "_id") + " " + ids[i]
	}
	return own
}

// PollCall returns the NewPoll of a job that one call tells everything about: status returns what an answer says of the job
// with these IDs, without the State, which follows from the statuses. Its error is about the answer, such as a
// *poll.NotFoundError.
func PollCall[Answer any](
	call Call[Answer], status func(answer Answer, ids []string, statuses Statuses) (poll.Status, error),
) func(*cloud.Client, cloud.Target, []string, Statuses) poll.Func {
	return func(c *cloud.Client, t cloud.Target, ids []string, statuses Statuses) poll.Func {
		return func(ctx context.Context) (poll.Status, error) {
			answer, response, err := call.Get(ctx, c, t, ids...)
			if err != nil {
				return poll.Status{}, ClassifyError(err)
			}
			s, err := status(answer, ids, statuses)
			if err != nil {
				return poll.Status{}, err
			}
			s.State = statuses.Classify(s.Raw)
			s.Endpoint, s.RequestID = response.Endpoint, response.RequestID
			return s, nil
		}
	}
}
