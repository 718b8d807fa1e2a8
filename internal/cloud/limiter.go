package cloud

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	firstPause = time.Second      // after a throttled request, if the service does not say how long to wait
	maxPause   = 10 * time.Second // of those that double with each throttled request
)

// A limiter keeps the requests to a service below a rate, and holds all of them back while the service asks for a pause.
type limiter struct {
	rate *rate.Limiter

	mu          sync.Mutex
	pausedUntil time.Time
	throttled   time.Duration // pause after the last throttled request; 0 once a request was not throttled
}

// newLimiter returns a limiter of so many requests a second, of which one second's worth may come at once. 0 is no limit.
func newLimiter(perSecond int) *limiter {
	limit := rate.Limit(perSecond)
	if perSecond == 0 {
		limit = rate.Inf
	}
	return &limiter{rate: rate.NewLimiter(limit, perSecond)}
}

// wait returns when a request may be sent, or with an error when the context is done. If a pause begins while a request waits for its
// place in the rate, it takes another one after the pause, so that those that the pause held back still keep the rate.
func (l *limiter) wait(ctx context.Context) error {
	for {
		if err := sleep(ctx, l.pauseLeft(ctx)); err != nil {
			return err
		}
		place := l.rate.Reserve()
		if err := sleep(ctx, place.Delay()); err != nil {
			place.Cancel()
			return err
		}
		if l.pauseLeft(ctx) <= 0 {
			return nil
		}
	}
}

// pauseLeft returns how long the pause of a request lasts from now on, and nothing or less if there is none.
func (l *limiter) pauseLeft(ctx context.Context) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if isLast, _ := ctx.Value(pollKey{}).(bool); isLast {
		return 0
	}
	return time.Until(l.pausedUntil)
}

// pollKey is the key of the value that PollContext sets: whether it is the last poll.
type pollKey struct{}

// PollContext returns the context of one poll of a wait. Its requests are not repeated, those for credentials and for the project
// included, since the wait polls again. Those of the last poll are sent although the service asks for a pause: one request more does
// less harm than a wait that gives up a job which has ended.
func PollContext(ctx context.Context, isLast bool) context.Context {
	return context.WithValue(ctx, pollKey{}, isLast)
}

// answered takes note of a response: whether the request was throttled, and how long the service asks to wait.
func (l *limiter) answered(throttled bool, retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	pause := min(retryAfter, maxRetryAfter)
	if !throttled {
		l.throttled = 0
	} else if retryAfter == 0 && !now.Before(l.pausedUntil) { // during the pause, it was sent before
		l.throttled = min(max(firstPause, 2*l.throttled), maxPause)
		pause = l.throttled
	}
	if until := now.Add(pause); until.After(l.pausedUntil) {
		l.pausedUntil = until
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
