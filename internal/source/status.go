package source

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// Statuses are the status words of a call. Letter case does not matter, but a letter is only itself: not, say, the long s (ſ). A word that is in none of them is
// unknown.
type Statuses struct {
	Running, Succeeded, Failed, Cancelled []string
}

// Extend adds words that mean success and failure.
func (w Statuses) Extend(succeeded, failed []string) Statuses {
	w.Succeeded = slices.Concat(succeeded, w.Succeeded)
	w.Failed = slices.Concat(failed, w.Failed)
	return w
}

// Classify tells what a status means.
func (w Statuses) Classify(status string) poll.State {
	for _, meaning := range []struct {
		words []string
		state poll.State
	}{
		{w.Succeeded, poll.Succeeded}, {w.Failed, poll.Failed}, {w.Cancelled, poll.Cancelled}, {w.Running, poll.Running},
	} {
		if slices.ContainsFunc(meaning.words, func(word string) bool { return len(word) == len(status) && strings.EqualFold(word, status) }) {
			return meaning.state
		}
	}
	return poll.Unknown
}

// Worst returns the index of the entry to believe among those that match, or -1. A list that has a task twice on a page, with different
// states, proves no end, and no success: of what it says, the worst for the user counts.
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

// unknownInstances are the codes with which the services say that an instance is not there.
var unknownInstances = []string{"111404022", "DCS.3022", "DMS.00404022"}

// ClassifyError tells a wait what a failed read means: that it may pass, that there is nothing, or else
// that waiting is of no use.
func ClassifyError(err error) error {
	var e *cloud.Error
	var dns *net.DNSError
	var project *cloud.ProjectError
	var identity *cloud.CredentialsError
	switch {
	case err == nil || !errors.As(err, &e):
		return err
	case errors.As(err, &identity) && e.Service == cloud.IMDS && e.Status == 0:
		return &poll.TransientError{Err: err, OnlyIfSeen: true} // no ECS instance, if it never was one
	case e.Retryable() || e.Status >= 500:
		return &poll.TransientError{Err: err, RetryAfter: e.RetryAfter}
	case errors.As(err, &dns):
		return &poll.TransientError{Err: err, OnlyIfSeen: true} // a wrong name, if it never was another one
	case errors.As(err, &project), errors.As(err, &identity):
		return err // it is not the job that is missing
	case e.Status == http.StatusNotFound && e.Err == nil && !e.APINotPublished():
		return &poll.NotFoundError{Err: err, ParentMissing: slices.Contains(unknownInstances, e.Code)}
	}
	return err
}

// Deref returns a documented String, and "" for null.
func Deref(s *lenient.String) string {
	if s == nil {
		return ""
	}
	return string(*s)
}
