package main

import (
	"context"
	"os"
	"testing"
	"time"
)

// Whenever the demo is interrupted, it leaves nothing behind.
func TestNothingIsLeftBehind(t *testing.T) {
	for _, after := range []time.Duration{0, 300 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second} {
		t.Run(after.String(), func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			if err := run(ctx); (err != nil) != (ctx.Err() != nil) {
				t.Errorf("%v, %v", err, ctx.Err())
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}
