package geminidb

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
	Jobs       []Job          `json:"jobs" tfsdk:"jobs"`
}

// Job is an entry of JobList.
type Job struct {
	ID         *lenient.String `json:"id" tfsdk:"id"`
	Name       *lenient.String `json:"name" tfsdk:"name"`
	Status     *lenient.String `json:"status" tfsdk:"status"`
	StartTime  *lenient.String `json:"start_time" tfsdk:"start_time"`
	EndTime    *lenient.String `json:"end_time" tfsdk:"end_time"`
	Progress   *lenient.String `json:"progress" tfsdk:"progress"`
	Instance   *dbjob.Instance `json:"instance" tfsdk:"instance"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// ListJobs is "Querying Tasks and Details".
var ListJobs = service.NewCall[JobList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs",
	Parameters: []string{"start_time", "end_time", "limit", "offset"},
	Reference:  "Querying Tasks and Details",
	Permission: "nosql:task:list",
})

var jobs = service.TaskList{
	Call:  ListJobs.Info(),
	Pages: service.Pages{Limit: 50, Items: "jobs", ID: "id", Next: service.NextItem, Hint: "select some with start_time and end_time"},
	Form:  service.WithOffset,
	Days:  30,
	Task: service.TaskFields{
		InstanceID: "instance.id", Name: "name", Begin: "start_time", End: "end_time", Progress: "progress", FailText: "fail_reason",
	},
}

type jobsModel struct {
	service.Target
	service.Window
	JobList
}

var jobsDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobsModel](),
	Name:        "geminidb_jobs",
	Object:      "GeminiDB jobs",
	Description: "The jobs of GeminiDB, which was GaussDB NoSQL, of the last 30 days, or those of a time window.",
	Call:        ListJobs.Info(),
	Attributes:  jobsAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *jobsModel) (any, cloud.Response, error) {
		return jobs.ReadWindow(ctx, c, t, nil, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func jobsAttributes() map[string]schema.Attribute {
	attributes := service.WindowAttributes("30 days ago")
	maps.Copy(attributes, map[string]schema.Attribute{
		"total_count": service.Int64("Number of jobs."),
		"jobs":        service.List("Jobs, in the order of the response.", jobAttributes()),
	})
	return attributes
}

func jobAttributes() map[string]schema.Attribute {
	attributes := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "start_time", End: "end_time", Progress: "progress"},
		"ResizeInstance", dbjob.Statuses)
	attributes["instance"], attributes["fail_reason"] = dbjob.InstanceAttribute, dbjob.FailReason
	return attributes
}
