package dcs

import (
	"context"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
)

// Progress is the response of "Querying Background Task Details".
type Progress struct {
	Progress    *lenient.Int64 `json:"progress"     tfsdk:"progress"`
	RemainTime  *lenient.Int64 `json:"remain_time"  tfsdk:"remain_time"`
	StepDetails []Step         `json:"step_details" tfsdk:"step_details"`
}

// Step is a StepDetail of the reference page.
type Step struct {
	StepID         *lenient.String `json:"step_id"          tfsdk:"step_id"`
	StepName       *lenient.String `json:"step_name"        tfsdk:"step_name"`
	StepStatus     *lenient.String `json:"step_status"      tfsdk:"step_status"`
	BeginTime      *lenient.String `json:"begin_time"       tfsdk:"begin_time"`
	EndTime        *lenient.String `json:"end_time"         tfsdk:"end_time"`
	ErrorCode      *lenient.String `json:"error_code"       tfsdk:"error_code"`
	SubStepDetails []SubStep       `json:"sub_step_details" tfsdk:"sub_step_details"`
}

// SubStep is a SubStepDetail of the reference page.
type SubStep struct {
	SubStepID     *lenient.String `json:"sub_step_id"     tfsdk:"sub_step_id"`
	SubStepName   *lenient.String `json:"sub_step_name"   tfsdk:"sub_step_name"`
	SubStepStatus *lenient.String `json:"sub_step_status" tfsdk:"sub_step_status"`
	BeginTime     *lenient.String `json:"begin_time"      tfsdk:"begin_time"`
	EndTime       *lenient.String `json:"end_time"        tfsdk:"end_time"`
	Detail        *lenient.String `json:"detail"          tfsdk:"detail"`
	ErrorCode     *lenient.String `json:"error_code"      tfsdk:"error_code"`
}

// GetProgress calls GET /v2/{project_id}/instances/{instance_id}/tasks/{task_id}/progress.
func GetProgress(ctx context.Context, c *cloud.Client, t cloud.Target, instanceID, taskID string) (Progress, error) {
	var progress Progress
	err := c.Get(ctx, cloud.Request{
		Service: cloud.DCS,
		Target:  t,
		Path:    []string{"v2", t.ProjectID, "instances", instanceID, "tasks", taskID, "progress"},
	}, &progress)
	return progress, err
}
