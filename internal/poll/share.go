package poll

import (
	"context"
	"errors"
	"sync"
	"time"
)

// maxAge is the age up to which an answer serves another wait too.
const maxAge = minInterval / 2

// A Group lets waits share their requests. Its zero value is ready to use.
type Group struct {
	mu       sync.Mutex
	requests map[string]*Requests
}

// Acquire returns the requests of all waits with this key, and a function that releases them. They are kept until all have released them.
func (g *Group) Acquire(key string) (r *Requests, release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r = g.requests[key]
	if r == nil {
		r = new(Requests)
		if g.requests == nil {
			g.requests = make(map[string]*Requests)
		}
		g.requests[key] = r
	}
	r.waits++
	return r, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if r.waits--; r.waits == 0 {
			delete(g.requests, key)
		}
	}
}

// Requests are those of waits that share them. The zero value is ready to use.
type Requests struct {
	waits int // guarded by the mutex of the group

	mu    sync.Mutex
	byKey map[string]*request
}

func (r *Requests) get(key string) *request {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKey[key] == nil {
		if r.byKey == nil {
			r.byKey = make(map[string]*request)
		}
		r.byKey[key] = &request{sem: make(chan struct{}, 1)}
	}
	return r.byKey[key]
}

// A request is sent again and again.
type request struct {
	sem  chan struct{} // has room while nobody sends it
	last *answer       // guarded by sem
}

// An answer is what a request has returned.
type answer struct {
	sent, at   time.Time // the begin and the end of the request
	value      any
	err        error
	superseded chan struct{} // closed when there is a newer answer
}

// A round is one poll of a wait.
type round struct {
	requests *Requests
	used     map[string]*answer // the last answers that the wait has used
	since    time.Time          // answers to earlier requests do not count
	last     bool               // see IsLast

	own        bool            // it has sent a request itself
	sent       time.Time       // its oldest request
	at         time.Time       // its newest answer
	superseded <-chan struct{} // of its first answer; nil if it has none that is shared
}

type roundKey struct{}

// IsPoll reports whether a context is that of a poll.
func IsPoll(ctx context.Context) bool { return ctx.Value(roundKey{}) != nil }

// IsLast reports whether the context of a poll is that of the last one of a wait, which decides how the wait ends.
func IsLast(ctx context.Context) bool {
	r, _ := ctx.Value(roundKey{}).(*round)
	return r != nil && r.last
}

// Shared sends a request, or returns a recent answer to the same request of another wait, which must not be changed. In the context of a
// poll, waits of the same Requests share what has the same key. An error that asks for a pause is an *Error.
//
// An answer counts only if its request was sent after the wait began. The last poll of a wait waits neither for the request of another
// one nor for the end of a pause.
func Shared[T any](ctx context.Context, key string, send func(context.Context) (T, error)) (T, error) {
	r, _ := ctx.Value(roundKey{}).(*round)
	if r == nil {
		return send(ctx)
	}
	a, own := r.answer(ctx, key, func(ctx context.Context) (any, error) { return send(ctx) })
	r.own = r.own || own
	r.used[key] = a
	if r.sent.IsZero() || a.sent.Before(r.sent) {
		r.sent = a.sent
	}
	if r.at.Before(a.at) {
		r.at = a.at
	}
	if r.superseded == nil {
		r.superseded = a.superseded
	}
	value, _ := a.value.(T)
	return value, a.err
}

// answer sends a request, or returns the answer of another wait.
func (r *round) answer(ctx context.Context, key string, send func(context.Context) (any, error)) (a *answer, own bool) {
	exchange := func() *answer {
		sent := time.Now()
		value, err := send(ctx)
		return &answer{sent: sent, at: time.Now(), value: value, err: err}
	}
	request := r.requests.get(key)
	if r.last {
		select {
		case request.sem <- struct{}{}:
		default:
			return exchange(), true
		}
	} else {
		select {
		case <-ctx.Done():
			return &answer{sent: time.Now(), at: time.Now(), err: ctx.Err()}, false
		case request.sem <- struct{}{}:
		}
	}
	defer func() { <-request.sem }()
	if request.last != nil && r.serves(request.last, r.used[key]) {
		return request.last, false
	}
	a = exchange()
	a.superseded = make(chan struct{})
	if ctx.Err() == nil { // the error of a cancelled request is not one of the service
		if request.last != nil {
			close(request.last.superseded)
		}
		request.last = a
	}
	return a, true
}

// serves reports whether an answer serves a wait that has used another one before: if it is recent, or if the service asked for a pause
// with it that has not passed.
func (r *round) serves(a, used *answer) bool {
	failed, ok := errors.AsType[*Error](a.err)
	if ok && (failed.Kind.Passes() || failed.Kind == Rejected) && !r.last && a != used && time.Since(a.at) <= failed.pause() {
		return true
	}
	return a != used && !a.sent.Before(r.since) && time.Since(a.at) <= maxAge
}
