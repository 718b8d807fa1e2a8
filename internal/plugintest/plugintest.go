// Package plugintest lets a test use the provider as Terraform does, over the plugin protocol, but in the process of
// the test: without a CLI, and in a testing/synctest bubble if need be.
package plugintest

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// A Plugin is a provider behind the plugin protocol.
type Plugin struct {
	tb     testing.TB
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
	log    buffer
}

// New returns the plugin of a provider server.
func New(tb testing.TB, server tfprotov6.ProviderServer) *Plugin {
	tb.Helper()
	schema, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	return &Plugin{tb: tb, server: server, schema: schema}
}

// A Reply is the answer to a call of the plugin protocol.
type Reply struct {
	State       map[string]any // attributes: string, json.Number, bool, []any, map[string]any; nil if there is none
	Diagnostics []*tfprotov6.Diagnostic
}

// Configure configures the provider. Arguments are Go values as encoding/json takes them; those that are not given are null.
func (p *Plugin) Configure(arguments map[string]any) Reply {
	p.tb.Helper()
	resp, err := p.server.ConfigureProvider(p.context(context.Background()), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: p.value(p.schema.Provider, arguments),
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	return Reply{Diagnostics: resp.Diagnostics}
}

// Validate validates the arguments of a data source.
func (p *Plugin) Validate(name string, arguments map[string]any) Reply {
	p.tb.Helper()
	resp, err := p.server.ValidateDataResourceConfig(p.context(context.Background()), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: name, Config: p.value(p.schema.DataSourceSchemas[name], arguments),
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	return Reply{Diagnostics: resp.Diagnostics}
}

// Read reads a data source. It does not validate the arguments first, as Terraform does.
func (p *Plugin) Read(ctx context.Context, name string, arguments map[string]any) Reply {
	p.tb.Helper()
	schema := p.schema.DataSourceSchemas[name]
	resp, err := p.server.ReadDataSource(p.context(ctx), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: p.value(schema, arguments)})
	if err != nil {
		p.tb.Fatal(err)
	}
	r := p.reply(schema, resp.State, resp.Diagnostics)
	if r.Errors() != "" {
		r.State = nil // beside an error Terraform drops the state
	}
	return r
}

// ValidateResource validates the arguments of a resource.
func (p *Plugin) ValidateResource(name string, arguments map[string]any) Reply {
	p.tb.Helper()
	resp, err := p.server.ValidateResourceConfig(p.context(context.Background()), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: name, Config: p.value(p.schema.ResourceSchemas[name], arguments),
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	return Reply{Diagnostics: resp.Diagnostics}
}

// Create plans and creates a resource. It does not validate the arguments first, as Terraform does.
func (p *Plugin) Create(ctx context.Context, name string, arguments map[string]any) Reply {
	p.tb.Helper()
	schema := p.schema.ResourceSchemas[name]
	config := p.value(schema, arguments)
	return p.apply(ctx, name, p.null(schema), config, config)
}

// Delete destroys a resource with a state that Create has returned.
func (p *Plugin) Delete(ctx context.Context, name string, state map[string]any) Reply {
	p.tb.Helper()
	schema := p.schema.ResourceSchemas[name]
	return p.apply(ctx, name, p.value(schema, state), p.null(schema), p.null(schema))
}

// apply plans and applies a change of a resource.
func (p *Plugin) apply(ctx context.Context, name string, prior, config, proposed *tfprotov6.DynamicValue) Reply {
	p.tb.Helper()
	plan, err := p.server.PlanResourceChange(p.context(ctx), &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: prior, Config: config, ProposedNewState: proposed,
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	if r := (Reply{Diagnostics: plan.Diagnostics}); r.Errors() != "" {
		return r
	}
	resp, err := p.server.ApplyResourceChange(p.context(ctx), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, PriorState: prior, Config: config, PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	return p.reply(p.schema.ResourceSchemas[name], resp.NewState, resp.Diagnostics)
}

// reply returns the answer to a call that returns a state.
func (p *Plugin) reply(schema *tfprotov6.Schema, state *tfprotov6.DynamicValue, diagnostics []*tfprotov6.Diagnostic) Reply {
	p.tb.Helper()
	r := Reply{Diagnostics: diagnostics}
	if state != nil {
		value, err := state.Unmarshal(schema.ValueType())
		if err != nil {
			p.tb.Fatal(err)
		}
		r.State, _ = plain(p.tb, value).(map[string]any)
	}
	return r
}

// null returns the null value of a schema.
func (p *Plugin) null(schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	p.tb.Helper()
	value, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	if err != nil {
		p.tb.Fatal(err)
	}
	return &value
}

// Stop stops the provider, as Terraform does on Ctrl-C: calls in flight end.
func (p *Plugin) Stop() {
	if _, err := p.server.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
		p.tb.Fatal(err)
	}
}

// Log returns what the provider logged so far at TRACE, a JSON object a line.
func (p *Plugin) Log() string { return p.log.String() }

func (p *Plugin) context(ctx context.Context) context.Context {
	return tflogtest.RootLogger(ctx, &p.log)
}

// value makes the value that Terraform sends for some arguments.
func (p *Plugin) value(schema *tfprotov6.Schema, arguments map[string]any) *tfprotov6.DynamicValue {
	p.tb.Helper()
	object, _ := schema.ValueType().(tftypes.Object)
	for name := range arguments {
		if _, known := object.AttributeTypes[name]; !known {
			p.tb.Fatalf("the schema has no argument %s", name)
		}
	}
	values := make(map[string]tftypes.Value)
	for name, kind := range object.AttributeTypes {
		value, given := arguments[name].(tftypes.Value) // such as an unknown one
		if !given {
			text, err := json.Marshal(arguments[name])
			if err == nil {
				value, err = tfprotov6.DynamicValue{JSON: text}.Unmarshal(kind)
			}
			if err != nil {
				p.tb.Fatalf("%s: %s", name, err)
			}
		}
		values[name] = value
	}
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		p.tb.Fatal(err)
	}
	return &value
}

// Errors returns the errors of a reply, each as String has it, separated by empty lines. It is empty if there are none.
func (r Reply) Errors() string { return r.diagnostics(tfprotov6.DiagnosticSeverityError) }

// Warnings returns the warnings in the same form.
func (r Reply) Warnings() string { return r.diagnostics(tfprotov6.DiagnosticSeverityWarning) }

func (r Reply) diagnostics(severity tfprotov6.DiagnosticSeverity) string {
	var texts []string
	for _, d := range r.Diagnostics {
		if d.Severity == severity {
			texts = append(texts, String(d))
		}
	}
	return strings.Join(texts, "\n\n")
}

// String returns a diagnostic as "argument: summary: detail", without the argument if it is about none.
func String(d *tfprotov6.Diagnostic) string {
	text := d.Summary + ": " + d.Detail
	if d.Attribute != nil {
		text = d.Attribute.String() + ": " + text
	}
	return text
}

// plain returns a Terraform value as a Go value.
func plain(tb testing.TB, v tftypes.Value) any {
	tb.Helper()
	if v.IsNull() {
		return nil
	}
	var text string
	var boolean bool
	var list []tftypes.Value
	var object map[string]tftypes.Value
	number := new(big.Float)
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&boolean) == nil:
		return boolean
	case v.As(&number) == nil:
		return json.Number(number.Text('f', -1))
	case v.As(&list) == nil:
		values := make([]any, len(list))
		for i, element := range list {
			values[i] = plain(tb, element)
		}
		return values
	case v.As(&object) == nil:
		values := make(map[string]any, len(object))
		for name, element := range object {
			values[name] = plain(tb, element)
		}
		return values
	}
	tb.Fatalf("a value of another kind: %s", v)
	return nil
}

// A buffer is a bytes.Buffer for many goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
