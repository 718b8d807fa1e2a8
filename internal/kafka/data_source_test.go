package kafka_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// The data source reads its call, and names its object if that fails. Whole states are tested with the provider.
func TestDataSource(t *testing.T) {
	s := simulator.New(simulator.Options{})
	p := plugintest.New(t, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(t, s))())())
	if r := p.Configure(map[string]any{
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID, "max_retries": 0,
		"token": simulator.DefaultToken, "endpoints": map[string]string{"dms": simulatortest.Address + "/dms"},
	}); len(r.Diagnostics) > 0 {
		t.Fatalf("configuring the provider: got %s%s, want no diagnostics", r.Errors(), r.Warnings())
	}
	const name, want = "hwtasks_kafka_background_task", "Cannot read Kafka background task: Kafka background task t of instance i in region "
	arguments := map[string]any{"instance_id": "i", "task_id": "t"}
	if r := p.Read(t.Context(), name, arguments); r.State != nil || !strings.HasPrefix(r.Errors(), want) {
		t.Errorf("not found: got %v %s, want %s…", r.State, r.Errors(), want)
	}
	s.InjectFault(simulator.Fault{Body: `{"task_count":"0","tasks":[]}`})
	if r := p.Read(t.Context(), name, arguments); r.Errors() != "" || r.State["task_count"] == nil {
		t.Errorf("found: got %v %s, want a value of task_count", r.State, r.Errors())
	}
}
