// Hwtasks-simulator serves the simulated cloud on a loopback address until it is interrupted.
package main

import (
	"cmp"
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
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
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
	if takes < 0 {
		return fmt.Errorf("-takes %s is negative", takes)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("%s is not a loopback address; the simulator has no access control", host)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%w; if another simulator runs, use another address: make simulator LISTEN=127.0.0.1:9801", err)
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
	fmt.Print(waitables(now, takes), instructions(simulated.Endpoints(), "http://"+listener.Addr().String(), provider))

	server := &http.Server{Handler: simulated, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // the process ends
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// instructions returns what to do with the simulated cloud at an address: commands that can be pasted, for the provider in a folder.
func instructions(endpoints []cloud.Service, address, provider string) string {
	var keys strings.Builder
	for _, e := range endpoints {
		fmt.Fprintf(&keys, "    %-9s = \"%s/%[1]s\"\n", e, address)
	}
	return fmt.Sprintf(`The simulated cloud is ready. In another terminal, in an empty folder, paste this. It needs no terraform init, and
Terraform warns of the development overrides. In each further terminal, run ". ./env.sh" first.

cat >terraform.tfrc <<'EOF'
provider_installation {
  dev_overrides {
    "registry.terraform.io/hwtasks/hwtasks" = %[1]q
    "registry.opentofu.org/hwtasks/hwtasks" = %[1]q
  }
  direct {}
}
EOF
cat >env.sh <<EOF
export TF_CLI_CONFIG_FILE="$PWD/terraform.tfrc" HW_REGION_NAME=%[3]s
export HW_ACCESS_KEY=%[4]s HW_SECRET_KEY=%[5]s
EOF
cat >main.tf <<'EOF'
terraform {
  required_providers {
    hwtasks = { source = "hwtasks/hwtasks" }
  }
}

# Keep this block when you paste resources from the documents.
provider "hwtasks" {
  endpoints = {
%[2]s  }
}

# Waits until nothing runs on the Redis instance.
resource "hwtasks_wait" "redis" {
  service     = "dcs"
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  settle      = "5s" # how long nothing must run; 30s by default
}

# Is created after that.
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.redis]
}

output "tasks" {
  value = [for task in hwtasks_wait.redis.tasks : format("%%v: %%v", task.name, task.outcome)] # empty if none ran any more
}
EOF
. ./env.sh
terraform apply -auto-approve

Ctrl-C here ends the simulated cloud, and make simulator starts it again with all its tasks: to wait for them again, run
terraform apply -replace=hwtasks_wait.redis. To leave it, use a new terminal, and remove endpoints from main.tf.
Options, faults and other credentials are in internal/simulator/README.md.

These are the requests that it receives, the status of the responses, and with what they were authenticated:

`, provider, keys.String(), simulator.DefaultRegion, simulator.DefaultAccessKey, simulator.DefaultSecretKey)
}

// waitables lists what there is to wait for, as it is now: a line for each object, and for each service with instances one of them.
func waitables(now time.Time, takes time.Duration) string {
	var b strings.Builder
	b.WriteString("What there is to wait for:\n\n")
	for _, s := range services.All {
		instance := ""
		for _, o := range servicestest.All[s.Name].Examples(now, takes) {
			w, ok := o.(simulator.Waitable)
			if !ok {
				continue
			}
			arguments, object, course := w.Wait()
			var set []string
			for _, a := range arguments {
				set = append(set, fmt.Sprintf("%s = %q", a[0], a[1]))
			}
			if arguments[0][0] == "instance_id" {
				instance = cmp.Or(instance, set[0])
			}
			if len(set) > 1 || arguments[0][0] != "instance_id" {
				fmt.Fprintf(&b, "%-13s %s: %s, %s\n", s.Name, strings.Join(set, ", "), object, course.Course(now))
			}
		}
		if instance != "" && s.Instance != nil {
			fmt.Fprintf(&b, "%-13s %s: until it is idle", s.Name, instance)
			if s.Instance.Tasks != nil {
				b.WriteString(", or with task_name")
			}
			b.WriteString("\n")
		}
	}
	return b.String() + "\n"
}
