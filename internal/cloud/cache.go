package cloud

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"
)

// A cache remembers what takes requests to find out. Of many callers who need the same thing at the
// same time one asks for it, and when that one is cancelled, another one does.
type cache[V any] struct {
	known  sync.Map // of V by key
	flight singleflight.Group
}

// errAbandoned tells those who wait that whoever asked for them was cancelled.
var errAbandoned = errors.New("the request was abandoned")

// get returns what is known under a key if it is good enough for the caller. If it is not, find finds it;
// it is given what is known, if anything is, and what it finds is good enough for everyone. An error is
// told to those who wait for it and then forgotten.
func (m *cache[V]) get(ctx context.Context, key string, good func(V) bool, find func(known V) (V, error)) (V, error) {
	type result struct {
		value V
		fresh bool
	}
	var none V
	for {
		flight := m.flight.DoChan(key, func() (any, error) {
			known := none
			if value, ok := m.known.Load(key); ok {
				known = value.(V) //nolint:forcetypeassert // nothing else is stored
				if good(known) {
					return result{known, false}, nil
				}
			}
			if ctx.Err() != nil {
				return nil, errAbandoned
			}
			found, err := find(known)
			switch {
			case err == nil:
				m.known.Store(key, found)
				return result{found, true}, nil
			case ctx.Err() != nil:
				return nil, errAbandoned
			}
			return nil, err
		})
		select {
		case <-ctx.Done():
			return none, context.Cause(ctx)
		case r := <-flight:
			if errors.Is(r.Err, errAbandoned) {
				continue
			}
			if r.Err != nil {
				return none, r.Err
			}
			// What another caller finds good enough may not be so for this one.
			if found := r.Val.(result); found.fresh || good(found.value) { //nolint:forcetypeassert // see above
				return found.value, nil
			}
		}
	}
}
