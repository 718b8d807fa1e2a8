// Hwtasks-simulator serves the simulated cloud on a loopback address until it is interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
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
	takes := flag.Duration("takes", 0, "time that everything which runs takes, such as 5m; default: each its own, from 18s to 70s")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := serve(ctx, *address, *provider, *takes)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, address, provider string, takes time.Duration) error {
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
	now := time.Now()
	simulated.Add(servicestest.Examples(now, takes)...)
	fmt.Print(instructions(simulated.Endpoints(), "http://"+listener.Addr().String(), provider), waitables(now, takes))

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
		fmt.Fprintf(&keys, "    %-9s = \"%s/%[1]s\"\n", e, address)
	}
	return fmt.Sprintf(`The simulated cloud is ready, and its tasks run from now on. In another terminal, in an empty folder, paste this.
It needs no terraform init, and Terraform warns of the development overrides:

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

# Waits until nothing runs on the Redis instance.
resource "hwtasks_wait" "redis" {
  service     = "dcs"
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
}

# Is created after that.
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.redis]
}

output "tasks" {
  value = [for task in hwtasks_wait.redis.tasks : "${task.name}: ${task.outcome}"]
}
EOF
export TF_CLI_CONFIG_FILE="$PWD/terraform.tfrc" HW_REGION_NAME=%[3]s
export HW_ACCESS_KEY=%[4]s HW_SECRET_KEY=%[5]s
terraform apply -auto-approve

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

// waitables lists what there is to wait for, as it is now.
func waitables(now time.Time, takes time.Duration) string {
	var b strings.Builder
	b.WriteString("What there is to wait for. With instance_id alone, a wait is until the instance is idle. A restart runs all again.\n")
	for _, name := range slices.Sorted(maps.Keys(servicestest.All)) {
		for _, o := range servicestest.All[name].Examples(now, takes) {
			w, ok := o.(simulator.Waitable)
			if !ok {
				continue
			}
			arguments, object, course := w.Wait()
			fmt.Fprintf(&b, "\n  service     = %q # %s, %s\n", name, object, course.Course(now))
			for _, a := range arguments {
				fmt.Fprintf(&b, "  %-11s = %q\n", a[0], a[1])
			}
		}
	}
	return b.String() + "\n"
}
