package gaussdb

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetJob is "Obtaining Task Information". The reference page names no permission.
var GetJob = service.NewCall[dbjob.Answer[dbjob.Job]](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs?id={job_id}",
	Reference:  "Obtaining Task Information",
	Permission: "a permission to read GaussDB",
	JobID:      "job.id",
})

var jobDataSource = dbjob.Read("gaussdb_job", "GaussDB job", "A job of GaussDB, which is based on openGauss. Those of TaurusDB are in "+
	"`hwtasks_taurusdb_job`.", "5cbb8a90-2253-4cff-8a13-49aa8f31dfb5", GetJob, dbjob.JobAttributes("CreateGaussDBV5Instance"))

var job = dbjob.New("GaussDB job", GetJob, dbjob.Statuses, dbjob.StatusOf)
