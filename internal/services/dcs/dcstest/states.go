package dcstest

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"

const (
	ofJob      = `{"job_id":"ff8080818822bbf70188235afc24141a"}`
	ofTasks    = `{"instance_id":"i2","start_time":null,"end_time":null,"offset":null,"limit":null}`
	ofProgress = `{"instance_id":"i1","task_id":"t1"}`
)

var jobStates = []fixture.State{
	{Name: "of the reference page", Arguments: ofJob},
	{
		Name: "of an empty answer", Arguments: ofJob,
		Answer: `{}`, State: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"fail_reason":null}`,
	},
}

var tasksStates = []fixture.State{
	// With the attributes that the page's example leaves out.
	{Name: "of the reference page", Arguments: ofTasks, State: `{"task_count":"1","tasks":[{
	"id":"8abf6e1e72c12e7c0172c15b508500aa","name":"EXTEND","user_name":"dcs_000_02","user_id":"d53977d1adfb49c5b025ba7d33a13fd7",
	"params":null,"enable_show":false,"status":"SUCCESS","job_id":null,"error_code":null,
	"created_at":"2020-06-17T08:18:06.597Z","updated_at":"2020-06-17T08:18:10.106Z","details":{
	"old_cache_mode":"single","new_cache_mode":"single","old_capacity":"0.125","new_capacity":"0.25",
	"old_resource_spec_code":"redis.single.xu1.tiny.125","new_resource_spec_code":"redis.single.xu1.tiny.256",
	"old_replica_num":1,"new_replica_num":1,"old_cache_type":"single","new_cache_type":"single",
	"replica_ip":"192.192.0.1","replica_az":"az01","group_name":"group1","old_port":6379,"new_port":6379,
	"is_only_adjust_charging":false,"account_name":"account1","source_ip":"192.192.0.0","target_ip":"192.192.0.1",
	"node_name":"node1","rename_commands":[],"updated_config_length":0,
	"enable_public_ip":null,"public_ip_id":null,"public_ip_address":null,"enable_ssl":null}}]}`},
	{Name: "of tasks with nothing", Arguments: ofTasks, Answer: `{"tasks":[{"details":null}]}`, State: `{"task_count":null,"tasks":[{
	"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"enable_show":null,"status":null,"job_id":null,
	"error_code":null,"created_at":null,"updated_at":null,"details":null}]}`},
	{Name: "of no tasks", Arguments: ofTasks, Answer: `{"task_count":0,"tasks":[]}`, State: `{"task_count":"0","tasks":[]}`},
	{Name: "of an empty answer", Arguments: ofTasks, Answer: `{}`, State: `{"task_count":null,"tasks":[]}`},
}

var progressStates = []fixture.State{
	{Name: "of the reference page", Arguments: ofProgress},
	{
		Name: "of steps with nothing", Arguments: ofProgress,
		Answer: `{"step_details":[{"sub_step_details":[{}]},{}]}`, State: `{"progress":null,"remain_time":null,"step_details":[
	{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":[
	{"sub_step_id":null,"sub_step_name":null,"sub_step_status":null,"begin_time":null,"end_time":null,"detail":null,"error_code":null}]},
	{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":[]}]}`,
	},
}
