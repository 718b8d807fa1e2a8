package main

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The recording has no pause that is longer than a second, except those that it makes itself, and nothing that changes with each run.
func TestRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		r.prompt("terraform apply")
		r.follow()
		time.Sleep(500 * time.Millisecond)
		if _, err := r.Write([]byte("a: Creating...\n")); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		if _, err := r.Write([]byte("a: Creation complete after 1m [id=2026-11-27T04:54:42Z]\nended on 2026-11-27T04:54:42\n")); err != nil {
			t.Error(err)
		}
		r.pause(5 * time.Second)
		if want := 760*time.Millisecond + 1500*time.Millisecond + 5*time.Second; r.clock != want {
			t.Errorf("the recording takes %s, want %s", r.clock, want)
		}
		lines := strings.Split(strings.TrimSpace(r.cast.String()), "\n")
		want := `^\[2\.26,"o","a: Creation complete after 1m \\r\\nended on 2026-01-01T12:54:42\\r\\n"\]$`
		if got := lines[len(lines)-1]; !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("the last line is %s, want %s", got, want)
		}
	})
}
