package kafka

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

var _ datasource.DataSourceWithConfigure = (*backgroundTaskDataSource)(nil)

// NewBackgroundTaskDataSource returns the data source hwtasks_kafka_background_task.
func NewBackgroundTaskDataSource() datasource.DataSource { return &backgroundTaskDataSource{} }

type backgroundTaskDataSource struct{ source.Base }

type backgroundTaskModel struct {
	source.Target
	InstanceID string `tfsdk:"instance_id"`
	TaskID     string `tfsdk:"task_id"`
	BackgroundTask
}

func (d *backgroundTaskDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_kafka_background_task"
}

func (d *backgroundTaskDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = source.Schema(
		"A background task of a Distributed Message Service (DMS) for Kafka instance: what it is and how it ended.\n\n"+
			"The service answers with a list, though for one task: `one(data.hwtasks_kafka_background_task.example.tasks)` is that task.\n\n"+
			"Reads `GET /v2/{project_id}/instances/{instance_id}/tasks/{task_id}`, "+
			"which needs the permission `dms:instance:getBackgroundTask`.",
		map[string]schema.Attribute{
			"instance_id": source.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
			"task_id":     source.IDArgument("ID of the background task, such as `8abfa7b272adc5b40172b73130065ae7`."),
			"task_count":  source.String("Number of tasks in `tasks`, as a text."),
			"tasks": source.List("The task. Empty where the service does not know it.", map[string]schema.Attribute{
				"id":         source.String("ID of the task."),
				"name":       source.String("Name of the task, such as `bindInstancePublicIp`."),
				"user_name":  source.String("Name of the user who started the task."),
				"user_id":    source.String("ID of the user who started the task."),
				"params":     source.String("Parameters of the task, as a JSON text to be read with `jsondecode`."),
				"status":     source.String("Status of the task. Running: `CREATED`, `EXECUTING`. Ended: `SUCCESS`, `FAILED`, `DELETED`, `CANCELLED`."),
				"created_at": source.String("When the task began, in UTC, such as `2020-06-15T08:55:53.606Z`."),
				"updated_at": source.String("When the task ended, in the form of `created_at`."),
			}),
		})
}

func (d *backgroundTaskDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	source.Read(ctx, &d.Base, req, resp, func(m *backgroundTaskModel) source.ReadSpec {
		return source.ReadSpec{
			Object: source.Object{
				Kind: "Kafka background task", ID: m.TaskID + " of instance " + m.InstanceID,
				Permission: "dms:instance:getBackgroundTask",
			},
			Target: &m.Target,
			Get: func(t cloud.Target) (err error) {
				m.BackgroundTask, err = GetBackgroundTask(ctx, d.Client, t, m.InstanceID, m.TaskID)
				return err
			},
		}
	})
}
