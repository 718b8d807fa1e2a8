package poll

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkSchedules prints how late waits end and how often they look, for this schedule and for fixed ones, over
// the same jobs. It works out the looks without waiting for them.
func BenchmarkSchedules(b *testing.B) {
	var jobs []timeline
	for i := range 42 {
		takes := spread(9 * float64(41-i) / 41 * 0.923) // 2 s to 2 h
		off := []string{"30 % too long", "30 % too short"}[i%2]
		for _, prediction := range []string{"exact", off, "stuck at 100 s", "10 % steps", "none"} {
			jobs = append(jobs, timeline{takes: takes, prediction: prediction, end: Succeeded})
		}
	}
	fixed := func(delay, interval time.Duration) func(timeline) (time.Duration, int) {
		return func(job timeline) (time.Duration, int) {
			at, looks := delay, 1
			for ; at < job.takes; at += interval {
				looks++
			}
			return at - job.takes, looks
		}
	}
	groups := []struct {
		name string
		has  func(timeline) bool
	}{
		{"all", func(timeline) bool { return true }},
		{"up to 30 s", func(j timeline) bool { return j.takes <= 30*time.Second }},
		{"up to 10 min", func(j timeline) bool { return j.takes > 30*time.Second && j.takes <= 10*time.Minute }},
		{"longer", func(j timeline) bool { return j.takes > 10*time.Minute }},
		{"exact remain_time", func(j timeline) bool { return j.prediction == "exact" }},
		{"30 % off", func(j timeline) bool { return strings.HasPrefix(j.prediction, "30") }},
		{"stuck", func(j timeline) bool { return strings.HasPrefix(j.prediction, "stuck") }},
		{"10 % steps", func(j timeline) bool { return strings.HasPrefix(j.prediction, "10") }},
		{"no prediction", func(j timeline) bool { return j.prediction == "none" }},
	}
	var table strings.Builder
	for b.Loop() {
		table.Reset()
		fmt.Fprintf(&table, "\n%d jobs of 2 s to 2 h: mean / 95th percentile of the overshoot, looks per job\n\n%-18s", len(jobs), "")
		schedules := []struct {
			name string
			run  func(timeline) (time.Duration, int)
		}{
			{"hwtasks_wait", timeline.workOut},
			{"2s + 10s", fixed(2*time.Second, 10*time.Second)},
			{"20s + 30s", fixed(20*time.Second, 30*time.Second)},
			{"30s + 30s", fixed(30*time.Second, 30*time.Second)},
		}
		for _, s := range schedules {
			fmt.Fprintf(&table, " %26s", s.name)
		}
		for _, g := range groups {
			fmt.Fprintf(&table, "\n%-18s", g.name)
			for _, s := range schedules {
				var late []time.Duration
				var sum time.Duration
				looks := 0
				for _, job := range jobs {
					if !g.has(job) {
						continue
					}
					overshoot, n := s.run(job)
					late = append(late, overshoot)
					sum += overshoot
					looks += n
				}
				slices.Sort(late)
				fmt.Fprintf(&table, " %7.2fs / %6.2fs %8.1f", sum.Seconds()/float64(len(late)), late[len(late)*95/100].Seconds(), float64(looks)/float64(len(late)))
			}
		}
	}
	fmt.Println(table.String()) // b.Log would cut it
}

// workOut returns the overshoot and the looks of an adaptive wait, whose looks take no time.
func (t timeline) workOut() (time.Duration, int) {
	var s schedule
	var at time.Duration
	looks := 1
	for ; at < t.takes; looks++ {
		o := Status{State: Running}
		o.Remaining, o.Progress = predictions[t.prediction](t, at)
		s.saw(at, o)
		at += s.after(at)
	}
	return at - t.takes, looks
}
