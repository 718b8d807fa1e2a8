// Package services is the list of the services that the provider knows.
package services

import (
	"slices"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ecs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka"
)

// All are the services. What the provider offers follows from this list.
var All = []service.Service{
	dcs.Service,
	dws.Service,
	ecs.Service,
	kafka.Service,
}

// Endpoints returns the names of the services' endpoints, which are the keys of the provider's argument endpoints. Some services
// share one.
func Endpoints() []cloud.Service {
	var names []cloud.Service
	for _, s := range All {
		names = append(names, s.API.Endpoint)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// WithJobs returns the names of the services that hwtasks_wait can wait for.
func WithJobs() []string {
	var names []string
	for _, s := range All {
		if len(s.Jobs) > 0 {
			names = append(names, s.Name)
		}
	}
	return names
}

// Jobs returns the kinds of job of a service, or nil if there is no service of this name.
func Jobs(name string) []service.Job {
	for _, s := range All {
		if s.Name == name {
			return s.Jobs
		}
	}
	return nil
}

// FindJob returns the kind of job of a service that exactly these arguments identify.
func FindJob(name string, arguments []string) (job service.Job, found bool) {
	for _, j := range Jobs(name) {
		other := func(argument string) bool { return !slices.Contains(arguments, argument) }
		if len(j.Arguments) == len(arguments) && !slices.ContainsFunc(j.Arguments, other) {
			return j, true
		}
	}
	return job, false
}
