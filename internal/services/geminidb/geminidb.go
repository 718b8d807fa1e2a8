// Package geminidb is GeminiDB, which was GaussDB NoSQL.
package geminidb

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Service is GeminiDB, which was GaussDB NoSQL.
var Service = service.Service{
	Name:        "geminidb",
	Title:       "GeminiDB",
	Aliases:     []string{"nosql", "gaussdb-nosql", "gaussdb_nosql", "gaussdbfornosql"},
	API:         api,
	DataSources: []service.DataSource{jobDataSource, jobsDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{Endpoint: "geminidb", Hosts: cloud.Hosts{Huawei: "gaussdb-nosql"}, Codes: dbjob.Codes}
