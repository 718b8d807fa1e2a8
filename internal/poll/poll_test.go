package poll

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
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
	errBusy      = errors.New("service unavailable")
	errThrottled = errors.New("throttled")
	errNoHost    = errors.New("no such host")
	errNoJob     = errors.New("no such job")
	errHTML      = errors.New("HTML page")
	errForbidden = errors.New("forbidden")
	errRejected  = errors.New("token rejected")
	errWrongKey  = errors.New("wrong key")

	running   = poll{status: Status{State: Running, Raw: "RUNNING"}}
	ending    = poll{status: Status{State: Running, Raw: "RUNNING", Remaining: new(4 * time.Second)}}
	paused    = poll{status: Status{State: Unknown, Raw: "PAUSED"}}
	succeeded = poll{status: Status{State: Succeeded, Raw: "SUCCESS"}}
	failed    = poll{status: Status{State: Failed, Raw: "FAIL", FailureReason: "no capacity"}}
	cancelled = poll{status: Status{State: Cancelled, Raw: "STOP"}}

	busy      = poll{err: &Error{Kind: Transient, Err: errBusy}}
	reset     = poll{err: &Error{Kind: NoResponse, Err: errReset}}
	noHost    = poll{err: &Error{Kind: Unreachable, Err: errNoHost}}
	notFound  = poll{err: &Error{Kind: NotFound, Err: errNoJob}}
	html      = poll{err: &Error{Kind: Invalid, Err: errHTML}}
	forbidden = poll{err: &Error{Kind: Forbidden, Err: errForbidden}}
	rejected  = poll{err: &Error{Kind: Rejected, Err: errRejected}}
	wrongKey  = poll{err: errWrongKey}
	hanging   = poll{takes: 100 * time.Hour}
)

// retryAfter returns a poll that is throttled, with a Retry-After header.
func retryAfter(d time.Duration) poll {
	return poll{err: &Error{Kind: Transient, Err: errThrottled, RetryAfter: d}}
}

// aged returns a poll that finds a running job of some age.
func aged(d time.Duration) poll {
	p := running
	p.status.Age = &d
	return p
}

// endedFor returns a poll that finds a job that succeeded some time ago.
func endedFor(d time.Duration) poll {
	p := succeeded
	p.status.EndedFor = &d
	return p
}

// times returns a poll n times, and then others.
func times(n int, p poll, then ...poll) []poll { return append(slices.Repeat([]poll{p}, n), then...) }

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
	var n atomic.Int64 // a last poll may be concurrent with another one
	return func(ctx context.Context) (Status, error) {
		p := polls[min(int(n.Add(1)), len(polls))-1]
		if p.stubborn {
			ctx = context.WithoutCancel(ctx)
		}
		select {
		case <-ctx.Done():
			return Status{}, &Error{Kind: Transient, Err: ctx.Err()}
		case <-time.After(p.takes):
			return p.status, p.err
		}
	}
}

// A job polled by waits that share the request.
type sharedJob struct {
	requests *Requests
	poll     Func
}

// shared returns a job that a function polls with one request.
func shared(fetch Func) sharedJob {
	return sharedJob{new(Requests), func(ctx context.Context) (Status, error) { return Shared(ctx, "job", fetch) }}
}

// wait waits for the job.
func (j sharedJob) wait(ctx context.Context, o Options) (Result, error) {
	return Wait(ctx, j.requests, j.poll, o)
}

// checkWait waits, checks how and after what time the wait ended, and returns the result.
func checkWait(ctx context.Context, t *testing.T, j sharedJob, o Options, outcome Outcome, cause error, elapsed time.Duration) Result {
	t.Helper()
	start := time.Now()
	r, err := j.wait(ctx, o)
	if r.Outcome != outcome || !errors.Is(err, cause) {
		t.Errorf("got outcome %q, error %v; want outcome %q, error %v", r.Outcome, err, outcome, cause)
	}
	if took := time.Since(start); took != elapsed || r.Elapsed != elapsed {
		t.Errorf("got a wait of %s, of %s in the result; want %s", took, r.Elapsed, elapsed)
	}
	return r
}

func TestWait(t *testing.T) {
	for _, test := range []struct {
		name     string
		polls    []poll        // the last one is repeated
		timeout  time.Duration // an hour if 0
		interval time.Duration
		settle   time.Duration
		appear   *time.Duration // nil: the default
		outcome  Outcome        // OutcomeSucceeded if neither an outcome nor an error is set
		err      error
		elapsed  time.Duration
	}{
		{name: "succeeded before", polls: []poll{succeeded}},
		{name: "failed before", polls: []poll{failed}, outcome: OutcomeFailed},
		{name: "cancelled before", polls: []poll{cancelled}, outcome: OutcomeCancelled},
		{name: "runs for two seconds", polls: []poll{running, running, succeeded}, elapsed: 2 * time.Second},
		{name: "unknown, then failed", polls: []poll{paused, failed}, outcome: OutcomeFailed, elapsed: time.Second},
		{name: "predicted end", polls: []poll{slow(running, 100*time.Second), ending, succeeded}, elapsed: (100 + 10 + 3) * time.Second},

		// The interval follows from the age of the job, if the service tells it.
		{name: "two hours old", polls: []poll{aged(2 * time.Hour), succeeded}, elapsed: 10 * time.Second},
		{
			name:  "began just now, in a wait of 50 s",
			polls: []poll{slow(running, 50*time.Second), aged(time.Second), succeeded}, elapsed: (50 + 5 + 1) * time.Second,
		},

		// The timeout: a last poll begins two seconds before it.
		{name: "runs for too long", polls: []poll{running}, timeout: 90 * time.Second, outcome: OutcomeTimedOut, elapsed: 88 * time.Second},
		{name: "never reached", polls: []poll{reset}, timeout: 90 * time.Second, outcome: OutcomeTimedOut, elapsed: 88 * time.Second},
		{
			name: "ended in the last interval", polls: []poll{running, running, succeeded}, interval: time.Minute, timeout: 90 * time.Second,
			elapsed: 88 * time.Second,
		},
		{
			name: "ended in a pause", polls: []poll{running, retryAfter(2 * time.Minute), succeeded}, timeout: 90 * time.Second,
			elapsed: 88 * time.Second,
		},
		{
			name: "a timeout of two seconds", polls: []poll{running, running, succeeded}, timeout: 2 * time.Second,
			elapsed: 1500 * time.Millisecond,
		},
		{name: "a poll hangs", polls: []poll{running, hanging}, timeout: 90 * time.Second, outcome: OutcomeTimedOut, elapsed: 90 * time.Second},
		{
			name:  "a poll that takes too long gives way to the last one",
			polls: []poll{running, slow(reset, 88*time.Second), succeeded}, timeout: 90 * time.Second, elapsed: 88 * time.Second,
		},
		{
			name:  "a late status is followed by the last poll",
			polls: []poll{running, stubborn(running, 88*time.Second), succeeded}, timeout: 90 * time.Second, elapsed: 89 * time.Second,
		},
		// A poll begins before the timeout and ends after it.
		{name: "late success", polls: []poll{running, stubborn(succeeded, 2*time.Second)}, timeout: 2 * time.Second, elapsed: 3 * time.Second},
		{
			name:  "late status",
			polls: []poll{running, stubborn(running, 2*time.Second)}, timeout: 2 * time.Second,
			outcome: OutcomeTimedOut, elapsed: 3 * time.Second,
		},
		{
			name:  "late error",
			polls: []poll{running, stubborn(wrongKey, 2*time.Second)}, timeout: 2 * time.Second,
			outcome: OutcomeTimedOut, elapsed: 3 * time.Second,
		},

		// Errors that time does not mend.
		{name: "wrong key", polls: []poll{wrongKey}, err: errWrongKey},
		{name: "wrong key later", polls: []poll{running, wrongKey}, err: errWrongKey, elapsed: time.Second},

		// Transient errors.
		{
			name:    "the backoff doubles up to 10 s",
			polls:   []poll{reset, reset, reset, reset, reset, reset, succeeded},
			elapsed: (1 + 2 + 4 + 8 + 10 + 10) * time.Second,
		},
		{name: "the backoff starts again", polls: []poll{reset, reset, running, reset, succeeded}, elapsed: (1 + 2 + 1 + 1) * time.Second},
		{
			name:     "the backoff replaces the interval",
			polls:    []poll{running, reset, html, notFound, reset, succeeded},
			interval: 30 * time.Second,
			elapsed:  (30 + 1 + 2 + 4 + 8) * time.Second,
		},
		{name: "throttled for 40 s", polls: []poll{running, retryAfter(40 * time.Second), succeeded}, elapsed: (1 + 40) * time.Second},
		{name: "throttled for an hour: 2 min", polls: []poll{running, retryAfter(time.Hour), succeeded}, elapsed: (1 + 120) * time.Second},
		{
			name:    "throttled for less than the backoff",
			polls:   []poll{reset, reset, retryAfter(time.Second), succeeded},
			elapsed: (1 + 2 + 1) * time.Second,
		},
		{name: "never a response", polls: []poll{reset}, err: errReset, elapsed: 5 * time.Minute},
		{name: "a response after some minutes", polls: times(30, reset, succeeded), elapsed: (1 + 2 + 4 + 8 + 26*10) * time.Second},
		{name: "a response, and then no other one", polls: []poll{busy, reset}, outcome: OutcomeTimedOut, elapsed: time.Hour - lastPoll},
		{name: "no response later", polls: []poll{running, reset}, outcome: OutcomeTimedOut, elapsed: time.Hour - lastPoll},
		{name: "the service stays busy", polls: []poll{busy}, outcome: OutcomeTimedOut, elapsed: time.Hour - lastPoll},
		{name: "unknown host", polls: []poll{noHost}, err: errNoHost},
		{name: "not found, then unknown host", polls: []poll{notFound, noHost}, err: errNoHost, elapsed: time.Second},
		{name: "unknown host later", polls: []poll{running, noHost, succeeded}, elapsed: 2 * time.Second},

		// Jobs that are not found: for 30 s, with a poll at their end.
		{name: "never found", polls: []poll{notFound}, outcome: OutcomeNotFound, elapsed: 30 * time.Second},
		{name: "not visible for 25 s", polls: times(6, notFound, running, succeeded), elapsed: (1 + 2 + 4 + 8 + 10 + 5 + 3) * time.Second},
		{
			name: "never found before the timeout", polls: []poll{notFound}, timeout: 20 * time.Second, outcome: OutcomeNotFound,
			elapsed: 18 * time.Second,
		},
		{name: "not found at once", polls: []poll{notFound}, appear: new(time.Duration(0)), outcome: OutcomeNotFound},
		{
			name: "not found for three seconds", polls: []poll{notFound}, appear: new(3 * time.Second), outcome: OutcomeNotFound,
			elapsed: 3 * time.Second,
		},
		{
			name: "appears after a minute", polls: times(9, notFound, succeeded), appear: new(2 * time.Minute),
			elapsed: (1 + 2 + 4 + 8 + 10 + 10 + 10 + 10 + 10) * time.Second,
		},
		{
			name: "gone, though new jobs are to be there at once", polls: []poll{running, notFound}, appear: new(time.Duration(0)),
			outcome: OutcomeNotFound, elapsed: 31 * time.Second,
		},
		{
			name:    "the time counts from the first answer",
			polls:   append(times(6, reset, notFound), times(20, notFound)...),
			outcome: OutcomeNotFound, elapsed: (1 + 2 + 4 + 8 + 10 + 10 + 30) * time.Second,
		},
		{name: "gone", polls: []poll{running, notFound}, outcome: OutcomeNotFound, elapsed: 31 * time.Second},
		{
			name:    "gone, but only two polls in 30 s",
			polls:   []poll{running, notFound, slow(notFound, 40*time.Second), notFound},
			outcome: OutcomeNotFound, elapsed: (1 + 1 + 40 + 2) * time.Second,
		},
		{
			name:    "gone, with transient errors in between",
			polls:   []poll{running, notFound, reset, reset, reset, notFound, reset, notFound},
			outcome: OutcomeNotFound, elapsed: (1 + 1 + 2 + 4 + 8 + 10 + 10) * time.Second,
		},
		{
			name:    "found in between",
			polls:   append(times(5, notFound, running), append(times(5, notFound, running), succeeded)...),
			elapsed: 2*(1+2+4+8+10)*time.Second + (2500+5250)*time.Millisecond,
		},

		// Answers that are none of the job: a mistake at first, later a fault that may pass.
		{name: "an HTML page", polls: []poll{html}, err: errHTML},
		{name: "not found, then an HTML page", polls: []poll{notFound, html}, err: errHTML, elapsed: time.Second},
		{name: "an HTML page for 2 min, then at the end", polls: []poll{running, html}, err: errHTML, elapsed: 121 * time.Second},
		{
			name:    "an HTML page for a minute",
			polls:   append([]poll{running}, times(8, html, succeeded)...),
			elapsed: (1 + 1 + 2 + 4 + 8 + 10 + 10 + 10 + 10) * time.Second,
		},
		{
			name:    "an HTML page, but only four polls in 2 min",
			polls:   []poll{running, html, slow(html, time.Minute), slow(html, time.Minute), html, succeeded},
			elapsed: (1 + 1 + 60 + 2 + 60 + 4 + 8) * time.Second,
		},
		{name: "forbidden for 10 s", polls: []poll{forbidden}, err: errForbidden, elapsed: 10 * time.Second},
		{name: "forbidden for 7 s", polls: append(times(4, forbidden), succeeded), elapsed: 10 * time.Second},
		{name: "forbidden later", polls: []poll{running, forbidden}, err: errForbidden, elapsed: 121 * time.Second},

		// Credentials that the cloud issued and a service rejects.
		{name: "rejected three times", polls: []poll{rejected}, err: errRejected, elapsed: 20 * time.Second},
		{name: "rejected twice", polls: []poll{running, rejected, rejected, succeeded}, elapsed: (1 + 10 + 10) * time.Second},
		{
			name: "rejected again after it was seen", polls: []poll{rejected, rejected, running, rejected, rejected, succeeded},
			elapsed: (10 + 10 + 2 + 10 + 10) * time.Second,
		},

		// An end that has to last.
		{name: "settles", polls: []poll{running, succeeded}, settle: 30 * time.Second, elapsed: (1 + 30) * time.Second},
		{
			name:  "settles from the end of the poll that finds the end",
			polls: []poll{slow(succeeded, 5*time.Second), slow(succeeded, 2*time.Second)}, settle: 10 * time.Second,
			elapsed: (5 + 10 + 2) * time.Second,
		},
		{
			name: "runs again while it settles", polls: []poll{succeeded, running, succeeded}, settle: 10 * time.Second,
			elapsed: (10 + 1 + 10) * time.Second,
		},
		{
			name: "fails while it settles", polls: []poll{succeeded, failed}, settle: 10 * time.Second, outcome: OutcomeFailed,
			elapsed: (10 + 10) * time.Second,
		},
		{
			name: "failed polls while it settles", polls: []poll{succeeded, reset, reset, succeeded}, settle: 12 * time.Second,
			elapsed: (10 + 1 + 2) * time.Second,
		},
		{
			name:  "a poll when it has settled, though the interval is longer",
			polls: []poll{succeeded}, settle: 5 * time.Second, interval: time.Minute, elapsed: 5 * time.Second,
		},
		{name: "ended long ago", polls: []poll{endedFor(time.Minute)}, settle: 30 * time.Second},
		{
			name: "ended just now", polls: []poll{endedFor(25 * time.Second), endedFor(35 * time.Second)}, settle: 30 * time.Second,
			elapsed: 10 * time.Second,
		},
		{
			name: "succeeded, and then forgotten", polls: []poll{succeeded, notFound}, settle: time.Minute, elapsed: 10 * time.Second,
		},
		{
			name: "failed, and then forgotten", polls: []poll{failed, notFound}, settle: time.Minute, outcome: OutcomeNotFound,
			elapsed: (10 + 30) * time.Second,
		},
		{
			name: "settles at the timeout", polls: []poll{running, succeeded}, settle: time.Minute, timeout: 50 * time.Second,
			outcome: OutcomeTimedOut, elapsed: 48 * time.Second,
		},

		// A fixed interval.
		{name: "every 100 ms", polls: []poll{running, running, succeeded}, interval: 100 * time.Millisecond, elapsed: 200 * time.Millisecond},
		{
			name:  "17 s after the end of each poll",
			polls: []poll{slow(running, 5*time.Second), slow(running, 5*time.Second), succeeded}, interval: 17 * time.Second,
			elapsed: 2 * (5 + 17) * time.Second,
		},
		{
			name: "every 20 s, never found", polls: []poll{notFound}, interval: 20 * time.Second, outcome: OutcomeNotFound,
			elapsed: 30 * time.Second,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := Options{
					Timeout: test.timeout, Interval: test.interval, AppearWithin: test.appear, Settle: test.settle, Forgotten: true, random: noJitter,
				}
				if test.timeout == 0 {
					options.Timeout = time.Hour
				}
				if test.outcome == "" && test.err == nil {
					test.outcome = OutcomeSucceeded
				}
				checkWait(t.Context(), t, shared(sequence(test.polls...)), options, test.outcome, test.err, test.elapsed)
			})
		})
	}
}

// The poll that ends a wait comes when its end has lasted for settle after the answer, however long it takes to evaluate that.
func TestSettleCountsFromTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests, polls := new(Requests), 0
		evaluated := func(ctx context.Context) (Status, error) {
			status, err := Shared(ctx, "job", sequence(succeeded))
			time.Sleep(100 * time.Millisecond)
			polls++
			return status, err
		}
		r, err := Wait(t.Context(), requests, evaluated, Options{Timeout: time.Hour, Settle: 10 * time.Second})
		if err != nil || r.Outcome != OutcomeSucceeded || polls != 2 {
			t.Errorf("got outcome %q, error %v after %d polls, want success after 2", r.Outcome, err, polls)
		}
	})
}

func TestResult(t *testing.T) {
	for _, test := range []struct {
		name  string
		polls []poll
		want  Result
	}{
		{
			name: "failed", polls: []poll{running, failed},
			want: Result{Outcome: OutcomeFailed, Last: failed.status, Seen: true, Polls: 2, Elapsed: time.Second},
		},
		{
			name: "seen, then failed polls until the timeout", polls: []poll{running, paused, reset, notFound, retryAfter(40 * time.Second)},
			want: Result{
				Outcome: OutcomeTimedOut, Last: paused.status, Seen: true, Polls: 7, Elapsed: 58 * time.Second,
				Failed: 5, LastError: errThrottled, UnknownStatus: "PAUSED",
			},
		},
		{
			name: "a failed poll, then one that found the job", polls: []poll{reset, running, hanging},
			want: Result{Outcome: OutcomeTimedOut, Last: running.status, Seen: true, Polls: 3, Failed: 1, Elapsed: time.Minute},
		},
		{
			name: "unknown status, then a known one", polls: []poll{paused, running, hanging},
			want: Result{Outcome: OutcomeTimedOut, Last: running.status, Seen: true, Polls: 3, Elapsed: time.Minute},
		},
		{
			name: "never seen", polls: []poll{notFound, hanging},
			want: Result{Outcome: OutcomeTimedOut, Polls: 2, Failed: 1, Elapsed: time.Minute, LastError: errNoJob},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := shared(sequence(test.polls...)).wait(t.Context(), Options{Timeout: time.Minute, random: noJitter})
				if diff := cmp.Diff(test.want, got, cmpopts.EquateErrors()); err != nil || diff != "" {
					t.Errorf("got error %v, result (-want +got):\n%s", err, diff)
				}
			})
		})
	}
}

// Each poll that does not end the wait is reported, with its error and the time until the next poll.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []Report
		polls := sequence(slow(running, 300*time.Millisecond), reset, notFound, succeeded)
		report := func(r Report) { got = append(got, r) }
		if _, err := shared(polls).wait(t.Context(), Options{Timeout: time.Hour, Report: report, random: constant(1)}); err != nil {
			t.Errorf("got error %v, want none", err)
		}
		const next = 950 * time.Millisecond
		r := Result{Last: running.status, Seen: true, Polls: 1, Elapsed: 300 * time.Millisecond}
		want := []Report{{Result: r, Next: next}}
		r.Polls, r.Elapsed, r.Failed, r.LastError = 2, r.Elapsed+next, 1, errReset
		want = append(want, Report{Result: r, Next: next})
		r.Polls, r.Elapsed, r.Failed, r.LastError = 3, r.Elapsed+next, 2, errNoJob
		want = append(want, Report{Result: r, Next: 2 * next})
		if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

// Waits whose credentials were rejected spread over five seconds.
func TestPauseAfterRejectedCredentials(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 10 * time.Second, 0.5: 12500 * time.Millisecond, 1: 15 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			options := Options{Timeout: time.Hour, random: constant(random)}
			checkWait(t.Context(), t, shared(sequence(rejected, succeeded)), options, OutcomeSucceeded, nil, want)
		})
	}
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
		{name: "in a poll that returns a success later", polls: []poll{stubborn(succeeded, 110*time.Second)}, elapsed: 110 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(100*time.Second, cancel)
				checkWait(ctx, t, shared(sequence(test.polls...)), Options{Timeout: time.Hour}, "", context.Canceled, test.elapsed)
			})
		})
	}
}
