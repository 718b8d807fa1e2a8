package documents

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Arguments of the stubs of other providers, which have those that the pages of their resources name. A stub only says what is valid.
var (
	required       = schema.StringAttribute{Required: true}
	requiredNumber = schema.NumberAttribute{Required: true}
	optional       = schema.StringAttribute{Optional: true}
)

func newHuaweicloud() provider.Provider {
	return vendor{"huaweicloud", map[string]map[string]schema.Attribute{
		"dcs_instance": { // version 1.70 and later
			"name": required, "engine": required, "engine_version": optional, "capacity": requiredNumber, "flavor": required,
			"vpc_id": required, "subnet_id": required, "availability_zones": schema.ListAttribute{Required: true, ElementType: types.StringType},
		},
		"dcs_instance_minor_version_upgrade": {
			"instance_id": required, "engine_minor_version": optional, "proxy_minor_version": optional,
		},
		"rds_instance_minor_version_upgrade": {"instance_id": required, "is_delayed": schema.BoolAttribute{Optional: true}},
	}}
}

func newTime() provider.Provider {
	return vendor{"time", map[string]map[string]schema.Attribute{
		"sleep": {
			"create_duration": optional, "destroy_duration": optional,
			"triggers": schema.MapAttribute{Optional: true, ElementType: types.StringType},
		},
	}}
}

// A vendor is a stub of a provider.
type vendor struct {
	name      string
	resources map[string]map[string]schema.Attribute
}

// Metadata implements provider.Provider.
func (v vendor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = v.name
}

// Schema implements provider.Provider.
func (v vendor) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure implements provider.Provider.
func (v vendor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements provider.Provider.
func (v vendor) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements provider.Provider.
func (v vendor) Resources(context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for name, attributes := range v.resources {
		all = append(all, func() resource.Resource { return vendorResource{name: name, attributes: attributes} })
	}
	return all
}

// A vendorResource is a resource of a stub, which is never planned.
type vendorResource struct {
	resource.Resource
	name       string
	attributes map[string]schema.Attribute
}

// Metadata implements resource.Resource.
func (r vendorResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.name
}

// Schema implements resource.Resource.
func (r vendorResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}
	for name, attribute := range r.attributes {
		resp.Schema.Attributes[name] = attribute
	}
}
