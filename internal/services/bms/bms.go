// Package bms is the Bare Metal Server.
package bms

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Bare Metal Server.
var Service = service.Service{
	Name:        "bms",
	Title:       "Bare Metal Server (BMS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{
	Endpoint: "bms",
}
