// Package provider is the provider block and the list of its data sources.
package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/dcs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/kafka"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/wait"
)

var _ provider.Provider = (*hwtasks)(nil)

type hwtasks struct{ version string }

// New makes a constructor of the provider. The version appears in the User-Agent of requests.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &hwtasks{version} }
}

func (p *hwtasks) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "hwtasks"
	resp.Version = p.version
}

func (p *hwtasks) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the background tasks and jobs of Redis (DCS), Kafka (DMS) and data warehouse (DWS) services " +
			"on Huawei Cloud, its European site, Open Telekom Cloud and other clouds of this family.",
		Attributes: map[string]schema.Attribute{
			"region":         text("region", "Region to read from, such as `eu-west-101`. Data sources can name another one."),
			"access_key":     secret("access_key", "Access key (AK)."),
			"secret_key":     secret("secret_key", "Secret key (SK) that belongs to the access key."),
			"security_token": secret("security_token", "Security token that belongs to a temporary access key."),
			"token":          secret("token", "Project-scoped token of IAM, used instead of keys. It wins over keys, unless only those are in the provider block."),
			"project_id":     text("project_id", "ID of the project in `region`. Default: looked up in IAM by `project_name`."),
			"project_name":   text("project_name", "Name of the project in `region`, such as `eu-de_team`. Default: the name of the region, which is that of its main project."),
			"auth_url":       text("auth_url", "Address of IAM, such as `https://iam.eu-west-101.myhuaweicloud.eu/v3`. Only needed to look up a project ID where the address does not follow from region and cloud."),
			"cloud": text("cloud", "DNS suffix of the cloud. Default: `myhuaweicloud.eu` for regions that begin with `eu-west-1`, "+
				"`otc.t-systems.com` for `eu-de` and `eu-nl`, `myhuaweicloud.com` for others."),
			"endpoints": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Addresses of services, where they are not `https://{service}.{region}.{cloud}`. " +
					"Keys: `dcs`, `dms` (Kafka), `dws`, `iam` (wins over `auth_url`). Values: http or https URLs, with or without a path. An address is used in every region.",
			},
			"insecure": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: describe("insecure", "Do not verify TLS certificates. Gives a warning. Default: `false`."),
			},
			"cacert_file": text("cacert_file", "Path of a PEM file with certificate authorities to trust in addition to those of the system."),
			"requests_per_second": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How many requests are sent to each service in a second, over all data sources together. "+
					"When a service throttles nevertheless, all of them slow down together and recover. 1 to %d. Default: %d.", mostRequestsPerSecond, defaultRequestsPerSecond),
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: describe("max_retries", fmt.Sprintf("How often a request is sent again that failed in a way that may pass "+
					"(no connection, throttled, 408, 429, 500, 502, 503, 504). 0 to %d. Default: %d.", mostRetries, defaultMaxRetries)),
			},
		},
	}
}

func text(name, description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: describe(name, description)}
}

func secret(name, description string) schema.StringAttribute {
	attribute := text(name, description)
	attribute.Sensitive = true
	return attribute
}

// describe adds the environment variables of an argument to its description.
func describe(name, description string) string {
	return description + " Environment: `" + strings.Join(environment[name], "`, `") + "`."
}

// Configure makes the client that all data sources share. It sends nothing.
func (p *hwtasks) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config, diags := m.read()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.UserAgent = fmt.Sprintf("terraform-provider-hwtasks/%s (Terraform %s)", p.version, req.TerraformVersion)
	tflog.Info(ctx, "Configured provider", map[string]any{"region": config.Region, "credentials": config.Credentials.Origin})
	resp.DataSourceData = &source.Shared{Client: cloud.NewClient(config), Board: new(poll.Board)}
}

func (p *hwtasks) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		dcs.NewBackgroundTaskProgressDataSource,
		dcs.NewBackgroundTasksDataSource,
		dcs.NewJobDataSource,
		dws.NewJobDataSource,
		kafka.NewBackgroundTaskDataSource,
		wait.NewDataSource,
	}
}

func (p *hwtasks) Resources(context.Context) []func() resource.Resource { return nil }
