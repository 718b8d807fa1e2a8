package cloud

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"
)

// A cache keeps values that take requests to find. Concurrent callers that need the same value share one request.
type cache[V any] struct {
	values sync.Map // of V by key
	flight singleflight.Group
}

// errAbandoned is returned to the callers that wait for another one whose context is done; they try again.
var errAbandoned = errors.New("the request was abandoned")

// get returns the cached value of a key if good accepts it, and otherwise the one that find returns for all concurrent callers. find
// gets the cached value, or the zero value if there is none. Errors are not cached.
func (c *cache[V]) get(ctx context.Context, key string, good func(V) bool, find func(cached V) (V, error)) (V, error) {
	type result struct {
		value V
		found bool // rather than cached
	}
	var none V
	flightKey := key
	if ctx.Value(pollKey{}) != nil {
		flightKey += " of a poll" // whose requests are not repeated
	}
	for {
		flight := c.flight.DoChan(flightKey, func() (any, error) {
			cached := none
			if value, ok := c.values.Load(key); ok {
				cached = value.(V) //nolint:forcetypeassert // nothing else is stored
				if good(cached) {
					return result{cached, false}, nil
				}
			}
			if ctx.Err() != nil {
				return nil, errAbandoned
			}
			value, err := find(cached)
			if err != nil {
				if ctx.Err() != nil {
					return nil, errAbandoned
				}
				return nil, err
			}
			c.values.Store(key, value)
			return result{value, true}, nil
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
			// A cached value that the caller who started the flight accepts may not be good for this one.
			if result := r.Val.(result); result.found || good(result.value) { //nolint:forcetypeassert // see above
				return result.value, nil
			}
		}
	}
}
