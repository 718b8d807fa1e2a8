package elb

import (
	"context"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// JobList is the response of "Querying the Asynchronous Tasks", without page_info.
type JobList struct {
	RequestID *lenient.String `json:"request_id" tfsdk:"request_id"`
	Jobs      []Job           `json:"jobs"       tfsdk:"jobs"`
}

// ListJobs is "Querying the Asynchronous Tasks".
var ListJobs = service.NewCall[JobList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/elb/jobs",
	Parameters: []string{"resource_id", "begin_time", "limit", "marker"},
	Reference:  "Querying the Asynchronous Tasks",
	OnlyHuawei: true,
	Permission: "a permission to read ELB",
})

var jobs = service.TaskList{
	Call: ListJobs.Info(),
	Pages: service.Pages{
		Limit: 2000, Items: "jobs", ID: "job_id", Next: service.NextMarker, Hint: "select some with resource_id and begin_time",
	},
	Form:     func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") },
	Begin:    "begin_time",
	Instance: "resource_id",
}

type jobsModel struct {
	service.Target
	ResourceID *string `tfsdk:"resource_id"`
	BeginTime  *string `tfsdk:"begin_time"`
	JobList
}

var jobsDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobsModel](),
	Name:        "elb_jobs",
	Object:      "ELB jobs",
	Description: "The jobs of the Elastic Load Balance (ELB), or those of an object or since a time.",
	Call:        ListJobs.Info(),
	Attributes: map[string]schema.Attribute{
		"resource_id": service.OptionalID("Only jobs of the load balancer or listener with this ID."),
		"begin_time": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Only jobs that began after this time, in RFC 3339, such as `2026-06-09T16:00:00Z`.",
		},
		"request_id": service.String("ID of the request."),
		"jobs":       service.List("Jobs, in the order of the response.", jobAttributes()),
	},
	IsList: true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *jobsModel) (any, cloud.Response, error) {
		return jobs.ReadWindow(ctx, c, t, m.ResourceID, service.Window{StartTime: m.BeginTime})
	}),
	Validate: service.Times{Form: service.RFC3339, First: "begin_time", Last: "begin_time"}.Validate,
}
