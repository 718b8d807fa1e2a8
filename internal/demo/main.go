// Demo applies examples/demo with the provider of this checkout against the simulated cloud. All it
// makes is in a temporary folder, which it removes however it ends.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx)
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

// color switches the colors off where nobody sees them.
func color() []string {
	if info, err := os.Stdout.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return nil
	}
	return []string{"-no-color"}
}

func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "hwtasks-demo-")
	if err != nil {
		return err
	}
	defer func() {
		if e := os.RemoveAll(dir); err == nil {
			err = e
		}
	}()

	fmt.Println("Building the provider…")
	terraform, err := cli.New(ctx, dir)
	if err != nil {
		return err
	}
	root, err := cli.Root(ctx)
	if err != nil {
		return err
	}
	work := filepath.Join(dir, "work")
	if err := os.CopyFS(work, os.DirFS(filepath.Join(root, "examples", "demo"))); err != nil {
		return err
	}

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	cloud := simulator.New(simulator.Options{})
	cloud.AddExamples()
	server := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer func() { _ = server.Close() }()
	address := "http://" + listener.Addr().String()
	fmt.Println("The simulated cloud listens on", address)

	if err := terraform.Init(ctx, work); err != nil {
		return err
	}
	apply := terraform.Command(ctx, work, []string{
		"HW_REGION_NAME=" + simulator.DefaultRegion,
		"HW_ACCESS_KEY=" + simulator.DefaultAccessKey,
		"HW_SECRET_KEY=" + simulator.DefaultSecretKey,
		"TF_VAR_endpoint=" + address,
	}, append([]string{"apply", "-auto-approve", "-input=false"}, color()...)...)
	apply.Stdout, apply.Stderr = os.Stdout, os.Stderr
	if err := cli.Run(apply); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	fmt.Printf("\nThe provider sent %d requests.\n", len(cloud.Requests()))
	return nil
}
