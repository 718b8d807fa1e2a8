package cloud

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The tests of whole clients show that credentials are refreshed in time; this one, for how long they count as what.
func TestCachedCredentials(t *testing.T) {
	own := Credentials{Token: "own"}
	const never = 1000 * time.Hour
	for _, test := range []struct {
		name       string
		expires    time.Duration // from the start, by the clock of the cloud; 0: unknown
		clock      time.Duration // of the cloud, from that of this machine
		noDate     bool          // in the response
		rejected   Credentials
		freshUntil time.Duration
		validUntil time.Duration
	}{
		{name: "an hour", expires: time.Hour, freshUntil: 55 * time.Minute, validUntil: time.Hour},
		{name: "ten minutes", expires: 10 * time.Minute, freshUntil: 5 * time.Minute, validUntil: 10 * time.Minute},
		{name: "less than ten minutes", expires: 6 * time.Minute, freshUntil: 3 * time.Minute, validUntil: 6 * time.Minute},
		{name: "clock that is fast", expires: 3 * time.Hour, clock: 2 * time.Hour, freshUntil: 55 * time.Minute, validUntil: time.Hour},
		{name: "clock that is slow", expires: -99 * time.Hour, clock: -100 * time.Hour, freshUntil: 55 * time.Minute, validUntil: time.Hour},
		{name: "no date", expires: time.Hour, noDate: true, freshUntil: 55 * time.Minute, validUntil: time.Hour},
		{name: "less than two minutes", expires: 90 * time.Second, freshUntil: time.Minute, validUntil: 90 * time.Second},
		{name: "expired on arrival", expires: -time.Hour, freshUntil: time.Minute},
		{name: "unknown, used until rejected", freshUntil: never},
		{name: "rejected", expires: time.Hour, rejected: own},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var expires time.Time
				if test.expires != 0 {
					expires = start.Add(test.expires)
				}
				header := http.Header{"Date": {start.Add(test.clock).UTC().Format(http.TimeFormat)}}
				if test.noDate {
					header = nil
				}
				cached := newCachedCredentials(own, expires, header)
				times := []time.Duration{0, test.freshUntil - 1, test.freshUntil, test.validUntil - 1, test.validUntil}
				slices.Sort(times)
				for _, at := range times {
					if at < 0 || at == never {
						continue // they never are, or never cease to be
					}
					<-time.After(time.Until(start.Add(at)))
					if got, want := cached.fresh(test.rejected), at < test.freshUntil; got != want {
						t.Errorf("after %s: fresh %v, want %v", at, got, want)
					}
					if got, want := cached.valid(test.rejected), at < test.validUntil; got != want {
						t.Errorf("after %s: valid %v, want %v", at, got, want)
					}
				}
			})
		})
	}
}
