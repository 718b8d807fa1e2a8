package faultmatrix

import (
	"context"
	"encoding/json"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
)

// A plugin is the provider behind the plugin protocol, as Terraform has it.
type plugin struct {
	connection *grpc.ClientConn
}

// serve serves the provider, which reaches the cloud over dial. It is to be closed.
func serve(tb testing.TB, dial cloud.Dial) *plugin {
	tb.Helper()
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(256<<20), grpc.MaxSendMsgSize(256<<20))
	served := &tf6server.GRPCProviderPlugin{
		Name: "registry.terraform.io/hwtasks/hwtasks",
		Opts: []tf6server.ServeOpt{tf6server.WithoutLogStderrOverride()}, // TestMain reads the log
		GRPCProvider: func() tfprotov6.ProviderServer {
			return providerserver.NewProtocol6(provider.NewOver("test", dial)())()
		},
	}
	must(served.GRPCServer(nil, server))
	go func() { _ = server.Serve(listener) }() // ends when it is stopped
	connection, err := grpc.NewClient("passthrough:///provider",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(256<<20)))
	must(err)
	tb.Cleanup(func() {
		_ = connection.Close()
		server.Stop()
	})
	return &plugin{connection}
}

// A reply is what the plugin protocol answers.
type reply struct {
	State       struct{ Msgpack []byte }
	Diagnostics []diagnostic
}

type diagnostic struct {
	Severity, Summary, Detail string
	Attribute                 struct {
		Steps []struct{ AttributeName, ElementKeyString string }
	}
}

// String is the diagnostic as one text, with its argument.
func (d diagnostic) String() string {
	var path []string
	for _, step := range d.Attribute.Steps {
		path = append(path, step.AttributeName+step.ElementKeyString)
	}
	return d.Severity + " " + strings.Join(path, ".") + " " + d.Summary + "\n" + d.Detail
}

// call makes a call of the plugin protocol. Its messages are known to the registry of protocol buffers alone.
func (p *plugin) call(ctx context.Context, method, message string, request map[string]any) (reply, error) {
	named := func(part string) protoreflect.ProtoMessage {
		kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName("tfplugin6." + message + "." + part))
		must(err)
		return kind.New().Interface()
	}
	text, err := json.Marshal(request)
	must(err)
	asked, answered := named("Request"), named("Response")
	must(protojson.Unmarshal(text, asked))
	if err := p.connection.Invoke(ctx, "/tfplugin6.Provider/"+method, asked, answered); err != nil {
		return reply{}, err
	}
	text, err = protojson.Marshal(answered)
	must(err)
	var r reply
	must(json.Unmarshal(text, &r))
	return r, nil
}

// schemas are the types of the provider block, under an empty name, and of the data sources.
var schemas = sync.OnceValue(func() map[string]tftypes.Type {
	resp, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	must(err)
	types := map[string]tftypes.Type{"": resp.Provider.ValueType()}
	for name, schema := range resp.DataSourceSchemas {
		types[name] = schema.ValueType()
	}
	return types
})

// config makes a configuration of arguments, as Terraform sends it: all others are null.
func config(name string, arguments map[string]any) map[string]any {
	kind := schemas()[name].(tftypes.Object)
	values := make(map[string]tftypes.Value)
	for attribute, kind := range kind.AttributeTypes {
		text, err := json.Marshal(arguments[attribute])
		must(err)
		values[attribute], err = tfprotov6.DynamicValue{JSON: text}.Unmarshal(kind)
		must(err)
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	must(err)
	return map[string]any{"msgpack": value.MsgPack}
}

func (p *plugin) configure(tb testing.TB, arguments map[string]any) {
	tb.Helper()
	r, err := p.call(tb.Context(), "ConfigureProvider", "ConfigureProvider", map[string]any{"terraformVersion": "1.11.4", "config": config("", arguments)})
	if err != nil || len(r.Diagnostics) > 0 {
		tb.Fatal(err, r.Diagnostics)
	}
}

func (p *plugin) validate(ctx context.Context, name string, arguments map[string]any) (reply, error) {
	return p.call(ctx, "ValidateDataResourceConfig", "ValidateDataResourceConfig", map[string]any{"typeName": name, "config": config(name, arguments)})
}

func (p *plugin) read(ctx context.Context, name string, arguments map[string]any) (reply, error) {
	return p.call(ctx, "ReadDataSource", "ReadDataSource", map[string]any{"typeName": name, "config": config(name, arguments)})
}

// failed reports whether there is an error, and so no value.
func (r reply) failed() bool {
	return slices.ContainsFunc(r.Diagnostics, func(d diagnostic) bool { return d.Severity == "ERROR" })
}

// value is the state of a reply as a Go value, or nil if there is none. Beside an error the framework sends the configuration
// back, which Terraform throws away.
func (r reply) value(name string) map[string]any {
	if r.State.Msgpack == nil || r.failed() {
		return nil
	}
	state, err := tfprotov6.DynamicValue{MsgPack: r.State.Msgpack}.Unmarshal(schemas()[name])
	must(err)
	value, _ := plain(state).(map[string]any)
	return value
}

// plain makes a Go value of a Terraform value: texts, numbers as texts, booleans, lists and maps.
func plain(v tftypes.Value) any {
	if v.IsNull() {
		return nil
	}
	var text string
	number := new(big.Float)
	var boolean bool
	var list []tftypes.Value
	var object map[string]tftypes.Value
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&boolean) == nil:
		return boolean
	case v.As(&list) == nil:
		values := make([]any, len(list))
		for i, element := range list {
			values[i] = plain(element)
		}
		return values
	case v.As(&object) == nil:
		values := make(map[string]any, len(object))
		for name, element := range object {
			values[name] = plain(element)
		}
		return values
	}
	must(v.As(&number))
	return json.Number(number.Text('f', -1))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
