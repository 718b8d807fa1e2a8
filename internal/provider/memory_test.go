package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// measured is the file that a measured provider writes its peak memory to. It is in an environment
// variable, since Terraform starts the provider.
const measured = "HWTASKS_MEASURE"

// measuring returns the same workspace with this test binary as the provider, which runs the real one, and a
// function that tells the most memory that it had resident, in bytes. It tells 0 where that cannot be measured.
func (w *workspace) measuring(tb testing.TB) (*workspace, func() int64) {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	c, err := w.cli.With(self, dir)
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(w.dir, ".terraform.lock.hcl")); err != nil {
		tb.Fatal(err)
	}
	if err := c.Init(tb.Context(), w.dir); err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(dir, "memory")
	env := append(slices.Clone(w.env), measured+"="+file, measured+"_BINARY="+w.cli.Binary())
	return &workspace{c, w.dir, env}, func() int64 {
		text, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			return 0 // the provider was not started
		}
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		return n
	}
}

// measure is what a measured provider does. It ends when the real one ends.
func measure(file string) {
	cmd := exec.Command(os.Getenv(measured+"_BINARY"), os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = cmd.Run()                    // how the provider ends is not what is measured
	previous, _ := os.ReadFile(file) // there is none before the first run
	before, _ := strconv.ParseInt(string(previous), 10, 64)
	must(os.WriteFile(file, []byte(strconv.FormatInt(max(before, maxResident(cmd.ProcessState)), 10)), 0o600))
}
