// Package dws is the Data Warehouse Service.
package dws

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Data Warehouse Service.
var Service = service.Service{
	Name:        "dws",
	Title:       "Data Warehouse Service (DWS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{Endpoint: "dws"}
