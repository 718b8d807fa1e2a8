package sfsturbo

import (
	"cmp"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Job is the response of "Querying the Status of a Task".
type Job struct {
	SubJob
	SubJobs []SubJob `json:"sub_jobs" tfsdk:"sub_jobs"`
}

// SubJob has the members of a sub job, which a job has too.
type SubJob struct {
	JobID      *lenient.String `json:"job_id" tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type" tfsdk:"job_type"`
	Status     *lenient.String `json:"status" tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time" tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time" tfsdk:"end_time"`
	ErrorCode  *lenient.String `json:"error_code" tfsdk:"error_code"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// GetJob is "Querying the Status of a Task".
var GetJob = service.NewCall[Job](service.CallInfo{
	API:        api,
	Path:       "/v1/{project_id}/sfs-turbo/jobs/{job_id}",
	Reference:  "Querying the Status of a Task",
	Permission: "sfsturbo:shares:getJob",
	JobID:      "job_id",
})

var jobStatuses = service.Statuses{
	Running:   []string{"waiting", "running"},
	Succeeded: []string{"success"},
	Failed:    []string{"failed"},
}

type jobModel struct {
	service.Target
	Job
}

var jobDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobModel](),
	Name:        "sfs_turbo_job",
	Object:      "SFS Turbo job",
	Description: "A job of the Scalable File Service Turbo (SFS Turbo).",
	Call:        GetJob.Info(),
	Attributes:  jobAttributes(),
}

func jobAttributes() map[string]schema.Attribute {
	subJob := map[string]schema.Attribute{
		"job_id":      service.String("ID of the sub job."),
		"job_type":    service.String("Type of the job, such as `extend_share`."),
		"status":      service.Status("job", jobStatuses),
		"begin_time":  service.String("Begin time in UTC, such as `2023-07-26 09:33:58`."),
		"end_time":    service.String("End time, in the same format as `begin_time`."),
		"error_code":  service.String("Error code if the job failed."),
		"fail_reason": service.String("Reason if the job failed."),
	}
	attributes := maps.Clone(subJob)
	attributes["job_id"] = service.IDArgument("ID of the job, such as `26f6b565-8dc4-4c1f-8e5c-03f0bd975433`.")
	attributes["sub_jobs"] = service.List("Sub jobs.", subJob)
	return attributes
}

// A job that failed may say why in its sub jobs alone.
var job = service.NewJob("SFS Turbo job", GetJob, jobStatuses, func(j Job) poll.Status {
	s := poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.JobType), BeginTime: utc(j.BeginTime), EndTime: utc(j.EndTime),
	}
	for _, part := range append([]SubJob{j.SubJob}, j.SubJobs...) {
		s.FailureCode = cmp.Or(s.FailureCode, service.Deref(part.ErrorCode))
		s.FailureReason = cmp.Or(s.FailureReason, service.Deref(part.FailReason))
	}
	return s
})

// utc adds the documented time zone to a time.
func utc(t *lenient.String) string {
	if service.Deref(t) == "" {
		return ""
	}
	return service.Deref(t) + " +0000 UTC"
}
