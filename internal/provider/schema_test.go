package provider

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
)

// dataSources returns the schemas of all data sources by type name.
func dataSources(t *testing.T) map[string]schema.Schema {
	t.Helper()
	schemas := make(map[string]schema.Schema)
	for _, newSource := range New("test")().DataSources(t.Context()) {
		var name datasource.MetadataResponse
		var s datasource.SchemaResponse
		source := newSource()
		source.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "hwtasks"}, &name)
		source.Schema(t.Context(), datasource.SchemaRequest{}, &s)
		schemas[name.TypeName] = s.Schema
	}
	return schemas
}

func dataSourceAttributes(t *testing.T, name string) map[string]schema.Attribute {
	t.Helper()
	return dataSources(t)[name].Attributes
}

func TestSchemas(t *testing.T) {
	ctx := context.Background()
	var p provider.SchemaResponse
	New("test")().Schema(ctx, provider.SchemaRequest{}, &p)
	if diags := p.Schema.ValidateImplementation(ctx); diags.HasError() {
		t.Errorf("provider: %v", diags)
	}
	attributes := maps.Clone(p.Schema.Attributes)
	for name, block := range p.Schema.Blocks {
		checkDescription(t, "provider "+name, block.GetMarkdownDescription())
		for attribute, a := range block.(providerschema.SingleNestedBlock).Attributes {
			attributes[name+"."+attribute] = a
		}
	}
	if len(attributes) != len(blockArguments) {
		t.Errorf("the provider has %d arguments, want %d", len(attributes), len(blockArguments))
	}
	for _, a := range blockArguments {
		description := attributes[a.name].GetMarkdownDescription()
		checkDescription(t, "provider "+a.name, description)
		for _, variable := range a.variables {
			if !strings.Contains(description, "`"+variable+"`") {
				t.Errorf("provider %s: the description does not name %s: %s", a.name, variable, description)
			}
		}
		secrets := []string{"access_key", "secret_key", "security_token", "token", "password", "key"}
		if got, want := attributes[a.name].IsSensitive(), slices.Contains(secrets, a.name); got != want {
			t.Errorf("provider %s: got sensitive %v, want %v", a.name, got, want)
		}
	}

	schemas := dataSources(t)
	for _, name := range []string{
		"hwtasks_dcs_background_task_progress", "hwtasks_dcs_background_tasks", "hwtasks_dcs_job",
		"hwtasks_kafka_background_task", "hwtasks_dws_job",
	} {
		if _, exists := schemas[name]; !exists {
			t.Errorf("there is no %s", name)
		}
	}
	for name, s := range schemas {
		if diags := s.ValidateImplementation(ctx); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		checkDescription(t, name, s.MarkdownDescription)
		checkDescriptions(t, name, s.Attributes)
	}
	details := schemas["hwtasks_dcs_background_tasks"].Attributes["tasks"].(schema.ListNestedAttribute).NestedObject.Attributes["details"].(schema.SingleNestedAttribute)
	if n := len(details.Attributes); n != 26 {
		t.Errorf("details has %d attributes, DetailsBody has 26 fields", n)
	}
}

func checkDescriptions(t *testing.T, name string, attributes map[string]schema.Attribute) {
	t.Helper()
	for attribute, a := range attributes {
		checkDescription(t, name+"."+attribute, a.GetMarkdownDescription())
		switch nested := a.(type) {
		case schema.ListNestedAttribute:
			checkDescriptions(t, name+"."+attribute, nested.NestedObject.Attributes)
		case schema.SingleNestedAttribute:
			checkDescriptions(t, name+"."+attribute, nested.Attributes)
		}
	}
}

func checkDescription(t *testing.T, name, description string) {
	t.Helper()
	if !strings.HasSuffix(description, ".") && !strings.HasSuffix(description, ".`") {
		t.Errorf("%s is not described in a sentence: %q", name, description)
	}
}
