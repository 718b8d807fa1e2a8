// Terraform-provider-hwtasks lets Terraform and OpenTofu read the background tasks and jobs of
// Huawei Cloud-family services, and wait for them.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger to attach to")
	flag.Parse()
	if err := provider.Serve(version, *debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
