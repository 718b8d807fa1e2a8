package poll

import (
	"math/rand/v2"
	"time"
)

// The schedule looks every second while a job is young. Later it looks after a tenth of the job's
// age, so that nobody waits more than a tenth longer than the job took, and at least every ten
// seconds. Where the service predicts the end, and its predictions have come true so far, it looks
// less often still, until the predicted end comes near.
const (
	young            = 30 * time.Second
	shortest         = time.Second
	longest          = 10 * time.Second // without a prediction
	longestPredicted = time.Minute
	ageShare         = 10 // of the age, between two looks

	// A prediction may be 30 % off: after 3/4 of the time it gives, the job has not ended yet.
	predictedShare = 0.75
	// A prediction is proved by a look this long ago, or a tenth of the age ago.
	proofTime = 5 * time.Second
	// Of the time that passed, this share must have gone from the prediction to prove it.
	proofShare = 0.5
	// Services round to whole seconds.
	rounding = time.Second
)

// A schedule knows what was seen so far.
type schedule struct {
	random func() float64 // from 0 to 1; nil: chance

	oldest      prediction   // of the remaining time, since one was broken
	predictions []prediction // the recent ones, of which the first can prove the last
	broken      bool         // an end that was predicted has passed: only what is proved counts

	progress  *int64        // last seen
	began     time.Duration // age at the first sight of a progress
	first     int64         // that progress
	lastLook  time.Duration // age at the look before
	moved     time.Duration // age at the look before it moved last; the true time is between that and the look
	movedOnce bool
}

type prediction struct{ at, remaining time.Duration }

// saw takes in what a look showed at an age.
func (s *schedule) saw(age time.Duration, o Status) {
	remaining := o.Remaining
	if o.Progress != nil {
		p := *o.Progress
		switch {
		case s.progress == nil:
			s.began, s.first = age, p
		case p != *s.progress:
			s.moved, s.movedOnce = s.lastLook, true
		}
		s.progress = &p
		if remaining == nil {
			remaining = s.extrapolate(age)
		}
	}
	s.lastLook = age
	if remaining == nil || *remaining < 0 {
		s.predictions = nil
		return
	}
	for _, p := range s.predictions {
		// Even 30 % off, this one should have come true by now.
		if age > p.at+time.Duration(float64(p.remaining)/0.7)+2*rounding {
			s.broken = true
			s.predictions = nil
			break
		}
	}
	s.predictions = append(s.predictions, prediction{age, *remaining})
	if len(s.predictions) == 1 {
		s.oldest = s.predictions[0]
	}
	// Looks from before the time that can prove the current one are of no use any more, but one.
	for len(s.predictions) > 2 && s.predictions[1].at <= age-proofSpan(age) {
		s.predictions = s.predictions[1:]
	}
}

// extrapolate predicts the end from how fast the progress has moved. It gives nil where it has not
// moved, or not for longer than its pace suggests.
func (s *schedule) extrapolate(age time.Duration) *time.Duration {
	p := *s.progress
	if !s.movedOnce || p <= s.first || p >= 100 || s.moved <= s.began {
		return nil
	}
	each := float64(s.moved-s.began) / float64(p-s.first)
	remaining := time.Duration(each*float64(100-p)) - (age - s.moved)
	if remaining < 0 {
		return nil
	}
	return &remaining
}

// proofSpan is how long ago a look must have been to prove the prediction of one at an age.
func proofSpan(age time.Duration) time.Duration { return max(proofTime, age/ageShare) }

// provedBy reports whether the time that an earlier look predicted has gone by since as it should.
func (p prediction) provedBy(earlier prediction) bool {
	span := p.at - earlier.at
	return span >= proofSpan(p.at) && float64(earlier.remaining-p.remaining) >= proofShare*float64(span)-float64(rounding)
}

// after tells how long to wait from a look at an age to the next one.
func (s *schedule) after(age time.Duration) time.Duration {
	if age < young {
		return s.jitter(shortest, 1, 1.2)
	}
	pause := min(age/ageShare, longest)
	if n := len(s.predictions); n > 0 {
		now := s.predictions[n-1]
		left := now.remaining - (age - now.at) // looks may have failed since
		soon := max(shortest, time.Duration(predictedShare*float64(left)))
		switch {
		case now.provedBy(s.predictions[0]), now.provedBy(s.oldest):
			pause = min(age/ageShare, longestPredicted, soon)
		case now.at-s.oldest.at < proofSpan(now.at) && !s.broken:
			pause = min(pause, soon) // nothing speaks against it yet
		}
	}
	if pause < 2*shortest {
		return s.jitter(pause, 1, 1.1)
	}
	return s.jitter(pause, 0.95, 1)
}

// or returns a fixed interval, or without one how long to wait from a look at an age.
func (s *schedule) or(interval, age time.Duration) time.Duration {
	if interval > 0 {
		return interval
	}
	return s.after(age)
}

// jitter returns a random time between two multiples of a time, so that many waits do not beat in step.
func (s *schedule) jitter(d time.Duration, from, to float64) time.Duration {
	chance := rand.Float64
	if s.random != nil {
		chance = s.random
	}
	return time.Duration(float64(d) * (from + chance()*(to-from)))
}
