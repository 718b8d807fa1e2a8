package dws

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

var _ datasource.DataSourceWithConfigure = (*jobDataSource)(nil)

// NewJobDataSource returns the data source hwtasks_dws_job.
func NewJobDataSource() datasource.DataSource { return &jobDataSource{} }

type jobDataSource struct{ source.Base }

type jobModel struct {
	source.Target
	Job
}

func (d *jobDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dws_job"
}

func (d *jobDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = source.Schema(
		"A job of the Data Warehouse Service (DWS): what it is, how far it has come and how it ended.\n\n"+
			"Reads `GET /v1.0/{project_id}/job/{job_id}`, which needs the permission `dws:service:listJobDetail`.",
		map[string]schema.Attribute{
			"job_id":     source.IDArgument("ID of the job, such as `2c9080e88459fa44018459fbeb600001`."),
			"job_name":   source.String("Name of the job, such as `ecfClusterElbCreateJob`."),
			"begin_time": source.String("When the job began, such as `2022-11-09T20:25:00`. The service does not say in which time zone."),
			"end_time":   source.String("When the job ended, in the form of `begin_time`."),
			"status": source.String("Status of the job. Running: `INIT`, `WAITING`, `RUNNING`, `DELAY_SCHEDULED`. " +
				"Ended: `SUCCESS`, `FAIL`, `ERROR`, `STOP`."),
			"failed_code":   source.String("Error code of a job that failed, such as `CreateELBTask-fail:DWS.0114`."),
			"failed_detail": source.String("Why the job failed."),
			"progress":      source.String("How far the job has come, as a text with a percent sign, such as `9%`."),
		})
}

func (d *jobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	source.Read(ctx, &d.Base, req, resp, func(m *jobModel) source.ReadSpec {
		id := string(*m.JobID)
		return source.ReadSpec{
			Object: source.Object{Kind: "DWS job", ID: id, Permission: "dws:service:listJobDetail"},
			Target: &m.Target,
			Get: func(t cloud.Target) (err error) {
				m.Job, err = GetJob(ctx, d.Client, t, id)
				return err
			},
		}
	})
}
