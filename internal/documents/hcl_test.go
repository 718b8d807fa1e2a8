package documents

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
)

// The configurations in documents can be parsed, and their blocks of this provider have the arguments of its schema. Those in examples/
// are applied by tests of the provider; those here may be parts, and have resources of other providers, of which only the form is checked.
func TestConfigurations(t *testing.T) {
	server := providerserver.NewProtocol6(provider.New("test")())()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range find(t, "*.md", "docs/*.md", "docs/*/*.md", "internal/*/README.md") {
		for number, text := range configurations(t, file) {
			place := fmt.Sprintf("%s:%d", file, number)
			parsed, diagnostics := hclsyntax.ParseConfig([]byte(text), place, hcl.InitialPos)
			if diagnostics.HasErrors() {
				t.Errorf("%s: %v", place, diagnostics)
				continue
			}
			for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
				if schema := schemaOf(schemas, block); schema != nil {
					checked++
					check(t, place, block, schema)
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("checked %d blocks of the provider, want more: is the language of the code blocks still terraform?", checked)
	}
}

// configurations returns the code blocks with Terraform's language, by the line before their first one.
func configurations(t *testing.T, file string) map[int]string {
	t.Helper()
	content, err := fs.ReadFile(root, file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := make(map[int]string)
	begin, indent := 0, ""
	var block []string
	for i, text := range strings.Split(string(content), "\n") {
		trimmed := strings.TrimLeft(text, " ")
		switch {
		case begin == 0 && (trimmed == "```terraform" || trimmed == "```hcl"):
			begin, indent, block = i+1, text[:len(text)-len(trimmed)], nil
		case begin > 0 && trimmed == "```":
			blocks[begin], begin = strings.Join(block, "\n")+"\n", 0
		case begin > 0:
			block = append(block, strings.TrimPrefix(text, indent))
		}
	}
	return blocks
}

// schemaOf returns the schema of a block of this provider, or nil if it is another block.
func schemaOf(schemas *tfprotov6.GetProviderSchemaResponse, block *hclsyntax.Block) *tfprotov6.SchemaBlock {
	var schema *tfprotov6.Schema
	switch {
	case len(block.Labels) == 0:
	case block.Type == "provider" && block.Labels[0] == "hwtasks":
		schema = schemas.Provider
	case block.Type == "data":
		schema = schemas.DataSourceSchemas[block.Labels[0]]
	case block.Type == "resource":
		schema = schemas.ResourceSchemas[block.Labels[0]]
	}
	if schema == nil {
		return nil
	}
	return schema.Block
}

// metaArguments are Terraform's own.
var metaArguments = []string{"alias", "count", "depends_on", "for_each", "lifecycle", "provider"}

// check compares the arguments and blocks of a block with a schema.
func check(t *testing.T, place string, block *hclsyntax.Block, schema *tfprotov6.SchemaBlock) {
	t.Helper()
	name := strings.Join(append([]string{block.Type}, block.Labels...), " ")
	report := func(text string, values ...any) { t.Errorf("%s: %s: %s", place, name, fmt.Sprintf(text, values...)) }
	for argument := range block.Body.Attributes {
		i := slices.IndexFunc(schema.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == argument })
		switch {
		case slices.Contains(metaArguments, argument):
		case i < 0:
			report("there is no argument %s", argument)
		case !schema.Attributes[i].Required && !schema.Attributes[i].Optional:
			report("%s cannot be set", argument)
		}
	}
	for _, a := range schema.Attributes {
		if a.Required && block.Body.Attributes[a.Name] == nil {
			report("%s is missing", a.Name)
		}
	}
	for _, inner := range block.Body.Blocks {
		i := slices.IndexFunc(schema.BlockTypes, func(b *tfprotov6.SchemaNestedBlock) bool { return b.TypeName == inner.Type })
		switch {
		case slices.Contains(metaArguments, inner.Type):
		case i < 0:
			report("there is no block %s", inner.Type)
		default:
			check(t, place, inner, schema.BlockTypes[i].Block)
		}
	}
}
