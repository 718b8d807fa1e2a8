package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Target holds the arguments region and project_id, which every data source and the resource have.
type Target struct {
	Region    *string `tfsdk:"region"`
	ProjectID *string `tfsdk:"project_id"`
}

// targeted is implemented by every struct that embeds Target.
type targeted interface{ target() *Target }

func (t *Target) target() *Target { return t }

// Configured returns the region and the project ID; they are empty if they are null.
func (t *Target) Configured() cloud.Target {
	var configured cloud.Target
	if t.Region != nil {
		configured.Region = *t.Region
	}
	if t.ProjectID != nil {
		configured.ProjectID = *t.ProjectID
	}
	return configured
}

// Resolve completes the region and the project ID from the provider's settings, and looks up the project ID if need be.
func (b *Base) Resolve(ctx context.Context, t *Target) (cloud.Target, error) {
	resolved, err := b.Client.Resolve(ctx, t.Configured())
	if resolved.Region != "" {
		t.Region = &resolved.Region
	}
	t.ProjectID = &resolved.ProjectID
	return resolved, err
}

// Schema returns the schema of a data source: the attributes and the arguments of Target.
func Schema(description string, attributes map[string]schema.Attribute) schema.Schema {
	all := maps.Clone(attributes)
	all["region"] = schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Region to read from, such as `eu-west-101`. Defaults to the region of the provider. " +
			"The project of another region is looked up unless `project_id` is set too.",
		Validators: []validator.String{regionValidator},
	}
	all["project_id"] = schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "ID of the project to read from. Defaults to the project of the provider, or of the region.",
		Validators:          []validator.String{idValidator},
	}
	return schema.Schema{MarkdownDescription: description, Attributes: all}
}

var (
	idValidator = stringvalidator.RegexMatches(cloud.ID, "must be 1 to 64 letters, digits, hyphens or underscores; "+
		"an empty one often comes from a variable that is not set")
	regionValidator = stringvalidator.RegexMatches(cloud.Region,
		"must be a region such as eu-west-101: lower-case letters, digits and hyphens")
)

// IDArgument returns a required argument that becomes part of the request path.
func IDArgument(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: description,
		Validators:          []validator.String{idValidator},
	}
}

// OptionalID returns an optional argument that becomes part of the query.
func OptionalID(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          []validator.String{idValidator},
	}
}

// Strings returns the attribute for a documented array of Strings of a response.
func Strings(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// Float64 returns the attribute for a documented Float of a response.
func Float64(description string) schema.Float64Attribute {
	return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
}

// JSON returns the attribute for a documented object whose members are not documented.
func JSON(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, CustomType: jsontypes.NormalizedType{}, MarkdownDescription: description}
}

// String returns the attribute for a documented String of a response.
func String(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// Int64 returns the attribute for a documented Integer of a response.
func Int64(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// Bool returns the attribute for a documented Boolean of a response.
func Bool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

// Object returns the attribute for a documented object of a response.
func Object(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}

// List returns the attribute for a documented array of objects of a response.
func List(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: description,
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

// Status returns the attribute for the documented status of an object, such as a job, and lists the known statuses.
func Status(object string, statuses Statuses) schema.StringAttribute {
	list := func(words ...string) string { return "`" + strings.Join(words, "`, `") + "`" }
	return String(fmt.Sprintf("Status of the %s. Running: %s. Ended: %s.", object, list(slices.Concat(statuses.Running, statuses.Blocked)...),
		list(slices.Concat(statuses.Succeeded, statuses.Failed, statuses.Cancelled)...)))
}
