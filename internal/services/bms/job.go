package bms

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob"
)

// Job is the response of "Querying Task Statuses".
type Job = iaasjob.Job[Entities]

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	SubJobsTotal *lenient.Int64 `json:"sub_jobs_total" tfsdk:"sub_jobs_total"`
	SubJobs      []SubJob       `json:"sub_jobs" tfsdk:"sub_jobs"`
}

// SubJob is a part of a job.
type SubJob = iaasjob.Job[SubEntities]

// SubEntities are the objects of a SubJob.
type SubEntities struct {
	ServerID *lenient.String `json:"server_id" tfsdk:"server_id"`
	NicID    *lenient.String `json:"nic_id" tfsdk:"nic_id"`
}

// GetJob is "Querying Task Statuses".
var GetJob = iaasjob.Call[Entities](api, "Querying Task Statuses")

var jobDataSource = iaasjob.Read("Bare Metal Server", "2c9eb2c5544cbf6101544f0602af2b4f", "baremetalBatchCreate", GetJob,
	iaasjob.OrderStatuses, map[string]schema.Attribute{
		"sub_jobs_total": service.Int64("Number of sub jobs."),
		"sub_jobs": iaasjob.SubJobs("baremetalSingleCreate", iaasjob.OrderStatuses, map[string]schema.Attribute{
			"server_id": service.String("ID of the server."),
			"nic_id":    service.String("ID of the network interface."),
		}),
	})

var job = iaasjob.New(GetJob, iaasjob.OrderStatuses, func(e Entities) iaasjob.Details {
	return iaasjob.Details{Failures: iaasjob.Failures(e.SubJobs)}
})
