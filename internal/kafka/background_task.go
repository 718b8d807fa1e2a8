// Package kafka reads the background tasks of the Distributed Message Service for Kafka.
package kafka

import (
	"context"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
)

// BackgroundTask is the response of "Querying a Background Task": a list, though for one task.
type BackgroundTask struct {
	TaskCount *lenient.String `json:"task_count" tfsdk:"task_count"`
	Tasks     []Task          `json:"tasks"      tfsdk:"tasks"`
}

// Task is an entry of BackgroundTask.
type Task struct {
	ID        *lenient.String `json:"id"         tfsdk:"id"`
	Name      *lenient.String `json:"name"       tfsdk:"name"`
	UserName  *lenient.String `json:"user_name"  tfsdk:"user_name"`
	UserID    *lenient.String `json:"user_id"    tfsdk:"user_id"`
	Params    *lenient.String `json:"params"     tfsdk:"params"`
	Status    *lenient.String `json:"status"     tfsdk:"status"`
	CreatedAt *lenient.String `json:"created_at" tfsdk:"created_at"`
	UpdatedAt *lenient.String `json:"updated_at" tfsdk:"updated_at"`
}

// GetBackgroundTask calls GET /v2/{project_id}/instances/{instance_id}/tasks/{task_id}.
func GetBackgroundTask(ctx context.Context, c *cloud.Client, t cloud.Target, instanceID, taskID string) (BackgroundTask, error) {
	var task BackgroundTask
	err := c.Get(ctx, cloud.Request{
		Service: cloud.DMS,
		Target:  t,
		Path:    []string{"v2", t.ProjectID, "instances", instanceID, "tasks", taskID},
	}, &task)
	return task, err
}
