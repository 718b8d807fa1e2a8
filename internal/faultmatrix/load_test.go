package faultmatrix

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Many waits keep the rate of requests together, each of them is polled in its turn, and all end when they are canceled.
func TestManyWaits(t *testing.T) {
	const (
		waits = 200              // half of them for DCS
		rate  = 2                // requests_per_second
		lasts = 10 * time.Minute // until the waits are canceled
		// A hundred waits for DCS would send a hundred requests a second at first, and take fifty seconds for their turns.
		longest = 2 * waits / 2 / rate * time.Second // between two polls of a job
	)
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t, options)
		p := configured(t, e, encrypted, map[string]any{"requests_per_second": rate})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for n := range waits {
			id, service := fmt.Sprintf("%032d", n), []string{"dcs", "dws"}[n%2]
			day := simulator.Timeline{Begin: time.Now(), Takes: 24 * time.Hour}
			e.Add(dcstest.Job{ID: id, Timeline: day}, dwstest.Job{ID: id, Timeline: day})
			running.Go(func() {
				r := p.Read(ctx, "hwtasks_wait", map[string]any{
					"service": service, "job_id": id, "poll_interval": "1s", "timeouts": map[string]any{"read": "23h"},
				})
				if !strings.Contains(r.Errors(), "interrupted") {
					t.Errorf("wait %d: got %v and %q, want it to be interrupted", n, r.State, r.Errors())
				}
			})
		}
		start := time.Now()
		time.Sleep(lasts)
		cancel()
		running.Wait()
		if took := time.Since(start); took > lasts+time.Second {
			t.Errorf("the waits ended %s after they were canceled, want at once", took-lasts)
		}

		polled := make(map[string][]time.Time) // by path
		sent := make(map[cloud.Service][]time.Time)
		for _, r := range e.Requests() {
			polled[r.Path] = append(polled[r.Path], r.Time)
			sent[r.Service] = append(sent[r.Service], r.Time)
		}
		if len(polled) != waits {
			t.Errorf("%d jobs were polled, want %d", len(polled), waits)
		}
		for path, times := range polled {
			last := start
			for _, at := range append(times, start.Add(lasts)) {
				if at.Sub(last) > longest {
					t.Errorf("%s was not polled for %s, want at most %s", path, at.Sub(last), longest)
				}
				last = at
			}
		}
		for service, times := range sent {
			for i := range times {
				// A second's worth of requests may be sent at once, after a pause.
				if i+2*rate < len(times) && times[i+2*rate].Sub(times[i]) < time.Second {
					t.Errorf("%s got more than %d requests in a second", service, 2*rate)
					break
				}
			}
		}
	})
}

// None of many reads at once fails, although they are more than a connection of HTTP/2 takes.
func TestManyReadsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t, options)
		columns[0].addJobs(e.Simulator)
		e.respond = func(w http.ResponseWriter, healthy *httptest.ResponseRecorder) {
			time.Sleep(time.Second) // so that there are many requests at once
			forward(w, healthy)
		}
		p := configured(t, e, encrypted, map[string]any{"max_retries": 0, "requests_per_second": 1000})
		var running sync.WaitGroup
		for range 6 * maxStreams {
			running.Go(func() {
				if r := p.Read(t.Context(), columns[0].source, columns[0].arguments); r.Errors() != "" {
					t.Errorf("got this error, want a value: %s", r.Errors())
				}
			})
		}
		running.Wait()
	})
}
