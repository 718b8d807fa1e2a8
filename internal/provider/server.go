package provider

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Serve serves the provider to the Terraform or OpenTofu that started this process. With debug a running one attaches to it.
func Serve(version string, debug bool) error {
	// Go's HTTP client logs unsolicited responses here, which may contain a secret. The provider's own log is separate.
	log.SetOutput(io.Discard)
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	interrupted, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(interrupted, stop) // so that a second SIGTERM ends the process, which Terraform may have left behind
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug(), tf6server.WithManagedDebugStopSignals(signals))
	}
	return tf6server.Serve("registry.terraform.io/hwtasks/hwtasks", func() tfprotov6.ProviderServer {
		return server{providerserver.NewProtocol6(New(version)())(), interrupted}
	}, options...)
}

// A server cancels its reads when the process is interrupted or terminated. Then Terraform stops its providers, but not while an apply
// is still planning: then it waits for all reads. Ctrl-C in a terminal, like any signal to a process group, reaches the providers too,
// which ends a wait there.
type server struct {
	tfprotov6.ProviderServer
	interrupted context.Context //nolint:containedctx // of the process, not of a request
}

func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.interrupted, cancel)() //nolint:contextcheck // it only cancels the context of the read
	return s.ProviderServer.ReadDataSource(ctx, req)
}
