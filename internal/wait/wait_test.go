package wait_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// arguments are the arguments of a wait.
type arguments map[string]any

// with returns the arguments and one more.
func (a arguments) with(name string, value any) arguments {
	a = maps.Clone(a)
	a[name] = value
	return a
}

var (
	dcsJob    = arguments{"service": "dcs", "job_id": "j"}
	dcsTask   = arguments{"service": "dcs", "instance_id": "i", "task_id": "t"}
	kafkaTask = arguments{"service": "kafka", "instance_id": "i", "task_id": "t"}
	dwsJob    = arguments{"service": "dws", "job_id": "j"}
)

// timeout returns the value of the timeouts argument.
func timeout(read string) map[string]any { return map[string]any{"read": read} }

// newPlugin returns the provider over a simulated cloud. Its arguments replace those that the tests need.
func newPlugin(t *testing.T, more map[string]any) (*simulator.Simulator, *plugintest.Plugin) {
	t.Helper()
	s := simulator.New(simulator.Options{})
	p := plugintest.New(t, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(t, s))())())
	endpoints := make(map[string]string)
	for _, service := range cloud.Services {
		endpoints[string(service)] = simulatortest.Address + "/" + string(service)
	}
	settings := map[string]any{
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID, "max_retries": 0,
		"access_key": simulator.DefaultAccessKey, "secret_key": simulator.DefaultSecretKey, "endpoints": endpoints,
	}
	maps.Copy(settings, more)
	if r := p.Configure(settings); len(r.Diagnostics) > 0 {
		t.Fatalf("configuring the provider: %s%s", r.Errors(), r.Warnings())
	}
	return s, p
}

// state returns the whole state of a wait: its arguments and its result. All other attributes are null.
func state(t *testing.T, a arguments, result map[string]any) map[string]any {
	t.Helper()
	whole := map[string]any{
		"service": nil, "job_id": nil, "instance_id": nil, "task_id": nil, "poll_interval": nil, "tolerate": nil,
		"success_statuses": nil, "failure_statuses": nil, "timeouts": nil,
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID,
		"outcome": nil, "status": nil, "name": nil, "progress": nil, "begin_time": nil, "end_time": nil,
		"failure_code": nil, "failure_reason": nil,
	}
	maps.Copy(whole, a)
	maps.Copy(whole, result)
	return plain(t, whole)
}

// plain returns a value with the Go types that encoding/json decodes to.
func plain(t *testing.T, value map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(text, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// between checks how long a wait took. After a tenth of the time waited, and at least every second, comes the next poll.
func checkElapsed(t *testing.T, start time.Time, shortest time.Duration) {
	t.Helper()
	if took, longest := time.Since(start), shortest+shortest/10+2*time.Second; took < shortest || took > longest {
		t.Errorf("took %s, want %s to %s", took, shortest, longest)
	}
}
