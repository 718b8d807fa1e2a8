// Package cli runs Terraform or OpenTofu with the provider of this checkout, apart from the
// user's own settings, for the demo, the tests and the benchmarks.
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
	"strings"
	"time"
)

// chosen names the CLI to use instead of the one on PATH. The acceptance test framework reads it too.
const chosen = "TF_ACC_TERRAFORM_PATH"

// Find returns the path of the CLI that TF_ACC_TERRAFORM_PATH names, or of the terraform or tofu on PATH, in this order.
func Find() (string, error) {
	if path := os.Getenv(chosen); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH: install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install)")
}

// A CLI is a Terraform or OpenTofu that finds one provider, and no other.
type CLI struct {
	path   string
	home   string
	binary string
}

// version is what the provider is installed as.
const version = "0.0.1"

// registries are where the two look for a provider whose source names no host.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// New builds the provider of this checkout and lays out a mirror of it, a CLI configuration and a
// home below dir, which the caller removes.
func New(ctx context.Context, dir string) (*CLI, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	root, err := Root(ctx)
	if err != nil {
		return nil, err
	}
	c := &CLI{path: path}
	binary := filepath.Join(dir, "terraform-provider-hwtasks")
	if err := Build(ctx, root, binary); err != nil {
		return nil, err
	}
	c.home, c.binary = dir, binary
	return c, c.install()
}

// Binary is the path of the provider.
func (c *CLI) Binary() string { return c.binary }

// Build builds the module at root as it is released.
func Build(ctx context.Context, root, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, ".") //nolint:gosec // builds this module
	cmd.Dir = root
	// What go leaves when it is interrupted is then in a folder that goes too.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTMPDIR="+filepath.Dir(binary))
	interruptible(cmd)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := Run(cmd); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, out.String())
	}
	return nil
}

// Root returns the folder of this module.
func Root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// install puts the provider into the mirror and writes the CLI configuration.
func (c *CLI) install() error {
	content, err := os.ReadFile(c.binary)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.temp(), 0o750); err != nil {
		return err
	}
	mirror := filepath.Join(c.home, "mirror")
	for _, registry := range registries {
		dir := filepath.Join(mirror, registry, "hwtasks", "hwtasks", version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "terraform-provider-hwtasks_v"+version), content, 0o700); err != nil { //nolint:gosec // a program
			return err
		}
	}
	return c.configure(mirror)
}

// FromMirror returns a CLI that finds providers in a filesystem mirror, and nowhere else. It keeps its own files below dir,
// which the caller removes.
func FromMirror(mirror, dir string) (*CLI, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	c := &CLI{path: path, home: dir}
	if err := os.MkdirAll(c.temp(), 0o750); err != nil {
		return nil, err
	}
	return c, c.configure(mirror)
}

// configure writes the CLI configuration.
func (c *CLI) configure(mirror string) error {
	config := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return os.WriteFile(c.config(), []byte(config), 0o600)
}

// temp is short, since paths of sockets must be.
func (c *CLI) temp() string { return filepath.Join(c.home, "t") }

func (c *CLI) config() string { return filepath.Join(c.home, "cli.tfrc") }

// Command prepares a run in a folder, with environment variables beside the few that it needs. The
// user's Terraform, HW_ and OS_ variables do not reach it. When ctx ends it is interrupted as by
// Ctrl-C, and killed only when that does not help.
func (c *CLI) Command(ctx context.Context, dir string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.path, args...) //nolint:gosec // the CLI that was found
	cmd.Dir = dir
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + c.home,
		"TMPDIR=" + c.temp(), // for the sockets of providers, which a CLI that is killed leaves
		"TF_CLI_CONFIG_FILE=" + c.config(),
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
	}, env...)
	interruptible(cmd)
	return cmd
}

// interruptible makes a command end as by Ctrl-C when its context ends, and killed only when that does not help.
func interruptible(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return Interrupt(cmd) }
	cmd.WaitDelay = 3 * time.Second
	detach(cmd)
}

// Run runs a command of this package to its end, and then ends what it left running: a CLI that was
// killed leaves its providers.
func Run(cmd *exec.Cmd) error {
	err := cmd.Run()
	killRest(cmd)
	return err
}

// Init runs init in a folder. What it prints is told only if it fails.
func (c *CLI) Init(ctx context.Context, dir string) error {
	var out bytes.Buffer
	cmd := c.Command(ctx, dir, nil, "init", "-input=false", "-no-color")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := Run(cmd); err != nil {
		return fmt.Errorf("init: %w\n%s", err, out.String())
	}
	return nil
}
