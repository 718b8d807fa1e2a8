// Package ddm is the Distributed Database Middleware.
package ddm

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Distributed Database Middleware.
var Service = service.Service{
	Name:        "ddm",
	Title:       "Distributed Database Middleware (DDM)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource, jobsDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{Endpoint: "ddm", Codes: cloud.Codes{NotFound: []string{"DBS.300400"}}} // with a 400
