// Package provider implements the provider block and lists the data sources and the resource.
package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/wait"
)

var _ provider.Provider = (*hwtasks)(nil)

type hwtasks struct {
	version string
	dial    cloud.Dial
}

// New returns a constructor of the provider. The version appears in the User-Agent of requests.
func New(version string) func() provider.Provider { return NewOver(version, nil) }

// NewOver does the same for a provider that connects to the cloud with dial.
func NewOver(version string, dial cloud.Dial) func() provider.Provider {
	return func() provider.Provider { return &hwtasks{version: version, dial: dial} }
}

func (p *hwtasks) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "hwtasks"
	resp.Version = p.version
}

func (p *hwtasks) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = blockSchema()
}

// Configure makes the client that all data sources and the resource share. It sends no requests. If arguments are unknown, there is no
// client yet: that is an error for data sources that are read nevertheless, but not for a plan in which none is.
func (p *hwtasks) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var block types.Object
	resp.Diagnostics.Append(req.Config.Get(ctx, &block)...)
	s := settings{block: make(map[string]string)}
	s.readBlock("", block.Attributes())
	if len(s.unknown) > 0 { // no default takes the place of a value that is unknown
		data := &service.ProviderData{Unknown: s.unknown}
		resp.DataSourceData, resp.ResourceData = data, data
		return
	}
	config := s.read()
	resp.Diagnostics.Append(s.diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.UserAgent = fmt.Sprintf("terraform-provider-hwtasks/%s (Terraform %s)", p.version, req.TerraformVersion)
	config.Dial = p.dial
	for _, unused := range s.unused {
		tflog.Warn(ctx, "Not used: "+unused)
	}
	tflog.Info(ctx, "Configured provider", map[string]any{"region": config.Region, "credentials": config.Credentials.String()})
	data := &service.ProviderData{Client: cloud.NewClient(config), Waits: new(poll.Group)}
	resp.DataSourceData, resp.ResourceData = data, data
}

func (p *hwtasks) DataSources(context.Context) []func() datasource.DataSource {
	all := []func() datasource.DataSource{wait.NewDataSource}
	for _, s := range services.All {
		for _, d := range s.DataSources {
			all = append(all, d.New)
		}
	}
	return all
}

func (p *hwtasks) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{wait.NewResource}
}
