package wait

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
)

var (
	_ resource.ResourceWithConfigure      = (*waitResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*waitResource)(nil)
	_ resource.ResourceWithValidateConfig = (*waitResource)(nil)
	_ resource.ResourceWithImportState    = (*waitResource)(nil)
)

// NewResource returns the resource hwtasks_wait. It waits when it is created, and after that is only a record in the state.
func NewResource() resource.Resource { return &waitResource{} }

type waitResource struct{ service.Base }

var (
	asResource = form{
		name: "resource", timeout: "create", again: "plan and apply again", isResource: true,
		settle: 30 * time.Second, endedWithin: new(10 * time.Minute), warnFailed: 10 * time.Minute, warnEarlier: 30 * time.Second,
		tolerates: "The outcome is stored, and resources that depend on the wait are changed although the job did not succeed.",
	}
	// asDestroy is the wait of a resource that is destroyed.
	asDestroy = form{
		name: "resource", timeout: "delete", again: "run Terraform again", isResource: true, isDestroy: true, settle: asResource.settle,
	}
)

type resourceModel struct {
	arguments
	ending
	ID            *string            `tfsdk:"id"`
	Triggers      map[string]*string `tfsdk:"triggers"`
	WaitOnDestroy *bool              `tfsdk:"wait_on_destroy"`
	Timeouts      *struct {
		Create *string `tfsdk:"create"`
		Delete *string `tfsdk:"delete"`
	} `tfsdk:"timeouts"`
}

func (r *waitResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_wait"
}

func (r *waitResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	all := make(map[string]schema.Attribute)
	for name, a := range service.Schema("", attributes(asResource)).Attributes {
		all[name] = resourceAttribute(name, a)
	}
	maps.Copy(all, map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "End time of the wait, in UTC and RFC 3339: a new value for each wait, for the triggers of other resources.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"triggers": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Values whose change makes the resource wait again, such as the ID or an argument of the resource " +
				"that starts the job.",
			PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(triggersDiffer,
				"Waits again when an element that is not null changes.", "Waits again when an element that is not null changes.")},
		},
		"wait_on_destroy": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "With `instance_id` alone: whether to wait until the instance is idle also when this resource is " +
				"destroyed or replaced, that is, before the instance itself is destroyed or updated. Limited by `timeouts.delete`. " +
				"The value in the state applies. Defaults to `false`.",
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Waits once, when it is created during apply, until a job or background task has finished or an " +
			"instance is idle, " +
			"and returns the outcome. Resources that depend on it are changed afterwards.\n\n" +
			"Any outcome except `succeeded` is an error, unless `tolerate` contains it. After an error the next apply waits again.\n\n" +
			"It needs the permissions of the calls that it reads.\n\n" +
			"It waits again when `triggers`, `service`, the IDs, `task_name`, `region` or `project_id` change. " +
			"Plan and refresh send no request, nor does destroy unless `wait_on_destroy` is set.",
		Attributes: all,
		Blocks: map[string]schema.Block{"timeouts": schema.SingleNestedBlock{
			MarkdownDescription: "Limits of the wait. The data source has `read` instead.",
			Attributes: map[string]schema.Attribute{
				asResource.timeout: schema.StringAttribute{
					Optional: true, MarkdownDescription: describeTimeout, Validators: []validator.String{asResource.limit()},
				},
				asDestroy.timeout: schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "How long to wait when it is destroyed with `wait_on_destroy`, in the same format as `create`. " +
						"Defaults to `60m`.",
					Validators: []validator.String{asDestroy.limit()},
				},
			},
		}},
	}
}

// resourceAttribute returns an attribute of the data source as one of the resource. A change of what is waited for, and where, waits
// again. A region and a project that are not configured, or not any more, stay those of the wait: another region of the provider is no
// reason to wait again.
func resourceAttribute(name string, a datasource.Attribute) schema.Attribute {
	waitsAgain := slices.Contains(append([]string{"service", "region", "project_id"}, idArguments...), name)
	switch a := a.(type) {
	case datasource.Int64Attribute:
		return schema.Int64Attribute{
			Computed: a.Computed, MarkdownDescription: a.MarkdownDescription,
			PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		}
	case datasource.ListNestedAttribute:
		nested := make(map[string]schema.Attribute)
		for name, element := range a.NestedObject.Attributes {
			nested[name] = schema.StringAttribute{Computed: true, MarkdownDescription: element.GetMarkdownDescription()}
		}
		return schema.ListNestedAttribute{
			Computed: a.Computed, MarkdownDescription: a.MarkdownDescription,
			NestedObject:  schema.NestedAttributeObject{Attributes: nested},
			PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		}
	case datasource.SetAttribute:
		return schema.SetAttribute{
			Optional: a.Optional, ElementType: a.ElementType, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case datasource.StringAttribute:
		var modifiers []planmodifier.String
		if a.Computed {
			modifiers = append(modifiers, stringplanmodifier.UseStateForUnknown())
		}
		if waitsAgain && a.Computed {
			modifiers = append(modifiers, stringplanmodifier.RequiresReplaceIfConfigured())
		} else if waitsAgain {
			modifiers = append(modifiers, stringplanmodifier.RequiresReplace())
		}
		return schema.StringAttribute{
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, MarkdownDescription: a.MarkdownDescription,
			Validators: a.Validators, PlanModifiers: modifiers,
		}
	}
	panic("the wait has an attribute of another type: " + name) // a test makes all schemas
}

// triggersDiffer reports whether triggers differ in an element that is not null.
func triggersDiffer(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
	set := func(triggers types.Map) map[string]attr.Value {
		elements := triggers.Elements()
		maps.DeleteFunc(elements, func(_ string, element attr.Value) bool { return element.IsNull() })
		return elements
	}
	equal := func(a, b attr.Value) bool { return a.Equal(b) }
	resp.RequiresReplace = req.PlanValue.IsUnknown() || !maps.EqualFunc(set(req.StateValue), set(req.PlanValue), equal)
}

// Configure implements resource.ResourceWithConfigure. Terraform configures a resource to plan it too, for which what is unknown of the
// provider does not matter.
func (r *waitResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	resp.Diagnostics.Append(r.Accept(req.ProviderData, "resource")...)
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *waitResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	validate(ctx, req.Config, asResource, &resp.Diagnostics)
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It refuses a region with which no request could be sent, as apply would notice
// only when it has made the changes before the wait. A wait that is in the state does not wait again, and what is unknown may be right.
func (r *waitResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil || r.Unknown.HasError() || !req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	var name, region, project types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("service"), &name)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &region)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("project_id"), &project)...)
	s, found := services.Find(name.ValueString())
	if !found || region.IsUnknown() || project.IsUnknown() {
		return
	}
	target := cloud.Target{Region: region.ValueString(), ProjectID: project.ValueString()}
	if err := r.Client.CheckRegion(s.API.Endpoint, s.API.Hosts, target); err != nil {
		resp.Diagnostics.Append(diagnose.Error("Cannot wait", diagnose.Object{Kind: s.Title}, err)...)
	}
}

// ImportState implements resource.ResourceWithImportState.
func (r *waitResource) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError("Nothing to import",
		"hwtasks_wait is no object of the cloud, so it cannot be imported. Apply creates it, and waits once.")
}

// Create waits. It reads the configuration, in which all is known by now; what the plan has of computed attributes is unknown.
func (r *waitResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m resourceModel
	resp.Diagnostics.Append(r.Unknown...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var timeout *string
	if m.Timeouts != nil {
		timeout = m.Timeouts.Create
	}
	resp.Diagnostics.Append(run(ctx, &r.Base, asResource, &m.arguments, timeout, &m.ending)...)
	if resp.Diagnostics.HasError() {
		return // nothing is stored, so that the next apply creates it
	}
	m.ID = new(time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z07:00")) // two waits may end in the same second
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Read keeps the state: what the service says later does not change how the wait ended.
func (r *waitResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update stores arguments that matter only for the next wait.
func (r *waitResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete waits until the instance is idle, if the state says so. Whatever is found then lets it be destroyed: only a time-out and an error
// keep it, and with it what it depends on. The framework removes the resource from the state.
func (r *waitResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || m.WaitOnDestroy == nil || !*m.WaitOnDestroy {
		return
	}
	resp.Diagnostics.Append(r.Unknown...)
	if resp.Diagnostics.HasError() {
		return
	}
	var timeout *string
	if m.Timeouts != nil {
		timeout = m.Timeouts.Delete
	}
	m.Tolerate = []*string{
		new(string(poll.OutcomeFailed)), new(string(poll.OutcomeCancelled)), new(string(poll.OutcomeNotFound)),
	}
	f := asDestroy
	if m.ID != nil {
		f.id = *m.ID
	}
	resp.Diagnostics.Append(run(ctx, &r.Base, f, &m.arguments, timeout, &m.ending)...)
}
