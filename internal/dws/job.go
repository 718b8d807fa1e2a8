// Package dws reads the jobs of the Data Warehouse Service.
package dws

import (
	"context"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// Job is the response of "Querying the Task Progress".
type Job struct {
	JobID        *lenient.String `json:"job_id"        tfsdk:"job_id"`
	JobName      *lenient.String `json:"job_name"      tfsdk:"job_name"`
	BeginTime    *lenient.String `json:"begin_time"    tfsdk:"begin_time"`
	EndTime      *lenient.String `json:"end_time"      tfsdk:"end_time"`
	Status       *lenient.String `json:"status"        tfsdk:"status"`
	FailedCode   *lenient.String `json:"failed_code"   tfsdk:"failed_code"`
	FailedDetail *lenient.String `json:"failed_detail" tfsdk:"failed_detail"`
	Progress     *lenient.String `json:"progress"      tfsdk:"progress"`
}

// GetJob calls GET /v1.0/{project_id}/job/{job_id}.
func GetJob(ctx context.Context, c *cloud.Client, t cloud.Target, jobID string) (Job, error) {
	var job Job
	err := c.Get(ctx, cloud.Request{
		Service: cloud.DWS,
		Target:  t,
		Path:    []string{"v1.0", t.ProjectID, "job", jobID},
		Check:   source.SameJob(jobID, &job.JobID),
	}, &job)
	return job, err
}
