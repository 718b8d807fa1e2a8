package main

import (
	"bytes"
	"context"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// The summary has the lines that tell the story, wherever what Terraform prints is cut.
func TestSummary(t *testing.T) {
	const printed = "data.hwtasks_dcs_job.swap: Reading...\ndata.hwtasks_dcs_job.swap: Read complete after 0s\n" +
		"  # hwtasks_wait.redis will be created\nPlan: 1 to add\nhwtasks_wait.redis: Creating...\n\n" +
		"Apply complete! Resources: 1 added.\n\nOutputs:\n\na = [\n  1,\n]\n"
	const want = "data.hwtasks_dcs_job.swap: Read complete after 0s\nhwtasks_wait.redis: Creating...\n" +
		"Apply complete! Resources: 1 added.\nOutputs:\n\na = [\n  1,\n]\n"
	for size := 1; size <= len(printed); size++ {
		var out bytes.Buffer
		s := &summary{out: &out}
		for part := range slices.Chunk([]byte(printed), size) {
			if n, err := s.Write(part); n != len(part) || err != nil {
				t.Fatalf("got %d, %v; want %d bytes written", n, err, len(part))
			}
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Fatalf("in parts of %d bytes (- want, + got):\n%s", size, diff)
		}
	}
}

// Whenever the demo is interrupted, it leaves nothing behind.
func TestInterrupt(t *testing.T) {
	t.Chdir("../..")
	for name, text := range map[string]string{
		"build": "Building the provider",
		"init":  "A simulated cloud listens on",
		"read":  ": Read complete",
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
