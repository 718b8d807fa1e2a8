// Package sfsturbo is the Scalable File Service Turbo.
package sfsturbo

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Scalable File Service Turbo.
var Service = service.Service{
	Name:        "sfs_turbo",
	Title:       "Scalable File Service Turbo (SFS Turbo)",
	Aliases:     []string{"sfs-turbo", "sfsturbo", "sfs"},
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{
	Endpoint: "sfs_turbo",
	Hosts:    cloud.Hosts{Huawei: "sfs-turbo"},
	Codes: cloud.Codes{
		NotFound: []string{"SFS.TURBO.0002", "SFS.TURBO.9000"}, // with a 400 or a 404, and with a 403
	},
}
