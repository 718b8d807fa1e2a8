package poll

import (
	"math/rand/v2"
	"strings"
	"time"
)

const (
	minInterval = time.Second
	maxInterval = 10 * time.Second

	// maxBroughtForward is the number of polls in a row that predictions may bring forward. Before the end of a job,
	// predictions that are at most 30 % off need about six. A remaining time stuck at 0 would do so for every poll.
	maxBroughtForward = 10
)

// A schedule determines the intervals between the polls of one wait.
type schedule struct {
	random         func() float64 // from 0 to 1; rand.Float64 if nil
	broughtForward int            // polls in a row that predictions brought forward
}

// next returns the interval between a poll and the next one: a tenth of the age, so that a wait takes at most a tenth
// longer than the job, and at most three quarters of the remaining time, so that a prediction may be 30 % too long.
// Remaining is nil if the poll returned no prediction.
func (s *schedule) next(age time.Duration, remaining *time.Duration) time.Duration {
	interval := max(minInterval, min(age/10, maxInterval))
	if remaining != nil {
		predicted := max(minInterval, *remaining/4*3)
		if predicted >= interval {
			s.broughtForward = 0
		} else if s.broughtForward < maxBroughtForward {
			s.broughtForward++
			interval = predicted
		}
	}
	return s.jitter(interval)
}

// jitter shortens an interval by up to 5 % at random, so that many waits do not poll in step.
func (s *schedule) jitter(interval time.Duration) time.Duration {
	return time.Duration(float64(interval) * (1 - 0.05*s.rand()))
}

// rand returns a random number from 0 to 1.
func (s *schedule) rand() float64 {
	if s.random != nil {
		return s.random()
	}
	return rand.Float64() //nolint:gosec // no secret depends on it
}

// Short returns a duration without the units that are zero, such as "1h" or "1m30s".
func Short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
