// Package cli runs Terraform or OpenTofu with a build of this provider, apart from the user's own settings, for the demo,
// tests and benchmarks.
//
// It starts the CLI itself instead of using terraform-exec, which refuses TF_LOG and TF_VAR_ variables, always switches
// colors off, adds to the User-Agent, and interrupts the CLI alone where a terminal interrupts its providers too.
package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// Find returns the path of the CLI that TF_ACC_TERRAFORM_PATH names, or of the terraform or tofu on PATH, in this order.
func Find() (string, error) {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH: install Terraform " +
		"(https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install)")
}

// Build builds the provider of this module as it is released.
func Build(ctx context.Context, binary string) error {
	const module = "github.com/hwtasks/terraform-provider-hwtasks"
	//nolint:gosec // the path of a file to write
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, module)
	// An interrupted build leaves its temporary files beside the binary, where they are removed with it.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTMPDIR="+filepath.Dir(binary))
	out, err := output(cmd)
	if err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	return nil
}

// A CLI is a Terraform or OpenTofu that finds this provider and no other.
type CLI struct {
	path string
	home string
}

// New installs a provider binary in a filesystem mirror below home, which the caller removes. The CLI keeps its own files there too.
func New(home, binary string) (*CLI, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	c := &CLI{path: path, home: home}
	content, err := os.ReadFile(binary) //nolint:gosec // the provider
	if err != nil {
		return nil, err
	}
	mirror := filepath.Join(home, "mirror")
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} { // defaults of Terraform and OpenTofu
		dir := filepath.Join(mirror, registry, "hwtasks", "hwtasks", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, err
		}
		//nolint:gosec // a program
		if err := os.WriteFile(filepath.Join(dir, "terraform-provider-hwtasks_v0.1.0"), content, 0o700); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(c.temp(), 0o750); err != nil {
		return nil, err
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return c, os.WriteFile(c.config(), []byte(config), 0o600)
}

// Path returns the path of the CLI.
func (c *CLI) Path() string { return c.path }

// temp is where providers have their sockets, whose paths must be short.
func (c *CLI) temp() string { return filepath.Join(c.home, "t") }

func (c *CLI) config() string { return filepath.Join(c.home, "cli.tfrc") }

// Command prepares a run in a folder. Its environment has only the given variables and the few that the CLI needs, so that the
// user's TF_, HW_ and OS_ variables have no effect.
func (c *CLI) Command(ctx context.Context, dir string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.path, args...) //nolint:gosec // the CLI that was found
	cmd.Dir = dir
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + c.home,
		"TMPDIR=" + c.temp(),
		"TF_CLI_CONFIG_FILE=" + c.config(),
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
	}, env...)
	return cmd
}

// Output runs a command of the CLI in a folder and returns all that it printed, without colors.
func (c *CLI) Output(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	return output(c.Command(ctx, dir, env, append(args, "-no-color")...))
}

func output(cmd *exec.Cmd) (string, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := Run(cmd, syscall.SIGINT)
	return out.String(), err
}

// Run runs a command. When the command's context ends, it gets a signal together with all that it started, as by Ctrl-C, and is killed
// if it goes on for three more seconds, together with the providers that it leaves.
func Run(cmd *exec.Cmd, signal syscall.Signal) error {
	cmd.Cancel = func() error { return send(cmd, signal) }
	cmd.WaitDelay = 3 * time.Second
	detach(cmd)
	err := cmd.Run()
	killGroup(cmd)
	return err
}
