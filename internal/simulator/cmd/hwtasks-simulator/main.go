// Hwtasks-simulator serves the simulated cloud on a loopback address until it is interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func main() {
	address := flag.String("listen", "127.0.0.1:9800", "loopback address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := serve(ctx, *address)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("%s is not a loopback address; the simulator has no access control", host)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	cloud := servicestest.New(simulator.Options{Log: func(r simulator.Request) {
		fmt.Printf("%s %-8s %-4s %s -> %d %s\n", r.Time.Format(time.TimeOnly), r.Service, r.Method, r.Path, r.Status, r.By)
	}})
	cloud.Add(servicestest.Examples(time.Now())...)
	var endpoints strings.Builder
	for _, e := range cloud.Endpoints() {
		fmt.Fprintf(&endpoints, "  %-8s = \"http://%s/%[1]s\"\n", e, listener.Addr())
	}
	fmt.Printf(`The simulated cloud is ready. Its region is %s, the project ID %s. Authenticate with one of

export HW_ACCESS_KEY=%s HW_SECRET_KEY=%s
export HW_AUTH_TOKEN=%s
export HW_USER_NAME=%s HW_USER_PASSWORD=%s HW_DOMAIN_NAME=%s
export HW_ECS_METADATA=true

and, to assume an agency with it,

export HW_ASSUME_ROLE_AGENCY_NAME=%s HW_ASSUME_ROLE_DOMAIN_NAME=%s

and configure the provider with

export HW_REGION_NAME=%[1]s

endpoints = { # in the provider block
%[11]s}

`, simulator.DefaultRegion, simulator.DefaultProjectID, simulator.DefaultAccessKey, simulator.DefaultSecretKey, simulator.DefaultToken,
		simulator.DefaultUserName, simulator.DefaultPassword, simulator.DefaultDomainName,
		simulator.DefaultAgency, simulator.DefaultAgencyDomainName, endpoints.String())

	server := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // the process ends
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
