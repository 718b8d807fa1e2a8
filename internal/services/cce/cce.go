// Package cce is the Cloud Container Engine.
package cce

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/ccejob"
)

// Service is the Cloud Container Engine.
var Service = service.Service{
	Name:  "cce",
	Title: "Cloud Container Engine (CCE)",
	API:   ccejob.API,
	DataSources: []service.DataSource{
		ccejob.Read("cce_job", "CCE job", "A job of a cluster of the Cloud Container Engine (CCE).", GetJob),
	},
	Jobs: []service.Job{ccejob.New("CCE job", GetJob)},
}

// GetJob is "Querying a Job".
var GetJob = service.NewCall[ccejob.Root](service.CallInfo{
	API:        ccejob.API,
	Path:       "/api/v3/projects/{project_id}/jobs/{job_id}",
	Reference:  "Querying a Job",
	Permission: "cce:job:get",
	JobID:      "metadata.uid",
})
