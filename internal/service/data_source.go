package service

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// ProviderData is passed by the provider to its data sources and its resource.
type ProviderData struct {
	Client *cloud.Client
	Waits  *poll.Group // lets waits for the same job share their polls

	// Unknown are errors about arguments of the provider block that are known only after apply. If there are any, there is no client.
	Unknown diag.Diagnostics
}

// Base is embedded in every data source, and in the resource.
type Base struct {
	*ProviderData
}

// Configure implements datasource.DataSourceWithConfigure.
func (b *Base) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	resp.Diagnostics.Append(b.Accept(req.ProviderData, "data source")...)
	if b.ProviderData != nil {
		resp.Diagnostics.Append(b.Unknown...) // Terraform configures a data source only to read it now
	}
}

// Accept keeps what the provider hands over to what it configures: a "data source" or a "resource". It is nil while the configuration is
// validated, for the provider is not configured yet.
func (b *Base) Accept(data any, what string) diag.Diagnostics {
	if data == nil {
		return nil
	}
	var ok bool
	if b.ProviderData, ok = data.(*ProviderData); !ok {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot configure the "+what,
			fmt.Sprintf("The provider handed over a %T. This is a bug of the provider, please report it.", data))}
	}
	return nil
}

// A DataSource is a data source that reads one documented call.
type DataSource struct {
	Name        string // without the provider's prefix, such as "dws_job"
	Object      string // in diagnostics, such as "DWS job"
	Description string // a sentence or two
	Call        *CallInfo
	Attributes  map[string]schema.Attribute // besides region and project_id
	IsList      bool                        // the call lists what belongs to the object with the last ID of its path

	// Model is the struct of the configuration and the state: it embeds Target and the struct of the answer, and has the arguments that are
	// not part of the answer.
	Model reflect.Type
	// Get makes the call, and returns a pointer to the answer. If it is nil, the path of the call is the whole request. See GetFrom.
	Get func(ctx context.Context, c *cloud.Client, t cloud.Target, model any) (any, cloud.Response, error)
	// Validate checks what the validators of the attributes cannot. It may be nil.
	Validate func(context.Context, datasource.ValidateConfigRequest, *datasource.ValidateConfigResponse)
}

// GetFrom returns a DataSource.Get for a type of model.
func GetFrom[Model any](
	get func(context.Context, *cloud.Client, cloud.Target, *Model) (any, cloud.Response, error),
) func(context.Context, *cloud.Client, cloud.Target, any) (any, cloud.Response, error) {
	return func(ctx context.Context, c *cloud.Client, t cloud.Target, m any) (any, cloud.Response, error) {
		return get(ctx, c, t, m.(*Model)) //nolint:forcetypeassert // that is the model of the data source
	}
}

// New returns the data source for the framework.
func (d DataSource) New() datasource.DataSource { return &reader{DataSource: d} }

// A reader is the framework's data source.
type reader struct {
	Base
	DataSource
}

func (r *reader) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Name
}

func (r *reader) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = Schema(r.Description+"\n\n"+r.Call.documentation(), r.Attributes)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (r *reader) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if r.Validate != nil {
		r.Validate(ctx, req, resp)
	}
}

// Read decodes the configuration into a model, completes its target, makes the call and stores the model.
func (r *reader) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model := reflect.New(r.Model)
	m := model.Interface()
	resp.Diagnostics.Append(req.Config.Get(ctx, m)...)
	arguments := r.Call.arguments()
	ids := make([]string, len(arguments))
	for i, argument := range arguments {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &ids[i])...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	object := diagnose.Object{Kind: r.Object, ID: objectID(arguments, ids, r.IsList)}
	target, err := r.Resolve(ctx, m.(targeted).target()) //nolint:forcetypeassert // every model embeds Target
	var answer any
	var response cloud.Response
	switch {
	case err != nil:
	case r.Get != nil:
		answer, response, err = r.Get(ctx, r.Client, target, m)
	default:
		answer, response, err = r.Call.get(ctx, r.Client, target, ids, nil)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("Cannot read "+object.Kind, object, err)...)
		return
	}
	if len(response.Mismatches) > 0 {
		resp.Diagnostics.AddWarning("Unexpected types in the response", fmt.Sprintf(
			"The response of the service for %s has values of another type than documented. These attributes are null:\n\n  - %s.\n\n"+
				"Endpoint: %s\nRequest ID: %s",
			object, strings.Join(slices.Sorted(maps.Values(response.Mismatches)), ".\n  - "), response.Endpoint, response.RequestID))
	}
	place := embedded(model.Elem(), r.Call.Answer)
	place.Set(reflect.ValueOf(answer).Elem())
	emptyCollections(place)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	for i, argument := range arguments { // some are in the response too, which may leave them out
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(argument), ids[i])...)
	}
}

// embedded returns the embedded struct of a type.
func embedded(model reflect.Value, t reflect.Type) reflect.Value {
	for f, value := range model.Fields() {
		if f.Anonymous && f.Type == t {
			return value
		}
	}
	panic("the model " + model.Type().String() + " does not embed the answer " + t.String())
}

// emptyCollections makes the lists of an answer empty that the service left out, so that an expression can go over them.
func emptyCollections(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			emptyCollections(v.Elem())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			emptyCollections(field)
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			emptyCollections(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	default:
	}
}
