// Package ecs is the Elastic Cloud Server.
package ecs

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Elastic Cloud Server.
var Service = service.Service{
	Name:        "ecs",
	Title:       "Elastic Cloud Server (ECS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{
	Endpoint: "ecs",
	Codes: cloud.Codes{
		Throttled: []string{"Common.1503", "Common.0024"}, // the latter with a 202
		Transient: []string{"Common.0021", "Common.0025"},
		NotFound:  []string{"Common.0011"}, // with a 400
		Advice: map[string]string{
			"Common.0018": "The project is not the one that the credentials are for. Check project_id and region.",
		},
	},
}
