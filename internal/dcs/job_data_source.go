package dcs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

var _ datasource.DataSourceWithConfigure = (*jobDataSource)(nil)

// NewJobDataSource returns the data source hwtasks_dcs_job.
func NewJobDataSource() datasource.DataSource { return &jobDataSource{} }

type jobDataSource struct{ source.Base }

type jobModel struct {
	source.Target
	Job
}

func (d *jobDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dcs_job"
}

func (d *jobDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = source.Schema(
		"A job of the Distributed Cache Service (DCS): what it is and how it ended.\n\n"+
			"Reads `GET /v2/{project_id}/jobs/{job_id}`, which needs the permission `dcs:job:get`.",
		map[string]schema.Attribute{
			"job_id": source.IDArgument("ID of the job, such as `ff8080818822bbf70188235afc24141a`."),
			"job_type": source.String("Kind of the job: `masterStandbySwapJob` (switching master and standby nodes), " +
				"`modifyClientIpTransJob` (changing the source IP pass-through), or another one."),
			"status":      source.String("Status of the job. Running: `INIT`, `RUNNING`. Ended: `SUCCESS`, `FAIL`, `FAILED`."),
			"begin_time":  source.String("When the job began, in milliseconds since 1970-01-01T00:00:00Z, such as `1684191545379`."),
			"end_time":    source.String("When the job ended, in the form of `begin_time`."),
			"fail_reason": source.String("Why the job failed."),
		})
}

func (d *jobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	source.Read(ctx, &d.Base, req, resp, func(m *jobModel) source.ReadSpec {
		id := string(*m.JobID)
		return source.ReadSpec{
			Object: source.Object{Kind: "DCS job", ID: id, Permission: "dcs:job:get"},
			Target: &m.Target,
			Get: func(t cloud.Target) (err error) {
				m.Job, err = GetJob(ctx, d.Client, t, id)
				return err
			},
		}
	})
}
