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

type hwtasks struct {
	version string
	dial    cloud.Dial
}

// New makes a constructor of the provider. The version appears in the User-Agent of requests.
func New(version string) func() provider.Provider { return NewOver(version, nil) }

// NewOver makes the same of a provider that reaches the cloud over a network of one's own.
func NewOver(version string, dial cloud.Dial) func() provider.Provider {
	return func() provider.Provider { return &hwtasks{version, dial} }
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
			"token":          secret("token", "Token of IAM, project-scoped, used instead of keys. It wins over keys, unless only those are in the provider block."),
			"user_name":      text("user_name", "Name of an IAM user, who gets tokens with `password` and `domain_name` or `domain_id`. They are renewed before they expire."),
			"user_id":        text("user_id", "ID of an IAM user, instead of `user_name`."),
			"password":       secret("password", "Password of the user."),
			"domain_name":    text("domain_name", "Name of the user's domain (account)."),
			"domain_id":      text("domain_id", "ID of the user's domain (account). Wins over `domain_name`."),
			"shared_config_file": text("shared_config_file", "Path of a configuration file of KooCLI (hcloud) whose profile is used. The profile's keys must not be encrypted (`hcloud configure set --cli-auth-encrypt=false`). "+
				"Default, if `profile` is set: `~/.hcloud/config.json`."),
			"profile": text("profile", "Name of a profile of KooCLI (hcloud) whose keys, region, project and agency are used. Default, if `shared_config_file` is set: the file's current profile."),
			"os_cloud": text("os_cloud", "Name of a cloud of OpenStack's `clouds.yaml` whose credentials, IAM address, region, project and TLS settings are used. "+
				"The file is looked for where `OS_CLIENT_CONFIG_FILE` says, or in the working directory, `~/.config/openstack` and `/etc/openstack`; `secure.yaml` and `clouds-public.yaml` are read too."),
			"ecs_metadata": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: describe("ecs_metadata", "Use the temporary keys of the agency of the ECS instance that this runs on. They are renewed before they expire. "+
					"Never used unless it is asked for. Default: `false`."),
			},
			"project_id":   text("project_id", "ID of the project in `region`. Default: looked up in IAM by `project_name`."),
			"project_name": text("project_name", "Name of the project in `region`, such as `eu-de_team`. Default: the name of the region, which is that of its main project."),
			"auth_url": text("auth_url", "Address of IAM, such as `https://iam.eu-west-101.myhuaweicloud.eu/v3`, where it does not follow from region and cloud. "+
				"Tells the region and the cloud too, unless they are set."),
			"cloud": text("cloud", "DNS suffix of the cloud. No request leaves for another one. Default: that of `auth_url`, or `myhuaweicloud.eu` for regions that begin with `eu-west-1`, "+
				"`otc.t-systems.com` for `eu-de` and `eu-nl`, `myhuaweicloud.com` for others."),
			"endpoints": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Addresses of services, where they are not `https://{service}.{region}.{cloud}`. " +
					"Keys: `dcs`, `dms` (Kafka), `dws`, `iam` (wins over `auth_url`), `metadata` (of the ECS instance). Values: http or https URLs, with or without a path. An address is used in every region.",
			},
			"insecure": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: describe("insecure", "Do not verify TLS certificates. Gives a warning. Default: `false`."),
			},
			"cacert_file": text("cacert_file", "Certificate authorities to trust in addition to those of the system: the path of a PEM file, or its contents."),
			"cert":        text("cert", "Client certificate to show to servers that ask for one: the path of a PEM file, or its contents."),
			"key":         secret("key", "Private key of `cert`: the path of a PEM file, or its contents."),
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
		Blocks: map[string]schema.Block{
			"assume_role": schema.SingleNestedBlock{
				MarkdownDescription: "Agency to assume with the credentials above. Requests are then sent with temporary keys of it, which are renewed before they expire.",
				Attributes: map[string]schema.Attribute{
					"agency_name": text("assume_role.agency_name", "Name of the agency."),
					"domain_name": text("assume_role.domain_name", "Name of the domain (account) that created the agency."),
					"domain_id":   text("assume_role.domain_id", "ID of the domain (account) that created the agency. Wins over `domain_name`."),
					"duration": schema.Int64Attribute{
						Optional: true,
						MarkdownDescription: describe("assume_role.duration", fmt.Sprintf("How long temporary keys live, in seconds. %d to %d. Default: as long as IAM makes them live.",
							int(shortestRole.Seconds()), int(longestRole.Seconds()))),
					},
				},
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
	config.Dial = p.dial
	for _, ignored := range m.ignored {
		tflog.Warn(ctx, "Not used: "+ignored)
	}
	tflog.Info(ctx, "Configured provider", map[string]any{"region": config.Region, "credentials": config.Credentials.String()})
	resp.DataSourceData = &source.ProviderData{Client: cloud.NewClient(config), Waits: new(poll.Group)}
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
