// Demo applies examples/demo with the provider of this checkout, or with the binary that it is given, against the simulated
// cloud. It is run in the root of the repository. All its files are in a temporary folder, which it removes however it ends.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
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
	_, _ = fmt.Fprintln(out, "The simulated cloud listens on", address)

	if printed, err := terraform.Output(ctx, work, nil, "init", "-input=false"); err != nil {
		return fmt.Errorf("init: %w\n%s", err, printed)
	}
	args := []string{"apply", "-auto-approve", "-input=false"}
	if info, err := os.Stdout.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		args = append(args, "-no-color")
	}
	apply := terraform.Command(ctx, work, []string{
		"HW_REGION_NAME=" + simulator.DefaultRegion,
		"HW_ACCESS_KEY=" + simulator.DefaultAccessKey,
		"HW_SECRET_KEY=" + simulator.DefaultSecretKey,
		"TF_VAR_endpoint=" + address,
	}, args...)
	apply.Stdout, apply.Stderr = out, os.Stderr
	if err := cli.Run(apply, syscall.SIGINT); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	requests := cloud.Requests()
	_, _ = fmt.Fprintf(out, "\n%s sent %d requests.\n", requests[0].UserAgent, len(requests))
	return nil
}
