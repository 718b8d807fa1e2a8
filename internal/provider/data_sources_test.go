package provider

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// The example of each reference page, and an answer that leaves out all that it can, result in exactly this state.
// The states of hwtasks_wait are tested with it.
func TestStates(t *testing.T) {
	dcsJob := simulatortest.Read(t, "../dcs/testdata/dcs_job.json")
	tasks := simulatortest.Read(t, "../dcs/testdata/dcs_background_tasks.json")
	progress := simulatortest.Read(t, "../dcs/testdata/dcs_background_task_progress.json")
	kafkaTask := simulatortest.Read(t, "../kafka/testdata/kafka_background_task.json")
	dwsJob := simulatortest.Read(t, "../dws/testdata/dws_job.json")
	const (
		ofDCSJob = `{"job_id":"ff8080818822bbf70188235afc24141a"}`
		ofTasks  = `{"instance_id":"i2","start_time":null,"end_time":null,"offset":null,"limit":null}`
		ofTask   = `{"instance_id":"i1","task_id":"t1"}`
		ofDWSJob = `{"job_id":"2c9080e88459fa44018459fbeb600001"}`
		// The page's example with the attributes that it leaves out.
		tasksState = `{"task_count":"1","tasks":[{
			"id":"8abf6e1e72c12e7c0172c15b508500aa","name":"EXTEND","user_name":"dcs_000_02","user_id":"d53977d1adfb49c5b025ba7d33a13fd7",
			"params":null,"enable_show":false,"status":"SUCCESS","job_id":null,"error_code":null,
			"created_at":"2020-06-17T08:18:06.597Z","updated_at":"2020-06-17T08:18:10.106Z","details":{
			"old_cache_mode":"single","new_cache_mode":"single","old_capacity":"0.125","new_capacity":"0.25",
			"old_resource_spec_code":"redis.single.xu1.tiny.125","new_resource_spec_code":"redis.single.xu1.tiny.256",
			"old_replica_num":1,"new_replica_num":1,"old_cache_type":"single","new_cache_type":"single",
			"replica_ip":"192.192.0.1","replica_az":"az01","group_name":"group1","old_port":6379,"new_port":6379,
			"is_only_adjust_charging":false,"account_name":"account1","source_ip":"192.192.0.0","target_ip":"192.192.0.1",
			"node_name":"node1","rename_commands":[],"updated_config_length":0,
			"enable_public_ip":null,"public_ip_id":null,"public_ip_address":null,"enable_ssl":null}}]}`
		emptyTasks = `{"task_count":null,"tasks":[{
			"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"enable_show":null,"status":null,"job_id":null,
			"error_code":null,"created_at":null,"updated_at":null,"details":null}]}`
		emptyProgress = `{"progress":null,"remain_time":null,"step_details":[
			{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":[
			{"sub_step_id":null,"sub_step_name":null,"sub_step_status":null,"begin_time":null,"end_time":null,"detail":null,"error_code":null}]},
			{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":null}]}`
		emptyKafkaTask = `{"task_count":null,"tasks":[{"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"status":null,
			"created_at":null,"updated_at":null}]}`
		emptyDCSJob = `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"fail_reason":null}`
		emptyDWSJob = `{"job_name":null,"begin_time":null,"end_time":null,"status":null,"failed_code":null,"failed_detail":null,"progress":null}`
	)
	for _, test := range []struct{ name, source, arguments, answer, state string }{
		{name: "DCS job", source: "dcs_job", arguments: ofDCSJob, answer: dcsJob, state: dcsJob},
		{name: "DCS job with nothing", source: "dcs_job", arguments: ofDCSJob, answer: `{}`, state: emptyDCSJob},
		{name: "DCS tasks", source: "dcs_background_tasks", arguments: ofTasks, answer: tasks, state: tasksState},
		{
			name: "DCS tasks with nothing", source: "dcs_background_tasks", arguments: ofTasks,
			answer: `{"tasks":[{"details":null}]}`, state: emptyTasks,
		},
		{
			name: "no DCS tasks", source: "dcs_background_tasks", arguments: ofTasks,
			answer: `{"task_count":0,"tasks":[]}`, state: `{"task_count":"0","tasks":[]}`,
		},
		{
			name: "DCS tasks absent", source: "dcs_background_tasks", arguments: ofTasks,
			answer: `{}`, state: `{"task_count":null,"tasks":null}`,
		},
		{name: "DCS progress", source: "dcs_background_task_progress", arguments: ofTask, answer: progress, state: progress},
		{
			name: "DCS progress with nothing", source: "dcs_background_task_progress", arguments: ofTask,
			answer: `{"step_details":[{"sub_step_details":[{}]},{}]}`, state: emptyProgress,
		},
		{name: "Kafka task", source: "kafka_background_task", arguments: ofTask, answer: kafkaTask, state: kafkaTask},
		{
			name: "Kafka task with nothing", source: "kafka_background_task", arguments: ofTask,
			answer: `{"tasks":[{}]}`, state: emptyKafkaTask,
		},
		{name: "DWS job", source: "dws_job", arguments: ofDWSJob, answer: dwsJob, state: dwsJob},
		{name: "DWS job with nothing", source: "dws_job", arguments: ofDWSJob, answer: `{}`, state: emptyDWSJob},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := simulator.New(simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.answer})
			r := connect(t, s, nil).Read(t.Context(), "hwtasks_"+test.source, object(t, test.arguments))
			want := object(t, fmt.Sprintf(`{"region":%q,"project_id":%q}`, simulator.DefaultRegion, simulator.DefaultProjectID),
				test.arguments, test.state)
			if diff := cmp.Diff(want, r.State); diff != "" {
				t.Errorf("errors %q, state (-want, +got):\n%s", r.Errors(), diff)
			}
		})
	}
}

// An error names the permission that the call needs.
func TestPermissionInAnError(t *testing.T) {
	s := simulator.New(simulator.Options{})
	s.InjectFault(simulator.Fault{Status: 403})
	p := connect(t, s, nil)
	for _, test := range []struct{ source, arguments, permission string }{
		{source: "dcs_job", arguments: `{"job_id":"j"}`, permission: "dcs:job:get"},
		{source: "dcs_background_tasks", arguments: `{"instance_id":"i"}`, permission: "dcs:instance:getBackgroundTask"},
		{source: "dcs_background_task_progress", arguments: `{"instance_id":"i","task_id":"t"}`, permission: "dcs:instance:getBackgroundTask"},
		{source: "kafka_background_task", arguments: `{"instance_id":"i","task_id":"t"}`, permission: "dms:instance:getBackgroundTask"},
		{source: "dws_job", arguments: `{"job_id":"j"}`, permission: "dws:service:listJobDetail"},
		{source: "wait", arguments: `{"service":"dcs","job_id":"j"}`, permission: "dcs:job:get"},
		{source: "wait", arguments: `{"service":"dcs","instance_id":"i","task_id":"t"}`, permission: "dcs:instance:getBackgroundTask"},
		{source: "wait", arguments: `{"service":"kafka","instance_id":"i","task_id":"t"}`, permission: "dms:instance:getBackgroundTask"},
		{source: "wait", arguments: `{"service":"dws","job_id":"j"}`, permission: "dws:service:listJobDetail"},
	} {
		got := p.Read(t.Context(), "hwtasks_"+test.source, object(t, test.arguments)).Errors()
		if !strings.Contains(got, "Reading needs "+test.permission) {
			t.Errorf("%s %s: got error %q, want permission %s", test.source, test.arguments, got, test.permission)
		}
	}
}

// The arguments of the task list reach the service unchanged. Which times are valid is tested with the data source.
func TestArgumentsOfTheTaskList(t *testing.T) {
	s := simulator.New(simulator.Options{})
	s.InjectFault(simulator.Fault{Service: cloud.DCS, Body: `{}`})
	p := connect(t, s, nil)
	p.Read(t.Context(), "hwtasks_dcs_background_tasks",
		object(t, `{"instance_id":"i","offset":3,"limit":7,"start_time":"20260101000000","end_time":"20260102000000"}`))
	got, err := url.ParseQuery(s.Requests()[0].Query)
	must(err)
	want := url.Values{
		"offset": {"3"}, "limit": {"7"}, "begin_time": {"20260101000000"}, "start_time": {"20260101000000"}, "end_time": {"20260102000000"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("query (-want, +got):\n%s", diff)
	}
	for argument, want := range map[string]string{
		`"offset":-1`: "must be at least 0", `"offset":0`: "",
		`"limit":0`: "must be between 1 and 1000", `"limit":1`: "", `"limit":1000`: "", `"limit":1001`: "must be between 1 and 1000",
	} {
		got := p.Validate("hwtasks_dcs_background_tasks", object(t, `{"instance_id":"i",`+argument+`}`)).Errors()
		if !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: got error %q, want %q", argument, got, want)
		}
	}
}
