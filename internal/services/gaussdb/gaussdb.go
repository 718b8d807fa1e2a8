// Package gaussdb is GaussDB, which is based on openGauss.
package gaussdb

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Service is GaussDB, which is based on openGauss.
var Service = service.Service{
	Name:        "gaussdb",
	Title:       "GaussDB",
	Aliases:     []string{"opengauss", "gaussdb-opengauss", "gaussdb_opengauss"},
	API:         api,
	DataSources: []service.DataSource{jobDataSource, tasksDataSource},
	Jobs:        []service.Job{job},
	Instance:    &instance,
}

var api = &service.API{
	Endpoint: "opengauss",
	Hosts:    cloud.Hosts{Huawei: "gaussdb-opengauss", OpenTelekom: "gaussdb"},
	Hint:     "; that of TaurusDB, which the huaweicloud provider calls gaussdb, is taurusdb",
	Codes: cloud.Codes{
		NotFound: dbjob.Codes.NotFound,
		Advice: map[string]string{
			"DBS.200543": "Check the IDs, and that they belong to this project and region. " +
				"Jobs of TaurusDB, which the huaweicloud provider calls gaussdb, are those of service taurusdb.",
		},
	},
}
