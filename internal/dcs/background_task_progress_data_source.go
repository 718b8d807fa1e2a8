package dcs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

var _ datasource.DataSourceWithConfigure = (*progressDataSource)(nil)

// NewBackgroundTaskProgressDataSource returns the data source hwtasks_dcs_background_task_progress.
func NewBackgroundTaskProgressDataSource() datasource.DataSource { return &progressDataSource{} }

type progressDataSource struct{ source.Base }

type progressModel struct {
	source.Target
	InstanceID string `tfsdk:"instance_id"`
	TaskID     string `tfsdk:"task_id"`
	Progress
}

func (d *progressDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dcs_background_task_progress"
}

// stepTime describes the form of the times of steps and sub-steps.
const stepTime = "`2022-09-01 11:52:24` (without a time zone) or `2020-06-17T07:38:42.503Z`"

func (d *progressDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = source.Schema(
		"How far a background task of a Distributed Cache Service (DCS) instance has come, step by step.\n\n"+
			"The service keeps no such details for some kinds of task: see `enable_show` of `hwtasks_dcs_background_tasks`, "+
			"which is also the authority on how a task ended.\n\n"+
			"Reads `GET /v2/{project_id}/instances/{instance_id}/tasks/{task_id}/progress`, "+
			"which needs the permission `dcs:instance:getBackgroundTask`.",
		map[string]schema.Attribute{
			"instance_id": source.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
			"task_id":     source.IDArgument("ID of the background task, such as `8abf6e1e72c12e7c0172c15b508500aa`."),
			"progress":    source.Int64("Overall progress in percent, 0 to 100. 100 alone does not mean that the task has ended."),
			"remain_time": source.Int64("Time the task is expected to take still, in seconds."),
			"step_details": source.List("Steps of the task, in the order of the service.", map[string]schema.Attribute{
				"step_id":     source.String("ID of the step."),
				"step_name":   source.String("Name of the step, such as `Data migration.`"),
				"step_status": source.String("Status of the step. Running: `WAITING`, `EXECUTING`, `SUSPEND`. Ended: `FINISH`, `FAILED`, `CANCELED`."),
				"begin_time":  source.String("When the step began: " + stepTime + "."),
				"end_time":    source.String("When the step ended, in the form of `begin_time`."),
				"error_code": source.String("Error code of the step, such as `DCS.4064`. " +
					"Steps that succeeded can have one too: `step_status` says how the step ended."),
				"sub_step_details": source.List("Sub-steps of the step.", map[string]schema.Attribute{
					"sub_step_id":     source.String("ID of the sub-step."),
					"sub_step_name":   source.String("Name of the sub-step, such as `Resource check.`"),
					"sub_step_status": source.String("Status of the sub-step, with the values of `step_status`."),
					"begin_time":      source.String("When the sub-step began: " + stepTime + "."),
					"end_time":        source.String("When the sub-step ended, in the form of `begin_time`."),
					"detail":          source.String("Further details of the sub-step, as free text."),
					"error_code":      source.String("Error code of the sub-step, such as `DCS.4065`. Sub-steps that succeeded can have one too."),
				}),
			}),
		})
}

func (d *progressDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	source.Read(ctx, &d.Base, req, resp, func(m *progressModel) source.ReadSpec {
		return source.ReadSpec{
			Object: source.Object{
				Kind: "progress of DCS background task", ID: m.TaskID + " of instance " + m.InstanceID,
				Permission: "dcs:instance:getBackgroundTask",
			},
			Target: &m.Target,
			Get: func(t cloud.Target) (err error) {
				m.Progress, err = GetProgress(ctx, d.Client, t, m.InstanceID, m.TaskID)
				return err
			},
		}
	})
}
