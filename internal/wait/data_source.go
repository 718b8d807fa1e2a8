package wait

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

var (
	_ datasource.DataSourceWithConfigure      = (*waitDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*waitDataSource)(nil)
)

// NewDataSource returns the data source hwtasks_wait.
func NewDataSource() datasource.DataSource { return &waitDataSource{} }

type waitDataSource struct{ service.Base }

var asDataSource = form{
	name: "data source", timeout: "read", again: "running Terraform again continues the wait", settle: 10 * time.Second,
	tolerates: "This lets a configuration be planned and destroyed after its job failed, or after the service deleted its record.",
}

type dataSourceModel struct {
	arguments
	ending
	Timeouts *struct {
		Read *string `tfsdk:"read"`
	} `tfsdk:"timeouts"`
}

func (d *waitDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_wait"
}

func (d *waitDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = service.Schema(
		"Blocks until a job or background task has ended, or until an instance is idle, and then says how. "+
			"Whatever depends on it comes after.\n\n"+
			"Every outcome but success is an error, unless `tolerate` makes it a value.\n\n"+
			"It reads the calls of the other data sources, and needs their permissions.", attributes(asDataSource))
	resp.Schema.Blocks = map[string]schema.Block{"timeouts": schema.SingleNestedBlock{
		MarkdownDescription: "How long to wait.",
		Attributes: map[string]schema.Attribute{"read": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: describeTimeout,
			Validators:          []validator.String{asDataSource.limit()},
		}},
	}}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *waitDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	validate(ctx, req.Config, asDataSource, &resp.Diagnostics)
}

func (d *waitDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var timeout *string
	if m.Timeouts != nil {
		timeout = m.Timeouts.Read
	}
	resp.Diagnostics.Append(run(ctx, &d.Base, asDataSource, &m.arguments, timeout, &m.ending)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
