// Package poll waits for the end of a job that can only be polled. It knows neither Terraform nor HTTP: a function polls
// the job. Times are those of the time package, so that tests can fake them.
package poll

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"
)

// A State is the meaning of a status.
type State int

// The states, the one that claims least first: where two readings are possible, it counts. All but Running and Unknown are ends.
const (
	Running State = iota
	Unknown       // the provider does not know the status: treated as Running
	Failed
	Missing // a task that was running, and is not listed any more
	Cancelled
	Succeeded
)

// Outcome returns the outcome of a job in this state, or "" if the state is not final.
func (s State) Outcome() Outcome {
	switch s {
	case Succeeded:
		return OutcomeSucceeded
	case Failed:
		return OutcomeFailed
	case Cancelled:
		return OutcomeCancelled
	case Missing:
		return OutcomeNotFound
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
	Blocked   bool           // the status is until a person approves, pays or decides
	Progress  *int64         // percent; nil if not reported
	Remaining *time.Duration // estimated by the service; nil if not reported
	Steps     []string       // names of the steps in progress
	Age       *time.Duration // of the job, by the clock of the service; nil if unknown
	EndedFor  *time.Duration // time since the end of the job, by the clock of the service; nil if unknown

	// As reported by the service; empty if not reported.
	Name, BeginTime, EndTime   string
	FailureCode, FailureReason string

	Begin, End time.Time // BeginTime and EndTime; zero if their time zone is not known

	Endpoint, RequestID string // of the request that the service answered with this status

	Tasks    []Task // the tasks that a wait by name or for an idle instance waits for, the oldest first
	Warnings []Warning
}

// A Warning is what a user should know although it does not decide how a wait ends.
type Warning struct {
	Summary, Detail string
	Failure         bool // something has failed, which does not fail the wait
	Earlier         bool // a task that ended well before the wait decided how it ended
}

// A Func polls once. Its error is an *Error, or one that ends the wait.
type Func func(context.Context) (Status, error)

// An Error is a failed poll that may succeed when it is repeated. Its kind tells how long that is tried.
type Error struct {
	Kind       Kind
	Err        error
	RetryAfter time.Duration // requested by the service; 0 if it did not
}

// pause returns how long nobody is to poll after this error, 0 if the usual backoff applies.
func (e *Error) pause() time.Duration {
	if e.Kind == Rejected {
		return rejectedBackoff
	}
	return min(e.RetryAfter, maxRetryAfter)
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// A Kind is a kind of failed poll.
type Kind int

// The kinds.
const (
	Transient   Kind = iota // the gateway or the service failed
	NoResponse              // the connection failed: a mistake if that lasts and there never was a response
	Unreachable             // there is nothing at the address: a mistake, unless it has worked before
	NotFound                // the job does not exist, not yet or no longer
	Invalid                 // the answer is none of the job: a mistake, or something in between answers for the service
	Forbidden               // the permission is missing, or was granted just now
	Rejected                // the service rejected credentials that the cloud had just issued
)

// Passes reports whether the network, the gateway or the service failed, and not what was asked for.
func (k Kind) Passes() bool { return k == Transient || k == NoResponse }

// A patience ends a wait after so many failed polls of one kind in a row, once the first of them is so long ago.
type patience struct {
	polls int
	time  time.Duration
}

// patience returns how long a wait puts up with this kind of failed poll, before and after a poll has found the job. What may be a
// mistake of the user ends the wait soon if the job was never found. A new job may appear only after some time.
func (k Kind) patience(appearWithin time.Duration) (before, after patience) {
	endless := patience{time: math.MaxInt64}
	trouble := patience{polls: 5, time: 2 * time.Minute} // between the provider and the service
	switch k {
	case NoResponse: // a restart of a gateway takes minutes
		return patience{polls: 3, time: 5 * time.Minute}, endless
	case Unreachable:
		return patience{}, endless
	case NotFound: // a job that was seen may be missing from an answer
		return patience{time: appearWithin}, patience{polls: 3, time: defaultAppearWithin}
	case Invalid:
		return patience{}, trouble
	case Forbidden: // a grant takes seconds to spread
		return patience{time: 10 * time.Second}, trouble
	case Rejected: // by then the credentials were renewed three times
		renewals := patience{polls: 3, time: 2 * rejectedBackoff}
		return renewals, renewals
	case Transient:
	}
	return endless, endless
}

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
	Interval time.Duration // between polls; 0 for one that depends on the age of the job and on the remaining time
	// AppearWithin is how long the job may be missing before it is not found, from the first poll that says so. If it is nil, it is half a
	// minute, or less if the timeout is shorter.
	AppearWithin *time.Duration
	// Settle is how long an end must last, from the poll that finds it to the request of another one that finds it too. A job whose end,
	// by the service, is older than that has settled.
	Settle time.Duration
	// Forgotten is set if a job that was seen to succeed, and then is not found, has succeeded.
	Forgotten bool

	Report func(Report) // called after each poll that does not end the wait; may be nil

	random func() float64 // from 0 to 1, for the jitter; rand.Float64 if nil
}

// A Report is the state of a wait after a poll.
type Report struct {
	Result
	Next time.Duration // until the next poll
}

// A Result is the result of a wait, or its state while it goes on.
type Result struct {
	Outcome       Outcome
	Last          Status // returned by the last poll that found the job
	Seen          bool   // whether any poll has found the job
	Polls         int    // of which this wait has the result
	Shared        int    // those of them that other waits made
	Failed        int    // those of them that failed
	LastError     error  // of the last poll; nil if it found the job
	Elapsed       time.Duration
	UnknownStatus string // the status in Last if its state is Unknown
	Settling      bool   // whether Last is an end that has not lasted for Options.Settle
}

const (
	defaultAppearWithin = 30 * time.Second

	minBackoff    = time.Second
	maxBackoff    = 10 * time.Second
	maxRetryAfter = 2 * time.Minute // longer requests of the service are cut to this

	// A service needs seconds to accept credentials everywhere, and new ones are issued only after rejectedBackoff.
	rejectedBackoff = 10 * time.Second
	rejectedJitter  = 5 * time.Second

	// lastPoll is the time before the timeout at which the last poll begins, so that its request still fits; a quarter of a timeout that
	// is shorter than four times this.
	lastPoll = 2 * time.Second
)

// Wait polls until the job has ended or is not found, or until the timeout. The error is the one of a poll that ends the
// wait, or of ctx. Waits with the same requests share those that the polls send with Shared.
func Wait(ctx context.Context, requests *Requests, poll Func, o Options) (Result, error) {
	limited, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()

	w := wait{Options: o, schedule: schedule{random: o.random}, start: time.Now(), failures: make(map[Kind]failure)}
	untilLast := o.Timeout - min(lastPoll, o.Timeout/4) // when the last poll begins
	end := w.start.Add(untilLast)
	w.appearWithin = min(defaultAppearWithin, untilLast)
	if o.AppearWithin != nil {
		w.appearWithin = *o.AppearWithin
	}
	used := make(map[string]*answer)
	for {
		// A poll that hangs or is held back gives way to the last one.
		r := &round{requests: requests, used: used, since: w.start}
		pollCtx, now := limited, time.Now()
		giveWay := func() {}
		if r.last = !now.Before(end); !r.last {
			pollCtx, giveWay = context.WithDeadline(limited, end)
		}
		if due := w.settledAt(); w.Settling && !now.Before(due) {
			r.since = due
		}
		status, err := poll(context.WithValue(pollCtx, roundKey{}, r))
		if r.sent.IsZero() { // it has sent no shared request
			r.sent, r.at, r.own = now, time.Now(), true
		}
		gaveWay := pollCtx.Err() != nil
		giveWay()
		if gaveWay && limited.Err() == nil && err != nil {
			continue
		}
		w.Polls++
		if !r.own {
			w.Shared++
		}
		w.Elapsed = time.Since(w.start)
		ended := err == nil && status.State.Ended()
		if ctx.Err() != nil || limited.Err() != nil && !ended {
			return w.expired(ctx)
		}
		interval, err := w.record(status, err, r)
		if err != nil || w.Outcome != "" {
			return w.Result, err
		}
		if r.last {
			return w.expired(ctx)
		}
		next := min(time.Until(r.at.Add(interval)), time.Until(end))
		if o.Report != nil {
			o.Report(Report{Result: w.Result, Next: next})
		}
		select {
		case <-limited.Done():
			return w.expired(ctx)
		case <-r.superseded: // by the request of another wait
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
	backoff  time.Duration    // after the last poll; 0 if it did not fail
	failures map[Kind]failure // since a poll has found the job
	answered bool             // whether there was any response

	appearWithin time.Duration
	endedAt      time.Time // the poll that found the end in Last
}

// A failure is a kind of failed poll that goes on.
type failure struct {
	polls int
	since time.Time
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
func (w *wait) record(status Status, pollErr error, r *round) (interval time.Duration, err error) {
	w.LastError = pollErr
	if pollErr != nil {
		w.Failed++
		failed, ok := errors.AsType[*Error](pollErr)
		if !ok {
			return 0, pollErr
		}
		w.LastError = failed.Err
		return w.recordFailure(failed, r.at)
	}
	w.backoff = 0
	clear(w.failures)
	w.Seen = true
	lasts := w.Settling && status.sameEnd(w.Last)
	w.Last = status
	w.UnknownStatus = status.unknown()
	w.Settling = status.State.Ended()
	if w.Settling {
		if !lasts {
			w.endedAt = r.at
		}
		if w.settled(r, lasts) {
			w.Settling = false
			w.Outcome = status.State.Outcome()
		}
		interval = cmp.Or(w.Interval, maxInterval)
		return min(interval, w.settledAt().Sub(r.at)), nil // a poll when it is over
	}
	if w.Interval > 0 {
		return w.Interval, nil
	}
	age := w.Elapsed
	if status.Age != nil {
		age = *status.Age
	}
	return w.schedule.next(age, status.Remaining), nil
}

// unknown returns the status that the provider does not know, or "".
func (s Status) unknown() string {
	if s.State == Unknown {
		return s.Raw
	}
	for _, task := range s.Tasks {
		if task.State == Unknown {
			return task.Raw
		}
	}
	return ""
}

// settledAt returns when the end that the wait has found will have lasted for long enough.
func (w *wait) settledAt() time.Time { return w.endedAt.Add(w.Settle) }

// settled reports whether an end has lasted for long enough. It lasts if the poll before found the same one.
func (w *wait) settled(r *round, lasts bool) bool {
	if ended := w.Last.EndedFor; w.Settle == 0 || ended != nil && *ended >= w.Settle {
		return true
	}
	return lasts && !r.sent.Before(w.settledAt())
}

// sameEnd reports whether another status is the same end, with the same tasks.
func (s Status) sameEnd(other Status) bool {
	sameID := func(a, b Task) bool { return a.ID == b.ID && a.State == b.State }
	return s.State == other.State && slices.EqualFunc(s.Tasks, other.Tasks, sameID)
}

// recordFailure ends the wait if this kind of failure was put up with for long enough. If not, it returns the backoff.
func (w *wait) recordFailure(e *Error, at time.Time) (interval time.Duration, err error) {
	if w.Forgotten && e.Kind == NotFound && w.Settling && w.Last.State == Succeeded {
		w.LastError, w.Settling, w.Outcome = nil, false, OutcomeSucceeded
		return 0, nil
	}
	w.answered = w.answered || e.Kind != NoResponse
	f, goesOn := w.failures[e.Kind]
	if !goesOn {
		f.since = at
		if at.Before(w.start) { // it is a result of another wait
			f.since = w.start
		}
	}
	f.polls++
	w.failures[e.Kind] = f
	limit, after := e.Kind.patience(w.appearWithin)
	if w.Seen || e.Kind == NoResponse && w.answered {
		limit = after
	}
	left := limit.time - max(0, at.Sub(f.since))
	if left <= 0 && f.polls >= limit.polls {
		if e.Kind == NotFound {
			w.Outcome = OutcomeNotFound
			return 0, nil
		}
		return 0, e.Err
	}
	w.backoff = min(max(minBackoff, 2*w.backoff), maxBackoff)
	interval = w.schedule.jitter(w.backoff)
	if left > 0 { // a poll at the end of the patience decides
		interval = min(interval, left)
	}
	if pause := e.pause(); pause > 0 {
		interval = pause
	}
	if e.Kind == Rejected {
		interval += time.Duration(w.schedule.rand() * float64(rejectedJitter))
	}
	return interval, nil
}
