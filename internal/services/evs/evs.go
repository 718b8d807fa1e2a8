// Package evs is the Elastic Volume Service.
package evs

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Elastic Volume Service.
var Service = service.Service{
	Name:        "evs",
	Title:       "Elastic Volume Service (EVS)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{
	Endpoint: "evs",
	Codes: cloud.Codes{
		NotFound: []string{"Common.0011"}, // with a 400
		Advice: map[string]string{
			"Common.0011": "There is no such job, the project is another one, or the user lacks the permission to read EVS. " +
				"Check the IDs, region and project_id.",
		},
	},
}
