package service

import (
	"context"
	"errors"
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

// objectID returns the ID of an object as diagnostics show it: the last of the IDs, and to what the object belongs. That is all
// of them if the object is a list.
func objectID(arguments, ids []string, isList bool) string {
	var parts []string
	owners := arguments
	if !isList {
		last := len(ids) - 1
		parts, owners = []string{ids[last]}, arguments[:last]
	}
	for i, owner := range owners {
		parts = append(parts, "of", strings.TrimSuffix(owner, "_id"), ids[i])
	}
	return strings.Join(parts, " ")
}

// NewJob returns the kind of job that has the IDs in the path of a call, and about which the answer tells everything. For status see
// PollCall.
func NewJob[Answer any](object string, call Call[Answer], statuses Statuses, status func(Answer) poll.Status) Job {
	return newJob(object, call.Info(), statuses, func(answer any, _ []string, _ Statuses) (poll.Status, error) {
		return status(*answer.(*Answer)), nil //nolint:forcetypeassert // that is its type
	})
}

func newJob(object string, call *CallInfo, statuses Statuses, status func(any, []string, Statuses) (poll.Status, error)) Job {
	return Job{
		Object: object, Arguments: call.arguments(), Permission: call.Permission, Statuses: statuses, NewPoll: pollCall(call, status),
	}
}

// PollCall returns the NewPoll of a job that one call tells everything about: status returns what an answer says of the job
// with these IDs, without what Statuses.Complete adds. Its error is about the answer, such as a *cloud.NotFoundError.
func PollCall[Answer any](
	call Call[Answer], status func(answer Answer, ids []string, statuses Statuses) (poll.Status, error),
) func(*cloud.Client, cloud.Target, []string, Statuses) poll.Func {
	return pollCall(call.Info(), func(answer any, ids []string, statuses Statuses) (poll.Status, error) {
		return status(*answer.(*Answer), ids, statuses) //nolint:forcetypeassert // that is its type
	})
}

func pollCall(
	call *CallInfo, status func(answer any, ids []string, statuses Statuses) (poll.Status, error),
) func(*cloud.Client, cloud.Target, []string, Statuses) poll.Func {
	return func(c *cloud.Client, t cloud.Target, ids []string, statuses Statuses) poll.Func {
		return func(ctx context.Context) (poll.Status, error) {
			var s poll.Status
			_, response, err := call.get(ctx, c, t, ids, func(answer any) (err error) {
				if s, err = status(answer, ids, statuses); err == nil && s.Raw == "" {
					err = ErrNoStatus
				}
				return err
			})
			if err != nil {
				return poll.Status{}, PollError(err)
			}
			return statuses.Complete(s, response), nil
		}
	}
}

// ErrNoStatus reports an answer that does not say how a job is.
var ErrNoStatus = errors.New("the answer has no status of the job")
