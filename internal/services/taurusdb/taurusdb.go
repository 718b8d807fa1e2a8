// Package taurusdb is TaurusDB, which was GaussDB(for MySQL).
package taurusdb

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Service is TaurusDB, which was GaussDB(for MySQL).
var Service = service.Service{
	Name:        "taurusdb",
	Title:       "TaurusDB",
	Aliases:     []string{"mysql", "gaussdb-mysql", "gaussdb_mysql", "gaussdbformysql"},
	API:         api,
	DataSources: []service.DataSource{jobDataSource, jobsDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{
	Endpoint: "taurusdb",
	Hosts:    cloud.Hosts{Huawei: "gaussdb", OpenTelekom: "gaussdb-mysql"},
	Codes:    dbjob.Codes,
}
