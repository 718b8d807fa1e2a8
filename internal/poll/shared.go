package poll

import (
	"context"
	"sync"
	"time"
)

// A Board lets waits on the same job share their looks. Its zero value is ready to use.
type Board struct {
	mu     sync.Mutex
	shared map[string]*Shared
}

// Join gives the shared looks of a job, and a function to call when they are needed no more. Of many
// who join under a key, the first one's observer is used.
func (b *Board) Join(key string, observer Observer) (*Shared, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shared == nil {
		b.shared = make(map[string]*Shared)
	}
	s := b.shared[key]
	if s == nil {
		s = NewShared(observer)
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

// Shared are the looks at one job.
type Shared struct {
	observer Observer
	users    int           // guarded by the board
	turn     chan struct{} // holds a token while nobody looks

	last *shown // guarded by the turn
}

// shown is what a look showed.
type shown struct {
	at          time.Time
	observation Observation
	err         error
	outdated    chan struct{} // closed when there is a newer one
}

// NewShared makes looks that nobody shares yet.
func NewShared(observer Observer) *Shared {
	s := &Shared{observer: observer, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// fresh is how old a look may be to serve another wait.
const fresh = shortest / 2

// look looks, or gives what another wait has just seen since the last look, if there was one.
func (s *Shared) look(ctx context.Context, last *shown) *shown {
	asked := time.Now()
	select {
	case <-ctx.Done():
		return &shown{at: asked, err: ctx.Err()}
	case <-s.turn:
	}
	defer func() { s.turn <- struct{}{} }()
	if s.last != nil && s.last != last && asked.Sub(s.last.at) <= fresh {
		return s.last
	}
	observation, err := s.observer(ctx)
	now := &shown{at: time.Now(), observation: observation, err: err, outdated: make(chan struct{})}
	if ctx.Err() == nil { // others do not care that this wait is over
		if s.last != nil {
			close(s.last.outdated)
		}
		s.last = now
	}
	return now
}
