package ddm

import (
	"context"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// JobList is the response of "Querying Information About Tasks".
type JobList struct {
	Jobs []ListedJob `json:"jobs" tfsdk:"jobs"`
}

// ListedJob is an entry of JobList.
type ListedJob struct {
	InstanceID   *lenient.String   `json:"instance_id" tfsdk:"instance_id"`
	InstanceName *lenient.String   `json:"instance_name" tfsdk:"instance_name"`
	ID           *lenient.String   `json:"id" tfsdk:"id"`
	Name         *lenient.String   `json:"name" tfsdk:"name"`
	Status       *lenient.String   `json:"status" tfsdk:"status"`
	CreatedTime  *lenient.String   `json:"created_time" tfsdk:"created_time"`
	EndTime      *lenient.String   `json:"end_time" tfsdk:"end_time"`
	Process      *lenient.String   `json:"process" tfsdk:"process"`
	FailReason   *lenient.String   `json:"fail_reason" tfsdk:"fail_reason"`
	DatabaseName *lenient.String   `json:"database_name" tfsdk:"database_name"`
	Operations   []*lenient.String `json:"operations" tfsdk:"operations"`
	Jobs         []*lenient.String `json:"jobs" tfsdk:"jobs"`
}

// ListJobs is "Querying Information About Tasks".
var ListJobs = service.NewCall[JobList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs",
	Parameters: []string{"start_time", "end_time", "limit", "offset"},
	Reference:  "Querying Information About Tasks",
	Permission: "a permission to read DDM",
})

var jobs = service.TaskList{
	Call:  ListJobs.Info(),
	Pages: service.Pages{Limit: 128, Items: "jobs", ID: "id", Next: service.NextItem, Hint: "select some with start_time and end_time"},
	Form:  service.Milliseconds,
	Days:  30,
	Task: service.TaskFields{
		InstanceID: "instance_id", Name: "name", Begin: "created_time", End: "end_time", Progress: "process", FailText: "fail_reason",
	},
}

type jobsModel struct {
	service.Target
	service.Window
	JobList
}

var jobsDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobsModel](),
	Name:        "ddm_jobs",
	Object:      "DDM jobs",
	Description: "The jobs of the Distributed Database Middleware (DDM) of the last 30 days, or those of a time window.",
	Call:        ListJobs.Info(),
	Attributes:  jobsAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *jobsModel) (any, cloud.Response, error) {
		return jobs.ReadWindow(ctx, c, t, nil, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func jobsAttributes() map[string]schema.Attribute {
	job := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "created_time", End: "end_time", Progress: "process"},
		"migrateLogicDb", jobStatuses)
	maps.Copy(job, map[string]schema.Attribute{
		"instance_id":   service.String("ID of the instance."),
		"instance_name": service.String("Name of the instance."),
		"database_name": service.String("Name of the database."),
		"operations":    service.Strings("What can be done with the job, such as `toBeSwitched`."),
		"jobs":          service.Strings("`operations` under the name that older editions of the service have."),
		"fail_reason":   dbjob.FailReason,
	})
	attributes := service.WindowAttributes("30 days ago")
	maps.Copy(attributes, map[string]schema.Attribute{
		"jobs": service.List("Jobs, in the order of the response.", job),
	})
	return attributes
}
