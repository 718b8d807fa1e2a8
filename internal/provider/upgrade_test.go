package provider

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

var update = flag.Bool("update", false, "write the golden file of the schema")

// A block of `terraform providers schema -json`.
type schemaBlock struct {
	Attributes map[string]schemaAttribute
	BlockTypes map[string]struct {
		NestingMode string `json:"nesting_mode"`
		Block       schemaBlock
	} `json:"block_types"`
}

type schemaAttribute struct {
	Type       json.RawMessage
	NestedType *struct {
		NestingMode string `json:"nesting_mode"`
		Attributes  map[string]schemaAttribute
	} `json:"nested_type"`
	Required, Optional, Computed, Sensitive bool
}

// lines describes a block, an attribute a line.
func (b schemaBlock) lines(prefix string) []string {
	lines := attributeLines(prefix, b.Attributes)
	for name, nested := range b.BlockTypes {
		lines = append(lines, fmt.Sprintf("%s.%s: block, %s", prefix, name, nested.NestingMode))
		lines = append(lines, nested.Block.lines(prefix+"."+name)...)
	}
	return lines
}

func attributeLines(prefix string, attributes map[string]schemaAttribute) []string {
	var lines []string
	for name, a := range attributes {
		kind := strings.ReplaceAll(string(a.Type), `"`, "")
		if a.NestedType != nil {
			kind = "object, " + a.NestedType.NestingMode
			lines = append(lines, attributeLines(prefix+"."+name, a.NestedType.Attributes)...)
		}
		for word, is := range map[string]bool{"required": a.Required, "optional": a.Optional, "computed": a.Computed, "sensitive": a.Sensitive} {
			if is {
				kind += ", " + word
			}
		}
		words := strings.Split(kind, ", ")
		slices.Sort(words[1:])
		lines = append(lines, fmt.Sprintf("%s.%s: %s", prefix, name, strings.Join(words, ", ")))
	}
	return lines
}

// The schema is what users depend on: nothing is taken away, retyped or made required by accident. Whoever means to change it
// writes the golden file anew with -update, and sees in the diff what that does to users.
func TestSchemaIsThatOfTheGoldenFile(t *testing.T) {
	w := initialise(t, "")
	out, err := w.run(t, "providers", "schema", "-json")
	if err != nil {
		t.Fatal(out)
	}
	var printed struct {
		Schemas map[string]struct {
			Provider    struct{ Block schemaBlock }
			DataSources map[string]struct{ Block schemaBlock } `json:"data_source_schemas"`
			Resources   map[string]json.RawMessage             `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal([]byte(out), &printed); err != nil {
		t.Fatal(err, out)
	}
	var lines []string
	for _, s := range printed.Schemas {
		lines = s.Provider.Block.lines("provider")
		for name, d := range s.DataSources {
			lines = append(lines, d.Block.lines(name)...)
		}
		for name := range maps.Keys(s.Resources) {
			t.Errorf("there is a resource, %s", name)
		}
	}
	slices.Sort(lines)
	golden := filepath.Join("testdata", "schema.txt")
	if *update {
		write(t, golden, strings.Join(lines, "\n")+"\n")
		return
	}
	want := strings.Split(strings.TrimSpace(simulatortest.Read(t, golden)), "\n")
	for _, line := range want {
		if !slices.Contains(lines, line) {
			t.Errorf("taken away, retyped or changed: %s", line)
		}
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("if that is meant, run go test ./internal/provider -run Golden -update (-golden, +now):\n%s", diff)
	}
}
