package provider

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var update = flag.Bool("update", false, "write the golden files of the schemas")

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
	for name, s := range schemas(t).ResourceSchemas {
		addBlock(all, "resource_"+name, s.Block)
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
// golden files, one for the provider and one for each data source and resource, with -update. The diff shows its effect on users.
func TestSchemasAreThoseOfTheGoldenFiles(t *testing.T) {
	got := make(map[string][]string) // lines by the name of the file
	for path, e := range elements(t) {
		name, _, _ := strings.Cut(path, ".")
		got[name] = append(got[name], fmt.Sprintf("%s: %s\n", path, strings.Join(append([]string{e.kind}, e.properties...), ", ")))
	}
	folder := filepath.Join("testdata", "schema")
	files, err := os.ReadDir(folder)
	must(err)
	for _, file := range files {
		if name := strings.TrimSuffix(file.Name(), ".txt"); got[name] == nil {
			t.Errorf("%s is no schema of the provider; remove it", file.Name())
		}
	}
	for name, lines := range got {
		slices.Sort(lines)
		golden := filepath.Join(folder, name+".txt")
		if *update {
			write(t, golden, strings.Join(lines, ""))
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Errorf("%s has no golden file, run make generate: %v", name, err)
		} else if diff := cmp.Diff(string(want), strings.Join(lines, "")); diff != "" {
			t.Errorf("%s: if this is meant, run make generate (-golden, +now):\n%s", name, diff)
		}
	}
}

// Everything is described in sentences.
func TestDescriptions(t *testing.T) {
	all := elements(t)
	for name, s := range schemas(t).DataSourceSchemas {
		all[name] = element{description: s.Block.Description}
	}
	for name, s := range schemas(t).ResourceSchemas {
		all["resource_"+name] = element{description: s.Block.Description}
	}
	for path, e := range all {
		if !strings.HasSuffix(e.description, ".") && !strings.HasSuffix(e.description, ".`") {
			t.Errorf("%s: got description %q, want sentences", path, e.description)
		}
	}
}
