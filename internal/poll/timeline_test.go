package poll

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// A timeline is a job that takes some time and predicts its end in some way.
type timeline struct {
	takes      time.Duration
	prediction string
	end        State
	seed       uint64 // of the jitter
}

// predictions are the ways to predict the end: what each says at a share of the time, from 0 to 1.
var predictions = map[string]func(t timeline, passed time.Duration) (remaining *time.Duration, progress *int64){
	"none":  func(timeline, time.Duration) (*time.Duration, *int64) { return nil, nil },
	"exact": func(t timeline, passed time.Duration) (*time.Duration, *int64) { return seconds(t.takes - passed), nil },
	"30 % too long": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return seconds((t.takes - passed) * 13 / 10), nil
	},
	"30 % too short": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return seconds((t.takes - passed) * 7 / 10), nil
	},
	"30 % and wandering": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		factor := 1 + 0.3*math.Cos(4*math.Pi*float64(passed)/float64(t.takes))
		return seconds(time.Duration(factor * float64(t.takes-passed))), nil
	},
	"stuck at 5 s":     func(timeline, time.Duration) (*time.Duration, *int64) { return seconds(5 * time.Second), nil },
	"stuck at 100 s":   func(timeline, time.Duration) (*time.Duration, *int64) { return seconds(100 * time.Second), nil },
	"stuck at an hour": func(timeline, time.Duration) (*time.Duration, *int64) { return seconds(time.Hour), nil },
	"stuck at 0":       func(timeline, time.Duration) (*time.Duration, *int64) { return seconds(0), nil },
	"3 times too long": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return seconds(3*t.takes - passed), nil
	},
	"20 times too long": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return seconds(20*t.takes - passed), nil
	},
	"10 % steps": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return nil, new(int64(passed*10/t.takes) * 10)
	},
	"1 % steps": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return nil, new(int64(passed * 100 / t.takes))
	},
	"stuck at 99 %": func(t timeline, passed time.Duration) (*time.Duration, *int64) {
		return nil, new(min(99, int64(passed*1000/t.takes)))
	},
}

// seconds rounds up to whole seconds, as the services do.
func seconds(d time.Duration) *time.Duration {
	return new(max(0, (d + time.Second - 1).Truncate(time.Second)))
}

// observer looks at a timeline that starts now.
func (t timeline) observer() Func {
	start := time.Now()
	return func(context.Context) (Status, error) {
		passed := time.Since(start)
		if passed >= t.takes {
			return Status{State: t.end, Raw: "ENDED"}, nil
		}
		o := Status{State: Running, Raw: "RUNNING"}
		o.Remaining, o.Progress = predictions[t.prediction](t, passed)
		return o, nil
	}
}

// run waits for a timeline, and gives how much later than the job the wait ended, and how often it looked.
func (t timeline) run(ctx context.Context) (overshoot time.Duration, polls int, err error) {
	start := time.Now()
	random := rand.New(rand.NewPCG(t.seed, 0))
	r, err := Wait(ctx, NewPoller(t.observer()), Options{Timeout: 4 * time.Hour, random: random.Float64})
	want := map[State]Outcome{Succeeded: OutcomeSucceeded, Failed: OutcomeFailed, Cancelled: OutcomeCancelled}[t.end]
	if err == nil && r.Outcome != want {
		err = fmt.Errorf("outcome %s, want %s", r.Outcome, want)
	}
	return time.Since(start) - t.takes, r.Polls, err
}
