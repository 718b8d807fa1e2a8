// Package sdrs is the Storage Disaster Recovery Service.
package sdrs

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Storage Disaster Recovery Service.
var Service = service.Service{
	Name:        "sdrs",
	Title:       "Storage Disaster Recovery Service (SDRS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{
	Endpoint: "sdrs",
}
