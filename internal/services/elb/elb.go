// Package elb is the Elastic Load Balance.
package elb

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service"

// Service is the Elastic Load Balance.
var Service = service.Service{
	Name:        "elb",
	Title:       "Elastic Load Balance (ELB)",
	API:         api,
	DataSources: []service.DataSource{jobDataSource, jobsDataSource},
	Jobs:        []service.Job{job},
}

var api = &service.API{Endpoint: "elb"}
