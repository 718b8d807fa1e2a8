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

	attributes map[string]schema.Attribute
	isList     bool
	newModel   func() any                                                                           // a pointer
	answer     func(model any) any                                                                  // a pointer to its place in a model
	get        func(context.Context, *cloud.Client, cloud.Target, any) (any, cloud.Response, error) // nil: the call as it is
	validate   func(context.Context, datasource.ValidateConfigRequest, *datasource.ValidateConfigResponse)
}

// New returns the data source for the framework.
func (d DataSource) New() datasource.DataSource { return &reader{DataSource: d} }

// Read describes a data source that reads one documented call. Model is the struct of its configuration and its state: it
// embeds Target and the struct of the answer, and has the arguments that are not part of the answer.
type Read[Model, Answer any] struct {
	Name        string // without the provider's prefix, such as "dws_job"
	Object      string // in diagnostics, such as "DWS job"
	Description string // a sentence or two
	Call        Call[Answer]
	Attributes  map[string]schema.Attribute // besides region and project_id
	IsList      bool                        // the call lists what belongs to the object with the last ID of its path

	// Answer returns the place of the answer in a model.
	Answer func(*Model) *Answer
	// Get makes the call. If it is nil, the path of the call is the whole request.
	Get func(context.Context, *cloud.Client, cloud.Target, *Model) (Answer, cloud.Response, error)

	// Validate checks what the validators of the attributes cannot. It may be nil.
	Validate func(context.Context, datasource.ValidateConfigRequest, *datasource.ValidateConfigResponse)
}

// NewDataSource returns the data source without the types of its model and its answer: generic code is compiled for each of them.
func NewDataSource[Model, Answer any](r Read[Model, Answer]) DataSource {
	d := DataSource{
		Name: r.Name, Object: r.Object, Description: r.Description, Call: r.Call.Info(),
		attributes: r.Attributes, isList: r.IsList, validate: r.Validate,
		newModel: func() any { return new(Model) },
		answer:   func(m any) any { return r.Answer(m.(*Model)) }, //nolint:forcetypeassert // it is from newModel
	}
	if r.Get != nil {
		d.get = func(ctx context.Context, c *cloud.Client, t cloud.Target, m any) (any, cloud.Response, error) {
			answer, response, err := r.Get(ctx, c, t, m.(*Model)) //nolint:forcetypeassert // it is from newModel
			return &answer, response, err
		}
	}
	return d
}

// A reader is the framework's data source.
type reader struct {
	Base
	DataSource
}

func (r *reader) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Name
}

func (r *reader) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = Schema(r.Description+"\n\n"+r.Call.documentation(), r.attributes)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (r *reader) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if r.validate != nil {
		r.validate(ctx, req, resp)
	}
}

// Read decodes the configuration into a model, completes its target, makes the call and stores the model.
func (r *reader) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m := r.newModel()
	resp.Diagnostics.Append(req.Config.Get(ctx, m)...)
	arguments := r.Call.arguments()
	ids := make([]string, len(arguments))
	for i, argument := range arguments {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &ids[i])...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	object := diagnose.Object{Kind: r.Object, ID: objectID(arguments, ids, r.isList)}
	target, err := r.Resolve(ctx, m.(targeted).target()) //nolint:forcetypeassert // every model embeds Target
	var answer any
	var response cloud.Response
	switch {
	case err != nil:
	case r.get != nil:
		answer, response, err = r.get(ctx, r.Client, target, m)
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
	place := reflect.ValueOf(r.answer(m)).Elem()
	place.Set(reflect.ValueOf(answer).Elem())
	emptyCollections(place)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	for i, argument := range arguments { // some are in the response too, which may leave them out
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(argument), ids[i])...)
	}
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
