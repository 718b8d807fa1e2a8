package dcs

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Job is the answer of "Querying the Job Execution Result of a Tenant".
type Job struct {
	JobID      *lenient.String `json:"job_id"      tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type"    tfsdk:"job_type"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time"  tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time"    tfsdk:"end_time"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// GetJob is "Querying the Job Execution Result of a Tenant".
var GetJob = service.NewCall[Job](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/jobs/{job_id}",
	Reference:  "Querying the Job Execution Result of a Tenant",
	Permission: "dcs:job:get",
	JobID:      "job_id",
})

var jobStatuses = service.Statuses{
	Running:   []string{"INIT", "RUNNING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "FAILED"},
}

type jobModel struct {
	service.Target
	Job
}

var jobDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobModel](),
	Name:        "dcs_job",
	Object:      "DCS job",
	Description: "A job of the Distributed Cache Service (DCS).",
	Call:        GetJob.Info(),
	Attributes: map[string]schema.Attribute{
		"job_id": service.IDArgument("ID of the job, such as `ff8080818822bbf70188235afc24141a`."),
		"job_type": service.String("Type of the job: `masterStandbySwapJob` (switching master and standby nodes), " +
			"`modifyClientIpTransJob` (changing the source IP pass-through), or another one."),
		"status":      service.Status("job", jobStatuses),
		"begin_time":  service.String("Begin time in milliseconds since 1970-01-01T00:00:00Z, such as `1684191545379`."),
		"end_time":    service.String("End time, in the same format as `begin_time`."),
		"fail_reason": service.String("Reason if the job failed."),
	},
}

var job = service.NewJob("DCS job", GetJob, jobStatuses, func(j Job) poll.Status {
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.JobType),
		BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime), FailureReason: service.Deref(j.FailReason),
	}
})
