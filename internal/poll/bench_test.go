package poll

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// benchmarkJobs returns 42 jobs of 2 s to 2 h with each of the predictions.
func benchmarkJobs(predictions ...string) []job {
	var jobs []job
	for i := range 42 {
		duration := logarithmic(1 - 0.923*float64(41-i)/41)
		for _, prediction := range predictions {
			if prediction == "30 % off" {
				prediction = []string{"30 % too long", "30 % too short"}[i%2]
			}
			jobs = append(jobs, job{duration: duration, prediction: prediction})
		}
	}
	return jobs
}

// allBenchmarkJobs returns the 210 jobs that the schedules are measured with.
func allBenchmarkJobs() []job {
	return benchmarkJobs("exact", "30 % off", "stuck at 100 s", "10 % steps", "none")
}

// A strategy calculates the overshoot and the number of polls of a wait for a job.
type strategy func(j job, random func() float64) (overshoot time.Duration, polls int)

// fixed polls at the same interval after a delay.
func fixed(delay, interval time.Duration) strategy {
	return func(j job, _ func() float64) (overshoot time.Duration, polls int) {
		age := delay
		for polls = 1; age < j.duration; polls++ {
			age += interval
		}
		return age - j.duration, polls
	}
}

// measure returns the overshoot of a strategy over some jobs, and its polls per job.
func measure(jobs []job, s strategy) (mean, percentile95 time.Duration, polls float64) {
	random := rand.New(rand.NewPCG(1, 1)) // always the same jitter
	var overshoots []time.Duration
	for _, j := range jobs {
		overshoot, n := s(j, random.Float64)
		overshoots = append(overshoots, overshoot)
		mean += overshoot / time.Duration(len(jobs))
		polls += float64(n) / float64(len(jobs))
	}
	slices.Sort(overshoots)
	return mean, overshoots[len(jobs)*95/100], polls
}

func TestScheduleOverTheBenchmarkJobs(t *testing.T) {
	const maxMean, maxPolls = 2200 * time.Millisecond, 125
	if mean, _, polls := measure(allBenchmarkJobs(), job.calculate); mean > maxMean || polls > maxPolls {
		t.Errorf("mean overshoot %s, want at most %s; %.1f polls per job, want at most %d", mean, maxMean, polls, maxPolls)
	}
}

// BenchmarkSchedules prints the overshoot and the polls per job of this schedule and of fixed intervals, over the same
// jobs. It calculates the times of the polls and does not wait for them.
func BenchmarkSchedules(b *testing.B) {
	jobs := allBenchmarkJobs()
	between := func(shortest, longest time.Duration) []job {
		return slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return j.duration <= shortest || j.duration > longest })
	}
	groups := []struct {
		name string
		jobs []job
	}{
		{name: "all", jobs: jobs},
		{name: "up to 30 s", jobs: between(0, 30*time.Second)},
		{name: "up to 10 min", jobs: between(30*time.Second, 10*time.Minute)},
		{name: "longer", jobs: between(10*time.Minute, 3*time.Hour)},
		{name: "exact remain_time", jobs: benchmarkJobs("exact")},
		{name: "30 % off", jobs: benchmarkJobs("30 % off")},
		{name: "stuck at 100 s", jobs: benchmarkJobs("stuck at 100 s")},
		{name: "10 % steps", jobs: benchmarkJobs("10 % steps")},
		{name: "no prediction", jobs: benchmarkJobs("none")},
		{name: "stuck at 0 (apart)", jobs: benchmarkJobs("stuck at 0")},
	}
	strategies := []struct {
		name     string
		strategy strategy
	}{
		{name: "hwtasks_wait", strategy: job.calculate},
		{name: "2s + 10s", strategy: fixed(2*time.Second, 10*time.Second)},
		{name: "20s + 30s", strategy: fixed(20*time.Second, 30*time.Second)},
		{name: "30s + 30s", strategy: fixed(30*time.Second, 30*time.Second)},
	}
	var table strings.Builder
	for b.Loop() {
		table.Reset()
		fmt.Fprintf(&table, "\n%d jobs of 2 s to 2 h: mean / 95th percentile of the overshoot, polls per job\n\n%-18s", len(jobs), "")
		for _, s := range strategies {
			fmt.Fprintf(&table, " %26s", s.name)
		}
		for _, g := range groups {
			fmt.Fprintf(&table, "\n%-18s", g.name)
			for _, s := range strategies {
				mean, percentile95, polls := measure(g.jobs, s.strategy)
				fmt.Fprintf(&table, " %7.2fs / %6.2fs %8.1f", mean.Seconds(), percentile95.Seconds(), polls)
			}
		}
	}
	fmt.Println(table.String()) // b.Log would cut it
}
