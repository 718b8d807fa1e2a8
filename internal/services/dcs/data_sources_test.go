package dcs_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// The error of each data source names its object. States are tested with the provider.
func TestDataSources(t *testing.T) {
	_, p := servicetest.New(t, nil)
	for _, test := range []struct {
		name      string
		arguments map[string]any
		want      string // beginning of the error
	}{
		{name: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"}, want: "Cannot read DCS job: DCS job j in region "},
		{
			name: "hwtasks_dcs_background_tasks", arguments: map[string]any{"instance_id": "i"},
			want: "Cannot read DCS background tasks: DCS background tasks of instance i in region ",
		},
		{
			name: "hwtasks_dcs_background_task_progress", arguments: map[string]any{"instance_id": "i", "task_id": "t"},
			want: "Cannot read progress of DCS background task: Progress of DCS background task t of instance i in region ",
		},
	} {
		if r := p.Read(t.Context(), test.name, test.arguments); r.State != nil || !strings.HasPrefix(r.Errors(), test.want) {
			t.Errorf("%s, not found: got %v %s, want %s…", test.name, r.State, r.Errors(), test.want)
		}
	}
}

// The attributes of newer editions of the service, and those that the example of the reference page lacks.
func TestTaskWithAllAttributes(t *testing.T) {
	const tasks = `{"task_count":"1","tasks":[{"id":"a","name":"","user_name":"u","user_id":"d","params":"{}","status":"FAILED",
		"created_at":"c","updated_at":"d","enable_show":true,"job_id":"j","error_code":"DCS.4064","details":{
		"old_capacity":"1","new_capacity":"2","enable_public_ip":true,"public_ip_id":"p","public_ip_address":"10.0.0.1","enable_ssl":false,
		"old_cache_mode":"a","new_cache_mode":"b","old_resource_spec_code":"c","new_resource_spec_code":"d","old_replica_num":1,
		"new_replica_num":2,"old_cache_type":"e","new_cache_type":"f","replica_ip":"10.0.0.2","replica_az":"az","group_name":"g",
		"old_port":3,"new_port":4,"is_only_adjust_charging":true,"account_name":"n","source_ip":"10.0.0.3","target_ip":"10.0.0.4",
		"node_name":"o","rename_commands":[null,"KEYS"],"updated_config_length":5}}]}`
	s, p := servicetest.New(t, nil)
	s.InjectFault(simulator.Fault{Body: tasks})
	r := p.Read(t.Context(), "hwtasks_dcs_background_tasks", map[string]any{"instance_id": "i"})
	servicetest.CheckState(t, r.State, `{"instance_id":"i"}`, tasks)
}

// The times of hwtasks_dcs_background_tasks, and the errors of those that are not valid.
func TestTimes(t *testing.T) {
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
