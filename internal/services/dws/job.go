package dws

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Job is the answer of "Querying the Task Progress".
type Job struct {
	JobID        *lenient.String `json:"job_id"        tfsdk:"job_id"`
	JobName      *lenient.String `json:"job_name"      tfsdk:"job_name"`
	BeginTime    *lenient.String `json:"begin_time"    tfsdk:"begin_time"`
	EndTime      *lenient.String `json:"end_time"      tfsdk:"end_time"`
	Status       *lenient.String `json:"status"        tfsdk:"status"`
	FailedCode   *lenient.String `json:"failed_code"   tfsdk:"failed_code"`
	FailedDetail *lenient.String `json:"failed_detail" tfsdk:"failed_detail"`
	Progress     *lenient.String `json:"progress"      tfsdk:"progress"`
}

// GetJob is "Querying the Task Progress".
var GetJob = service.NewCall[Job](service.CallInfo{
	API:        api,
	Path:       "/v1.0/{project_id}/job/{job_id}",
	Reference:  "Querying the Task Progress",
	Permission: "dws:service:listJobDetail",
	JobID:      "job_id",
})

var jobStatuses = service.Statuses{
	Running:   []string{"INIT", "WAITING", "RUNNING", "DELAY_SCHEDULED"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "ERROR"},
	Cancelled: []string{"STOP"},
}

type jobModel struct {
	service.Target
	Job
}

var jobDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobModel](),
	Name:        "dws_job",
	Object:      "DWS job",
	Description: "A job of the Data Warehouse Service (DWS).",
	Call:        GetJob.Info(),
	Attributes: map[string]schema.Attribute{
		"job_id":        service.IDArgument("ID of the job, such as `2c9080e88459fa44018459fbeb600001`."),
		"job_name":      service.String("Name of the job, such as `ecfClusterElbCreateJob`."),
		"begin_time":    service.String("Begin time, such as `2022-11-09T20:25:00`. The service does not report its time zone."),
		"end_time":      service.String("End time, in the same format as `begin_time`."),
		"status":        service.Status("job", jobStatuses),
		"failed_code":   service.String("Error code if the job failed, such as `CreateELBTask-fail:DWS.0114`."),
		"failed_detail": service.String("Reason if the job failed."),
		"progress":      service.String("Progress as a text with a percent sign, such as `9%`."),
	},
}

var job = service.NewJob("DWS job", GetJob, jobStatuses, func(j Job) poll.Status {
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.JobName), Progress: service.Percent(j.Progress),
		BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime),
		FailureCode: service.Deref(j.FailedCode), FailureReason: service.Deref(j.FailedDetail),
	}
})
