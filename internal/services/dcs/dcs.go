// Package dcs is the Distributed Cache Service (Redis).
package dcs

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Distributed Cache Service.
var Service = service.Service{
	Name:        "dcs",
	Title:       "Distributed Cache Service (DCS)",
	Aliases:     []string{"redis", "memcached"},
	API:         api,
	DataSources: []service.DataSource{jobDataSource, backgroundTasksDataSource, progressDataSource},
	Jobs:        []service.Job{job, backgroundTask},
	Instance:    &instance,
}

var api = &service.API{
	Endpoint: "dcs",
	Codes: cloud.Codes{
		Advice: map[string]string{
			"DCS.4094": "The service keeps no progress of this kind of task (enable_show is false): " +
				"hwtasks_dcs_background_tasks has its status.",
		},
	},
}
