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

// An Observation is what one look at a job or task showed.
type Observation struct {
	State     State
	Status    string         // as the service says it; empty: it does not
	Progress  *int64         // in percent; nil: the service does not say
	Remaining *time.Duration // that the service expects still; nil: it does not say
	Steps     []string       // in hand, by name

	// As the service says them; empty: it does not.
	Name, BeginTime, EndTime   string
	FailureCode, FailureReason string
}

// ended tells whether the state is an end.
func (o Observation) ended() bool { return o.State != Running && o.State != Unknown }

// An Observer looks once. Its error is a *PassingError, a *MissingError, or one that ends the wait.
type Observer func(context.Context) (Observation, error)

// A PassingError is a look that failed in a way that may pass.
type PassingError struct {
	Err        error
	RetryAfter time.Duration // that the service asks to wait; 0: it does not say
	OnceSeen   bool          // it passes only where a look has shown something before
}

func (e *PassingError) Error() string { return e.Err.Error() }
func (e *PassingError) Unwrap() error { return e.Err }

// A MissingError is a look that showed nothing there.
type MissingError struct {
	Err     error
	Certain bool // it is not a matter of waiting: what it would belong to is not there either
}

func (e *MissingError) Error() string { return e.Err.Error() }
func (e *MissingError) Unwrap() error { return e.Err }

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
	Outcome       Outcome
	Last          Observation // the last look that showed something
	Seen          bool        // whether any look did
	Polls         int         // looks
	Elapsed       time.Duration
	Troubles      int    // looks that failed in a way that may pass
	LastTrouble   error  // the last of them
	Missing       error  // the last look that showed nothing there
	UnknownStatus string // the last status, if nobody knows it
}

const (
	// grace is how long a job that nobody has seen yet may stay invisible: it may be that new.
	grace = 30 * time.Second
	// vanished is how many looks in a row must show nothing after a job has been seen.
	vanished = 3
	// longestTrouble is the longest pause after failed looks, unless the service asks for more.
	longestTrouble = 30 * time.Second
	// longestRest is the longest pause that the service can ask for.
	longestRest = 2 * time.Minute
)

// Wait looks until the job has ended, is not there, or the timeout has passed. The error is that of a
// look that ends the wait, or of ctx.
func Wait(ctx context.Context, look *Shared, o Options) (Result, error) {
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()

	var r Result
	s := schedule{random: o.random}
	troubles, missing := 0, 0 // in a row
	var seen *shown
	for {
		seen = look.look(limited, seen)
		observation, at, err := seen.observation, seen.at, seen.err
		r.Polls++
		r.Elapsed = time.Since(start)
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if limited.Err() != nil && (err != nil || !observation.ended()) {
			r.Outcome = OutcomeTimedOut
			return r, nil
		}

		var passing *PassingError
		var notThere *MissingError
		var pause time.Duration
		switch {
		case errors.As(err, &passing):
			if passing.OnceSeen && !r.Seen {
				return r, passing.Err
			}
			troubles++
			missing = 0
			r.Troubles++
			r.LastTrouble = passing.Err
			backoff := s.jitter(min(time.Second<<min(troubles-1, 10), longestTrouble), 1, 1.2)
			pause = max(s.or(o.Interval, at.Sub(start)), min(passing.RetryAfter, longestRest), backoff)
		case errors.As(err, &notThere):
			troubles = 0
			missing++
			r.Missing = notThere.Err
			if r.Seen && missing >= vanished || !r.Seen && (notThere.Certain || r.Elapsed >= grace) {
				r.Outcome = OutcomeNotFound
				return r, nil
			}
			pause = s.or(o.Interval, at.Sub(start))
			if !r.Seen {
				pause = min(pause, grace-r.Elapsed)
			}
		case err != nil:
			return r, err
		default:
			troubles, missing = 0, 0
			r.Seen, r.Last, r.UnknownStatus = true, observation, ""
			switch observation.State {
			case Succeeded:
				r.Outcome = OutcomeSucceeded
			case Failed:
				r.Outcome = OutcomeFailed
			case Cancelled:
				r.Outcome = OutcomeCancelled
			case Unknown:
				r.UnknownStatus = observation.Status
			case Running:
			}
			if r.Outcome != "" {
				return r, nil
			}
			s.saw(at.Sub(start), observation)
			pause = s.or(o.Interval, at.Sub(start))
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
		case <-seen.outdated: // another wait has looked
			timer.Stop()
		case <-timer.C:
		}
	}
}
