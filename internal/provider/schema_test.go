package provider

import (
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

var update = flag.Bool("update", false, "write the golden file of the schema")

// schemas returns all schemas as Terraform gets them.
func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server, err := factories["hwtasks"]()
	must(err)
	response, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	must(err)
	return response
}

// An element of a schema is an attribute or a nested block.
type element struct {
	kind        string
	properties  []string
	description string
}

// elements adds the elements of a block to all, by their path.
func elements(all map[string]element, path string, b *tfprotov6.SchemaBlock) {
	attributes(all, path, b.Attributes)
	for _, nested := range b.BlockTypes {
		inner := path + "." + nested.TypeName
		all[inner] = element{kind: "block", properties: []string{strings.ToLower(nested.Nesting.String())}, description: nested.Block.Description}
		elements(all, inner, nested.Block)
	}
}

func attributes(all map[string]element, path string, of []*tfprotov6.SchemaAttribute) {
	for _, a := range of {
		inner := path + "." + a.Name
		e := element{kind: "object", description: a.Description}
		if a.NestedType != nil {
			e.properties = append(e.properties, strings.ToLower(a.NestedType.Nesting.String()))
			attributes(all, inner, a.NestedType.Attributes)
		} else {
			encoded, err := json.Marshal(a.Type)
			must(err)
			e.kind = strings.ReplaceAll(string(encoded), `"`, "")
		}
		for property, has := range map[string]bool{
			"computed": a.Computed, "optional": a.Optional, "required": a.Required, "sensitive": a.Sensitive,
		} {
			if has {
				e.properties = append(e.properties, property)
			}
		}
		slices.Sort(e.properties)
		all[inner] = e
	}
}

// Users depend on the schema: nothing is removed, retyped or made required by accident. A change that is meant is written to the
// golden file with -update, where the diff shows its effect on users.
func TestSchemaIsThatOfTheGoldenFile(t *testing.T) {
	all := make(map[string]element)
	elements(all, "provider", schemas(t).Provider.Block)
	for name, s := range schemas(t).DataSourceSchemas {
		elements(all, name, s.Block)
	}
	var got []string
	for path, e := range all {
		got = append(got, fmt.Sprintf("%s: %s", path, strings.Join(append([]string{e.kind}, e.properties...), ", ")))
	}
	slices.Sort(got)
	golden := filepath.Join("testdata", "schema.txt")
	if *update {
		write(t, golden, strings.Join(got, "\n")+"\n")
		return
	}
	want := strings.Split(strings.TrimSpace(simulatortest.Read(t, golden)), "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("if this is meant, run go test ./internal/provider -run Golden -update (-golden, +now):\n%s", diff)
	}
}

// Everything is described in sentences.
func TestDescriptions(t *testing.T) {
	all := make(map[string]element)
	elements(all, "provider", schemas(t).Provider.Block)
	for name, s := range schemas(t).DataSourceSchemas {
		all[name] = element{description: s.Block.Description}
		elements(all, name, s.Block)
	}
	delete(all, "hwtasks_wait.timeouts") // its library describes only the attributes in it
	for path, e := range all {
		if !strings.HasSuffix(e.description, ".") && !strings.HasSuffix(e.description, ".`") {
			t.Errorf("%s: got description %q, want sentences", path, e.description)
		}
	}
}

func TestSchemasAreValid(t *testing.T) {
	p := New("test")()
	var s provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &s)
	if diags := s.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Errorf("provider: got %v, want no error", diags)
	}
	for _, newSource := range p.DataSources(t.Context()) {
		var s datasource.SchemaResponse
		source := newSource()
		source.Schema(t.Context(), datasource.SchemaRequest{}, &s)
		if diags := s.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("%T: got %v, want no error", source, diags)
		}
	}
}
