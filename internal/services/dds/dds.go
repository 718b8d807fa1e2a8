// Package dds is the Document Database Service.
package dds

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Service is the Document Database Service.
var Service = service.Service{
	Name:        "dds",
	Title:       "Document Database Service (DDS)",
	Aliases:     []string{"mongodb"},
	API:         api,
	DataSources: []service.DataSource{jobDataSource, jobsDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{Endpoint: "dds", Codes: dbjob.Codes}
