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
	name: "data source", timeout: "read", again: "run Terraform again", settle: 10 * time.Second,
	tolerates: "Use it so that later plans and `terraform destroy` do not fail because of an old job.",
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
		"Waits whenever Terraform reads it, until a job or background task has finished or an instance is idle, and returns the outcome. "+
			"Resources that depend on it are changed afterwards.\n\n"+
			"Any outcome except `succeeded` is an error, unless `tolerate` contains it.\n\n"+
			"It needs the permissions of the calls that it reads.", attributes(asDataSource))
	resp.Schema.Blocks = map[string]schema.Block{"timeouts": schema.SingleNestedBlock{
		MarkdownDescription: "Limit of the wait. The resource has `create` and `delete` instead.",
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
