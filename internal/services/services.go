// Package services is the list of the services that the provider knows.
package services

import (
	"slices"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/bms"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/cbr"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/cce"
	cceautopilot "github.com/hwtasks/terraform-provider-hwtasks/internal/services/cce_autopilot"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ddm"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dds"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ecs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/elb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/evs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/gaussdb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/geminidb"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ims"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/rabbitmq"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/rds"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/rocketmq"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/sdrs"
	sfsturbo "github.com/hwtasks/terraform-provider-hwtasks/internal/services/sfs_turbo"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/taurusdb"
)

// All are the services. What the provider offers follows from this list.
var All = []service.Service{
	bms.Service,
	cbr.Service,
	cce.Service,
	cceautopilot.Service,
	dcs.Service,
	ddm.Service,
	dds.Service,
	dws.Service,
	ecs.Service,
	elb.Service,
	evs.Service,
	gaussdb.Service,
	geminidb.Service,
	ims.Service,
	kafka.Service,
	rabbitmq.Service,
	rds.Service,
	rocketmq.Service,
	sdrs.Service,
	sfsturbo.Service,
	taurusdb.Service,
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

// Names returns the names of the services that hwtasks_wait can wait for.
func Names() []string {
	var names []string
	for _, s := range All {
		if len(s.Kinds()) > 0 {
			names = append(names, s.Name)
		}
	}
	return names
}

// Find returns the service of a name.
func Find(name string) (s service.Service, found bool) {
	i := slices.IndexFunc(All, func(s service.Service) bool { return s.Name == name })
	if i < 0 {
		return s, false
	}
	return All[i], true
}

// Kinds returns what hwtasks_wait can wait for of a service, or nil if there is no service of this name.
func Kinds(name string) []service.Kind {
	s, _ := Find(name)
	return s.Kinds()
}

// FindKind returns what of a service exactly these arguments identify.
func FindKind(name string, arguments []string) (kind service.Kind, found bool) {
	for _, k := range Kinds(name) {
		other := func(argument string) bool { return !slices.Contains(arguments, argument) }
		if len(k.Arguments) == len(arguments) && !slices.ContainsFunc(k.Arguments, other) {
			return k, true
		}
	}
	return kind, false
}
