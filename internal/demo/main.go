// Demo applies examples/demo with the provider of this checkout, or with the binary that it is given, against the simulated
// cloud. It is run in the root of the repository. It prints the story, and writes all that Terraform prints to a log in reports/. Its
// other files are in a temporary folder, which it removes however it ends.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func main() {
	binary := flag.String("provider", "", "path of a provider binary; default: the provider of this checkout is built")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Stdout, *binary)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "Demo interrupted.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "Demo failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, binary string) (err error) {
	if err := os.MkdirAll(filepath.Dir(logFile), 0o750); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hwtasks-demo-")
	if err != nil {
		return err
	}
	defer func() {
		if e := os.RemoveAll(dir); err == nil {
			err = e
		}
	}()
	if binary == "" {
		_, _ = fmt.Fprintln(out, "Building the provider…")
		binary = filepath.Join(dir, "provider")
		if err := cli.Build(ctx, binary); err != nil {
			return err
		}
	}
	terraform, err := cli.New(dir, binary)
	if err != nil {
		return err
	}
	work := filepath.Join(dir, "work")
	if err := os.CopyFS(work, os.DirFS(filepath.Join("examples", "demo"))); err != nil {
		return err
	}

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	cloud := servicestest.New(simulator.Options{})
	cloud.Add(servicestest.Examples(time.Now(), 0)...)
	server := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer func() { _ = server.Close() }()
	address := "http://" + listener.Addr().String()
	_, _ = fmt.Fprintf(out, "A simulated cloud listens on %s. Its Redis instance runs a task, EXTEND, for 18 seconds more.\n"+
		"The wait ends when nothing has run there for 5 more seconds (settle), so that it would see a task that follows.\n", address)

	if printed, err := terraform.Output(ctx, work, nil, "init", "-input=false"); err != nil {
		return fmt.Errorf("init: %w\n%s", err, printed)
	}
	log, err := os.Create(logFile)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // all has been written
	_, _ = fmt.Fprintf(out, "%s applies examples/demo. All that it prints is in %s; in short:\n\n", terraform.Path(), logFile)
	apply := terraform.Command(ctx, work, []string{
		"HW_REGION_NAME=" + simulator.DefaultRegion,
		"HW_ACCESS_KEY=" + simulator.DefaultAccessKey,
		"HW_SECRET_KEY=" + simulator.DefaultSecretKey,
		"TF_VAR_endpoint=" + address,
	}, "apply", "-auto-approve", "-input=false", "-no-color")
	apply.Stdout, apply.Stderr = io.MultiWriter(log, &summary{out: out}), io.MultiWriter(log, os.Stderr)
	if err := cli.Run(apply, syscall.SIGINT); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	requests := cloud.Requests()
	_, _ = fmt.Fprintf(out, `
%s sent %d requests. dcs_background_tasks was read during plan, while EXTEND was still running.

Next: make simulator starts such a cloud for your own configurations, and examples/ has some.
docs/resources/wait.md says what else hwtasks_wait waits for.
`, requests[0].UserAgent, len(requests))
	return nil
}

// logFile has all that Terraform prints.
const logFile = "reports/demo.log"

// A summary passes on the lines of an apply that tell its story: what is read, waited for and created, and the outputs.
type summary struct {
	out     io.Writer
	rest    []byte // of a line
	outputs bool   // they have begun
}

func (s *summary) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	for {
		line, rest, complete := bytes.Cut(s.rest, []byte("\n"))
		if !complete {
			return len(p), nil
		}
		s.rest = rest
		s.outputs = s.outputs || bytes.Equal(line, []byte("Outputs:"))
		if s.outputs || tells.Match(line) {
			_, _ = fmt.Fprintf(s.out, "%s\n", line)
		}
	}
}

var tells = regexp.MustCompile(`^(data\..*: Read complete|(hwtasks_wait|terraform_data)\..*: |Apply complete!)`)
