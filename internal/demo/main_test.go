package main

import (
	"bytes"
	"context"
	"os"
	"testing"
)

// A writer calls a function when a text has been written to it.
type writer struct {
	text    string
	written func()
	all     bytes.Buffer
}

func (w *writer) Write(p []byte) (int, error) {
	w.all.Write(p)
	if bytes.Contains(w.all.Bytes(), []byte(w.text)) {
		w.written()
	}
	return len(p), nil
}

// Whenever the demo is interrupted, it leaves nothing behind.
func TestInterrupt(t *testing.T) {
	t.Chdir("../..")
	for name, text := range map[string]string{
		"build": "Building the provider",
		"init":  "The simulated cloud listens on",
		"read":  "Reading...",
		"wait":  "hwtasks_wait.redis: Still creating...",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir() // names are short, since a provider's socket is below
			t.Setenv("TMPDIR", dir)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := &writer{text: text, written: cancel}
			if err := run(ctx, w, ""); err == nil || ctx.Err() == nil {
				t.Errorf("got error %v, want an interrupted demo; it printed\n%s", err, w.all.String())
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) > 0 {
				t.Errorf("got files %v, error %v; want none", left, err)
			}
		})
	}
}
