// Package rds is the Relational Database Service.
package rds

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Service is the Relational Database Service.
var Service = service.Service{
	Name:        "rds",
	Title:       "Relational Database Service (RDS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource, tasksDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{Endpoint: "rds", Codes: dbjob.Codes}
