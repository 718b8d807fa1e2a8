package service

import (
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// Statuses are the statuses of a call by the state that they mean. Comparison ignores ASCII case. Any other status is unknown.
type Statuses struct {
	Running, Succeeded, Failed, Cancelled []string
}

// Extend returns the statuses with further ones that mean success and failure. They win over those of the service.
func (s Statuses) Extend(succeeded, failed []string) Statuses {
	s.Succeeded = slices.Concat(succeeded, s.Succeeded)
	s.Failed = slices.Concat(failed, s.Failed)
	return s
}

// Classify returns the state that a status means.
func (s Statuses) Classify(status string) poll.State {
	// EqualFold alone would also take the long s (ſ) for an S.
	is := func(known string) bool { return len(known) == len(status) && strings.EqualFold(known, status) }
	switch {
	case slices.ContainsFunc(s.Succeeded, is):
		return poll.Succeeded
	case slices.ContainsFunc(s.Failed, is):
		return poll.Failed
	case slices.ContainsFunc(s.Cancelled, is):
		return poll.Cancelled
	case slices.ContainsFunc(s.Running, is):
		return poll.Running
	}
	return poll.Unknown
}

// Worst returns the index of the matching entry with the least final state, or -1. If a list has a task twice, running wins over
// ended, and failed over succeeded.
func Worst[Entry any](entries []Entry, matches func(Entry) bool, state func(Entry) poll.State) int {
	worst := []poll.State{poll.Running, poll.Unknown, poll.Failed, poll.Cancelled, poll.Succeeded}
	picked, rank := -1, len(worst)
	for i, entry := range entries {
		if matches(entry) {
			if r := slices.Index(worst, state(entry)); r < rank {
				picked, rank = i, r
			}
		}
	}
	return picked
}

// ClassifyError marks the error of a poll as transient or as not found, or returns it as it is: then it ends the wait.
func ClassifyError(err error) error {
	var e *cloud.Error
	var dns *net.DNSError
	var project *cloud.ProjectError
	var credentials *cloud.CredentialsError
	switch {
	case !errors.As(err, &e):
		return err
	case errors.As(err, &credentials) && e.Service == cloud.IMDS && e.Status == 0:
		return &poll.TransientError{Err: err, OnlyIfSeen: true} // if it never worked, this is no ECS instance
	case e.Retryable() || e.Status >= 500:
		return &poll.TransientError{Err: err, RetryAfter: e.RetryAfter}
	case errors.As(err, &dns):
		return &poll.TransientError{Err: err, OnlyIfSeen: true} // if it never worked, the host name is wrong
	case errors.As(err, &project), errors.As(err, &credentials):
		return err // a 404 is not about the job
	case e.NotFound():
		return &poll.NotFoundError{Err: err, ParentMissing: e.ParentNotFound()}
	}
	return err
}
