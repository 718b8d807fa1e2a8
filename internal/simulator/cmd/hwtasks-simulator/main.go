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
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func main() {
	address := flag.String("listen", "127.0.0.1:9800", "loopback address to listen on")
	provider := flag.String("provider", "bin", "folder with the built provider, for the printed configuration")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := serve(ctx, *address, *provider)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, address, provider string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("%s is not a loopback address; the simulator has no access control", host)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%w; if another simulator runs, use another address, such as -listen 127.0.0.1:9801", err)
	}
	provider, err = filepath.Abs(provider)
	if err != nil {
		return err
	}
	simulated := servicestest.New(simulator.Options{Log: func(r simulator.Request) {
		fmt.Printf("%s %-8s %-4s %s -> %d %s\n", r.Time.Format(time.TimeOnly), r.Service, r.Method, r.Path, r.Status, r.By)
	}})
	simulated.Add(servicestest.Examples(time.Now())...)
	fmt.Print(instructions(simulated.Endpoints(), "http://"+listener.Addr().String(), provider))

	server := &http.Server{Handler: simulated, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // the process ends
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// instructions returns what to do with the simulated cloud at an address: commands that can be pasted, for the provider in a folder, and
// the other credentials.
func instructions(endpoints []cloud.Service, address, provider string) string {
	var keys strings.Builder
	for _, e := range endpoints {
		fmt.Fprintf(&keys, "    %-8s = \"%s/%[1]s\"\n", e, address)
	}
	return fmt.Sprintf(`The simulated cloud is ready. In another terminal, in an empty folder, paste this:

cat >terraform.tfrc <<'EOF'
provider_installation {
  dev_overrides {
    "registry.terraform.io/hwtasks/hwtasks" = %[1]q
    "registry.opentofu.org/hwtasks/hwtasks" = %[1]q
  }
  direct {}
}
EOF
cat >main.tf <<'EOF'
terraform {
  required_providers {
    hwtasks = { source = "hwtasks/hwtasks" }
  }
}

provider "hwtasks" {
  endpoints = {
%[2]s  }
}

# The job runs until 70 seconds after the start of the simulator.
data "hwtasks_wait" "resize" {
  service = "dws"
  job_id  = "2c9080e88459fa44018459fbeb600001"
}

output "outcome" {
  value = data.hwtasks_wait.resize.outcome
}
EOF
export TF_CLI_CONFIG_FILE="$PWD/terraform.tfrc" HW_REGION_NAME=%[3]s
export HW_ACCESS_KEY=%[4]s HW_SECRET_KEY=%[5]s
terraform plan

A task that failed, to wait for instead:

  service     = "dcs"
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  task_id     = "8abf6e1e72c12e7c0172c15b508500ab"

Other credentials:

export HW_AUTH_TOKEN=%[6]s
export HW_USER_NAME=%[7]s HW_USER_PASSWORD=%[8]s HW_DOMAIN_NAME=%[9]s
export HW_ECS_METADATA=true
export HW_ASSUME_ROLE_AGENCY_NAME=%[10]s HW_ASSUME_ROLE_DOMAIN_NAME=%[11]s # an agency to assume with any of them

The project ID is %[12]s.

`, provider, keys.String(), simulator.DefaultRegion, simulator.DefaultAccessKey, simulator.DefaultSecretKey, simulator.DefaultToken,
		simulator.DefaultUserName, simulator.DefaultPassword, simulator.DefaultDomainName,
		simulator.DefaultAgency, simulator.DefaultAgencyDomainName, simulator.DefaultProjectID)
}
