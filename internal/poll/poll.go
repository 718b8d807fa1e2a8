// Package poll waits until something has ended that can only be asked about. It is pure: what is asked,
// and how, is an observer's matter, and time is that of the time package, so that tests can fake it.
package poll

import (
	"context"
	"errors"
	"time"
)

// A State is what a status means.
type State int

// The states. All but Running and Unknown are ends.
const (
	Running State = iota
	Unknown       // a status word that nobody knows: taken as running
	Succeeded
	Failed
	Cancelled
)

// Status is the state of a job or task as returned by one poll.
type Status struct {
	State     State
	Raw       string         // as the service says it; empty: it does not
	Progress  *int64         // in percent; nil: the service does not say
	Remaining *time.Duration // that the service expects still; nil: it does not say
	Steps     []string       // in hand, by name

	// As the service says them; empty: it does not.
	Name, BeginTime, EndTime   string
	FailureCode, FailureReason string
}

// outcome returns the outcome of a job in this state, or "" if the state is not an end.
func (s State) outcome() Outcome {
	switch s {
	case Succeeded:
		return OutcomeSucceeded
	case Failed:
		return OutcomeFailed
	case Cancelled:
		return OutcomeCancelled
	default:
		return ""
	}
}

// A Func polls once. Its error is a *TransientError, a *NotFoundError, or one that ends the wait.
type Func func(context.Context) (Status, error)

// A TransientError reports a failed poll that is worth repeating.
type TransientError struct {
	Err        error
	RetryAfter time.Duration // that the service asks to wait; 0: it does not say
	OnlyIfSeen bool          // it passes only where a look has shown something before
}

func (e *TransientError) Error() string { return e.Err.Error() }
func (e *TransientError) Unwrap() error { return e.Err }

// A NotFoundError reports that the job does not exist, not yet or no longer.
type NotFoundError struct {
	Err           error
	ParentMissing bool // it is not a matter of waiting: what it would belong to is not there either
}

func (e *NotFoundError) Error() string { return e.Err.Error() }
func (e *NotFoundError) Unwrap() error { return e.Err }

// An Outcome is how a wait ended.
type Outcome string

// The outcomes.
const (
	OutcomeSucceeded Outcome = "succeeded"
	OutcomeFailed    Outcome = "failed"
	OutcomeCancelled Outcome = "cancelled"
	OutcomeNotFound  Outcome = "not_found"
	OutcomeTimedOut  Outcome = "timed_out"
)

// Options say how to wait.
type Options struct {
	Timeout  time.Duration // for everything, looks included
	Interval time.Duration // between looks; 0: as the job's age and the service's predictions suggest
	Report   func(Report)  // called after each look that did not end the wait; may be nil

	random func() float64 // for tests; nil: chance
}

// A Report tells how a wait goes on.
type Report struct {
	Result
	Next time.Duration // until the next look
	Err  error         // why the last look failed; nil: it did not
}

// A Result is what a wait has come to.
type Result struct {
	Outcome         Outcome
	Last            Status // the last look that showed something
	Seen            bool   // whether any look did
	Polls           int    // looks
	Elapsed         time.Duration
	TransientErrors int    // looks that failed in a way that may pass
	LastError       error  // the last of them
	NotFound        error  // the last look that showed nothing there
	UnknownStatus   string // the last status, if nobody knows it
}

const (
	// notFoundGrace is how long a job that nobody has seen yet may stay invisible: it may be that new.
	notFoundGrace = 30 * time.Second
	// notFoundChecks is how many looks in a row must show nothing after a job has been seen.
	notFoundChecks = 3
	// maxBackoff is the longest pause after failed looks, unless the service asks for more.
	maxBackoff = 30 * time.Second
	// maxRetryAfter is the longest pause that the service can ask for.
	maxRetryAfter = 2 * time.Minute
)

// Wait looks until the job has ended, is not there, or the timeout has passed. The error is that of a
// look that ends the wait, or of ctx.
func Wait(ctx context.Context, look *Poller, o Options) (Result, error) {
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()

	var r Result
	s := schedule{random: o.random}
	troubles, missing := 0, 0 // in a row
	var seen *result
	for {
		seen = look.poll(limited, seen)
		observation, at, err := seen.status, seen.at, seen.err
		r.Polls++
		r.Elapsed = time.Since(start)
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if limited.Err() != nil && (err != nil || observation.State.outcome() == "") {
			r.Outcome = OutcomeTimedOut
			return r, nil
		}

		interval := func(remaining *time.Duration) time.Duration {
			if o.Interval > 0 {
				return o.Interval
			}
			return s.next(at.Sub(start), remaining)
		}
		var passing *TransientError
		var notThere *NotFoundError
		var pause time.Duration
		switch {
		case errors.As(err, &passing):
			if passing.OnlyIfSeen && !r.Seen {
				return r, passing.Err
			}
			troubles++
			missing = 0
			r.TransientErrors++
			r.LastError = passing.Err
			backoff := s.jitter(min(time.Second<<min(troubles-1, 10), maxBackoff))
			pause = max(interval(nil), min(passing.RetryAfter, maxRetryAfter), backoff)
		case errors.As(err, &notThere):
			troubles = 0
			missing++
			r.NotFound = notThere.Err
			if r.Seen && missing >= notFoundChecks || !r.Seen && (notThere.ParentMissing || r.Elapsed >= notFoundGrace) {
				r.Outcome = OutcomeNotFound
				return r, nil
			}
			pause = interval(nil)
			if !r.Seen {
				pause = min(pause, notFoundGrace-r.Elapsed)
			}
		case err != nil:
			return r, err
		default:
			troubles, missing = 0, 0
			r.Seen, r.Last, r.UnknownStatus = true, observation, ""
			if r.Outcome = observation.State.outcome(); r.Outcome != "" {
				return r, nil
			}
			if observation.State == Unknown {
				r.UnknownStatus = observation.Raw
			}
			pause = interval(observation.Remaining)
		}
		next := max(0, time.Until(at.Add(pause)))
		if o.Report != nil {
			o.Report(Report{Result: r, Next: next, Err: err})
		}
		timer := time.NewTimer(next)
		select {
		case <-limited.Done():
			timer.Stop()
			r.Elapsed = time.Since(start)
			if ctx.Err() != nil {
				return r, ctx.Err()
			}
			r.Outcome = OutcomeTimedOut
			return r, nil
		case <-seen.superseded: // another wait has looked
			timer.Stop()
		case <-timer.C:
		}
	}
}
