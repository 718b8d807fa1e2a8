package poll

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// constant returns a source of random numbers that always returns x.
func constant(x float64) func() float64 { return func() float64 { return x } }

// noJitter leaves all intervals as they are.
var noJitter = constant(0)

func TestNextInterval(t *testing.T) {
	for _, test := range []struct {
		name      string
		age       time.Duration
		remaining *time.Duration
		random    float64
		want      time.Duration
	}{
		{name: "never before 1 s", age: 9 * time.Second, want: time.Second},
		{name: "a tenth of the age", age: 42 * time.Second, want: 4200 * time.Millisecond},
		{name: "at most 10 s", age: 101 * time.Second, want: 10 * time.Second},
		{name: "no later than 3/4 of the remaining time", age: time.Hour, remaining: new(8 * time.Second), want: 6 * time.Second},
		{name: "a remaining time that is longer", age: time.Hour, remaining: new(time.Minute), want: 10 * time.Second},
		{name: "never before 1 s, even if no time remains", age: time.Hour, remaining: new(time.Duration(0)), want: time.Second},
		{name: "half the jitter", age: time.Hour, random: 0.5, want: 9750 * time.Millisecond},
		{name: "the whole jitter", age: time.Hour, random: 1, want: 9500 * time.Millisecond},
		{name: "jitter of the remaining time", age: time.Hour, remaining: new(8 * time.Second), random: 1, want: 5700 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := schedule{random: constant(test.random)}
			if got := s.next(test.age, test.remaining); got != test.want {
				t.Errorf("interval at an age of %s: got %s, want %s", test.age, got, test.want)
			}
		})
	}
}

// A prediction that brought ten polls in a row forward is ignored until one no longer does.
func TestPredictionIsIgnoredAfterTenPolls(t *testing.T) {
	const age, normal, early = 90 * time.Second, 9 * time.Second, time.Second
	soon, late := new(time.Duration(0)), new(time.Hour)
	s := schedule{random: noJitter}
	for _, phase := range []struct {
		name      string
		polls     int
		remaining *time.Duration
		want      time.Duration
	}{
		{name: "brought forward", polls: 9, remaining: soon, want: early},
		{name: "no prediction, which neither counts nor starts the count again", polls: 5, want: normal},
		{name: "brought forward for the tenth time", polls: 1, remaining: soon, want: early},
		{name: "ignored", polls: 100, remaining: soon, want: normal},
		{name: "no prediction", polls: 5, want: normal},
		{name: "still ignored", polls: 5, remaining: soon, want: normal},
		{name: "not brought forward", polls: 1, remaining: late, want: normal},
		{name: "brought forward again", polls: 10, remaining: soon, want: early},
		{name: "ignored again", polls: 1, remaining: soon, want: normal},
		{name: "predicted just when the next poll comes anyway", polls: 1, remaining: new(12 * time.Second), want: normal},
		{name: "brought forward once more", polls: 10, remaining: soon, want: early},
	} {
		for i := range phase.polls {
			if got := s.next(age, phase.remaining); got != phase.want {
				t.Errorf("%s, poll %d of %d: got %s, want %s", phase.name, i+1, phase.polls, got, phase.want)
			}
		}
	}
}

// The page of the wait says how often a wait polls for a job without predictions, with the mean of the jitter.
func TestPollsOfTheDocuments(t *testing.T) {
	row := "| polls |"
	for _, duration := range []time.Duration{30 * time.Second, 2 * time.Minute, 15 * time.Minute, time.Hour} {
		_, polls := job{duration: duration, prediction: "none"}.calculate(constant(0.5))
		row += fmt.Sprintf(" %d |", polls)
	}
	page, err := os.ReadFile(filepath.Join("..", "wait", "requests.md"))
	header := "| The job takes | 30 s | 2 min | 15 min | 1 h |\n|---|---|---|---|---|\n"
	if err != nil || !strings.Contains(string(page), header+row+"\n") {
		t.Errorf("internal/wait/requests.md: got error %v, want the table with\n%s%s", err, header, row)
	}
}

// Whatever a job predicts, the wait takes at most a tenth longer than the job, or 1 s, and at most 10 s. It costs at
// most ten polls more than without predictions, unless they bring polls forward again and again.
func TestSchedule(t *testing.T) {
	for _, prediction := range slices.Sorted(maps.Keys(predictions)) {
		t.Run(prediction, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				j := job{
					duration:   logarithmic(rapid.Float64Range(0, 1).Draw(rt, "duration")),
					prediction: prediction,
					end:        rapid.SampledFrom([]State{Succeeded, Failed, Cancelled}).Draw(rt, "end"),
				}
				maxOvershoot := max(time.Second, min(j.duration/10, 10*time.Second))
				_, maxPolls := job{duration: j.duration, prediction: "none"}.calculate(constant(1))
				switch prediction {
				case "none":
				case "exact", "30 % too long", "30 % too short", "30 % and wandering":
					maxOvershoot = time.Second
					maxPolls += 10
				case "at random":
					maxPolls = 2*maxPolls + 10
				default:
					maxPolls += 10
				}
				random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "jitter"), 0))
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					r, err := shared(j.start()).wait(t.Context(), Options{Timeout: 3 * time.Hour, random: random.Float64})
					if want := j.end.Outcome(); err != nil || r.Outcome != want {
						rt.Errorf("a job of %s: got outcome %q, error %v; want %q", j.duration, r.Outcome, err, want)
					}
					if overshoot := time.Since(start) - j.duration; overshoot < 0 || overshoot > maxOvershoot {
						rt.Errorf("a job of %s: got an overshoot of %s, want 0 to %s", j.duration, overshoot, maxOvershoot)
					}
					if r.Polls > maxPolls {
						rt.Errorf("a job of %s: got %d polls, want at most %d", j.duration, r.Polls, maxPolls)
					}
				})
			})
		})
	}
}
