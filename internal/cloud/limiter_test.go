package cloud

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A recorder notes when each request is sent, counted from the start, and answers it.
type recorder struct {
	start  time.Time
	answer func(n int) *http.Response // to the nth request, counted from 0

	mu   sync.Mutex
	sent []time.Duration
}

func newRecorder(answer func(n int) *http.Response) *recorder {
	return &recorder{start: time.Now(), answer: answer}
}

func (r *recorder) RoundTrip(*http.Request) (*http.Response, error) {
	r.mu.Lock()
	n := len(r.sent)
	r.sent = append(r.sent, time.Since(r.start))
	r.mu.Unlock()
	return r.answer(n), nil
}

// getAtOnce makes so many reads at once and waits for their end.
func getAtOnce(t *testing.T, c *Client, n int) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if _, err := c.Get(t.Context(), job, &answer{}); err != nil {
				t.Errorf("read: %v", err)
			}
		})
	}
	all.Wait()
}

func TestRateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(func(int) *http.Response { return answering(200, `{}`) })
		getAtOnce(t, newClient(Config{Credentials: keys, RequestsPerSecond: 10}, r), 200)
		for i, at := range r.sent {
			// One second's worth may come at once, and then ten a second.
			if want := max(0, time.Duration(i-9)*100*time.Millisecond); (at - want).Abs() > time.Millisecond {
				t.Fatalf("request %d was sent at %s, want %s", i, at, want)
			}
		}
	})
}

// Each request is made when the one before was answered, by another read: how long a pause lasts does not depend on the retries of
// the read that began it.
func TestPauses(t *testing.T) {
	type answers []func() *http.Response
	status := func(status int, retryAfter string) func() *http.Response {
		return func() *http.Response { return answering(status, `{}`, "Retry-After", retryAfter) }
	}
	good, throttled, asked := status(200, ""), status(429, ""), status(429, "20")
	const date, past = "Sat, 01 Jan 2000 00:00:20 GMT", "Fri, 31 Dec 1999 23:59:00 GMT"
	for _, test := range []struct {
		name    string
		answers answers
		sent    []int // seconds
	}{
		{
			name:    "throttled in a row, the pause doubles up to ten seconds",
			answers: answers{throttled, throttled, throttled, throttled, throttled, throttled, good},
			sent:    []int{0, 1, 3, 7, 15, 25, 35},
		},
		{name: "success ends the row", answers: answers{throttled, throttled, good, throttled, good}, sent: []int{0, 1, 3, 3, 4}},
		{
			name:    "another failure ends the row",
			answers: answers{throttled, throttled, status(500, ""), throttled, good},
			sent:    []int{0, 1, 3, 3, 4},
		},
		{name: "throttled, with Retry-After in seconds", answers: answers{asked, good}, sent: []int{0, 20}},
		{name: "throttled, with Retry-After as a date", answers: answers{status(429, date), good}, sent: []int{0, 20}},
		{name: "throttled, with Retry-After in the past", answers: answers{status(429, past), good}, sent: []int{0, 1}},
		{name: "throttled, with Retry-After of nonsense", answers: answers{status(429, "soon"), good}, sent: []int{0, 1}},
		{name: "throttled, two minutes at the most", answers: answers{status(429, "3600"), good}, sent: []int{0, 120}},
		{name: "Retry-After does not count in the row", answers: answers{asked, throttled, throttled, good}, sent: []int{0, 20, 21, 23}},
		{name: "unavailable", answers: answers{status(503, ""), good}, sent: []int{0, 0}},
		{name: "unavailable, with Retry-After", answers: answers{status(503, "20"), good}, sent: []int{0, 20}},
		{name: "Retry-After of a success", answers: answers{status(200, "20"), good}, sent: []int{0, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRecorder(func(n int) *http.Response { return test.answers[n]() })
				c := newClient(Config{Credentials: keys}, r)
				for range test.answers {
					_, _ = c.Get(t.Context(), job, &answer{}) // only the time counts
				}
				var sent []int
				for _, at := range r.sent {
					sent = append(sent, int(at.Seconds()))
				}
				if !slices.Equal(sent, test.sent) {
					t.Errorf("requests were sent at %v seconds, want %v", sent, test.sent)
				}
			})
		})
	}
}

// Of many requests that are throttled at once, or wait for the limiter meanwhile, none is sent during the pause, and after it they
// keep to the rate.
func TestManyRequestsKeepThePauseAndTheRate(t *testing.T) {
	const answersAfter = 50 * time.Millisecond // while the next request waits for the limiter
	for _, test := range []struct {
		name      string
		throttled func(n int) bool
		header    []string
		pause     time.Duration
	}{
		{name: "one", throttled: func(n int) bool { return n == 5 }, header: []string{"Retry-After", "20"}, pause: 20 * time.Second},
		{name: "ten", throttled: func(n int) bool { return n < 10 }, pause: time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRecorder(func(n int) *http.Response {
					<-time.After(answersAfter)
					if test.throttled(n) {
						return answering(429, ``, test.header...)
					}
					return answering(200, `{}`)
				})
				const perSecond = 10
				getAtOnce(t, newClient(Config{Credentials: keys, RequestsPerSecond: perSecond, MaxRetries: 5}, r), 100)
				if first, want := r.sent[perSecond], answersAfter+test.pause; first < want || first >= want+time.Second/perSecond {
					t.Errorf("the first request after the pause was sent at %s, want %s or at its next place", first, want)
				}
				for i := range r.sent[2*perSecond+1:] {
					if took := r.sent[i+2*perSecond+1] - r.sent[i]; took < time.Second {
						t.Fatalf("%d requests from number %d on were sent within %s, want a second or more", 2*perSecond+2, i, took)
					}
				}
				if last, longest := r.sent[len(r.sent)-1], test.pause+11*time.Second; last > longest {
					t.Errorf("the last request was sent at %s, want %s or earlier", last, longest)
				}
			})
		})
	}
}

// The last poll of a wait is sent in a pause, and neither holds back the others nor takes them along.
func TestLastPollPassesAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(func(n int) *http.Response {
			if n == 0 {
				return answering(429, ``, "Retry-After", "60")
			}
			return answering(200, `{}`)
		})
		c := newClient(Config{Credentials: keys, RequestsPerSecond: 10}, r)
		_, _ = c.Get(t.Context(), job, &answer{})
		var all sync.WaitGroup
		for _, isLast := range []bool{false, true} {
			all.Go(func() {
				if _, err := c.Get(PollContext(t.Context(), isLast), job, &answer{}); err != nil {
					t.Errorf("poll: %v", err)
				}
			})
			time.Sleep(10 * time.Second)
		}
		all.Wait()
		if want := []time.Duration{0, 10 * time.Second, 60 * time.Second}; !slices.Equal(r.sent, want) {
			t.Errorf("requests were sent at %v, want %v", r.sent, want)
		}
	})
}

func TestPauseIsThatOfOneService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(func(n int) *http.Response {
			if n == 0 {
				return answering(429, ``, "Retry-After", "20")
			}
			return answering(200, `{}`)
		})
		c := newClient(Config{Credentials: keys}, r)
		_, _ = c.Get(t.Context(), job, &answer{})
		other := job
		other.Service = DWS
		if _, err := c.Get(t.Context(), other, &answer{}); err != nil {
			t.Errorf("read of another service: %v", err)
		}
		if want := []time.Duration{0, 0}; !slices.Equal(r.sent, want) {
			t.Errorf("requests were sent at %v, want %v", r.sent, want)
		}
	})
}

func TestWaitingForTheLimiterEndsWithTheContext(t *testing.T) {
	for name, queued := range map[string]int{"for the rate": 0, "behind another request": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRecorder(func(int) *http.Response { return answering(200, `{}`) })
				c := newClient(Config{Credentials: keys, RequestsPerSecond: 1}, r)
				for range 1 + queued {
					go func() { _, _ = c.Get(t.Context(), job, &answer{}) }()
				}
				synctest.Wait()
				const limit = 300 * time.Millisecond
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				start := time.Now()
				_, err := c.Get(ctx, job, &answer{})
				if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != limit || len(r.sent) != 1 {
					t.Errorf("ended after %s with %v and %d requests, want %s, %v and 1", took, err, len(r.sent), limit, context.DeadlineExceeded)
				}
			})
		})
	}
}
