package cloud

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// readers sends n requests at once and gives when each was sent, counted from the start.
func readers(t *testing.T, c *Client, sent *[]time.Duration, n int) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := c.Get(t.Context(), job, &answer{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(*sent) == 0 {
		t.Fatal("nothing was sent")
	}
}

// recording answers with what answer gives for the how-manieth request, and notes when each was sent.
func recording(sent *[]time.Duration, answer func(n int) *http.Response) transport {
	start := time.Now()
	var mu sync.Mutex
	return func(*http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		*sent = append(*sent, time.Since(start))
		return answer(len(*sent)), nil
	}
}

func TestPaceIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Duration
		c := newClient(Config{Credentials: keys, RequestsPerSecond: 10}, recording(&sent, func(int) *http.Response { return answering(200, `{}`) }))
		readers(t, c, &sent, 200)
		for i, at := range sent {
			// One second's worth may come at once, and then ten a second.
			if want := max(0, time.Duration(i-9)*100*time.Millisecond); (at - want).Abs() > time.Millisecond {
				t.Fatalf("request %d was sent at %s, want %s", i, at, want)
			}
		}
	})
}

// When the service throttles, all requests rest as long as it asks, then slow down, and then recover.
func TestThrottledRequestsSlowDownTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Duration
		c := newClient(Config{Credentials: keys, RequestsPerSecond: 10, MaxRetries: 5}, recording(&sent, func(n int) *http.Response {
			if n == 1 {
				return answering(429, ``, "Retry-After", "20")
			}
			return answering(200, `{}`)
		}))
		readers(t, c, &sent, 1)
		if got := c.endpoints[DCS].pace.limiter.Limit(); got >= 6 {
			t.Errorf("after throttling: %v requests a second", got)
		}
		if sent[1] < 20*time.Second {
			t.Errorf("the second request was sent at %s, while all should rest", sent[1])
		}
		readers(t, c, &sent, 200)
		if got := c.endpoints[DCS].pace.limiter.Limit(); got != 10 {
			t.Errorf("after recovery: %v requests a second", got)
		}
	})
}

// Many that are waiting when the service throttles keep to the new rate, and none of them goes out before the rest is over.
func TestManyThrottledRequestsKeepThePace(t *testing.T) {
	for name, header := range map[string][]string{"with Retry-After": {"Retry-After", "20"}, "without": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sent []time.Duration
				c := newClient(Config{Credentials: keys, RequestsPerSecond: 10, MaxRetries: 5}, recording(&sent, func(n int) *http.Response {
					if n == 5 {
						return answering(429, ``, header...)
					}
					return answering(200, `{}`)
				}))
				readers(t, c, &sent, 200)
				for i := range sent {
					if i >= 10 && header != nil && sent[i] < 20*time.Second {
						t.Fatalf("request %d was sent at %s", i, sent[i])
					}
					// At no time does more go out than the full rate allows, with its burst.
					if i >= 21 && sent[i]-sent[i-21] < time.Second {
						t.Fatalf("requests %d to %d were sent within %s", i-21, i, sent[i]-sent[i-21])
					}
				}
				if last := sent[len(sent)-1]; last > 70*time.Second {
					t.Errorf("the last request was sent at %s", last)
				}
			})
		})
	}
}

func TestWaitingForATurnCanBeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(Config{Credentials: keys, RequestsPerSecond: 1}, transport(func(*http.Request) (*http.Response, error) {
			return answering(200, `{}`), nil
		}))
		if err := c.Get(t.Context(), job, &answer{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := c.Get(ctx, job, &answer{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 300*time.Millisecond {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}
