package poll

import (
	"context"
	"sync"
	"time"
)

// A Group lets waits on the same job share their polls. Its zero value is ready to use.
type Group struct {
	mu     sync.Mutex
	shared map[string]*Poller
}

// Acquire returns the shared looks of a job, and a function to call when they are needed no more. Of many
// who join under a key, the first one's observer is used.
func (b *Group) Acquire(key string, observer Func) (*Poller, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shared == nil {
		b.shared = make(map[string]*Poller)
	}
	s := b.shared[key]
	if s == nil {
		s = NewPoller(observer)
		b.shared[key] = s
	}
	s.users++
	return s, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if s.users--; s.users == 0 {
			delete(b.shared, key)
		}
	}
}

// Poller are the looks at one job.
type Poller struct {
	fetch Func
	users int           // guarded by the board
	sem   chan struct{} // holds a token while nobody looks

	last *result // guarded by the turn
}

// result is what a look showed.
type result struct {
	at         time.Time
	status     Status
	err        error
	superseded chan struct{} // closed when there is a newer one
}

// NewPoller makes looks that nobody shares yet.
func NewPoller(observer Func) *Poller {
	s := &Poller{fetch: observer, sem: make(chan struct{}, 1)}
	s.sem <- struct{}{}
	return s
}

// maxAge is how old a look may be to serve another wait.
const maxAge = minInterval / 2

// poll looks, or gives what another wait has just seen since the last look, if there was one.
func (s *Poller) poll(ctx context.Context, last *result) *result {
	asked := time.Now()
	select {
	case <-ctx.Done():
		return &result{at: asked, err: ctx.Err()}
	case <-s.sem:
	}
	defer func() { s.sem <- struct{}{} }()
	if s.last != nil && s.last != last && asked.Sub(s.last.at) <= maxAge {
		return s.last
	}
	observation, err := s.fetch(ctx)
	now := &result{at: time.Now(), status: observation, err: err, superseded: make(chan struct{})}
	if ctx.Err() == nil { // others do not care that this wait is over
		if s.last != nil {
			close(s.last.superseded)
		}
		s.last = now
	}
	return now
}
