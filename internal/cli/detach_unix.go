//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// detach gives a command a process group of its own. A terminal's Ctrl-C does not reach it then: a second interrupt beside
// that of Run would make the CLI leave its providers behind.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// send sends a signal to a command and all that it started, as a terminal's Ctrl-C does.
func send(cmd *exec.Cmd, signal syscall.Signal) error { return syscall.Kill(-cmd.Process.Pid, signal) }

// killGroup kills the processes that a command has left.
func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // fails if none is left, which is the rule
	}
}
