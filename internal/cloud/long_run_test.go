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

// weather is what a network and its services do to requests, for a while at a time.
type weather struct {
	*connection
	mu      sync.Mutex
	trouble func(*http.Request) (*http.Response, error) // nil: fair
}

func (w *weather) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	trouble := w.trouble
	w.mu.Unlock()
	if trouble != nil {
		if resp, err := trouble(r); resp != nil || err != nil {
			return resp, err
		}
	}
	return w.connection.RoundTrip(r)
}

func (w *weather) set(trouble func(*http.Request) (*http.Response, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = trouble
}

// A wait of twelve hours outlives tokens that expire each hour or are revoked, throttling, restarts, DNS failures and an IAM that
// is down, and ends when its job does.
func TestWaitOfTwelveHours(t *testing.T) {
	status := func(code int, header ...string) func(*http.Request) (*http.Response, error) {
		return func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Path, "/iam/") {
				return nil, nil //nolint:nilnil // no trouble
			}
			resp := &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody, Request: r}
			for i := 0; i < len(header); i += 2 {
				resp.Header.Set(header[i], header[i+1])
			}
			return resp, nil
		}
	}
	failing := func(err error) func(*http.Request) (*http.Response, error) {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	troubles := []func(*http.Request) (*http.Response, error){
		status(429, "Retry-After", "20"), status(429), status(503), status(502), status(504, "Retry-After", "90"), status(500),
		failing(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), failing(&net.OpError{Op: "read", Err: syscall.ECONNRESET}),
		failing(&net.DNSError{Err: "no such host", Name: "cloud.invalid", IsNotFound: true}), failing(&net.DNSError{Err: "server misbehaving", IsTemporary: true}),
		func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Path, "/iam/") {
				return nil, &net.OpError{Op: "dial", Err: errors.New("IAM is down")}
			}
			return nil, nil //nolint:nilnil // no trouble
		},
	}
	for end, want := range map[string]poll.Outcome{"SUCCESS": poll.OutcomeSucceeded, "FAIL": poll.OutcomeFailed} {
		t.Run(end, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const takes = 12*time.Hour + 7*time.Minute
				begin := time.Now()
				c, _ := connect(simulator.Options{TokenLifetime: time.Hour}, cloud.Config{Credentials: password})
				c.Add(simulator.DCSJob{ID: "long", Timeline: simulator.Timeline{Begin: begin, Takes: takes, End: end}})
				w := &weather{connection: c}
				client := cloud.NewClientOver(configuration(cloud.Config{Credentials: password, MaxRetries: 5, RequestsPerSecond: 10}), w)

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
							return // it clears up, so that it can be said when the wait must end
						}
						spells++
						w.set(troubles[spells%len(troubles)])
						if spells%7 == 0 {
							c.Revoke()
						}
						pass(time.Duration(random.IntN(8*60)) * time.Second)
						w.set(nil)
					}
				}()
				look := poll.NewPoller(dcs.PollJob(client.WithoutRetries(), project, "long", dcs.JobStatuses))
				result, err := poll.Wait(t.Context(), look, poll.Options{Timeout: 24 * time.Hour})
				close(ended)
				if err != nil || result.Outcome != want {
					t.Fatalf("%+v, %v", result, err)
				}
				late := result.Elapsed - takes
				if late < 0 || late > 15*time.Second {
					t.Errorf("ended %s after the job", late)
				}
				tokens, _ := c.Issued()
				t.Logf("%d spells, %d looks of which %d failed, %d tokens, ended %s after the job", spells, result.Polls, result.TransientErrors, tokens, late)
				if spells < 40 || result.TransientErrors < 40 || tokens < 13 {
					t.Errorf("%d spells, %d troubles, %d tokens", spells, result.TransientErrors, tokens)
				}
			})
		})
	}
}
