package ecs

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Job is the answer of "Querying Task Execution Status". Its members code and message, which only an error has, are left out.
type Job struct {
	JobFields

	Entities *Entities `json:"entities" tfsdk:"entities"`
}

// JobFields are the members that a Job and a SubJob have in common.
type JobFields struct {
	JobID      *lenient.String `json:"job_id"      tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type"    tfsdk:"job_type"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time"  tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time"    tfsdk:"end_time"`
	ErrorCode  *lenient.String `json:"error_code"  tfsdk:"error_code"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	ServerID     *lenient.String `json:"server_id"      tfsdk:"server_id"`
	NicID        *lenient.String `json:"nic_id"         tfsdk:"nic_id"`
	SubJobsTotal *lenient.Int64  `json:"sub_jobs_total" tfsdk:"sub_jobs_total"`
	SubJobs      []SubJob        `json:"sub_jobs"       tfsdk:"sub_jobs"`
}

// SubJob is a part of a batch job.
type SubJob struct {
	JobFields

	Entities *SubEntities `json:"entities" tfsdk:"entities"`
}

// SubEntities are the objects of a SubJob.
type SubEntities struct {
	ServerID         *lenient.String `json:"server_id"         tfsdk:"server_id"`
	NicID            *lenient.String `json:"nic_id"            tfsdk:"nic_id"`
	ErrorcodeMessage *lenient.String `json:"errorcode_message" tfsdk:"errorcode_message"`
}

// GetJob is "Querying Task Execution Status". The reference page names no permission.
var GetJob = service.Call[Job]{
	API:        api,
	Path:       "/v1/{project_id}/jobs/{job_id}",
	Reference:  "Querying Task Execution Status",
	Permission: "a permission to read ECS",
	JobID:      "job_id",
}

var jobStatuses = service.Statuses{
	Running:   []string{"INIT", "RUNNING"},
	Blocked:   []string{"PENDING_PAYMENT"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL"},
}

type jobModel struct {
	service.Target
	Job
}

var jobDataSource = service.Read[jobModel, Job]{
	Name:        "ecs_job",
	Object:      "ECS job",
	Description: "A job of the Elastic Cloud Server (ECS).",
	Call:        GetJob,
	Attributes: jobAttributes("job", map[string]schema.Attribute{
		"job_id": service.IDArgument("ID of the job, such as `2c9eb2c5544cbf6101544f0602af2b4f`."),
		"entities": service.Object("Objects of the job. Which attributes have a value depends on the kind of job.", map[string]schema.Attribute{
			"server_id":      service.String("ID of the server."),
			"nic_id":         service.String("ID of the network interface."),
			"sub_jobs_total": service.Int64("Number of sub jobs."),
			"sub_jobs": service.List("Sub jobs of a batch job.", jobAttributes("sub job", map[string]schema.Attribute{
				"job_id": service.String("ID of the sub job."),
				"entities": service.Object("Objects of the sub job.", map[string]schema.Attribute{
					"server_id":         service.String("ID of the server."),
					"nic_id":            service.String("ID of the network interface."),
					"errorcode_message": service.String("Why the sub job failed."),
				}),
			})),
		}),
	}),
	Answer: func(m *jobModel) *Job { return &m.Job },
}

// jobAttributes adds the attributes that a job and a sub job have in common.
func jobAttributes(object string, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	attributes["job_type"] = service.String("Kind of the " + object + ", such as `createServer`.")
	attributes["status"] = service.Status(object, jobStatuses)
	attributes["begin_time"] = service.String("When the " + object + " began, in UTC, such as `2016-04-25T20:04:34.604Z`.")
	attributes["end_time"] = service.String("When the " + object + " ended, in the form of `begin_time`. Can be empty before.")
	attributes["error_code"] = service.String("Error code of a " + object + " that failed, such as `Ecs.0014`.")
	attributes["fail_reason"] = service.String("Why the " + object + " failed.")
	return attributes
}

var job = service.NewJob("ECS job", GetJob, jobStatuses, func(j Job) poll.Status {
	code, reason := j.failure()
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.JobType),
		BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime), FailureCode: code, FailureReason: reason,
	}
})

// failure returns the error code and the reason of a job that failed. Those of a batch job can be in its sub jobs alone.
func (j Job) failure() (code, reason string) {
	code, reason = service.Deref(j.ErrorCode), service.Deref(j.FailReason)
	if j.Entities == nil {
		return code, reason
	}
	for _, sub := range j.Entities.SubJobs {
		code = cmp.Or(code, service.Deref(sub.ErrorCode))
		reason = cmp.Or(reason, service.Deref(sub.FailReason))
		if sub.Entities != nil {
			reason = cmp.Or(reason, service.Deref(sub.Entities.ErrorcodeMessage))
		}
	}
	return code, reason
}
