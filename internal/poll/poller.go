package poll

import (
	"context"
	"errors"
	"sync"
	"time"
)

// maxAge is the age up to which the result of a poll serves another wait too.
const maxAge = minInterval / 2

// A Group lets waits for the same job share their polls. Its zero value is ready to use.
type Group struct {
	mu      sync.Mutex
	pollers map[string]*Poller
}

// Acquire returns the poller of the job with this key, and a function that releases it. The poller uses the fetch function
// of the first caller until all have released it.
func (g *Group) Acquire(key string, fetch Func) (p *Poller, release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p = g.pollers[key]
	if p == nil {
		p = NewPoller(fetch)
		if g.pollers == nil {
			g.pollers = make(map[string]*Poller)
		}
		g.pollers[key] = p
	}
	p.users++
	return p, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if p.users--; p.users == 0 {
			delete(g.pollers, key)
		}
	}
}

// A Poller polls one job. Waits share its results.
type Poller struct {
	fetch Func
	users int           // guarded by the mutex of the group
	sem   chan struct{} // has room while nobody polls
	last  *result       // guarded by sem
}

// NewPoller returns a poller that belongs to no group.
func NewPoller(fetch Func) *Poller {
	return &Poller{fetch: fetch, sem: make(chan struct{}, 1)}
}

// A result is the result of one poll.
type result struct {
	at         time.Time // the end of the poll
	status     Status
	err        error
	superseded chan struct{} // closed when there is a newer result
}

// final reports whether the job has ended.
func (r *result) final() bool { return r.err == nil && r.status.State.Ended() }

// pause returns the pause that the service asked for, 0 if it did not.
func (r *result) pause() time.Duration {
	if failed, ok := errors.AsType[*Error](r.err); ok {
		return min(failed.RetryAfter, maxRetryAfter)
	}
	return 0
}

// poll polls, or returns a result of another wait that is not the last one this wait had: one that is recent, or with which the service
// asked for a pause that has not passed.
func (p *Poller) poll(ctx context.Context, last *result) (r *result, shared bool) {
	select {
	case <-ctx.Done():
		return &result{at: time.Now(), err: ctx.Err()}, false
	case p.sem <- struct{}{}:
	}
	defer func() { <-p.sem }()
	if p.last != nil && p.last != last && time.Since(p.last.at) <= max(maxAge, p.last.pause()) {
		return p.last, true
	}
	status, err := p.fetch(ctx)
	r = &result{at: time.Now(), status: status, err: err, superseded: make(chan struct{})}
	if ctx.Err() == nil { // the error of a cancelled poll is not one of the job
		if p.last != nil {
			close(p.last.superseded)
		}
		p.last = r
	}
	return r, false
}
