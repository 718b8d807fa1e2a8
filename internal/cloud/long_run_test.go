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
	"github.com/hwtasks/terraform-provider-hwtasks/internal/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
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

// A wait of twelve hours outlives tokens that expire each hour or are revoked, throttling, restarts, DNS failures and an IAM that
// is down, and ends when its job does.
func TestWaitOfTwelveHours(t *testing.T) {
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
	for end, want := range map[string]poll.Outcome{"SUCCESS": poll.OutcomeSucceeded, "FAIL": poll.OutcomeFailed} {
		t.Run(end, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const takes = 12*time.Hour + 7*time.Minute
				begin := time.Now()
				c, _ := connect(simulator.Options{TokenLifetime: time.Hour}, cloud.Config{Credentials: password})
				c.Add(simulator.DCSJob{ID: "long", Timeline: simulator.Timeline{Begin: begin, Takes: takes, End: end}})
				w := &weather{connection: c}
				config := cloud.Config{Credentials: password, MaxRetries: 5, RequestsPerSecond: 10}
				client := cloud.NewClientOver(configuration(config), w)

				ended := make(chan struct{})
				spells := 0
				go func() {
					random := rand.New(rand.NewPCG(20260101, 12))
					for {
						select {
						case <-ended:
							return
						case <-time.After(time.Duration(2+random.IntN(15)) * time.Minute):
						}
						if time.Since(begin) > takes-15*time.Minute {
							return // so that it is known when the wait must end
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
				poller := poll.NewPoller(dcs.PollJob(client.WithoutRetries(), project, "long", dcs.JobStatuses))
				result, err := poll.Wait(t.Context(), poller, poll.Options{Timeout: 24 * time.Hour})
				close(ended)
				if err != nil || result.Outcome != want {
					t.Fatalf("result %+v, %v, want %s", result, err, want)
				}
				if late, most := result.Elapsed-takes, 15*time.Second; late < 0 || late > most {
					t.Errorf("ended %s after the job, want at most %s", late, most)
				}
				if tokens, _ := c.Issued(); spells < 40 || result.TransientErrors < 40 || tokens < 13 {
					t.Errorf("%d spells, %d transient errors and %d tokens, want at least 40, 40 and 13", spells, result.TransientErrors, tokens)
				}
			})
		})
	}
}
