package ims

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob"
)

// Job is the response of "Querying the Status of an Asynchronous Job".
type Job = iaasjob.Job[Entities]

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	ImageID           *lenient.String   `json:"image_id" tfsdk:"image_id"`
	ImageName         *lenient.String   `json:"image_name" tfsdk:"image_name"`
	CurrentTask       *lenient.String   `json:"current_task" tfsdk:"current_task"`
	ProcessPercent    *lenient.Float64  `json:"process_percent" tfsdk:"process_percent"`
	ErrorCode         *lenient.String   `json:"error_code" tfsdk:"error_code"`
	Error             *lenient.String   `json:"error" tfsdk:"error"`
	AdditionErrorCode *lenient.String   `json:"addition_error_code" tfsdk:"addition_error_code"`
	AdditionErrorMsg  *lenient.String   `json:"addition_error_msg" tfsdk:"addition_error_msg"`
	AlarmCode         *lenient.String   `json:"alarm_code" tfsdk:"alarm_code"`
	Results           []Result          `json:"results" tfsdk:"results"`
	SubJobsResult     []SubJob          `json:"sub_jobs_result" tfsdk:"sub_jobs_result"`
	SubJobsList       []*lenient.String `json:"sub_jobs_list" tfsdk:"sub_jobs_list"`
}

// Result is an image that a job shares, or does not share any more.
type Result struct {
	ImageID   *lenient.String `json:"image_id" tfsdk:"image_id"`
	ProjectID *lenient.String `json:"project_id" tfsdk:"project_id"`
	Status    *lenient.String `json:"status" tfsdk:"status"`
}

// SubJob is a part of a job.
type SubJob = iaasjob.Job[SubEntities]

// SubEntities are the objects of a SubJob.
type SubEntities struct {
	ImageID   *lenient.String `json:"image_id" tfsdk:"image_id"`
	ImageName *lenient.String `json:"image_name" tfsdk:"image_name"`
}

// GetJob is "Querying the Status of an Asynchronous Job".
var GetJob = iaasjob.Call[Entities](api, "Querying the Status of an Asynchronous Job")

var jobDataSource = iaasjob.Read("Image Management Service", "9a175ac792fa12d20193002100dd2762", "imsCreateImageByInstance", GetJob,
	iaasjob.Statuses, map[string]schema.Attribute{
		"image_id":            service.String("ID of the image."),
		"image_name":          service.String("Name of the image."),
		"current_task":        service.String("Name of the task that is running."),
		"process_percent":     service.Float64("Progress in percent."),
		"error_code":          service.String("Error code."),
		"error":               service.String("Reason."),
		"addition_error_code": service.String("Further error code."),
		"addition_error_msg":  service.String("Further reason."),
		"alarm_code":          service.String("Code of an alarm."),
		"results": service.List("Images that are shared, or not any more.", map[string]schema.Attribute{
			"image_id":   service.String("ID of the image."),
			"project_id": service.String("ID of the project."),
			"status":     service.String("Status, such as `success`."),
		}),
		"sub_jobs_result": iaasjob.SubJobs("imsImportImageJob", iaasjob.Statuses, map[string]schema.Attribute{
			"image_id":   service.String("ID of the image."),
			"image_name": service.String("Name of the image."),
		}),
		"sub_jobs_list": service.Strings("IDs of the sub jobs."),
	})

var job = iaasjob.New(GetJob, iaasjob.Statuses, func(e Entities) iaasjob.Details {
	own := iaasjob.Failure{Code: service.Deref(e.ErrorCode), Reason: service.Deref(e.Error)}
	further := iaasjob.Failure{Code: service.Deref(e.AdditionErrorCode), Reason: service.Deref(e.AdditionErrorMsg)}
	d := iaasjob.Details{Failures: append([]iaasjob.Failure{own, further}, iaasjob.Failures(e.SubJobsResult)...)}
	if p := e.ProcessPercent; p != nil && *p >= 0 && *p <= 100 {
		d.Progress = new(int64(*p))
	}
	return d
})
