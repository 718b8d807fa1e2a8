//go:build !unix

package cli

import (
	"os"
	"os/exec"
)

// There are no process groups here.

func detach(*exec.Cmd) {}

func interrupt(cmd *exec.Cmd) error { return cmd.Process.Signal(os.Interrupt) }

func killGroup(*exec.Cmd) {}
