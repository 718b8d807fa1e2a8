// Package cceautopilot is the Cloud Container Engine with Autopilot clusters.
package cceautopilot

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/ccejob"
)

// Service is the Cloud Container Engine with Autopilot clusters.
var Service = service.Service{
	Name:  "cce_autopilot",
	Title: "Cloud Container Engine (CCE) Autopilot",
	API:   ccejob.API,
	DataSources: []service.DataSource{
		ccejob.Read("cce_autopilot_job", "CCE Autopilot job", "A job of an Autopilot cluster of the Cloud Container Engine (CCE).", GetJob),
	},
	Jobs: []service.Job{ccejob.New("CCE Autopilot job", GetJob)},
}

// GetJob is "Obtaining Job Information".
var GetJob = service.NewCall[ccejob.Root](service.CallInfo{
	API:        ccejob.API,
	Path:       "/autopilot/v3/projects/{project_id}/jobs/{job_id}",
	Reference:  "Obtaining Job Information",
	OnlyHuawei: true,
	Permission: "cce:job:get",
	JobID:      "metadata.uid",
})
