package cloud_test

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// A weather is a connection on which requests fail for a while at a time.
type weather struct {
	*connection
	mu   sync.Mutex
	fail failure // nil: no request fails
}

// A failure is a response or an error instead of the response of the cloud; neither, if that one is to be sent.
type failure func(*http.Request) (*http.Response, error)

func (w *weather) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	fail := w.fail
	w.mu.Unlock()
	if fail != nil {
		if resp, err := fail(r); resp != nil || err != nil {
			return resp, err
		}
	}
	return w.connection.RoundTrip(r)
}

func (w *weather) set(fail failure) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail = fail
}

// A client that polls a job for twelve hours outlives tokens that expire each hour or are revoked, throttling, restarts, DNS failures and
// an IAM that is down, and sees the end of the job in time.
func TestTwelveHoursOfPolls(t *testing.T) {
	ofIAM := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/iam/") }
	status := func(code int, retryAfter string) failure {
		return func(r *http.Request) (*http.Response, error) {
			if ofIAM(r) {
				return nil, nil //nolint:nilnil // does not fail
			}
			return &http.Response{StatusCode: code, Header: http.Header{"Retry-After": {retryAfter}}, Body: http.NoBody}, nil
		}
	}
	failing := func(err error) failure {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	iamIsDown := func(r *http.Request) (*http.Response, error) {
		if ofIAM(r) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("IAM is down")}
		}
		return nil, nil //nolint:nilnil // does not fail
	}
	failures := []failure{
		status(429, "20"), status(429, ""), status(503, ""), status(502, ""), status(504, "90"), status(500, ""),
		failing(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}),
		failing(&net.OpError{Op: "read", Err: syscall.ECONNRESET}),
		failing(&net.DNSError{Err: "no such host", Name: "cloud.invalid", IsNotFound: true}),
		failing(&net.DNSError{Err: "server misbehaving", IsTemporary: true}),
		iamIsDown,
	}
	synctest.Test(t, func(t *testing.T) {
		const takes, interval = 12*time.Hour + 7*time.Minute, 10 * time.Second
		begin := time.Now()
		c, _ := connect(simulator.Options{TokenLifetime: time.Hour}, cloud.Config{Credentials: password})
		c.Add(simulator.DCSJob{ID: "long", Timeline: simulator.Timeline{Begin: begin, Takes: takes}})
		w := &weather{connection: c}
		config := cloud.Config{Credentials: password, RequestsPerSecond: 10}
		client := cloud.NewClientOver(configuration(config), w)

		spells := 0
		go func() {
			random := rand.New(rand.NewPCG(20260101, 12))
			for {
				pass(time.Duration(2+random.IntN(15)) * time.Minute)
				if time.Since(begin) > takes-15*time.Minute {
					return // so that it is known when the end must be seen
				}
				spells++
				w.set(failures[spells%len(failures)])
				if spells%7 == 0 {
					c.Revoke()
				}
				pass(time.Duration(random.IntN(8*60)) * time.Second)
				w.set(nil)
			}
		}()
		failed := 0
		request := read(project)
		request.Path[3] = "long"
		var job struct{ Status string }
		for job.Status != "SUCCESS" && time.Since(begin) < 2*takes {
			pass(interval)
			var e *cloud.Error
			if err := client.Get(t.Context(), request, &job); errors.As(err, &e) {
				failed++
			} else if err != nil {
				t.Fatalf("poll after %s: error %v, want an *Error", time.Since(begin), err)
			}
		}
		if late := time.Since(begin) - takes; late < 0 || late > interval {
			t.Errorf("the end was seen %s after it, want at most %s", late, interval)
		}
		if tokens, _ := c.Issued(); spells < 40 || failed < 40 || tokens < 13 {
			t.Errorf("%d spells, %d failed polls and %d tokens, want at least 40, 40 and 13", spells, failed, tokens)
		}
	})
}
