package service

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// Statuses are the statuses of a call by the state that they mean. Comparison ignores ASCII case. Any other status is unknown.
type Statuses struct {
	Running, Succeeded, Failed, Cancelled []string
	Blocked                               []string // running too, but until a person approves, pays or decides
}

// Extend returns the statuses with further ones that mean success and failure. They win over those of the service.
func (s Statuses) Extend(succeeded, failed []string) Statuses {
	s.Succeeded = slices.Concat(succeeded, s.Succeeded)
	s.Failed = slices.Concat(failed, s.Failed)
	return s
}

// Classify returns the state that a status means.
func (s Statuses) Classify(status string) poll.State {
	switch is := equalTo(status); {
	case slices.ContainsFunc(s.Succeeded, is):
		return poll.Succeeded
	case slices.ContainsFunc(s.Failed, is):
		return poll.Failed
	case slices.ContainsFunc(s.Cancelled, is):
		return poll.Cancelled
	case slices.ContainsFunc(s.Running, is), slices.ContainsFunc(s.Blocked, is):
		return poll.Running
	}
	return poll.Unknown
}

// equalTo returns a function that reports whether a known status is this one.
func equalTo(status string) func(known string) bool {
	// EqualFold alone would also take the long s (ſ) for an S.
	return func(known string) bool { return len(known) == len(status) && strings.EqualFold(known, status) }
}

// ErrTaskWithoutID reports a list that may have the requested task in a form that is not known.
var ErrTaskWithoutID = errors.New("the answer has a task without an ID, and none with this one")

// FindTask returns the task of a list that has an ID. Status returns what a list says of a task. If there are two with the ID, the one
// counts that claims least: running wins over ended, and failed over succeeded. The error is ErrNoTasks if there is no list, and
// ErrTaskWithoutID or a *cloud.NotFoundError if it has no such task.
func FindTask[Task any](tasks []Task, id string, status func(Task) poll.Task, statuses Statuses) (found Task, err error) {
	least, withoutID := poll.Succeeded+1, false
	for _, task := range tasks {
		t := status(task)
		withoutID = withoutID || t.ID == ""
		if state := statuses.Classify(t.Raw); strings.EqualFold(t.ID, id) && state < least {
			found, least = task, state
		}
	}
	switch {
	case least <= poll.Succeeded:
		return found, nil
	case tasks == nil:
		return found, ErrNoTasks
	case withoutID:
		return found, ErrTaskWithoutID
	}
	return found, &cloud.NotFoundError{Message: "the service does not list this task"}
}

// Complete adds to a status what follows from the service's own statuses and from the response: the state, the times, the age, and
// where the status came from. A job that has not ended has no end, and one that has not failed has no failure, whatever the service says.
func (s Statuses) Complete(status poll.Status, r cloud.Response) poll.Status {
	if status.State != poll.Failed { // a service may call it a success nevertheless
		status.State = s.Classify(status.Raw)
	}
	status.Blocked = slices.ContainsFunc(s.Blocked, equalTo(status.Raw))
	if !status.State.Ended() {
		status.EndTime = ""
	}
	if status.State == poll.Succeeded || status.State == poll.Running { // services have codes of success too
		status.FailureCode, status.FailureReason = "", ""
	}
	status.Begin, status.End = ParseTime(status.BeginTime), ParseTime(status.EndTime)
	if !status.Begin.IsZero() && !r.Date.Before(status.Begin) {
		status.Age = new(r.Date.Sub(status.Begin))
	}
	if !status.End.IsZero() && !r.Date.Before(status.End) {
		status.EndedFor = new(r.Date.Sub(status.End))
	}
	status.Endpoint, status.RequestID = r.Endpoint, r.RequestID
	return status
}

// PollError returns what the error of a request means to a wait.
func PollError(err error) error {
	var e *cloud.Error
	var dns *net.DNSError
	var project *cloud.ProjectError
	var credentials *cloud.CredentialsError
	if alreadyOne := (*poll.Error)(nil); errors.As(err, &alreadyOne) || !errors.As(err, &e) {
		return err
	}
	again := func(kind poll.Kind) error { return &poll.Error{Kind: kind, Err: err, RetryAfter: e.RetryAfter} }
	ofCredentials := errors.As(err, &credentials)
	if ofCredentials && e.Service == cloud.IMDS && e.Status == 0 {
		return again(poll.Unreachable) // if it never worked, this is no ECS instance
	}
	if e.Retryable() && e.Status == 0 {
		return again(poll.NoResponse)
	}
	if e.Retryable() || e.Status >= 500 {
		return again(poll.Transient)
	}
	if errors.As(err, &dns) {
		return again(poll.Unreachable) // if it never worked, the host name is wrong
	}
	if e.Status == http.StatusProxyAuthRequired || e.Status == http.StatusUnauthorized && !e.Issued {
		return err // what the user has configured is wrong
	}
	if e.Status == http.StatusUnauthorized {
		return again(poll.Rejected)
	}
	if e.NotFound() && !ofCredentials && !errors.As(err, &project) {
		return again(poll.NotFound) // some services say so with a 403 and a code
	}
	if e.Status == http.StatusForbidden {
		return again(poll.Forbidden)
	}
	return again(poll.Invalid)
}

// Percent returns the number of a progress such as "9%" or "60% ", or nil if it is none from 0 to 100.
func Percent(progress *lenient.String) *int64 { return percent(Deref(progress)) }

func percent(progress string) *int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(progress), "%")), 10, 64)
	if err != nil || n < 0 || n > 100 {
		return nil
	}
	return &n
}
