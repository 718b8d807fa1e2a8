// Terraform-provider-hwtasks lets Terraform and OpenTofu read the background tasks and jobs of
// Huawei Cloud-family services.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger to attach to")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/hwtasks/hwtasks",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
