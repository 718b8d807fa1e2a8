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
	"syscall"
	"time"

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
		return fmt.Errorf("%s is no loopback address; whoever reaches the simulator can command it", host)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	cloud := simulator.New(simulator.Options{Log: func(r simulator.Request) {
		fmt.Printf("%s %-3s %s %s -> %d\n", r.Time.Format(time.TimeOnly), r.Service, r.Method, r.Path, r.Status)
	}})
	cloud.AddExamples()
	url := "http://" + listener.Addr().String()
	fmt.Printf(`The simulated cloud listens. Point a client at it with

export HW_REGION_NAME=%s HW_ACCESS_KEY=%s HW_SECRET_KEY=%s

(the project ID is %s; HW_AUTH_TOKEN=%s serves instead of the keys)

and with these endpoints in the provider block:

endpoints = {
  dcs = "%[6]s/dcs"
  dms = "%[6]s/dms"
  dws = "%[6]s/dws"
  iam = "%[6]s/iam"
}

`, simulator.DefaultRegion, simulator.DefaultAccessKey, simulator.DefaultSecretKey, simulator.DefaultProjectID, simulator.DefaultToken, url)

	server := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // the process ends
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
