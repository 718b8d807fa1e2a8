// Package kafka is the Distributed Message Service for Kafka.
package kafka

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Service is the Distributed Message Service for Kafka.
var Service = service.Service{
	Name:        "kafka",
	Title:       "Distributed Message Service (DMS) for Kafka",
	Aliases:     []string{"dms"},
	API:         api,
	DataSources: []service.DataSource{backgroundTaskDataSource, backgroundTasksDataSource},
	Jobs:        []service.Job{backgroundTask},
	Instance:    &instance,
}

var api = &service.API{
	Endpoint: "dms",
	Codes: cloud.Codes{
		Throttled: []string{"DMS.10240407"}, // with a 404
	},
}
