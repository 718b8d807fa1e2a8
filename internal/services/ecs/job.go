package ecs

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob"
)

// Job is the answer of "Querying Task Execution Status".
type Job = iaasjob.Job[Entities]

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	ServerID     *lenient.String `json:"server_id"      tfsdk:"server_id"`
	NicID        *lenient.String `json:"nic_id"         tfsdk:"nic_id"`
	SubJobsTotal *lenient.Int64  `json:"sub_jobs_total" tfsdk:"sub_jobs_total"`
	SubJobs      []SubJob        `json:"sub_jobs"       tfsdk:"sub_jobs"`
}

// SubJob is a part of a batch job.
type SubJob = iaasjob.Job[SubEntities]

// SubEntities are the objects of a SubJob.
type SubEntities struct {
	ServerID         *lenient.String `json:"server_id"         tfsdk:"server_id"`
	NicID            *lenient.String `json:"nic_id"            tfsdk:"nic_id"`
	ErrorcodeMessage *lenient.String `json:"errorcode_message" tfsdk:"errorcode_message"`
}

// GetJob is "Querying Task Execution Status".
var GetJob = iaasjob.Call[Entities](api, "Querying Task Execution Status")

var jobDataSource = iaasjob.Read("Elastic Cloud Server", "2c9eb2c5544cbf6101544f0602af2b4f", "createServer", GetJob, iaasjob.OrderStatuses,
	map[string]schema.Attribute{
		"server_id":      service.String("ID of the server."),
		"nic_id":         service.String("ID of the network interface."),
		"sub_jobs_total": service.Int64("Number of sub jobs."),
		"sub_jobs": iaasjob.SubJobs("createSingleServer", iaasjob.OrderStatuses, map[string]schema.Attribute{
			"server_id":         service.String("ID of the server."),
			"nic_id":            service.String("ID of the network interface."),
			"errorcode_message": service.String("Reason if the sub job failed."),
		}),
	})

var job = iaasjob.New(GetJob, iaasjob.OrderStatuses, func(e Entities) iaasjob.Details {
	failures := iaasjob.Failures(e.SubJobs)
	for i, sub := range e.SubJobs {
		if sub.Entities != nil && failures[i].Reason == "" {
			failures[i].Reason = service.Deref(sub.Entities.ErrorcodeMessage)
		}
	}
	return iaasjob.Details{Failures: failures}
})
