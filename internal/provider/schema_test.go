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
	if len(response.Diagnostics) > 0 { // the framework validates them
		t.Fatalf("got %v, want valid schemas", response.Diagnostics)
	}
	return response
}

// An element of a schema is an attribute or a nested block.
type element struct {
	kind        string
	properties  []string
	description string
}

// elements returns the elements of all schemas by their path.
func elements(t *testing.T) map[string]element {
	t.Helper()
	all := make(map[string]element)
	addBlock(all, "provider", schemas(t).Provider.Block)
	for name, s := range schemas(t).DataSourceSchemas {
		addBlock(all, name, s.Block)
	}
	return all
}

func addBlock(all map[string]element, path string, b *tfprotov6.SchemaBlock) {
	addAttributes(all, path, b.Attributes)
	for _, nested := range b.BlockTypes {
		inner := path + "." + nested.TypeName
		all[inner] = element{kind: "block", properties: []string{strings.ToLower(nested.Nesting.String())}, description: nested.Block.Description}
		addBlock(all, inner, nested.Block)
	}
}

func addAttributes(all map[string]element, path string, attributes []*tfprotov6.SchemaAttribute) {
	for _, a := range attributes {
		inner := path + "." + a.Name
		e := element{kind: "object", description: a.Description}
		if a.NestedType != nil {
			e.properties = append(e.properties, strings.ToLower(a.NestedType.Nesting.String()))
			addAttributes(all, inner, a.NestedType.Attributes)
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
	var got []string
	for path, e := range elements(t) {
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
	all := elements(t)
	for name, s := range schemas(t).DataSourceSchemas {
		all[name] = element{description: s.Block.Description}
	}
	delete(all, "hwtasks_wait.timeouts") // its library describes only the attributes in it
	for path, e := range all {
		if !strings.HasSuffix(e.description, ".") && !strings.HasSuffix(e.description, ".`") {
			t.Errorf("%s: got description %q, want sentences", path, e.description)
		}
	}
}
