package dds

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

// JobList is the response of "Querying Tasks and Details".
type JobList struct {
	TotalCount *lenient.Int64 `json:"total_count" tfsdk:"total_count"`
	Jobs       []ListedJob    `json:"jobs" tfsdk:"jobs"`
}

// ListedJob is an entry of JobList.
type ListedJob struct {
	ID           *lenient.String `json:"id" tfsdk:"id"`
	Name         *lenient.String `json:"name" tfsdk:"name"`
	InstanceID   *lenient.String `json:"instance_id" tfsdk:"instance_id"`
	InstanceName *lenient.String `json:"instance_name" tfsdk:"instance_name"`
	Status       *lenient.String `json:"status" tfsdk:"status"`
	Progress     *lenient.String `json:"progress" tfsdk:"progress"`
	FailReason   *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
	CreatedAt    *lenient.String `json:"created_at" tfsdk:"created_at"`
	EndedAt      *lenient.String `json:"ended_at" tfsdk:"ended_at"`
}

// ListJobs is "Querying Tasks and Details".
var ListJobs = service.NewCall[JobList](service.CallInfo{
	API:        api,
	Path:       "/v3.1/{project_id}/jobs",
	Parameters: []string{"start_time", "end_time", "limit", "offset"},
	Reference:  "Querying Tasks and Details",
	OnlyHuawei: true,
	Permission: "dds:task:list",
})

var jobs = service.TaskList{
	Call:  ListJobs.Info(),
	Pages: service.Pages{Limit: 100, Items: "jobs", ID: "id", Next: service.NextItem, Hint: "select some with start_time and end_time"},
	Form:  service.WithOffset,
	Days:  30,
	Task: service.TaskFields{
		InstanceID: "instance_id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "progress", FailText: "fail_reason",
	},
}

type jobsModel struct {
	service.Target
	service.Window
	JobList
}

var jobsDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobsModel](),
	Name:        "dds_jobs",
	Object:      "DDS jobs",
	Description: "The jobs of the Document Database Service (DDS) of the last 30 days, or those of a time window.",
	Call:        ListJobs.Info(),
	Attributes:  jobsAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *jobsModel) (any, cloud.Response, error) {
		return jobs.ReadWindow(ctx, c, t, nil, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func jobsAttributes() map[string]schema.Attribute {
	job := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "created_at", End: "ended_at", Progress: "progress"},
		"ResizeMongoDBInstance", dbjob.Statuses)
	maps.Copy(job, map[string]schema.Attribute{
		"instance_id":   service.String("ID of the instance."),
		"instance_name": service.String("Name of the instance."),
		"fail_reason":   dbjob.FailReason,
	})
	attributes := service.WindowAttributes("30 days ago")
	maps.Copy(attributes, map[string]schema.Attribute{
		"total_count": service.Int64("Number of jobs."),
		"jobs":        service.List("Jobs, in the order of the response.", job),
	})
	return attributes
}
