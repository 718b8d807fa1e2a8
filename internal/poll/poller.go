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

// Acquire returns the poller of the job with this key, and a function that releases it. The poller uses the functions that the start
// function of the first caller returns until all have released it.
func (g *Group) Acquire(key string, start func() Func) (p *Poller, release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p = g.pollers[key]
	if p == nil {
		p = NewPoller(start)
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
	start func() Func
	users int           // guarded by the mutex of the group
	sem   chan struct{} // has room while nobody polls
	fetch Func          // guarded by sem, as is last
	last  *result
}

// NewPoller returns a poller that belongs to no group. A function that start returns is not called again before it has returned.
func NewPoller(start func() Func) *Poller {
	return &Poller{start: start, fetch: start(), sem: make(chan struct{}, 1)}
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

// serves reports whether the result of another wait serves a wait that had a last result: if it is another one and recent, or if the
// service asked for a pause with it that has not passed.
func (r *result) serves(last *result, isLast bool) bool {
	age := maxAge
	if failed, ok := errors.AsType[*Error](r.err); ok && !isLast {
		age = max(age, failed.pause())
	}
	return r != last && time.Since(r.at) <= age
}

// poll polls, or returns a result of another wait. The last poll of a wait waits neither for the poll of another one nor for the end of a
// pause.
func (p *Poller) poll(ctx context.Context, last *result, isLast bool) (r *result, shared bool) {
	if isLast {
		ctx = context.WithValue(ctx, lastKey{}, true)
		select {
		case p.sem <- struct{}{}:
		default:
			status, err := p.start()(ctx)
			return &result{at: time.Now(), status: status, err: err}, false
		}
	} else {
		select {
		case <-ctx.Done():
			return &result{at: time.Now(), err: ctx.Err()}, false
		case p.sem <- struct{}{}:
		}
	}
	defer func() { <-p.sem }()
	if p.last != nil && p.last.serves(last, isLast) {
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
