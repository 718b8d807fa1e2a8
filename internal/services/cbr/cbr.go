// Package cbr is the Cloud Backup and Recovery.
package cbr

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service"

// Service is the Cloud Backup and Recovery.
var Service = service.Service{
	Name:        "cbr",
	Title:       "Cloud Backup and Recovery (CBR)",
	API:         api,
	DataSources: []service.DataSource{taskDataSource, tasksDataSource},
	Jobs:        []service.Job{task},
}

var api = &service.API{Endpoint: "cbr"}
