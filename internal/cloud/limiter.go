package cloud

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	firstPause = time.Second      // after a throttled request, if the service does not say how long to wait
	maxPause   = 30 * time.Second // of those that double with each throttled request
)

// A limiter keeps the requests to a service below a rate, in the order in which they come, and holds all of them back while the
// service asks for a pause.
type limiter struct {
	rate *rate.Limiter
	next chan struct{} // has one element while a request is next; the others queue for that

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
	return &limiter{rate: rate.NewLimiter(limit, perSecond), next: make(chan struct{}, 1)}
}

// wait returns when a request may be sent, or with an error when the context is done. One request at a time takes its place in the
// rate. If a pause begins while it waits for that, it waits for the end of the pause, too, and those behind it still keep the rate.
func (l *limiter) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case l.next <- struct{}{}:
		defer func() { <-l.next }()
	}
	for delay := l.rate.Reserve().Delay(); ; {
		if err := sleep(ctx, delay); err != nil {
			return err
		}
		if delay = l.pauseLeft(); delay <= 0 {
			return nil
		}
	}
}

// pauseLeft returns how long the pause lasts from now on, and nothing or less if there is none.
func (l *limiter) pauseLeft() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.pausedUntil)
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
