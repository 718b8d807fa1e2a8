package dcs

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// BenchmarkTasks decodes a list of 1,000 tasks and maps it to a Terraform value.
func BenchmarkTasks(b *testing.B) {
	var page struct{ Tasks []json.RawMessage }
	if err := json.Unmarshal([]byte(simulatortest.Read(b, "testdata/dcs_background_tasks.json")), &page); err != nil {
		b.Fatal(err)
	}
	body := `{"task_count":1000,"tasks":[` + strings.Repeat(string(page.Tasks[0])+",", 999) + string(page.Tasks[0]) + `]}`
	var resp datasource.SchemaResponse
	backgroundTasksDataSource.New().Schema(b.Context(), datasource.SchemaRequest{}, &resp)
	empty := tftypes.NewValue(resp.Schema.Type().TerraformType(b.Context()), nil)

	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		m := tasksModel{InstanceID: "i"}
		if err := json.Unmarshal([]byte(body), &m.TaskList); err != nil {
			b.Fatal(err)
		}
		state := tfsdk.State{Schema: resp.Schema, Raw: empty}
		if diags := state.Set(b.Context(), &m); diags.HasError() {
			b.Fatal(diags)
		}
	}
}

// BenchmarkParallelReads sends 64 requests at once over one client.
func BenchmarkParallelReads(b *testing.B) {
	s, address := simulatortest.Start(b, simulator.Options{})
	for i := range 64 {
		s.Add(dcstest.Job{ID: fmt.Sprint(i)})
	}
	c := simulatortest.Client(b, address)
	for b.Loop() {
		var readers sync.WaitGroup
		for i := range 64 {
			readers.Go(func() {
				if _, _, err := service.Get(b.Context(), GetJob, c, simulatortest.Target, fmt.Sprint(i)); err != nil {
					b.Error(err)
				}
			})
		}
		readers.Wait()
	}
	connections := make(map[string]bool)
	for _, r := range s.Requests() {
		connections[r.Remote] = true
	}
	b.ReportMetric(float64(len(connections)), "connections")
}
