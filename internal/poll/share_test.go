package poll

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counted returns a function that counts the calls of fetch.
func counted(fetch Func, calls *int) Func {
	return func(ctx context.Context) (Status, error) {
		*calls++
		return fetch(ctx)
	}
}

// Fifty waits for the same job poll hardly more often than one, and each ends as if it were alone.
func TestWaitsShareTheirPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := job{duration: 20 * time.Minute, prediction: "none", end: Succeeded}
		polls := 0
		var own atomic.Int64 // polls that were not shared
		fetch := counted(j.start(), &polls)
		var group Group
		var waits sync.WaitGroup
		start := time.Now()
		for i := range 50 {
			waits.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
				requests, release := group.Acquire("job")
				defer release()
				poll := func(ctx context.Context) (Status, error) { return Shared(ctx, "job", fetch) }
				r, err := Wait(t.Context(), requests, poll, Options{Timeout: time.Hour})
				if err != nil || r.Outcome != OutcomeSucceeded {
					t.Errorf("wait %d: got outcome %q, error %v; want %q", i, r.Outcome, err, OutcomeSucceeded)
				}
				own.Add(int64(r.Polls - r.Shared))
				if overshoot := time.Since(start) - j.duration; overshoot < 0 || overshoot > 10*time.Second {
					t.Errorf("wait %d: got an overshoot of %s, want at most 10 s", i, overshoot)
				}
			})
		}
		waits.Wait()
		if got := own.Load(); got != int64(polls) {
			t.Errorf("got results with %d polls that were not shared, want %d", got, polls)
		}
		// The first answer of each wait is to a request that was sent after it began.
		if _, alone := j.calculate(constant(1)); polls > alone*11/10+49 {
			t.Errorf("got %d polls, want at most 49 and a tenth more than the %d of one wait", polls, alone)
		}
	})
}

func TestGroup(t *testing.T) {
	var group Group
	first, releaseFirst := group.Acquire("job")
	second, releaseSecond := group.Acquire("job")
	if second != first {
		t.Error("got two for the same key, want one")
	}
	if other, _ := group.Acquire("other job"); other == first {
		t.Error("got the same job for two jobs, want two")
	}
	releaseFirst()
	third, releaseThird := group.Acquire("job")
	if third != first {
		t.Error("got a new job although the first one is in use, want the first one")
	}
	releaseSecond()
	releaseThird()
	if fourth, _ := group.Acquire("job"); fourth == first {
		t.Error("got a job that all have released, want a new one")
	}
}

// A wait takes over an answer that is at most half a second old, if the request was sent after the wait began.
func TestRecentAnswerIsShared(t *testing.T) {
	for _, test := range []struct {
		name  string
		joins time.Duration // after the first wait began, which polls every two seconds until the third poll ends the job
		ends  time.Duration // after it joined
	}{
		{name: "joins with it", joins: 0, ends: 4 * time.Second},
		{name: "joins half a second after a poll", joins: 500 * time.Millisecond, ends: 2 * time.Second},
		{name: "joins with a later poll", joins: 2 * time.Second, ends: 2 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				job := shared(counted(sequence(running, running, succeeded), &polls))
				options := Options{Timeout: time.Hour, Interval: 2 * time.Second}
				var first sync.WaitGroup
				first.Go(func() {
					if r, err := job.wait(t.Context(), options); err != nil || r.Outcome != OutcomeSucceeded {
						t.Errorf("first wait: got outcome %q, error %v", r.Outcome, err)
					}
				})
				synctest.Wait()
				time.Sleep(test.joins)
				synctest.Wait()
				checkWait(t.Context(), t, job, options, OutcomeSucceeded, nil, test.ends)
				first.Wait()
				if polls != 3 {
					t.Errorf("got %d polls, want 3", polls)
				}
			})
		})
	}
}

// An answer to a request that was sent before a wait began does not count, however late it comes.
func TestAnswerToAnEarlierRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		job := shared(counted(sequence(slow(succeeded, time.Minute)), &polls))
		var first sync.WaitGroup
		first.Go(func() {
			checkWait(t.Context(), t, job, Options{Timeout: time.Hour}, OutcomeSucceeded, nil, time.Minute)
		})
		time.Sleep(time.Second)
		checkWait(t.Context(), t, job, Options{Timeout: time.Hour}, OutcomeSucceeded, nil, 119*time.Second)
		first.Wait()
		if polls != 2 {
			t.Errorf("got %d polls, want 2", polls)
		}
	})
}

// A wait that begins while the service asks others to pause waits with them, except for its last poll.
func TestPauseIsShared(t *testing.T) {
	for _, test := range []struct {
		name    string
		timeout time.Duration
		polls   int
		outcome Outcome
		elapsed time.Duration
	}{
		{name: "until the end of the pause", timeout: time.Hour, polls: 2, outcome: OutcomeSucceeded, elapsed: 50 * time.Second},
		{name: "until its last poll", timeout: 20 * time.Second, polls: 2, outcome: OutcomeSucceeded, elapsed: 18 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				job := shared(counted(sequence(retryAfter(time.Minute), succeeded), &polls))
				var first sync.WaitGroup
				first.Go(func() {
					if r, err := job.wait(t.Context(), Options{Timeout: time.Hour}); err != nil || r.Outcome != OutcomeSucceeded {
						t.Errorf("first wait: got outcome %q, error %v", r.Outcome, err)
					}
				})
				time.Sleep(10 * time.Second)
				checkWait(t.Context(), t, job, Options{Timeout: test.timeout}, test.outcome, nil, test.elapsed)
				first.Wait()
				if polls != test.polls {
					t.Errorf("got %d polls, want %d", polls, test.polls)
				}
			})
		})
	}
}

// A pause is no reason to take over that a job was not found before the wait began.
func TestNotFoundIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		missing := poll{err: &Error{Kind: NotFound, Err: errNoJob, RetryAfter: time.Minute}}
		job := shared(counted(sequence(missing, succeeded), &polls))
		checkWait(t.Context(), t, job, Options{Timeout: time.Hour, AppearWithin: new(time.Duration(0))}, OutcomeNotFound, nil, 0)
		time.Sleep(10 * time.Second)
		checkWait(t.Context(), t, job, Options{Timeout: time.Hour, AppearWithin: new(time.Duration(0))}, OutcomeSucceeded, nil, 0)
		if polls != 2 {
			t.Errorf("got %d polls, want 2", polls)
		}
	})
}

// The last poll of a wait does not wait for a poll of another one that hangs, or is held back.
func TestLastPollDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		job := shared(func(ctx context.Context) (Status, error) {
			if time.Since(begin) < time.Second {
				return running.status, nil
			}
			if !IsLast(ctx) {
				return sequence(slow(succeeded, 2*time.Minute))(ctx)
			}
			return succeeded.status, nil
		})
		wait := func(timeout, elapsed time.Duration) {
			checkWait(t.Context(), t, job, Options{Timeout: timeout, random: noJitter}, OutcomeSucceeded, nil, elapsed)
		}
		var first sync.WaitGroup
		first.Go(func() { wait(time.Hour, 121*time.Second) })
		time.Sleep(2 * time.Second) // the first wait polls now
		wait(time.Minute, 58*time.Second)
		first.Wait()
	})
}

// Waits whose credentials were rejected do not ask again one after the other: the cloud issues new ones only after some seconds.
func TestRejectedCredentialsOfManyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		job := shared(counted(sequence(running, rejected, rejected, succeeded), &polls))
		var waits sync.WaitGroup
		for i := range 5 {
			time.Sleep(time.Duration(i) * 1100 * time.Millisecond)
			waits.Go(func() {
				if r, err := job.wait(t.Context(), Options{Timeout: time.Hour}); err != nil || r.Outcome != OutcomeSucceeded {
					t.Errorf("wait %d: got outcome %q, error %v; want success", i, r.Outcome, err)
				}
			})
		}
		waits.Wait()
		if polls != 4 {
			t.Errorf("got %d polls, want 4", polls)
		}
	})
}

// A wait with a long interval ends with the poll of another wait.
func TestNewerResultIsTakenOverAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		job := shared(counted(sequence(running, running, running, succeeded), &polls))
		var waits sync.WaitGroup
		for _, interval := range []time.Duration{10 * time.Second, time.Hour} {
			options := Options{Timeout: 2 * time.Hour, Interval: interval}
			waits.Go(func() { checkWait(t.Context(), t, job, options, OutcomeSucceeded, nil, 30*time.Second) })
		}
		waits.Wait()
		if polls != 4 {
			t.Errorf("got %d polls, want 4", polls)
		}
	})
}

// A wait that is cancelled or times out while it polls, or while another wait polls, ends at once. A wait that needs the
// result of an interrupted poll polls itself.
func TestInterruptedPoll(t *testing.T) {
	for _, test := range []struct {
		name    string
		cancel  time.Duration
		timeout time.Duration
		second  bool // the interrupted wait is not the one that polls
		outcome Outcome
		err     error
		other   time.Duration // duration of the wait that is not interrupted
	}{
		{name: "cancelled", cancel: 5 * time.Second, timeout: time.Hour, err: context.Canceled, other: 15 * time.Second},
		{
			name: "timed out, after its last poll", cancel: time.Hour, timeout: 5 * time.Second,
			outcome: OutcomeTimedOut, other: 13750 * time.Millisecond,
		},
		{
			name: "timed out while another wait polls", cancel: time.Hour, timeout: 5 * time.Second, second: true,
			outcome: OutcomeTimedOut, other: 10 * time.Second,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				job := shared(sequence(slow(succeeded, 10*time.Second)))
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(test.cancel, cancel)
				waits := []func(){
					func() {
						checkWait(ctx, t, job, Options{Timeout: test.timeout}, test.outcome, test.err, 5*time.Second)
					},
					func() {
						r := checkWait(t.Context(), t, job, Options{Timeout: time.Hour}, OutcomeSucceeded, nil, test.other)
						if r.Failed != 0 {
							t.Errorf("other wait: got %d failed polls, want none", r.Failed)
						}
					},
				}
				if test.second {
					slices.Reverse(waits)
				}
				var first sync.WaitGroup
				first.Go(waits[0])
				synctest.Wait()
				waits[1]()
				first.Wait()
			})
		})
	}
}
