package poll

import (
	"context"
	"errors"
	"sync"
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
		fetch := counted(j.start(), &polls)
		var group Group
		var waits sync.WaitGroup
		start := time.Now()
		for i := range 50 {
			waits.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
				poller, release := group.Acquire("job", fetch)
				defer release()
				r, err := Wait(t.Context(), poller, Options{Timeout: time.Hour})
				if err != nil || r.Outcome != OutcomeSucceeded {
					t.Errorf("wait %d: got outcome %q, error %v; want %q", i, r.Outcome, err, OutcomeSucceeded)
				}
				if overshoot := time.Since(start) - j.duration; overshoot < 0 || overshoot > 10*time.Second {
					t.Errorf("wait %d: got an overshoot of %s, want at most 10 s", i, overshoot)
				}
			})
		}
		waits.Wait()
		if _, alone := j.calculate(constant(1)); polls > alone*11/10 {
			t.Errorf("got %d polls, want at most a tenth more than the %d of one wait", polls, alone)
		}
	})
}

func TestGroup(t *testing.T) {
	var group Group
	first, releaseFirst := group.Acquire("job", nil)
	second, releaseSecond := group.Acquire("job", nil)
	if second != first {
		t.Error("got two pollers for the same job, want one")
	}
	if other, _ := group.Acquire("other job", nil); other == first {
		t.Error("got the same poller for two jobs, want two")
	}
	releaseFirst()
	third, releaseThird := group.Acquire("job", nil)
	if third != first {
		t.Error("got a new poller although the first one is in use, want the first one")
	}
	releaseSecond()
	releaseThird()
	if fourth, _ := group.Acquire("job", nil); fourth == first {
		t.Error("got a poller that all have released, want a new one")
	}
}

// A wait takes over a result of another wait that is at most half a second old.
func TestRecentResultIsShared(t *testing.T) {
	for _, test := range []struct {
		name  string
		poll  poll
		joins time.Duration // after the first wait began
		polls int
	}{
		{name: "joins during the poll", poll: slow(succeeded, time.Minute), joins: time.Second, polls: 1},
		{name: "joins half a second after the poll", poll: succeeded, joins: 500 * time.Millisecond, polls: 1},
		{name: "joins later", poll: succeeded, joins: 500*time.Millisecond + 1, polls: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				poller := NewPoller(counted(sequence(test.poll), &polls))
				var waits sync.WaitGroup
				for _, delay := range []time.Duration{0, test.joins} {
					waits.Go(func() {
						time.Sleep(delay)
						r, err := Wait(t.Context(), poller, Options{Timeout: time.Hour})
						if err != nil || r.Outcome != OutcomeSucceeded || r.Polls != 1 {
							t.Errorf("wait from %s: got outcome %q, error %v, %d polls; want %q and one poll",
								delay, r.Outcome, err, r.Polls, OutcomeSucceeded)
						}
					})
				}
				waits.Wait()
				if polls != test.polls {
					t.Errorf("got %d polls of the job, want %d", polls, test.polls)
				}
			})
		})
	}
}

// A wait does not take its own last result for a new one, however short the interval.
func TestOwnResultIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		poller := NewPoller(counted(sequence(running, running, succeeded), &polls))
		r, err := Wait(t.Context(), poller, Options{Timeout: time.Hour, Interval: 100 * time.Millisecond})
		if err != nil || r.Outcome != OutcomeSucceeded || r.Elapsed != 200*time.Millisecond || polls != 3 {
			t.Errorf("got outcome %q after %s and %d polls, error %v; want %q after 200ms and 3 polls",
				r.Outcome, r.Elapsed, polls, err, OutcomeSucceeded)
		}
	})
}

// A wait with a long interval ends with the poll of another wait.
func TestNewerResultIsTakenOverAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		poller := NewPoller(counted(sequence(running, running, running, succeeded), &polls))
		var waits sync.WaitGroup
		for _, interval := range []time.Duration{10 * time.Second, time.Hour} {
			waits.Go(func() {
				r, err := Wait(t.Context(), poller, Options{Timeout: 2 * time.Hour, Interval: interval})
				if err != nil || r.Outcome != OutcomeSucceeded || r.Elapsed != 30*time.Second {
					t.Errorf("interval of %s: got outcome %q after %s, error %v; want %q after 30s",
						interval, r.Outcome, r.Elapsed, err, OutcomeSucceeded)
				}
			})
		}
		waits.Wait()
		if polls != 4 {
			t.Errorf("got %d polls, want 4", polls)
		}
	})
}

// When a wait is cancelled or times out in a poll, another wait that needs the result polls itself.
func TestInterruptedPollDoesNotHarmOthers(t *testing.T) {
	for _, test := range []struct {
		name    string
		cancel  time.Duration
		timeout time.Duration
		outcome Outcome
		err     error
	}{
		{name: "cancelled", cancel: 5 * time.Second, timeout: time.Hour, err: context.Canceled},
		{name: "timed out", cancel: time.Hour, timeout: 5 * time.Second, outcome: OutcomeTimedOut},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				poller := NewPoller(sequence(slow(succeeded, 10*time.Second)))
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(test.cancel, cancel)
				var waits sync.WaitGroup
				waits.Go(func() {
					r, err := Wait(ctx, poller, Options{Timeout: test.timeout})
					if r.Outcome != test.outcome || !errors.Is(err, test.err) || r.Elapsed != 5*time.Second {
						t.Errorf("interrupted wait: got outcome %q after %s, error %v; want outcome %q after 5s, error %v",
							r.Outcome, r.Elapsed, err, test.outcome, test.err)
					}
				})
				synctest.Wait()
				r, err := Wait(t.Context(), poller, Options{Timeout: time.Hour})
				if err != nil || r.Outcome != OutcomeSucceeded || r.TransientErrors != 0 || r.Elapsed != 15*time.Second {
					t.Errorf("other wait: got outcome %q after %s, error %v, %d transient errors; want %q after 15s without errors",
						r.Outcome, r.Elapsed, err, r.TransientErrors, OutcomeSucceeded)
				}
				waits.Wait()
			})
		})
	}
}

// A wait that needs the result of a poll in progress still ends at its own timeout.
func TestTimeoutDuringThePollOfAnotherWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poller := NewPoller(sequence(slow(succeeded, time.Minute)))
		var waits sync.WaitGroup
		waits.Go(func() {
			if r, err := Wait(t.Context(), poller, Options{Timeout: time.Hour}); err != nil || r.Outcome != OutcomeSucceeded {
				t.Errorf("the wait that polls: got outcome %q, error %v; want %q", r.Outcome, err, OutcomeSucceeded)
			}
		})
		synctest.Wait()
		r, err := Wait(t.Context(), poller, Options{Timeout: 7 * time.Second})
		if err != nil || r.Outcome != OutcomeTimedOut || r.Elapsed != 7*time.Second {
			t.Errorf("the other wait: got outcome %q after %s, error %v; want %q after 7s", r.Outcome, r.Elapsed, err, OutcomeTimedOut)
		}
		waits.Wait()
	})
}
