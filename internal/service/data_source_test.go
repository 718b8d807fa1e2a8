package service_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// The region and the project of a read are those of its arguments, or else of the provider; they are stored.
func TestRead(t *testing.T) {
	s, p := servicetest.New(t, nil)
	for _, test := range []struct {
		name            string
		arguments       map[string]any
		region, project string
	}{
		{name: "of the provider", arguments: map[string]any{"job_id": "j"}, region: simulator.DefaultRegion, project: simulator.DefaultProjectID},
		{name: "project", arguments: map[string]any{"job_id": "j", "project_id": "p"}, region: simulator.DefaultRegion, project: "p"},
		{name: "both", arguments: map[string]any{"job_id": "j", "region": "eu-west-102", "project_id": "p"}, region: "eu-west-102", project: "p"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.ClearFaults()
			s.InjectFault(simulator.Fault{Path: "/v2/" + test.project + "/jobs/j", Body: `{"status":"RUNNING"}`})
			r := p.Read(t.Context(), "hwtasks_dcs_job", test.arguments)
			if r.Errors() != "" || r.State["region"] != test.region || r.State["project_id"] != test.project || r.State["status"] != "RUNNING" {
				t.Errorf("got %v %s, want region %s, project %s, status RUNNING", r.State, r.Errors(), test.region, test.project)
			}
		})
	}
	s.ClearFaults()
	const want = "Cannot read DCS job: DCS job j in region "
	if r := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}); r.State != nil || !strings.HasPrefix(r.Errors(), want) {
		t.Errorf("job that is not there: got %v %s, want %s…", r.State, r.Errors(), want)
	}
}

// Values of other types are null, with one warning. Lists that are missing are empty.
func TestReadOfAnotherForm(t *testing.T) {
	s, p := servicetest.New(t, nil)
	s.InjectFault(simulator.Fault{Body: `{"progress":6.5,"remain_time":30,"step_details":[{"step_name":{},"error_code":"DCS.1"}]}`})
	r := p.Read(t.Context(), "hwtasks_dcs_background_task_progress", map[string]any{"instance_id": "i", "task_id": "t"})
	servicetest.CheckState(t, r.State, `{"instance_id":"i","task_id":"t","remain_time":30,"step_details":[{"step_id":null,"step_name":null,
		"step_status":null,"begin_time":null,"end_time":null,"error_code":"DCS.1","sub_step_details":[]}]}`)
	const want = "Unexpected types in the response: The response of the service for progress of DCS background task t of instance i has " +
		"values of another type than documented. These attributes are null:\n\n" +
		"  - progress is a number 6.5, and not an Integer of 64 bits as the reference page says.\n" +
		"  - step_details[].step_name is an object, and not a String as the reference page says.\n\n" +
		"Endpoint: http://127.0.0.1/dcs\nRequest ID: "
	if got := r.Warnings(); r.Errors() != "" || len(r.Diagnostics) != 1 || !strings.HasPrefix(got, want) {
		t.Errorf("got %s, warnings\n%s\nwant\n%s…", r.Errors(), got, want)
	}

	s.ClearFaults()
	s.InjectFault(simulator.Fault{Body: `{}`})
	r = p.Read(t.Context(), "hwtasks_dcs_background_tasks", map[string]any{"instance_id": "i"})
	if len(r.Diagnostics) > 0 || r.State["tasks"] == nil {
		t.Errorf("no list: got %v %s%s, want an empty list", r.State, r.Errors(), r.Warnings())
	}
	s.ClearFaults()
	s.InjectFault(simulator.Fault{Body: "<html>", Times: 1})
	r = p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"})
	if got := r.Errors(); strings.Count(got, "Request ID: ") != 1 || strings.Contains(got, "(request ID ") {
		t.Errorf("a page: got %s, want one request ID", got)
	}
	const list = "Cannot read DCS background tasks: DCS background tasks of instance i in region "
	r = p.Read(t.Context(), "hwtasks_dcs_background_tasks", map[string]any{"instance_id": "i"})
	if !strings.HasPrefix(r.Errors(), list) {
		t.Errorf("list of an instance that is not there: got %s, want %s…", r.Errors(), list)
	}
}

// The arguments between which a data source reads, and the errors of those that are not valid.
func TestValidateTimes(t *testing.T) {
	const (
		form  = `must be a time in the form yyyyMMddHHmmss, such as 20200609160000.`
		start = `AttributeName("start_time"): Invalid time`
		end   = `AttributeName("end_time"): Invalid time`
	)
	_, p := servicetest.New(t, nil)
	for _, test := range []struct {
		name       string
		start, end any
		want       string
	}{
		{name: "start alone", start: "20240229000000"},
		{name: "end alone", end: "20240229000000"},
		{name: "the same time", start: "20200609160000", end: "20200609160000"},
		{name: "unknown", start: tftypes.NewValue(tftypes.String, tftypes.UnknownValue), end: "20200609160000"},
		{
			name: "start after end", start: "20200617160000", end: "20200617155959",
			want: start + " range: start_time 20200617160000 is after end_time 20200617155959.",
		},
		{
			name: "other forms", start: "2020-06-09", end: "",
			want: start + `: "2020-06-09" ` + form + "\n\n" + end + `: "" ` + form,
		},
		{name: "fraction of a second", end: "20200609160000.5", want: end + `: "20200609160000.5" ` + form},
		{name: "day that does not exist", start: "20230229000000", want: start + `: "20230229000000" ` + form},
	} {
		arguments := map[string]any{"instance_id": "i", "start_time": test.start, "end_time": test.end}
		if got := p.Validate("hwtasks_dcs_background_tasks", arguments).Errors(); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.want)
		}
	}
}
