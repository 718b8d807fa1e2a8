// Package servicestest simulates all services for tests, the demo and the simulator command.
package servicestest

import (
	"maps"
	"slices"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// New returns a simulated cloud with all services.
func New(o simulator.Options) *simulator.Simulator {
	for _, name := range slices.Sorted(maps.Keys(All)) {
		o.Services = append(o.Services, All[name].Simulated)
	}
	return simulator.New(o)
}

// Examples returns examples of the objects of all services: some have succeeded or failed, and some are running, which take so much time
// from now on, or a default if it is 0.
func Examples(now time.Time, takes time.Duration) []simulator.Object {
	var all []simulator.Object
	for _, name := range slices.Sorted(maps.Keys(All)) {
		all = append(all, All[name].Examples(now, takes)...)
	}
	return all
}

// Block returns the provider block for a simulated cloud at an address, with its keys, region and project, and without retries.
func Block(address string) map[string]any {
	endpoints := make(map[string]string)
	for _, service := range Endpoints() {
		endpoints[string(service)] = address + "/" + string(service)
	}
	return map[string]any{
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID, "endpoints": endpoints, "max_retries": 0,
		"access_key": simulator.DefaultAccessKey, "secret_key": simulator.DefaultSecretKey,
	}
}

// Endpoints returns the services that a simulated cloud has, IAM and the instance metadata included.
func Endpoints() []cloud.Service { return New(simulator.Options{}).Endpoints() }
