// Package dcs reads the jobs and background tasks of the Distributed Cache Service (Redis).
package dcs

import (
	"context"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// Job is the response of "Querying the Job Execution Result of a Tenant".
type Job struct {
	JobID      *lenient.String `json:"job_id"      tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type"    tfsdk:"job_type"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time"  tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time"    tfsdk:"end_time"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// GetJob calls GET /v2/{project_id}/jobs/{job_id}.
func GetJob(ctx context.Context, c *cloud.Client, t cloud.Target, jobID string) (Job, error) {
	var job Job
	err := c.Get(ctx, cloud.Request{
		Service: cloud.DCS,
		Target:  t,
		Path:    []string{"v2", t.ProjectID, "jobs", jobID},
		Check:   source.SameJob(jobID, &job.JobID),
	}, &job)
	return job, err
}
