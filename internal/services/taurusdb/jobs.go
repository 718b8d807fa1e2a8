package taurusdb

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

// JobList is the response of "Obtaining Instant Tasks".
type JobList struct {
	TotalCount  *lenient.Int64    `json:"total_count" tfsdk:"total_count"`
	ActionNames []*lenient.String `json:"action_names" tfsdk:"action_names"`
	Jobs        []ListedJob       `json:"jobs" tfsdk:"jobs"`
}

// ListedJob is an entry of JobList.
type ListedJob struct {
	InstanceID     *lenient.String `json:"instance_id" tfsdk:"instance_id"`
	InstanceName   *lenient.String `json:"instance_name" tfsdk:"instance_name"`
	InstanceStatus *lenient.String `json:"instance_status" tfsdk:"instance_status"`
	JobID          *lenient.String `json:"job_id" tfsdk:"job_id"`
	OrderID        *lenient.String `json:"order_id" tfsdk:"order_id"`
	JobName        *lenient.String `json:"job_name" tfsdk:"job_name"`
	Status         *lenient.String `json:"status" tfsdk:"status"`
	Process        *lenient.String `json:"process" tfsdk:"process"`
	CreatedTime    *lenient.String `json:"created_time" tfsdk:"created_time"`
	EndedTime      *lenient.String `json:"ended_time" tfsdk:"ended_time"`
	FailReason     *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
	ShowDetail     *lenient.Bool   `json:"show_detail" tfsdk:"show_detail"`
}

// ListJobs is "Obtaining Instant Tasks".
var ListJobs = service.NewCall[JobList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/immediate-jobs",
	Parameters: []string{"start_time", "end_time", "limit", "offset"},
	Reference:  "Obtaining Instant Tasks",
	OnlyHuawei: true,
	Permission: "gaussdb:instance:list",
})

var jobs = service.TaskList{
	Call:  ListJobs.Info(),
	Pages: service.Pages{Limit: 50, Items: "jobs", ID: "job_id", Next: service.NextPage, Hint: "select some with start_time and end_time"},
	Form:  service.WithOffset,
	Task: service.TaskFields{
		InstanceID: "instance_id", Name: "job_name", Begin: "created_time", End: "ended_time", Progress: "process", FailText: "fail_reason",
	},
}

type jobsModel struct {
	service.Target
	service.Window
	JobList
}

var jobsDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobsModel](),
	Name:        "taurusdb_jobs",
	Object:      "TaurusDB jobs",
	Description: "The jobs of TaurusDB, which was GaussDB(for MySQL), or those of a time window.",
	Call:        ListJobs.Info(),
	Attributes:  jobsAttributes(),
	IsList:      true,
	Get: service.GetFrom(func(ctx context.Context, c *cloud.Client, t cloud.Target, m *jobsModel) (any, cloud.Response, error) {
		return jobs.ReadWindow(ctx, c, t, nil, m.Window)
	}),
	Validate: service.Times{Form: service.RFC3339, First: "start_time", Last: "end_time"}.Validate,
}

func jobsAttributes() map[string]schema.Attribute {
	job := dbjob.Attributes(dbjob.Names{ID: "job_id", Name: "job_name", Begin: "created_time", End: "ended_time", Progress: "process"},
		"ResizeGaussDBforMySQLFlavor", jobStatuses)
	maps.Copy(job, dbjob.InListAttributes())
	maps.Copy(job, map[string]schema.Attribute{
		"order_id":    service.String("ID of the order."),
		"show_detail": service.Bool("Whether there are details of the job."),
		"fail_reason": dbjob.FailReason,
	})
	attributes := service.WindowAttributes("what the service keeps")
	maps.Copy(attributes, map[string]schema.Attribute{
		"total_count":  service.Int64("Number of jobs."),
		"action_names": service.Strings("Names of the jobs that there are."),
		"jobs":         service.List("Jobs, in the order of the response.", job),
	})
	return attributes
}
