package faultmatrix

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const (
	waits  = 1000 / every
	lasts  = 10 * time.Minute
	perSec = 10 // requests to each service, the provider's default
)

// alone is set in the process that has nothing to do but to wait, so that its memory can be measured.
const alone = "HWTASKS_TEST_LOAD"

// Each wait of a thousand in one process gets its looks in time, at the rate that the services allow, and the process neither grows nor
// gets more goroutines in ten minutes.
func TestThousandWaits(t *testing.T) {
	for name, test := range map[string]struct {
		interval string // poll_interval of the waits; empty: adaptive
		fair     int    // seconds that are the interval of a wait: its own, or as often as the rate lets it look
	}{
		// 500 waits at DCS look 8.3 times a second, and less elsewhere.
		"within the rate": {"1m", 60},
		// 500 waits at DCS want to look 50 times a second.
		"beyond the rate": {"", max(waits/2/perSec, 10)},
	} {
		t.Run(name, func(t *testing.T) {
			if os.Getenv(alone) != "" {
				synctest.Test(t, func(t *testing.T) { load(t, test.interval, time.Duration(test.fair)*time.Second) })
				return
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestThousandWaits$/^"+strings.ReplaceAll(name, " ", "_")+"$", "-table="+*table)
			cmd.Env = append(os.Environ(), alone+"=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %s", err, out)
			}
		})
	}
}

// Of many reads at once none fails, however few streams a server offers to a connection: they queue, and ask for another one often.
func TestManyReadsAtOnce(t *testing.T) {
	for scheme, streams := range map[string][]int{"https": {1, 2, 10}, "http": {0}} {
		for _, n := range streams {
			w := newWorld(t, marked, func(s *http.Server) { s.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: n} })
			add(w, false)
			w.fault = func(rw http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
				<-time.After(5 * time.Millisecond) // so that they meet
				relay(rw, answer)
			}
			p := serve(t, w.Dial)
			p.configure(t, settings(scheme, map[string]any{"max_retries": 0, "requests_per_second": 1000}))
			var reads sync.WaitGroup
			for range 60 {
				reads.Go(func() {
					if r, err := columns[0].readWith(t.Context(), p); err != nil || len(r.Diagnostics) > 0 {
						t.Errorf("%s, %d streams: %v, %s", scheme, n, err, r.Diagnostics)
					}
				})
			}
			reads.Wait()
		}
	}
}

func load(t *testing.T, interval string, fair time.Duration) {
	t.Helper()
	var mu sync.Mutex
	looks := make(map[string][]time.Time)       // at each job, by path
	sent := make(map[cloud.Service][]time.Time) // to each service
	o := marked
	o.Log = func(r simulator.Request) {
		mu.Lock()
		defer mu.Unlock()
		job := strings.TrimSuffix(r.Path, "/progress")
		looks[job] = append(looks[job], r.Time)
		sent[r.Service] = append(sent[r.Service], r.Time)
	}
	w := newWorld(t, o)
	p := serve(t, w.Dial)
	p.configure(t, settings("https", nil))
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	running := simulator.Timeline{Takes: 24 * time.Hour}
	for n := range waits {
		id := fmt.Sprintf("%032d", n)
		arguments := map[string]any{"timeouts": map[string]any{"read": "23h"}}
		if interval != "" {
			arguments["poll_interval"] = interval
		}
		switch n % 4 {
		case 0:
			w.Add(simulator.DCSJob{ID: id, Timeline: running})
			arguments["service"], arguments["job_id"] = "dcs", id
		case 1:
			// Without details: its progress would be asked too.
			w.Add(simulator.DCSTask{InstanceID: id, ID: id, Timeline: running})
			arguments["service"], arguments["instance_id"], arguments["task_id"] = "dcs", id, id
		case 2:
			w.Add(simulator.KafkaTask{InstanceID: id, ID: id, Timeline: running})
			arguments["service"], arguments["instance_id"], arguments["task_id"] = "kafka", id, id
		case 3:
			w.Add(simulator.DWSJob{ID: id, Timeline: running})
			arguments["service"], arguments["job_id"] = "dws", id
		}
		ended.Go(func() {
			if r, err := p.read(ctx, "hwtasks_wait", arguments); err == nil {
				t.Errorf("wait %d ended: %s", n, r.Diagnostics)
			}
		})
	}
	begin := time.Now()
	var heap []uint64
	var goroutines []int
	for minute := range int(lasts / time.Minute) {
		<-time.After(time.Until(begin.Add(time.Duration(minute+1) * time.Minute)))
		w.forget() // what the simulated cloud remembers is not the provider's
		w.Forget()
		runtime.GC()
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		heap = append(heap, memory.HeapAlloc)
		goroutines = append(goroutines, runtime.NumGoroutine())
	}
	cancel()
	stopped := time.Now()
	ended.Wait()
	if took := time.Since(stopped); took > time.Second {
		t.Errorf("the waits ended %s after they were stopped", took)
	}

	mu.Lock()
	defer mu.Unlock()
	first, last := heap[0], heap[len(heap)-1]
	// A tenth, or with the few waits that there are with the race detector what is noise.
	if change := math.Abs(float64(last) - float64(first)); change > max(float64(first)/10, 2<<20) {
		t.Errorf("the heap went from %d to %d bytes: %v", first, last, heap)
	}
	if most := slices.Max(goroutines); most > 4*waits+100 || most > goroutines[0]+100 {
		t.Errorf("goroutines %v", goroutines)
	}
	if len(looks) != waits {
		t.Errorf("looks at %d jobs", len(looks))
	}
	var longest time.Duration
	for job, times := range looks {
		times = append(append([]time.Time{begin}, times...), begin.Add(lasts))
		for i := range times[1:] {
			gap := times[i+1].Sub(times[i])
			longest = max(longest, gap)
			if gap > 3*fair {
				t.Errorf("%s was not looked at for %s", job, gap)
			}
		}
	}
	fastest := 0
	for service, times := range sent {
		for i := range times {
			n := 0 // within a second
			for i+n < len(times) && times[i+n].Sub(times[i]) < time.Second {
				n++
			}
			fastest = max(fastest, n)
		}
		// A second's worth may come at once, at first and after a rest.
		if most := int(perSec * (lasts.Seconds() + 1)); len(times) > most {
			t.Errorf("%d requests to %s", len(times), service)
		}
	}
	if fastest > 2*perSec {
		t.Errorf("%d requests within a second", fastest)
	}
	total := 0
	for _, times := range sent {
		total += len(times)
	}
	report(t, fmt.Sprintf("%d waits for %s: %d requests, at most %d a second to a service; longest time between two looks %s; heap %d MiB after the first minute, %d MiB after the last; %d to %d goroutines",
		waits, lasts, total, fastest, longest.Round(time.Second), first>>20, last>>20, slices.Min(goroutines), slices.Max(goroutines)))
}
