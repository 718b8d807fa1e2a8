package ddm

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Job is the job in the response of "Obtaining Information About a Task with a Specified ID".
type Job struct {
	ID          *lenient.String `json:"id" tfsdk:"id"`
	Name        *lenient.String `json:"name" tfsdk:"name"`
	Status      *lenient.String `json:"status" tfsdk:"status"`
	CreatedTime *lenient.String `json:"created_time" tfsdk:"created_time"`
	EndTime     *lenient.String `json:"end_time" tfsdk:"end_time"`
	Process     *lenient.String `json:"process" tfsdk:"process"`
	Instance    *dbjob.Instance `json:"instance" tfsdk:"instance"`
}

// GetJob is "Obtaining Information About a Task with a Specified ID". The reference page names no permission.
var GetJob = service.NewCall[dbjob.Answer[Job]](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs/{job_id}",
	Reference:  "Obtaining Information About a Task with a Specified ID",
	Permission: "a permission to read DDM",
	JobID:      "job.id",
})

var jobStatuses = service.Statuses{
	Running:   []string{"Running", "Expanding", "Canceling", "Rollbacking", "Switching"},
	Blocked:   []string{"ToBeSwitched"},
	Succeeded: []string{"Completed"},
	Failed:    []string{"Failed"},
	Cancelled: []string{"CancelSuccess", "RollbackSuccess"},
}

var jobDataSource = dbjob.Read("ddm_job", "DDM job", "A job of the Distributed Database Middleware (DDM).",
	"31b8ae23-c687-4d80-b7b4-42a66c9bb886", GetJob, jobAttributes())

func jobAttributes() map[string]schema.Attribute {
	attributes := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "created_time", End: "end_time", Progress: "process"},
		"CreateInstance", jobStatuses)
	attributes["instance"] = dbjob.InstanceAttribute
	return attributes
}

var job = dbjob.New("DDM job", GetJob, jobStatuses, func(j Job) poll.Status {
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.Name), Progress: service.Percent(j.Process),
		BeginTime: service.Deref(j.CreatedTime), EndTime: service.Deref(j.EndTime),
	}
})
