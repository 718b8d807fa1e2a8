package dcs_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// Each data source reads its call, and names its object if that fails. Whole states are tested with the provider.
func TestDataSources(t *testing.T) {
	s := simulator.New(simulator.Options{})
	p := plugintest.New(t, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(t, s))())())
	if r := p.Configure(map[string]any{
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID, "max_retries": 0,
		"token": simulator.DefaultToken, "endpoints": map[string]string{"dcs": simulatortest.Address + "/dcs"},
	}); len(r.Diagnostics) > 0 {
		t.Fatalf("configuring the provider: got %s%s, want no diagnostics", r.Errors(), r.Warnings())
	}
	for _, test := range []struct {
		name      string
		arguments map[string]any
		body      string
		attribute string // that the body sets
		err       string // beginning of the error without an answer
	}{
		{
			name: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"},
			body: `{"status":"RUNNING"}`, attribute: "status",
			err: "Cannot read DCS job: DCS job j in region ",
		},
		{
			name: "hwtasks_dcs_background_tasks", arguments: map[string]any{"instance_id": "i"},
			body: `{"task_count":"0","tasks":[]}`, attribute: "task_count",
			err: "Cannot read DCS background tasks: DCS background tasks of instance i in region ",
		},
		{
			name: "hwtasks_dcs_background_task_progress", arguments: map[string]any{"instance_id": "i", "task_id": "t"},
			body: `{"progress":30}`, attribute: "progress",
			err: "Cannot read progress of DCS background task: Progress of DCS background task t of instance i in region ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.ClearFaults()
			if r := p.Read(t.Context(), test.name, test.arguments); r.State != nil || !strings.HasPrefix(r.Errors(), test.err) {
				t.Errorf("not found: got %v %s, want %s…", r.State, r.Errors(), test.err)
			}
			s.InjectFault(simulator.Fault{Body: test.body})
			if r := p.Read(t.Context(), test.name, test.arguments); r.Errors() != "" || r.State[test.attribute] == nil {
				t.Errorf("found: got %v %s, want a value of %s", r.State, r.Errors(), test.attribute)
			}
		})
	}
}

// The times of hwtasks_dcs_background_tasks, and the errors of those that are not valid.
func TestTimes(t *testing.T) {
	const form = `must be a time in the form yyyyMMddHHmmss, such as 20200609160000.`
	p := plugintest.New(t, providerserver.NewProtocol6(provider.New("test")())())
	for _, test := range []struct {
		name       string
		start, end any
		want       []string // errors
	}{
		{name: "none"},
		{name: "both", start: "20200609160000", end: "20200617155959"},
		{name: "start alone", start: "20200609160000"},
		{name: "end alone", end: "20200609160000"},
		{name: "the same time", start: "20200609160000", end: "20200609160000"},
		{name: "leap day", start: "20240229000000"},
		{name: "unknown", start: tftypes.NewValue(tftypes.String, tftypes.UnknownValue), end: "20200609160000"},
		{
			name: "start after end", start: "20200617160000", end: "20200617155959",
			want: []string{`AttributeName("start_time"): Invalid time range: start_time 20200617160000 is after end_time 20200617155959.`},
		},
		{
			name: "other forms", start: "2020-06-09", end: "9 June",
			want: []string{
				`AttributeName("start_time"): Invalid time: "2020-06-09" ` + form, `AttributeName("end_time"): Invalid time: "9 June" ` + form,
			},
		},
		{
			name: "empty", start: "",
			want: []string{`AttributeName("start_time"): Invalid time: "" ` + form},
		},
		{
			name: "fraction of a second", end: "20200609160000.5",
			want: []string{`AttributeName("end_time"): Invalid time: "20200609160000.5" ` + form},
		},
		{
			name: "day that does not exist", start: "99999999999999", end: "20230229000000",
			want: []string{
				`AttributeName("start_time"): Invalid time: "99999999999999" ` + form,
				`AttributeName("end_time"): Invalid time: "20230229000000" ` + form,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			arguments := map[string]any{"instance_id": "i", "start_time": test.start, "end_time": test.end}
			got := p.Validate("hwtasks_dcs_background_tasks", arguments).Errors()
			if want := strings.Join(test.want, "\n\n"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
