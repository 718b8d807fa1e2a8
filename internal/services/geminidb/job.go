package geminidb

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetJob is "Querying Tasks and Details" with the ID of a job. Its response is a list, which need not be of this job alone.
var GetJob = service.NewCall[JobList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs?id={job_id}",
	Reference:  "Querying Tasks and Details",
	Permission: "nosql:task:list",
})

type jobModel struct {
	service.Target
	JobID string `tfsdk:"job_id"`
	JobList
}

var jobDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobModel](),
	Name:        "geminidb_job",
	Object:      "GeminiDB job",
	Description: "A job of GeminiDB, which was GaussDB NoSQL.",
	Call:        GetJob.Info(),
	Attributes: map[string]schema.Attribute{
		"job_id":      service.IDArgument("ID of the job, such as `6f85e061-04dd-42e7-86d6-d3b1e40aac2e`."),
		"total_count": service.Int64("Number of jobs."),
		"jobs":        service.List("The job. Empty if the service does not know it.", jobAttributes()),
	},
}

var job = jobs.Job("GeminiDB job", GetJob.Info(), dbjob.Statuses)
