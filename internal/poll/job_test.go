package poll

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// A job runs for some time and reports a prediction of its end.
type job struct {
	duration   time.Duration
	prediction string // a key of predictions
	end        State
}

// predictions are the ways to report the remaining time or the progress after a part of the duration has elapsed.
var predictions = map[string]func(duration, elapsed time.Duration) Status{
	"none":           func(_, _ time.Duration) Status { return Status{} },
	"exact":          func(duration, elapsed time.Duration) Status { return remaining(duration - elapsed) },
	"30 % too long":  func(duration, elapsed time.Duration) Status { return remaining((duration - elapsed) * 13 / 10) },
	"30 % too short": func(duration, elapsed time.Duration) Status { return remaining((duration - elapsed) * 7 / 10) },
	"30 % and wandering": func(duration, elapsed time.Duration) Status {
		factor := 1 + 0.3*math.Cos(4*math.Pi*float64(elapsed)/float64(duration))
		return remaining(time.Duration(factor * float64(duration-elapsed)))
	},
	"3 times too long":  func(duration, elapsed time.Duration) Status { return remaining(3*duration - elapsed) },
	"20 times too long": func(duration, elapsed time.Duration) Status { return remaining(20*duration - elapsed) },
	"negative":          func(_, _ time.Duration) Status { return Status{Remaining: new(time.Duration(math.MinInt64))} },
	"huge":              func(_, _ time.Duration) Status { return Status{Remaining: new(time.Duration(math.MaxInt64))} },
	"stuck at 0":        func(_, _ time.Duration) Status { return remaining(0) },
	"stuck at 5 s":      func(_, _ time.Duration) Status { return remaining(5 * time.Second) },
	"stuck at 100 s":    func(_, _ time.Duration) Status { return remaining(100 * time.Second) },
	"stuck at an hour":  func(_, _ time.Duration) Status { return remaining(time.Hour) },
	"at random": func(_, elapsed time.Duration) Status {
		random := rand.New(rand.NewPCG(uint64(elapsed), 0))
		return remaining(logarithmic(random.Float64()))
	},
	"10 % steps": func(duration, elapsed time.Duration) Status {
		return Status{Progress: new(int64(elapsed*10/duration) * 10)}
	},
}

// remaining rounds a remaining time up to whole seconds, as the services do.
func remaining(d time.Duration) Status {
	return Status{Remaining: new(max(0, (d + time.Second - 1).Truncate(time.Second)))}
}

// logarithmic returns a duration between 1 s and 2 h for x from 0 to 1. Equal steps of x are equal factors.
func logarithmic(x float64) time.Duration {
	return time.Duration(float64(time.Second) * math.Pow(7200, x))
}

// status returns the status of a job that began this long ago.
func (j job) status(elapsed time.Duration) Status {
	if elapsed >= j.duration {
		return Status{State: j.end, Raw: "ENDED"}
	}
	status := predictions[j.prediction](j.duration, elapsed)
	status.State, status.Raw = Running, "RUNNING"
	return status
}

// start starts the job and returns the function that polls it.
func (j job) start() Func {
	start := time.Now()
	return func(context.Context) (Status, error) { return j.status(time.Since(start)), nil }
}

// calculate returns the overshoot and the number of polls of a wait whose polls take no time.
func (j job) calculate(random func() float64) (overshoot time.Duration, polls int) {
	s := schedule{random: random}
	var age time.Duration
	for polls = 1; age < j.duration; polls++ {
		age += s.next(age, j.status(age).Remaining)
	}
	return age - j.duration, polls
}
