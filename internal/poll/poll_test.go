package poll

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A look is what a script says that a look shows.
type look struct {
	observation Status
	err         error
	takes       time.Duration
}

var (
	running   = look{observation: Status{State: Running, Raw: "RUNNING"}}
	succeeded = look{observation: Status{State: Succeeded, Raw: "SUCCESS"}}
	failed    = look{observation: Status{State: Failed, Raw: "FAIL", FailureReason: "because"}}
	strange   = look{observation: Status{State: Unknown, Raw: "PAUSED"}}
	reset     = look{err: &TransientError{Err: errors.New("reset")}}
	throttled = look{err: &TransientError{Err: errors.New("throttled"), RetryAfter: 40 * time.Second}}
	longRest  = look{err: &TransientError{Err: errors.New("throttled"), RetryAfter: time.Hour}}
	noHost    = look{err: &TransientError{Err: errors.New("no such host"), OnlyIfSeen: true}}
	missing   = look{err: &NotFoundError{Err: errors.New("no such job")}}
	nowhere   = look{err: &NotFoundError{Err: errors.New("no such instance"), ParentMissing: true}}
	forbidden = look{err: errors.New("forbidden")}
	hanging   = look{takes: 100 * time.Hour}
)

// script is an observer that shows these in turn, and the last one for good.
func script(looks ...look) Func {
	n := 0
	return func(ctx context.Context) (Status, error) {
		l := looks[min(n, len(looks)-1)]
		n++
		select {
		case <-ctx.Done():
			return Status{}, &TransientError{Err: ctx.Err()}
		case <-time.After(l.takes):
			return l.observation, l.err
		}
	}
}

func TestWait(t *testing.T) {
	for name, test := range map[string]struct {
		looks             []look
		timeout           time.Duration
		outcome           Outcome
		err               string
		polls             int // 0: any
		shortest, longest time.Duration
	}{
		"ended already":                      {[]look{succeeded}, time.Hour, OutcomeSucceeded, "", 1, 0, 0},
		"failed already":                     {[]look{failed}, time.Hour, OutcomeFailed, "", 1, 0, 0},
		"ends soon":                          {[]look{running, running, succeeded}, time.Hour, OutcomeSucceeded, "", 3, 1900 * time.Millisecond, 2 * time.Second},
		"refused":                            {[]look{forbidden}, time.Hour, "", "forbidden", 1, 0, 0},
		"refused later":                      {[]look{running, forbidden}, time.Hour, "", "forbidden", 2, 950 * time.Millisecond, time.Second},
		"never ends":                         {[]look{running}, 90 * time.Second, OutcomeTimedOut, "", 0, 90 * time.Second, 90 * time.Second},
		"hangs":                              {[]look{running, hanging}, 90 * time.Second, OutcomeTimedOut, "", 2, 90 * time.Second, 90 * time.Second},
		"hangs at once":                      {[]look{hanging}, 7 * time.Second, OutcomeTimedOut, "", 1, 7 * time.Second, 7 * time.Second},
		"unknown status, then known":         {[]look{strange, succeeded}, time.Hour, OutcomeSucceeded, "", 2, 950 * time.Millisecond, time.Second},
		"unknown status for good":            {[]look{strange}, time.Minute, OutcomeTimedOut, "", 0, time.Minute, time.Minute},
		"troubles":                           {[]look{reset, reset, reset, succeeded}, time.Hour, OutcomeSucceeded, "", 4, 6650 * time.Millisecond, 7 * time.Second},
		"troubles for good":                  {[]look{reset}, 10 * time.Minute, OutcomeTimedOut, "", 0, 10 * time.Minute, 10 * time.Minute},
		"throttled":                          {[]look{running, throttled, succeeded}, time.Hour, OutcomeSucceeded, "", 3, 40950 * time.Millisecond, 41 * time.Second},
		"not visible yet":                    {[]look{missing, missing, missing, running, succeeded}, time.Hour, OutcomeSucceeded, "", 5, 3800 * time.Millisecond, 4 * time.Second},
		"never there":                        {[]look{missing}, time.Hour, OutcomeNotFound, "", 0, 30 * time.Second, 30*time.Second + 1},
		"never there, timeout first":         {[]look{missing}, 20 * time.Second, OutcomeTimedOut, "", 0, 20 * time.Second, 20 * time.Second},
		"instance not there":                 {[]look{nowhere}, time.Hour, OutcomeNotFound, "", 1, 0, 0},
		"vanishes":                           {[]look{running, missing, missing, missing}, time.Hour, OutcomeNotFound, "", 4, 2850 * time.Millisecond, 3 * time.Second},
		"is back after two misses":           {[]look{running, missing, missing, running, missing, missing, succeeded}, time.Hour, OutcomeSucceeded, "", 7, 5700 * time.Millisecond, 6 * time.Second},
		"instance vanishes with it":          {[]look{running, nowhere, nowhere, nowhere}, time.Hour, OutcomeNotFound, "", 4, 2850 * time.Millisecond, 3 * time.Second},
		"misses between troubles":            {[]look{running, missing, missing, reset, missing, missing, succeeded}, time.Hour, OutcomeSucceeded, "", 7, 5700 * time.Millisecond, 6 * time.Second},
		"rest of an hour":                    {[]look{running, longRest, succeeded}, time.Hour, OutcomeSucceeded, "", 3, 120950 * time.Millisecond, 121 * time.Second},
		"unknown host":                       {[]look{noHost}, time.Hour, "", "no such host", 1, 0, 0},
		"unknown host, once seen":            {[]look{running, noHost, succeeded}, time.Hour, OutcomeSucceeded, "", 3, 1900 * time.Millisecond, 2 * time.Second},
		"ends in the look that is cut short": {[]look{running, {observation: succeeded.observation, takes: 500 * time.Millisecond}}, time.Minute, OutcomeSucceeded, "", 2, 1450 * time.Millisecond, 1500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				r, err := Wait(t.Context(), NewPoller(script(test.looks...)), Options{Timeout: test.timeout})
				took := time.Since(start)
				if r.Outcome != test.outcome || fmt.Sprint(err) != test.err && (err != nil || test.err != "") {
					t.Errorf("outcome %q, error %v", r.Outcome, err)
				}
				if took < test.shortest || took > test.longest || r.Outcome != "" && r.Elapsed != took {
					t.Errorf("took %s, the result says %s, want %s to %s", took, r.Elapsed, test.shortest, test.longest)
				}
				if test.polls != 0 && r.Polls != test.polls {
					t.Errorf("%d looks, want %d", r.Polls, test.polls)
				}
			})
		})
	}
}

func TestResultTellsOfTroubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := Wait(t.Context(), NewPoller(script(running, strange, reset, missing, throttled)), Options{Timeout: time.Minute})
		if err != nil || r.Outcome != OutcomeTimedOut || r.TransientErrors != 3 || r.LastError.Error() != "throttled" ||
			r.UnknownStatus != "PAUSED" || r.NotFound.Error() != "no such job" || !r.Seen || r.Last.Raw != "PAUSED" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestFixedInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		r, err := Wait(t.Context(), NewPoller(script(running, running, running, succeeded)), Options{Timeout: time.Hour, Interval: 17 * time.Second})
		if took := time.Since(start); err != nil || r.Outcome != OutcomeSucceeded || took != 51*time.Second {
			t.Errorf("%s after %s, %v", r.Outcome, took, err)
		}
	})
}

func TestCancellationEndsAWaitAtOnce(t *testing.T) {
	for name, l := range map[string]look{"between looks": running, "in a look": hanging, "in a pause": throttled} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(100*time.Second, cancel)
				start := time.Now()
				_, err := Wait(ctx, NewPoller(script(running, l)), Options{Timeout: time.Hour})
				if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 100*time.Second {
					t.Errorf("%v after %s", err, took)
				}
			})
		})
	}
}

// Random failures between the looks change neither the outcome nor let a wait hang: the longest pause is that
// after failures, for each failure in a row. A wait that times out does so exactly at its deadline.
func TestWaitSurvivesRandomTroubles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		takes := logarithmic(rapid.Float64Range(0, 1).Draw(rt, "takes"))
		timeout := logarithmic(rapid.Float64Range(0, 1).Draw(rt, "timeout"))
		share := rapid.Float64Range(0, 0.6).Draw(rt, "share of failing looks")
		seed := rapid.Uint64().Draw(rt, "seed")
		var took, failing time.Duration
		var r Result
		var err error
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			observe := job{duration: takes, prediction: "exact", end: Succeeded}.start()
			start := time.Now()
			var since time.Time // when looks began to fail
			r, err = Wait(t.Context(), NewPoller(func(ctx context.Context) (Status, error) {
				if random.Float64() < share {
					if since.IsZero() {
						since = time.Now()
					}
					return Status{}, reset.err
				}
				if !since.IsZero() {
					failing = max(failing, time.Since(since))
				}
				since = time.Time{}
				return observe(ctx)
			}), Options{Timeout: timeout, random: random.Float64})
			took = time.Since(start)
		})
		switch {
		case err != nil:
			rt.Fatal(err)
		case r.Outcome == OutcomeTimedOut && took != timeout:
			rt.Fatalf("timed out after %s, want %s", took, timeout)
		case r.Outcome == OutcomeSucceeded && (took < takes || took > takes+2*time.Second+failing):
			rt.Fatalf("a job of %s ended after %s, with looks that failed for %s", takes, took, failing)
		case r.Outcome != OutcomeSucceeded && r.Outcome != OutcomeTimedOut, timeout > takes+2*time.Minute+failing && r.Outcome != OutcomeSucceeded && share < 0.1:
			rt.Fatalf("a job of %s with a timeout of %s: %s", takes, timeout, r.Outcome)
		}
	})
}

// Waits on the same job look together, and each ends as if it were alone.
func TestWaitsOnOneJobShareTheirLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const takes, waits = 20 * time.Minute, 50
		looks := 0
		observe := job{duration: takes, prediction: "none", end: Succeeded}.start()
		var board Group
		var all sync.WaitGroup
		start := time.Now()
		for i := range waits {
			all.Go(func() {
				<-time.After(time.Duration(i) * 10 * time.Millisecond)
				shared, leave := board.Acquire("job", func(ctx context.Context) (Status, error) {
					looks++
					return observe(ctx)
				})
				defer leave()
				r, err := Wait(t.Context(), shared, Options{Timeout: time.Hour})
				if late := time.Since(start) - takes; err != nil || r.Outcome != OutcomeSucceeded || late < 0 || late > 12*time.Second {
					t.Errorf("%s, %v, %s late", r.Outcome, err, late)
				}
			})
		}
		all.Wait()
		if alone := 50 + int(takes/(9*time.Second)); looks > alone*3/2 {
			t.Errorf("%d waits looked %d times, one alone looks about %d times", waits, looks, alone)
		}
		if len(board.pollers) != 0 {
			t.Errorf("the board still has %d jobs", len(board.pollers))
		}
	})
}

// When the wait that looks for others is cancelled, another one looks.
func TestCancelledLookDoesNotHarmOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := NewPoller(script(look{takes: 10 * time.Second, observation: succeeded.observation}))
		first, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := Wait(first, shared, Options{Timeout: time.Hour}); !errors.Is(err, context.Canceled) {
				t.Errorf("first: %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if r, err := Wait(t.Context(), shared, Options{Timeout: time.Hour}); err != nil || r.Outcome != OutcomeSucceeded {
				t.Errorf("second: %s, %v", r.Outcome, err)
			}
		})
		synctest.Wait()
		cancel()
		all.Wait()
	})
}
