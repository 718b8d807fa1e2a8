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

// jobConfig is a read that is tried with provider blocks.
const jobConfig = "data \"hwtasks_dcs_job\" \"test\" {\n  job_id = \"j\"\n}\n"

// place is where the simulated cloud is read.
const place = `{"region":"eu-west-101","project_id":"` + simulator.DefaultProjectID + `"}`

var (
	jobOfThePage  = map[string]any{"job_id": "ff8080818822bbf70188235afc24141a"}
	dwsOfThePage  = map[string]any{"job_id": "2c9080e88459fa44018459fbeb600001"}
	listArguments = map[string]any{"instance_id": "i2"}
	taskArguments = map[string]any{"instance_id": "i1", "task_id": "t1"}
)

// A read is a data source with an answer of its service.
type read struct {
	source    string
	arguments map[string]any
	service   cloud.Service // that gets the request
	path      string        // part of the path of the request
	answer    string
	state     string // the attributes beside the arguments, region and project
}

// wholeState returns the state with all attributes.
func (r read) wholeState(t *testing.T) map[string]any {
	t.Helper()
	return object(t, place, r.arguments, r.state)
}

// referencePages returns a read of the answer that each reference page shows.
func referencePages(t *testing.T) map[string]read {
	t.Helper()
	dcsJob := simulatortest.Read(t, "../dcs/testdata/dcs_job.json")
	progress := simulatortest.Read(t, "../dcs/testdata/dcs_background_task_progress.json")
	kafkaTask := simulatortest.Read(t, "../kafka/testdata/kafka_background_task.json")
	dwsJob := simulatortest.Read(t, "../dws/testdata/dws_job.json")
	return map[string]read{
		"DCS job": {
			source: "hwtasks_dcs_job", arguments: jobOfThePage, service: cloud.DCS, path: "/jobs/", answer: dcsJob, state: dcsJob,
		},
		"DCS tasks": {
			source: "hwtasks_dcs_background_tasks", arguments: listArguments, service: cloud.DCS, path: "/instances/i2/tasks",
			answer: simulatortest.Read(t, "../dcs/testdata/dcs_background_tasks.json"),
			state: `{"start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":"1","tasks":[{
				"id":"8abf6e1e72c12e7c0172c15b508500aa","name":"EXTEND","user_name":"dcs_000_02","user_id":"d53977d1adfb49c5b025ba7d33a13fd7",
				"params":null,"enable_show":false,"status":"SUCCESS","job_id":null,"error_code":null,
				"created_at":"2020-06-17T08:18:06.597Z","updated_at":"2020-06-17T08:18:10.106Z","details":{
				"old_cache_mode":"single","new_cache_mode":"single","old_capacity":"0.125","new_capacity":"0.25",
				"old_resource_spec_code":"redis.single.xu1.tiny.125","new_resource_spec_code":"redis.single.xu1.tiny.256",
				"old_replica_num":1,"new_replica_num":1,"old_cache_type":"single","new_cache_type":"single",
				"replica_ip":"192.192.0.1","replica_az":"az01","group_name":"group1","old_port":6379,"new_port":6379,
				"is_only_adjust_charging":false,"account_name":"account1","source_ip":"192.192.0.0","target_ip":"192.192.0.1",
				"node_name":"node1","rename_commands":[],"updated_config_length":0,
				"enable_public_ip":null,"public_ip_id":null,"public_ip_address":null,"enable_ssl":null}}]}`,
		},
		"DCS progress": {
			source: "hwtasks_dcs_background_task_progress", arguments: taskArguments, service: cloud.DCS, path: "/tasks/t1/progress",
			answer: progress, state: progress,
		},
		"Kafka task": {
			source: "hwtasks_kafka_background_task", arguments: taskArguments, service: cloud.DMS, path: "/tasks/t1",
			answer: kafkaTask, state: kafkaTask,
		},
		"DWS job": {source: "hwtasks_dws_job", arguments: dwsOfThePage, service: cloud.DWS, path: "/job/", answer: dwsJob, state: dwsJob},
		"wait": {
			source: "hwtasks_wait", arguments: object(t, `{"service":"dcs"}`, jobOfThePage), service: cloud.DCS, path: "/jobs/", answer: dcsJob,
			state: `{"instance_id":null,"task_id":null,"poll_interval":null,"tolerate":null,"success_statuses":null,"failure_statuses":null,
				"timeouts":null,"outcome":"succeeded","status":"SUCCESS","name":"masterStandbySwapJob","progress":null,
				"begin_time":"1684191545379","end_time":"1684191548248","failure_code":null,"failure_reason":null}`,
		},
	}
}

// The answer of each reference page, and one that leaves out all that it can, result in exactly this state.
func TestStates(t *testing.T) {
	reads := referencePages(t)
	for name, r := range map[string]read{
		"DCS job with nothing": {
			source: "hwtasks_dcs_job", arguments: jobOfThePage, answer: `{}`,
			state: `{"job_type":null,"status":null,"begin_time":null,"end_time":null,"fail_reason":null}`,
		},
		"DCS tasks with nothing": {
			source: "hwtasks_dcs_background_tasks", arguments: listArguments, answer: `{"tasks":[{"details":null}]}`,
			state: `{"start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":null,"tasks":[{
				"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"enable_show":null,"status":null,"job_id":null,
				"error_code":null,"created_at":null,"updated_at":null,"details":null}]}`,
		},
		"no DCS tasks": {
			source: "hwtasks_dcs_background_tasks", arguments: listArguments, answer: `{"task_count":0,"tasks":[]}`,
			state: `{"start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":"0","tasks":[]}`,
		},
		"DCS tasks absent": {
			source: "hwtasks_dcs_background_tasks", arguments: listArguments, answer: `{}`,
			state: `{"start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":null,"tasks":null}`,
		},
		"DCS progress with nothing": {
			source: "hwtasks_dcs_background_task_progress", arguments: taskArguments, answer: `{"step_details":[{"sub_step_details":[{}]},{}]}`,
			state: `{"progress":null,"remain_time":null,"step_details":[
				{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":[
				{"sub_step_id":null,"sub_step_name":null,"sub_step_status":null,"begin_time":null,"end_time":null,"detail":null,"error_code":null}]},
				{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":null}]}`,
		},
		"Kafka task that is unknown": {
			source: "hwtasks_kafka_background_task", arguments: taskArguments, answer: `{"task_count":"0","tasks":[]}`,
			state: `{"task_count":"0","tasks":[]}`,
		},
		"Kafka task with nothing": {
			source: "hwtasks_kafka_background_task", arguments: taskArguments, answer: `{"tasks":[{}]}`,
			state: `{"task_count":null,"tasks":[{"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"status":null,
				"created_at":null,"updated_at":null}]}`,
		},
		"DWS job with nothing": {
			source: "hwtasks_dws_job", arguments: dwsOfThePage, answer: `{}`,
			state: `{"job_name":null,"begin_time":null,"end_time":null,"status":null,"failed_code":null,"failed_detail":null,"progress":null}`,
		},
	} {
		reads[name] = r
	}
	for name, test := range reads {
		t.Run(name, func(t *testing.T) {
			s := simulator.New(simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.answer})
			r := connect(t, s, nil).Read(t.Context(), test.source, test.arguments)
			if len(r.Diagnostics) > 0 {
				t.Fatalf("got errors %q, warnings %q; want none", r.Errors(), r.Warnings())
			}
			if diff := cmp.Diff(test.wholeState(t), r.State); diff != "" {
				t.Errorf("state (-want, +got):\n%s", diff)
			}
		})
	}
}

// The region and project of a data source take precedence over those of the provider block.
func TestRegionAndProjectOfADataSource(t *testing.T) {
	const other = "ffffffffffffffffffffffffffffffff"
	for name, test := range map[string]struct {
		block           map[string]any
		arguments       map[string]any
		region, project string
	}{
		"none": {
			block:  map[string]any{"project_id": "given"},
			region: "eu-west-101", project: "given",
		},
		"region, whose project is looked up": {
			block:     map[string]any{"project_id": "given"},
			arguments: map[string]any{"region": "eu-west-102"},
			region:    "eu-west-102", project: other,
		},
		"project": {
			block:     map[string]any{"project_id": "given"},
			arguments: map[string]any{"project_id": other},
			region:    "eu-west-101", project: other,
		},
		"region and project": {
			block:     map[string]any{"project_id": "given"},
			arguments: map[string]any{"region": "eu-west-102", "project_id": "x"},
			region:    "eu-west-102", project: "x",
		},
		"none, and the name of a project in the provider block": {
			block:  map[string]any{"project_id": nil, "project_name": "eu-west-101_team"},
			region: "eu-west-101", project: "named",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := simulator.New(simulator.Options{Projects: []simulator.Project{
				{ID: simulator.DefaultProjectID, Name: "eu-west-101"}, {ID: other, Name: "eu-west-102"}, {ID: "named", Name: "eu-west-101_team"},
			}})
			s.InjectFault(simulator.Fault{Service: cloud.DCS, Body: `{}`})
			r := connect(t, s, test.block).Read(t.Context(), "hwtasks_dcs_job", object(t, `{"job_id":"j"}`, test.arguments))
			if r.Errors() != "" || r.State["region"] != test.region || r.State["project_id"] != test.project {
				t.Errorf("got region %v, project %v, errors %q; want %s, %s",
					r.State["region"], r.State["project_id"], r.Errors(), test.region, test.project)
			}
			requests := s.Requests()
			if want := "/v2/" + test.project + "/jobs/j"; requests[len(requests)-1].Path != want {
				t.Errorf("got a request to %s, want %s", requests[len(requests)-1].Path, want)
			}
		})
	}
}

// A region of another cloud is an error of the argument, and no credentials are sent there.
func TestRegionOfAnotherCloud(t *testing.T) {
	s := simulator.New(simulator.Options{})
	p := connect(t, s, map[string]any{"region": "eu-de", "endpoints": nil})
	got := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j", "region": "eu-west-101"}).Errors()
	if !inOrder(`AttributeName("region"): Cannot read DCS job: `, "eu-west-101", "otc.t-systems.com").MatchString(got) {
		t.Errorf("got error %q, want one at region that names both clouds", got)
	}
	if requests := s.Requests(); len(requests) > 0 {
		t.Errorf("got requests %+v, want none", requests)
	}
}

// An error names the object, the place, the cause, and the permission that the call needs.
func TestErrors(t *testing.T) {
	const where = " in region eu-west-101, project " + simulator.DefaultProjectID + ": "
	for name, test := range map[string]struct {
		source    string
		arguments map[string]any
		block     map[string]any  // of the provider, beside that of connect
		fault     simulator.Fault // none if it is empty
		want      []string        // in this order
	}{
		"unknown job": {
			source: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"},
			want: []string{
				"Cannot read DCS job: DCS job j" + where + `HTTP 404 Not Found, code SIMULATOR.0404: "The job does not exist"`,
				"Endpoint: http://127.0.0.1", "Request ID: ", "Check the IDs",
			},
		},
		"forbidden, DCS job": {
			source: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"}, fault: simulator.Fault{Service: cloud.DCS, Status: 403},
			want: []string{"Cannot read DCS job: DCS job j" + where + "HTTP 403 Forbidden", "dcs:job:get"},
		},
		"forbidden, DCS tasks": {
			source: "hwtasks_dcs_background_tasks", arguments: listArguments, fault: simulator.Fault{Service: cloud.DCS, Status: 403},
			want: []string{"Cannot read DCS background tasks: ", "of instance i2" + where + "HTTP 403", "dcs:instance:getBackgroundTask"},
		},
		"forbidden, DCS progress": {
			source: "hwtasks_dcs_background_task_progress", arguments: taskArguments, fault: simulator.Fault{Service: cloud.DCS, Status: 403},
			want: []string{
				"Cannot read progress of DCS background task: ", "t1 of instance i1" + where + "HTTP 403", "dcs:instance:getBackgroundTask",
			},
		},
		"forbidden, Kafka": {
			source: "hwtasks_kafka_background_task", arguments: taskArguments, fault: simulator.Fault{Service: cloud.DMS, Status: 403},
			want: []string{"Cannot read Kafka background task: ", "t1 of instance i1" + where + "HTTP 403", "dms:instance:getBackgroundTask"},
		},
		"forbidden, DWS": {
			source: "hwtasks_dws_job", arguments: map[string]any{"job_id": "j"},
			fault: simulator.Fault{Service: cloud.DWS, Status: 403, Body: `{"errCode":"DWS.0403","externalMessage":"Denied."}`},
			want:  []string{"Cannot read DWS job: DWS job j" + where + `HTTP 403 Forbidden, code DWS.0403: "Denied."`, "dws:service:listJobDetail"},
		},
		"forbidden, wait": {
			source: "hwtasks_wait", arguments: map[string]any{"service": "dws", "job_id": "j"},
			fault: simulator.Fault{Service: cloud.DWS, Status: 403},
			want:  []string{"Cannot wait for DWS job: DWS job j" + where + "HTTP 403 Forbidden", "dws:service:listJobDetail"},
		},
		"project not found": {
			source: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"}, block: map[string]any{"project_id": nil, "project_name": "nowhere"},
			want: []string{"Cannot read DCS job: ", `no project named "nowhere" for region "eu-west-101"`, "project_name", "project_id"},
		},
		"project lookup forbidden": {
			source: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"}, block: map[string]any{"project_id": nil},
			fault: simulator.Fault{Service: cloud.IAM, Status: 403},
			want:  []string{`Cannot read DCS job: Looking up the project "eu-west-101" for DCS job j`, "HTTP 403", "set project_id"},
		},
		"answer for another job": {
			source: "hwtasks_dcs_job", arguments: map[string]any{"job_id": "j"},
			fault: simulator.Fault{Service: cloud.DCS, Body: `{"job_id":"other"}`},
			want:  []string{"DCS job j" + where, `answered with job "other" instead`, "Request ID:"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := simulator.New(simulator.Options{})
			if test.fault.Service != "" {
				s.InjectFault(test.fault)
			}
			r := connect(t, s, test.block).Read(t.Context(), test.source, test.arguments)
			if got := r.Errors(); !inOrder(test.want...).MatchString(got) {
				t.Errorf("got error %q, want %q", got, test.want)
			}
		})
	}
}

// The arguments of the task list reach the service unchanged.
func TestArgumentsOfTheTaskList(t *testing.T) {
	s := simulator.New(simulator.Options{})
	s.InjectFault(simulator.Fault{Service: cloud.DCS, Body: `{"task_count":"9","tasks":[]}`})
	arguments := map[string]any{"instance_id": "i1", "offset": 3, "limit": 7, "start_time": "20260101000000", "end_time": "20260102000000"}
	r := connect(t, s, nil).Read(t.Context(), "hwtasks_dcs_background_tasks", arguments)
	if diff := cmp.Diff(object(t, place, arguments, `{"task_count":"9","tasks":[]}`), r.State); diff != "" {
		t.Errorf("state (-want, +got):\n%s\n%s", diff, r.Errors())
	}
	got, err := url.ParseQuery(s.Requests()[0].Query)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"offset": {"3"}, "limit": {"7"}, "begin_time": {"20260101000000"}, "start_time": {"20260101000000"}, "end_time": {"20260102000000"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("query (-want, +got):\n%s", diff)
	}
}

// Invalid arguments are errors at the argument, before anything is sent.
func TestInvalidArguments(t *testing.T) {
	p := connect(t, simulator.New(simulator.Options{}), nil)
	const (
		badID   = "must be 1 to 64 letters, digits, hyphens or underscores"
		badTime = "must be a time in the form yyyyMMddHHmmss"
	)
	for _, test := range []struct {
		source    string
		arguments map[string]any
		at        string // the argument with the error
		want      string
	}{
		{source: "dcs_job", arguments: map[string]any{"job_id": ""}, at: "job_id", want: badID},
		{source: "dcs_job", arguments: map[string]any{"job_id": "a/b"}, at: "job_id", want: badID},
		{source: "dcs_job", arguments: map[string]any{"job_id": strings.Repeat("a", 65)}, at: "job_id", want: badID},
		{source: "dcs_job", arguments: map[string]any{"project_id": "a/b"}, at: "project_id", want: badID},
		{source: "dcs_job", arguments: map[string]any{"region": "evil.example.com/"}, at: "region", want: "must be a region such as eu-west-101"},
		{source: "dws_job", arguments: map[string]any{"job_id": "a b"}, at: "job_id", want: badID},
		{source: "dcs_background_task_progress", arguments: map[string]any{"task_id": "t%31"}, at: "task_id", want: badID},
		{source: "dcs_background_task_progress", arguments: map[string]any{"instance_id": "i?x"}, at: "instance_id", want: badID},
		{source: "kafka_background_task", arguments: map[string]any{"task_id": "t1\n"}, at: "task_id", want: badID},
		{source: "kafka_background_task", arguments: map[string]any{"instance_id": "ä"}, at: "instance_id", want: badID},
		{source: "dcs_background_tasks", arguments: map[string]any{"instance_id": ".."}, at: "instance_id", want: badID},
		{source: "dcs_background_tasks", arguments: map[string]any{"offset": -1}, at: "offset", want: "must be at least 0"},
		{source: "dcs_background_tasks", arguments: map[string]any{"limit": 0}, at: "limit", want: "must be between 1 and 1000"},
		{source: "dcs_background_tasks", arguments: map[string]any{"limit": 1001}, at: "limit", want: "must be between 1 and 1000"},
		{source: "dcs_background_tasks", arguments: map[string]any{"start_time": "2020-06-09"}, at: "start_time", want: badTime},
		{source: "dcs_background_tasks", arguments: map[string]any{"end_time": "20200609160000.5"}, at: "end_time", want: badTime},
		{source: "dcs_background_tasks", arguments: map[string]any{"end_time": "20230229000000"}, at: "end_time", want: badTime},
		{
			source: "dcs_background_tasks", arguments: map[string]any{"start_time": "9 June", "end_time": "20200617155959"},
			at: "start_time", want: badTime,
		},
		{
			source: "dcs_background_tasks", arguments: map[string]any{"start_time": "20200617160000", "end_time": "20200617155959"},
			at: "start_time", want: "start_time 20200617160000 is after end_time 20200617155959",
		},
	} {
		got := p.Validate("hwtasks_"+test.source, test.arguments).Errors()
		if !strings.Contains(got, fmt.Sprintf("AttributeName(%q): ", test.at)) || !strings.Contains(got, test.want) {
			t.Errorf("%s, %v: got error %q, want %q at %s", test.source, test.arguments, got, test.want, test.at)
		}
	}
}
