package provider

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// dynamic makes a configuration for a schema: the given attributes, and null for all others.
func dynamic(t *testing.T, s *tfprotov6.Schema, attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	object := s.ValueType().(tftypes.Object)
	values := make(map[string]tftypes.Value)
	for name, kind := range object.AttributeTypes {
		values[name] = tftypes.NewValue(kind, nil)
		if value, given := attributes[name]; given {
			values[name] = value
		}
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

// Configuring sends nothing, and StopProvider ends a read that is under way.
func TestConfigureAndStop(t *testing.T) {
	var requests atomic.Int32
	asked := make(chan bool, 1)
	cloud := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		asked <- true
		<-r.Context().Done()
	}))
	defer cloud.Close()
	server, err := factories["hwtasks"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	endpoints := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"dcs": text(cloud.URL), "iam": text(cloud.URL)})

	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.2.3",
		Config: dynamic(t, schemas.Provider, map[string]tftypes.Value{
			"region": text(simulator.DefaultRegion), "token": text("t"), "endpoints": endpoints,
		}),
	})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(configured.Diagnostics, err)
	}
	if n := requests.Load(); n > 0 {
		t.Errorf("configuring sent %d requests", n)
	}

	read := make(chan *tfprotov6.ReadDataSourceResponse, 1)
	go func() {
		resp, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: "hwtasks_dcs_job",
			Config:   dynamic(t, schemas.DataSourceSchemas["hwtasks_dcs_job"], map[string]tftypes.Value{"job_id": text("j")}),
		})
		if err != nil {
			t.Error(err)
		}
		read <- resp
	}()
	select {
	case <-asked:
	case resp := <-read:
		t.Fatalf("the read ended by itself: %+v", *resp.Diagnostics[0])
	}
	if _, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Error(err)
	}
	resp := <-read
	if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, "DCS job j: the read was interrupted") {
		t.Errorf("%d diagnostics, %+v", len(resp.Diagnostics), *resp.Diagnostics[0])
	}
}
