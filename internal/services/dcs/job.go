package dcs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Job is the answer of "Querying the Job Execution Result of a Tenant".
type Job struct {
	JobID      *lenient.String `json:"job_id"      tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type"    tfsdk:"job_type"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time"  tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time"    tfsdk:"end_time"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// GetJob is "Querying the Job Execution Result of a Tenant".
var GetJob = service.Call[Job]{
	API:        api,
	Path:       "/v2/{project_id}/jobs/{job_id}",
	Permission: "dcs:job:get",
	JobID:      func(j *Job) **lenient.String { return &j.JobID },
}

var jobStatuses = service.Statuses{
	Running:   []string{"INIT", "RUNNING"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "FAILED"},
}

type jobModel struct {
	service.Target
	Job
}

var jobDataSource = service.Read[jobModel]{
	Name:        "dcs_job",
	Object:      "DCS job",
	Description: "A job of the Distributed Cache Service (DCS).",
	Call:        GetJob,
	Attributes: map[string]schema.Attribute{
		"job_id": service.IDArgument("ID of the job, such as `ff8080818822bbf70188235afc24141a`."),
		"job_type": service.String("Kind of the job: `masterStandbySwapJob` (switching master and standby nodes), " +
			"`modifyClientIpTransJob` (changing the source IP pass-through), or another one."),
		"status":      service.Status("job", jobStatuses),
		"begin_time":  service.String("When the job began, in milliseconds since 1970-01-01T00:00:00Z, such as `1684191545379`."),
		"end_time":    service.String("When the job ended, in the form of `begin_time`."),
		"fail_reason": service.String("Why the job failed."),
	},
	ID: func(m *jobModel) string { return string(*m.JobID) },
	Get: func(ctx context.Context, c *cloud.Client, t cloud.Target, m *jobModel) (err error) {
		m.Job, _, err = GetJob.Get(ctx, c, t, string(*m.JobID))
		return err
	},
}

var job = service.Job{
	Object:     "DCS job",
	Arguments:  []string{"job_id"},
	Permission: GetJob.Permission,
	Statuses:   jobStatuses,
	NewPoll: service.PollCall(GetJob, func(j Job, _ []string, _ service.Statuses) (poll.Status, error) {
		return poll.Status{
			Raw: service.Deref(j.Status), Name: service.Deref(j.JobType),
			BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime), FailureReason: service.Deref(j.FailReason),
		}, nil
	}),
}
