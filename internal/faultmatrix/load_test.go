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
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Many waits keep the rate of requests together, each of them is polled in its turn, and all end when they are canceled.
func TestManyWaits(t *testing.T) {
	const (
		waits = 200              // half of them for DCS
		rate  = 2                // requests_per_second
		lasts = 10 * time.Minute // until the waits are canceled
	)
	for _, test := range []struct {
		name     string
		interval string        // poll_interval
		longest  time.Duration // between two polls of a job
	}{
		{name: "within the rate", interval: "1m", longest: 2 * time.Minute},
		// A hundred waits for DCS would send a hundred requests a second at first, and take fifty seconds for their turns.
		{name: "beyond the rate", interval: "1s", longest: 2 * waits / 2 / rate * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEnv(t, options)
				all := settings("https://" + host)
				all["requests_per_second"] = rate
				p := configured(t, e.network, all)
				ctx, cancel := context.WithCancel(t.Context())
				var running sync.WaitGroup
				for n := range waits {
					id := fmt.Sprintf("%032d", n)
					arguments := addWait(e.Simulator, n%4, id)
					arguments["poll_interval"] = test.interval
					running.Go(func() {
						if r := p.Read(ctx, "hwtasks_wait", arguments); !strings.Contains(r.Errors(), "interrupted") {
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
				e.Close()
				time.Sleep(time.Minute) // until the server has ended

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
						if at.Sub(last) > test.longest {
							t.Errorf("%s was not polled for %s, want at most %s", path, at.Sub(last), test.longest)
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
		})
	}
}

// addWait adds a job or task of one of four kinds that runs for a day, and returns the arguments of a wait for it.
func addWait(s *simulator.Simulator, kind int, id string) map[string]any {
	running := simulator.Timeline{Begin: time.Now(), Takes: 24 * time.Hour}
	arguments := map[string]any{"timeouts": map[string]any{"read": "23h"}}
	switch kind {
	case 0:
		s.Add(simulator.DCSJob{ID: id, Timeline: running})
		arguments["service"], arguments["job_id"] = "dcs", id
	case 1: // without steps, so that there is no progress to be polled
		s.Add(simulator.DCSTask{InstanceID: id, ID: id, Timeline: running})
		arguments["service"], arguments["instance_id"], arguments["task_id"] = "dcs", id, id
	case 2:
		s.Add(simulator.KafkaTask{InstanceID: id, ID: id, Timeline: running})
		arguments["service"], arguments["instance_id"], arguments["task_id"] = "kafka", id, id
	default:
		s.Add(simulator.DWSJob{ID: id, Timeline: running})
		arguments["service"], arguments["job_id"] = "dws", id
	}
	return arguments
}

// None of many reads at once fails, however few streams a server offers on a connection.
func TestManyReadsAtOnce(t *testing.T) {
	for _, streams := range []int{10, 100} {
		t.Run(fmt.Sprintf("%d streams", streams), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEnv(t, options, func(s *http.Server) { s.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: streams} })
				columns[0].addJobs(e.Simulator)
				e.respond = func(w http.ResponseWriter, _ *http.Request, healthy *httptest.ResponseRecorder) {
					time.Sleep(time.Second) // so that there are many requests at once
					forward(w, healthy)
				}
				all := settings("https://" + host)
				all["max_retries"], all["requests_per_second"] = 0, 1000
				p := configured(t, e.network, all)
				var running sync.WaitGroup
				for range 60 {
					running.Go(func() {
						if r := p.Read(t.Context(), columns[0].source, columns[0].arguments); r.Errors() != "" {
							t.Errorf("got this error, want a value: %s", r.Errors())
						}
					})
				}
				running.Wait()
				e.Close()
				time.Sleep(time.Minute) // until the server has ended
			})
		})
	}
}
