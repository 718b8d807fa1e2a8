package poll

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A poll is what one call of a scripted Func does.
type poll struct {
	status   Status
	err      error
	takes    time.Duration
	stubborn bool // does not return before, even if its context is done
}

var (
	errReset     = errors.New("connection reset")
	errThrottled = errors.New("throttled")
	errNoHost    = errors.New("no such host")
	errNoJob     = errors.New("no such job")
	errForbidden = errors.New("forbidden")

	running   = poll{status: Status{State: Running, Raw: "RUNNING"}}
	ending    = poll{status: Status{State: Running, Raw: "RUNNING", Remaining: new(4 * time.Second)}}
	paused    = poll{status: Status{State: Unknown, Raw: "PAUSED"}}
	succeeded = poll{status: Status{State: Succeeded, Raw: "SUCCESS"}}
	failed    = poll{status: Status{State: Failed, Raw: "FAIL", FailureReason: "no capacity"}}
	cancelled = poll{status: Status{State: Cancelled, Raw: "STOP"}}

	reset     = poll{err: &TransientError{Err: errReset}}
	noHost    = poll{err: &TransientError{Err: errNoHost, OnlyIfSeen: true}}
	notFound  = poll{err: &NotFoundError{Err: errNoJob}}
	noParent  = poll{err: &NotFoundError{Err: errors.New("no such instance"), ParentMissing: true}}
	forbidden = poll{err: errForbidden}
	hanging   = poll{takes: 100 * time.Hour}
)

// retryAfter returns a poll that is throttled, with a Retry-After header.
func retryAfter(d time.Duration) poll {
	return poll{err: &TransientError{Err: errThrottled, RetryAfter: d}}
}

// slow returns a poll that takes some time, unless its context is done before.
func slow(p poll, takes time.Duration) poll {
	p.takes = takes
	return p
}

// stubborn returns a poll that takes some time, even if its context is done before.
func stubborn(p poll, takes time.Duration) poll {
	p.takes, p.stubborn = takes, true
	return p
}

// sequence returns a Func that does one poll after the other, and repeats the last one.
func sequence(polls ...poll) Func {
	n := 0
	return func(ctx context.Context) (Status, error) {
		p := polls[min(n, len(polls)-1)]
		n++
		if p.stubborn {
			ctx = context.WithoutCancel(ctx)
		}
		select {
		case <-ctx.Done():
			return Status{}, &TransientError{Err: ctx.Err()}
		case <-time.After(p.takes):
			return p.status, p.err
		}
	}
}

func TestWait(t *testing.T) {
	for _, test := range []struct {
		name     string
		polls    []poll
		repeated bool          // the last poll until the end of the wait; without it, each poll is made once
		timeout  time.Duration // an hour if 0
		interval time.Duration
		outcome  Outcome
		err      error
		elapsed  time.Duration
	}{
		{name: "succeeded before", polls: []poll{succeeded}, outcome: OutcomeSucceeded},
		{name: "failed before", polls: []poll{failed}, outcome: OutcomeFailed},
		{name: "cancelled before", polls: []poll{cancelled}, outcome: OutcomeCancelled},
		{
			name:    "running twice, then succeeded",
			polls:   []poll{running, running, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 2 * time.Second,
		},
		{
			name:    "unknown status, then failed",
			polls:   []poll{paused, failed},
			outcome: OutcomeFailed,
			elapsed: time.Second,
		},
		{
			name:    "running, 4 s remaining, then succeeded",
			polls:   []poll{slow(running, 100*time.Second), ending, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (100 + 10 + 3) * time.Second,
		},

		// The timeout.
		{
			name:     "running until the timeout",
			polls:    []poll{running},
			repeated: true,
			timeout:  90 * time.Second,
			outcome:  OutcomeTimedOut,
			elapsed:  90 * time.Second,
		},
		{
			name:     "unknown status until the timeout",
			polls:    []poll{paused},
			repeated: true,
			timeout:  time.Minute,
			outcome:  OutcomeTimedOut,
			elapsed:  time.Minute,
		},
		{
			name:     "transient errors until the timeout",
			polls:    []poll{reset},
			repeated: true,
			timeout:  10 * time.Minute,
			outcome:  OutcomeTimedOut,
			elapsed:  10 * time.Minute,
		},
		{
			name:    "a poll hangs until the timeout",
			polls:   []poll{running, hanging},
			timeout: 90 * time.Second,
			outcome: OutcomeTimedOut,
			elapsed: 90 * time.Second,
		},
		{
			name:    "the first poll hangs until the timeout",
			polls:   []poll{hanging},
			timeout: 7 * time.Second,
			outcome: OutcomeTimedOut,
			elapsed: 7 * time.Second,
		},
		{
			name:    "a poll begins before the timeout and returns a success after it",
			polls:   []poll{running, stubborn(succeeded, 2*time.Second)},
			timeout: 2 * time.Second,
			outcome: OutcomeSucceeded,
			elapsed: 3 * time.Second,
		},
		{
			name:    "a poll begins before the timeout and returns after it that the job is running",
			polls:   []poll{running, stubborn(running, 2*time.Second)},
			timeout: 2 * time.Second,
			outcome: OutcomeTimedOut,
			elapsed: 3 * time.Second,
		},
		{
			name:    "a poll begins before the timeout and fails after it",
			polls:   []poll{running, stubborn(forbidden, 2*time.Second)},
			timeout: 2 * time.Second,
			outcome: OutcomeTimedOut,
			elapsed: 3 * time.Second,
		},

		// Errors.
		{name: "forbidden", polls: []poll{forbidden}, err: errForbidden},
		{name: "running, then forbidden", polls: []poll{running, forbidden}, err: errForbidden, elapsed: time.Second},
		{name: "unknown host", polls: []poll{noHost}, err: errNoHost},
		{name: "not found, then unknown host", polls: []poll{notFound, noHost}, err: errNoHost, elapsed: time.Second},
		{
			name:    "running, unknown host, then succeeded",
			polls:   []poll{running, noHost, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 2 * time.Second,
		},
		{
			name:    "transient errors, then succeeded: the backoff doubles up to 30 s",
			polls:   []poll{reset, reset, reset, reset, reset, reset, reset, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (1 + 2 + 4 + 8 + 16 + 30 + 30) * time.Second,
		},
		{
			name:    "transient errors, running, a transient error: the backoff starts at 1 s again",
			polls:   []poll{reset, reset, running, reset, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (1 + 2 + 1 + 1) * time.Second,
		},
		{
			name:    "transient errors, not found, a transient error: the backoff starts at 1 s again",
			polls:   []poll{reset, reset, notFound, reset, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (1 + 2 + 1 + 1) * time.Second,
		},
		{
			name:    "a transient error late: polls are no more frequent after it",
			polls:   []poll{slow(running, 50*time.Second), reset, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 50*time.Second + 5*time.Second + 5500*time.Millisecond,
		},
		{
			name:    "throttled for 40 s",
			polls:   []poll{running, retryAfter(40 * time.Second), succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (1 + 40) * time.Second,
		},
		{
			name:    "throttled for an hour, which is cut to two minutes",
			polls:   []poll{running, retryAfter(time.Hour), succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (1 + 120) * time.Second,
		},
		{
			name:    "throttled for less than the backoff",
			polls:   []poll{reset, reset, retryAfter(time.Second), succeeded},
			outcome: OutcomeSucceeded,
			elapsed: (1 + 2 + 4) * time.Second,
		},

		// Jobs that are not found.
		{
			name:    "not visible at first, then succeeded",
			polls:   []poll{notFound, notFound, notFound, running, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 4 * time.Second,
		},
		{
			name:     "never found: given up after 30 s",
			polls:    []poll{notFound},
			repeated: true,
			outcome:  OutcomeNotFound,
			elapsed:  30 * time.Second,
		},
		{
			name:     "never found until the timeout",
			polls:    []poll{notFound},
			repeated: true,
			timeout:  20 * time.Second,
			outcome:  OutcomeTimedOut,
			elapsed:  20 * time.Second,
		},
		{name: "the instance does not exist", polls: []poll{noParent}, outcome: OutcomeNotFound},
		{
			name:    "running, then three times not found",
			polls:   []poll{running, notFound, notFound, notFound},
			outcome: OutcomeNotFound,
			elapsed: 3 * time.Second,
		},
		{
			name:    "running, then three times without the instance",
			polls:   []poll{running, noParent, noParent, noParent},
			outcome: OutcomeNotFound,
			elapsed: 3 * time.Second,
		},
		{
			name:    "not found in the first polls, which do not count once the job was seen",
			polls:   []poll{notFound, notFound, running, notFound, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 4 * time.Second,
		},
		{
			name:    "twice not found, running, twice not found, then succeeded",
			polls:   []poll{running, notFound, notFound, running, notFound, notFound, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 6 * time.Second,
		},
		{
			name:    "twice not found, a transient error, twice not found, then succeeded",
			polls:   []poll{running, notFound, notFound, reset, notFound, notFound, succeeded},
			outcome: OutcomeSucceeded,
			elapsed: 6 * time.Second,
		},

		// A fixed interval.
		{
			name:     "every 17 s",
			polls:    []poll{running, running, running, succeeded},
			interval: 17 * time.Second,
			outcome:  OutcomeSucceeded,
			elapsed:  3 * 17 * time.Second,
		},
		{
			name:     "10 s after the end of each poll",
			polls:    []poll{slow(running, 5*time.Second), slow(running, 5*time.Second), succeeded},
			interval: 10 * time.Second,
			outcome:  OutcomeSucceeded,
			elapsed:  2 * (5 + 10) * time.Second,
		},
		{
			name:     "every 2 s, with transient errors until the backoff is longer",
			polls:    []poll{running, reset, reset, reset, succeeded},
			interval: 2 * time.Second,
			outcome:  OutcomeSucceeded,
			elapsed:  (2 + 2 + 2 + 4) * time.Second,
		},
		{
			name:     "every 20 s, never found: given up after 30 s",
			polls:    []poll{notFound, notFound, notFound},
			interval: 20 * time.Second,
			outcome:  OutcomeNotFound,
			elapsed:  30 * time.Second,
		},
		{
			name:     "every 20 s, then not found: polled every 20 s after 30 s too",
			polls:    []poll{running, running, notFound, notFound, notFound},
			interval: 20 * time.Second,
			outcome:  OutcomeNotFound,
			elapsed:  4 * 20 * time.Second,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := Options{Timeout: test.timeout, Interval: test.interval, random: noJitter}
				if test.timeout == 0 {
					options.Timeout = time.Hour
				}
				start := time.Now()
				r, err := Wait(t.Context(), NewPoller(sequence(test.polls...)), options)
				elapsed := time.Since(start)
				if r.Outcome != test.outcome || !errors.Is(err, test.err) {
					t.Errorf("got outcome %q, error %v; want outcome %q, error %v", r.Outcome, err, test.outcome, test.err)
				}
				if elapsed != test.elapsed || r.Elapsed != elapsed {
					t.Errorf("got a wait of %s, of %s in the result; want %s", elapsed, r.Elapsed, test.elapsed)
				}
				if r.Polls != len(test.polls) && !test.repeated {
					t.Errorf("got %d polls, want %d", r.Polls, len(test.polls))
				}
			})
		})
	}
}

func TestResult(t *testing.T) {
	for _, test := range []struct {
		name    string
		polls   []poll
		timeout time.Duration
		want    Result
	}{
		{
			name:    "failed",
			polls:   []poll{running, failed},
			timeout: time.Hour,
			want:    Result{Outcome: OutcomeFailed, Last: failed.status, Seen: true, Polls: 2, Elapsed: time.Second},
		},
		{
			name:    "seen, then failed polls until the timeout",
			polls:   []poll{running, paused, reset, notFound, retryAfter(40 * time.Second)},
			timeout: time.Minute,
			want: Result{
				Outcome:         OutcomeTimedOut,
				Last:            paused.status,
				Seen:            true,
				Polls:           6,
				Elapsed:         time.Minute,
				TransientErrors: 3,
				LastError:       errThrottled,
				NotFound:        errNoJob,
				UnknownStatus:   "PAUSED",
			},
		},
		{
			name:    "unknown status, then a known one",
			polls:   []poll{paused, slow(running, time.Second), hanging},
			timeout: 10 * time.Second,
			want:    Result{Outcome: OutcomeTimedOut, Last: running.status, Seen: true, Polls: 3, Elapsed: 10 * time.Second},
		},
		{
			name:    "never seen",
			polls:   []poll{notFound, hanging},
			timeout: 10 * time.Second,
			want:    Result{Outcome: OutcomeTimedOut, Polls: 2, Elapsed: 10 * time.Second, NotFound: errNoJob},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := Wait(t.Context(), NewPoller(sequence(test.polls...)), Options{Timeout: test.timeout, random: noJitter})
				if err != nil {
					t.Errorf("got error %v, want none", err)
				}
				if diff := cmp.Diff(test.want, got, cmpopts.EquateErrors()); diff != "" {
					t.Errorf("result (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Each poll that does not end the wait is reported, with its error and the time until the next poll.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []Report
		_, err := Wait(t.Context(), NewPoller(sequence(slow(running, 300*time.Millisecond), reset, notFound, succeeded)), Options{
			Timeout: time.Hour,
			Report:  func(r Report) { got = append(got, r) },
			random:  constant(1),
		})
		if err != nil {
			t.Errorf("got error %v, want none", err)
		}
		const next = 950 * time.Millisecond
		want := []Report{
			{
				Result: Result{Last: running.status, Seen: true, Polls: 1, Elapsed: 300 * time.Millisecond},
				Next:   next,
			},
			{
				Result: Result{
					Last: running.status, Seen: true, Polls: 2, Elapsed: 1250 * time.Millisecond,
					TransientErrors: 1, LastError: errReset,
				},
				Next: next,
				Err:  reset.err,
			},
			{
				Result: Result{
					Last: running.status, Seen: true, Polls: 3, Elapsed: 2200 * time.Millisecond,
					TransientErrors: 1, LastError: errReset, NotFound: errNoJob,
				},
				Next: next,
				Err:  notFound.err,
			},
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

// A wait that is cancelled ends at once with the error of its context and without an outcome.
func TestWaitIsCancelled(t *testing.T) {
	for _, test := range []struct {
		name    string
		polls   []poll
		elapsed time.Duration
	}{
		{name: "between two polls", polls: []poll{running}, elapsed: 100 * time.Second},
		{name: "in a poll", polls: []poll{running, hanging}, elapsed: 100 * time.Second},
		{name: "while throttled", polls: []poll{slow(running, 90*time.Second), retryAfter(time.Minute)}, elapsed: 100 * time.Second},
		{name: "in a poll that returns a success later", polls: []poll{stubborn(succeeded, 110*time.Second)}, elapsed: 110 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(100*time.Second, cancel)
				start := time.Now()
				r, err := Wait(ctx, NewPoller(sequence(test.polls...)), Options{Timeout: time.Hour})
				if !errors.Is(err, context.Canceled) || r.Outcome != "" {
					t.Errorf("got outcome %q, error %v; want no outcome and %v", r.Outcome, err, context.Canceled)
				}
				if elapsed := time.Since(start); elapsed != test.elapsed || r.Elapsed != elapsed {
					t.Errorf("got a wait of %s, of %s in the result; want %s", elapsed, r.Elapsed, test.elapsed)
				}
			})
		})
	}
}

// Whatever polls fail, they are 0.95 s to 30 s apart. The wait succeeds with the first poll that does not fail after the end
// of the job, or times out exactly at its timeout.
func TestTransientErrorsAtRandom(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := job{duration: logarithmic(rapid.Float64Range(0, 1).Draw(rt, "duration")), prediction: "none", end: Succeeded}
		timeout := logarithmic(rapid.Float64Range(0, 1).Draw(rt, "timeout"))
		failures := rapid.Float64Range(0, 0.9).Draw(rt, "share of failures")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			status := j.start()
			var polls []time.Duration
			r, err := Wait(t.Context(), NewPoller(func(ctx context.Context) (Status, error) {
				polls = append(polls, time.Since(start))
				if random.Float64() < failures {
					return Status{}, reset.err
				}
				return status(ctx)
			}), Options{Timeout: timeout, random: random.Float64})
			elapsed := time.Since(start)
			if err != nil || (r.Outcome != OutcomeSucceeded || elapsed < j.duration) && (r.Outcome != OutcomeTimedOut || elapsed != timeout) {
				rt.Errorf("a job of %s, a timeout of %s: got outcome %q after %s, error %v", j.duration, timeout, r.Outcome, elapsed, err)
			}
			for i := 1; i < len(polls); i++ {
				if interval := polls[i] - polls[i-1]; interval < 950*time.Millisecond || interval > 30*time.Second {
					rt.Errorf("got an interval of %s after %s, want 950ms to 30s", interval, polls[i-1])
				}
			}
			if rest := elapsed - polls[len(polls)-1]; rest > 30*time.Second {
				rt.Errorf("got no poll in the last %s, want at least one in 30s", rest)
			}
		})
	})
}
