// Package poll waits for the end of a job that can only be polled. It knows neither Terraform nor HTTP: a function polls
// the job. Times are those of the time package, so that tests can fake them.
package poll

import (
	"context"
	"errors"
	"time"
)

// A State is the meaning of a status.
type State int

// The states. Only Succeeded, Failed and Cancelled are final.
const (
	Running State = iota
	Unknown       // the provider does not know the status: treated as Running
	Succeeded
	Failed
	Cancelled
)

// outcome returns the outcome of a job in this state, or "" if the state is not final.
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

// Ended reports whether the state is an end.
func (s State) Ended() bool { return s != Running && s != Unknown }

// Status is the state of a job or task as returned by one poll.
type Status struct {
	State     State
	Raw       string         // status reported by the service, such as "EXECUTING"; empty if not reported
	Progress  *int64         // percent; nil if not reported
	Remaining *time.Duration // estimated by the service; nil if not reported
	Steps     []string       // names of the steps in progress

	// As reported by the service; empty if not reported.
	Name, BeginTime, EndTime   string
	FailureCode, FailureReason string

	Endpoint, RequestID string // of the request that the service answered with this status
}

// A Func polls once. Its error is a *TransientError, a *NotFoundError, or one that ends the wait.
type Func func(context.Context) (Status, error)

// A TransientError reports a failed poll that is worth repeating.
type TransientError struct {
	Err        error
	RetryAfter time.Duration // requested by the service; 0 if it did not
	OnlyIfSeen bool          // final if no earlier poll has found the job
}

func (e *TransientError) Error() string { return e.Err.Error() }
func (e *TransientError) Unwrap() error { return e.Err }

// A NotFoundError reports that the job does not exist, not yet or no longer.
type NotFoundError struct {
	Err           error
	ParentMissing bool // the instance of the job does not exist either, so that waiting will not help
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

// Options configure a wait.
type Options struct {
	Timeout  time.Duration // of the wait, including the polls
	Interval time.Duration // between polls; 0 for one that depends on the age of the wait and on the remaining time
	Report   func(Report)  // called after each poll that does not end the wait; may be nil

	random func() float64 // from 0 to 1, for the jitter; rand.Float64 if nil
}

// A Report is the state of a wait after a poll.
type Report struct {
	Result
	Next time.Duration // until the next poll
	Err  error         // of the poll; nil if it returned a status
}

// A Result is the result of a wait, or its state while it goes on.
type Result struct {
	Outcome         Outcome
	Last            Status // returned by the last poll that found the job
	Seen            bool   // whether any poll has found the job
	Polls           int    // including the results taken over from other waits
	Elapsed         time.Duration
	TransientErrors int    // number of polls that failed with a TransientError
	LastError       error  // cause of the last TransientError
	NotFound        error  // cause of the last NotFoundError
	UnknownStatus   string // the status in Last if its state is Unknown
}

const (
	notFoundGrace  = 30 * time.Second // a new job may not be visible before
	notFoundChecks = 3                // polls in a row that must not find a job that was seen before
	minBackoff     = time.Second
	maxBackoff     = 30 * time.Second
	maxRetryAfter  = 2 * time.Minute // longer requests of the service are cut to this
)

// Wait polls until the job has ended or is not found, or until the timeout. The error is the one of a poll that ends the
// wait, or of ctx.
func Wait(ctx context.Context, p *Poller, o Options) (Result, error) {
	limited, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()

	w := wait{Options: o, schedule: schedule{random: o.random}, start: time.Now()}
	var last *result
	for {
		last = p.poll(limited, last)
		w.Polls++
		w.Elapsed = time.Since(w.start)
		if ctx.Err() != nil || limited.Err() != nil && !last.final() {
			return w.expired(ctx)
		}
		interval, err := w.record(last)
		if err != nil || w.Outcome != "" {
			return w.Result, err
		}
		next := time.Until(last.at.Add(interval))
		if o.Report != nil {
			o.Report(Report{Result: w.Result, Next: next, Err: last.err})
		}
		select {
		case <-limited.Done():
			return w.expired(ctx)
		case <-last.superseded: // by the poll of another wait
		case <-time.After(next):
		}
	}
}

// A wait is the state of a call of Wait.
type wait struct {
	Options
	Result
	schedule schedule
	start    time.Time
	backoff  time.Duration // after the last poll; 0 if it did not fail
	notFound int           // polls in a row that did not find the job
}

// expired ends a wait that was cancelled or has reached its timeout.
func (w *wait) expired(ctx context.Context) (Result, error) {
	w.Elapsed = time.Since(w.start)
	err := ctx.Err()
	if err == nil {
		w.Outcome = OutcomeTimedOut
	}
	return w.Result, err
}

// record adds a poll to the result. If the wait goes on, it returns the interval from this poll to the next one.
func (w *wait) record(r *result) (interval time.Duration, err error) {
	if transient, ok := errors.AsType[*TransientError](r.err); ok {
		return w.recordTransient(transient)
	}
	w.backoff = 0
	if notFound, ok := errors.AsType[*NotFoundError](r.err); ok {
		return w.recordNotFound(notFound)
	}
	if r.err != nil {
		return 0, r.err
	}
	w.notFound = 0
	w.Seen = true
	w.Last = r.status
	w.Outcome = r.status.State.outcome()
	w.UnknownStatus = ""
	if r.status.State == Unknown {
		w.UnknownStatus = r.status.Raw
	}
	return w.interval(r.status.Remaining), nil
}

func (w *wait) recordTransient(e *TransientError) (interval time.Duration, err error) {
	if e.OnlyIfSeen && !w.Seen {
		return 0, e.Err
	}
	w.notFound = 0
	w.TransientErrors++
	w.LastError = e.Err
	w.backoff = min(max(minBackoff, 2*w.backoff), maxBackoff)
	return max(w.interval(nil), w.schedule.jitter(w.backoff), min(e.RetryAfter, maxRetryAfter)), nil
}

func (w *wait) recordNotFound(e *NotFoundError) (interval time.Duration, err error) {
	w.NotFound = e.Err
	w.notFound++
	interval = w.interval(nil)
	gone := w.notFound >= notFoundChecks
	if !w.Seen {
		gone = e.ParentMissing || w.Elapsed >= notFoundGrace
		interval = min(interval, notFoundGrace-w.Elapsed)
	}
	if gone {
		w.Outcome = OutcomeNotFound
	}
	return interval, nil
}

// interval returns the interval to the next poll, without the backoff.
func (w *wait) interval(remaining *time.Duration) time.Duration {
	if w.Interval > 0 {
		return w.Interval
	}
	return w.schedule.next(w.Elapsed, remaining)
}
