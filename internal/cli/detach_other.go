//go:build !unix

package cli

import (
	"os/exec"
	"syscall"
)

// There are no process groups here.

func detach(*exec.Cmd) {}

func send(cmd *exec.Cmd, signal syscall.Signal) error { return cmd.Process.Signal(signal) }

func killGroup(*exec.Cmd) {}
