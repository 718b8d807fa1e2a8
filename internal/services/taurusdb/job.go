package taurusdb

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Job is the job in the response of "Obtaining Information About a Task with a Specified ID".
type Job struct {
	ID         *lenient.String `json:"id" tfsdk:"id"`
	Name       *lenient.String `json:"name" tfsdk:"name"`
	Status     *lenient.String `json:"status" tfsdk:"status"`
	Created    *lenient.String `json:"created" tfsdk:"created"`
	Ended      *lenient.String `json:"ended" tfsdk:"ended"`
	Process    *lenient.String `json:"process" tfsdk:"process"`
	Instance   *dbjob.Instance `json:"instance" tfsdk:"instance"`
	Entities   *lenient.JSON   `json:"entities" tfsdk:"entities"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// GetJob is "Obtaining Information About a Task with a Specified ID".
var GetJob = service.NewCall[dbjob.Answer[Job]](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs?id={job_id}",
	Reference:  "Obtaining Information About a Task with a Specified ID",
	Permission: "gaussdb:instance:list",
	JobID:      "job.id",
})

var jobStatuses = service.Statuses{
	Running:   []string{"Pending", "Running"},
	Blocked:   []string{"Unauthorized"},
	Succeeded: []string{"Completed"},
	Failed:    []string{"Failed"},
	Cancelled: []string{"Canceled"},
}

var jobDataSource = dbjob.Read("taurusdb_job", "TaurusDB job", "A job of TaurusDB, which was GaussDB(for MySQL).",
	"a9767ede-fe0f-4888-9003-e843a4c90514", GetJob, jobAttributes())

func jobAttributes() map[string]schema.Attribute {
	attributes := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "process"},
		"CreateMysqlInstance", jobStatuses)
	attributes["instance"], attributes["fail_reason"] = dbjob.InstanceAttribute, dbjob.FailReason
	attributes["entities"] = service.JSON("Objects of the job, as a JSON text to be read with `jsondecode`. They depend on the type of job.")
	return attributes
}

var job = dbjob.New("TaurusDB job", GetJob, jobStatuses, func(j Job) poll.Status {
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.Name), Progress: service.Percent(j.Process),
		BeginTime: service.Deref(j.Created), EndTime: service.Deref(j.Ended), FailureReason: service.Deref(j.FailReason),
	}
})
