package dds

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetJob is "Obtaining Information About a Task with a Specified ID".
var GetJob = service.NewCall[dbjob.Answer[dbjob.Job]](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs?id={job_id}",
	Reference:  "Obtaining Information About a Task with a Specified ID",
	Permission: "dds:task:list",
	JobID:      "job.id",
})

var jobDataSource = dbjob.Read("dds_job", "DDS job", "A job of the Document Database Service (DDS).",
	"9d10bfd1-affb-49c3-b977-298950a8d6fa", GetJob, dbjob.JobAttributes("Create_MongoDB"))

var job = dbjob.New("DDS job", GetJob, dbjob.Statuses, dbjob.StatusOf)
