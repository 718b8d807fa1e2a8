//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// detach keeps a terminal's Ctrl-C away from a command, which gets its interrupt from Cancel
// alone: two would make it drop its providers.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// Interrupt does to a command of this package and all that it started what a terminal's Ctrl-C does.
func Interrupt(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
}

// killRest kills what is left of a command that has ended.
func killRest(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // mostly nothing is left
	}
}
