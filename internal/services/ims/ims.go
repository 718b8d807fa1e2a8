// Package ims is the Image Management Service.
package ims

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Image Management Service.
var Service = service.Service{
	Name:        "ims",
	Title:       "Image Management Service (IMS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{
	Endpoint: "ims",
}
