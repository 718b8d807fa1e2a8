//go:build !unix

package cli

import (
	"os"
	"os/exec"
)

// detach does nothing where there are no process groups.
func detach(*exec.Cmd) {}

// Interrupt interrupts a command.
func Interrupt(cmd *exec.Cmd) error { return cmd.Process.Signal(os.Interrupt) }

// killRest does nothing where there are no process groups.
func killRest(*exec.Cmd) {}
