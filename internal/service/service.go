// Package service has the types with which a service describes itself: its data sources and the kinds of job that it
// runs. What they share is written here once: the arguments region and project_id, the read, the states that statuses
// mean, and the errors of a poll.
package service

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// An API describes how the calls of a service are made.
type API struct {
	Endpoint cloud.Service // such as "dms"; some services share one
	Hosts    cloud.Hosts   // if the host name does not begin with the endpoint
	Hint     string        // continues the sentence that tells the endpoint to somebody who has set that of the service's name
	Codes    cloud.Codes
}

// A Service is a service of the cloud.
type Service struct {
	Name        string   // folder of the service and value of the wait's argument service, such as "kafka"
	Title       string   // as the vendors' providers name it, such as "Data Warehouse Service (DWS)"
	Aliases     []string // words, in lower case, that the errors of the argument service take for the name, such as "dms"
	API         *API
	DataSources []DataSource
	Jobs        []Job
	Instance    *Instance // nil if hwtasks_wait cannot wait until one is idle
}
