package cloud

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A limiter keeps all requests to a service below a rate, in the order in which they come. When the
// service throttles nevertheless, all of them slow down together, and then recover little by little.
type limiter struct {
	full    rate.Limit
	limiter *rate.Limiter
	turn    chan struct{} // holds a token while no request is next

	mu      sync.Mutex
	resting time.Time // until when nothing is sent
	slowed  time.Time // when the service throttled last
}

const (
	slowest  = 20  // the rate is at least the full one divided by this
	recovery = 100 // every answer gives this part of the full rate back
	reaction = time.Second
)

// newLimiter makes a pace of some requests a second, of which one second's worth may come at once. 0 is no limit.
func newLimiter(perSecond int) *limiter {
	p := &limiter{full: rate.Inf, turn: make(chan struct{}, 1)}
	if perSecond > 0 {
		p.full = rate.Limit(perSecond)
	}
	p.limiter = rate.NewLimiter(p.full, max(perSecond, 1))
	p.turn <- struct{}{}
	return p
}

// wait waits for a request's turn. Only the request that is next talks to the limiter: so a rest and a
// new rate hold for all that come after it at once.
func (p *limiter) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-p.turn:
	}
	defer func() { p.turn <- struct{}{} }()
	for {
		p.mu.Lock()
		rest := time.Until(p.resting)
		p.mu.Unlock()
		if rest <= 0 {
			break
		}
		if err := sleep(ctx, rest); err != nil {
			return err
		}
	}
	reservation := p.limiter.Reserve()
	err := sleep(ctx, reservation.Delay())
	if err != nil {
		reservation.Cancel()
	}
	return err
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

// answered takes in whether a request was throttled, and how long the service asks to wait.
func (p *limiter) answered(throttled bool, retryAfter time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	switch {
	case throttled:
		if until := now.Add(min(retryAfter, maxRetryAfter)); until.After(p.resting) {
			p.resting = until
		}
		// Of many that were throttled at once, one slows down for all.
		if p.full != rate.Inf && now.Sub(p.slowed) >= reaction {
			p.slowed = now
			p.limiter.SetLimit(max(p.full/slowest, p.limiter.Limit()/2))
		}
	case p.full != rate.Inf && p.limiter.Limit() < p.full:
		p.limiter.SetLimit(min(p.full, p.limiter.Limit()+p.full/recovery))
	}
}
