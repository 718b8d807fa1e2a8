package dcs_test

import (
	"strings"
	"testing"

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
