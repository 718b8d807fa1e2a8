package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

const (
	jobConfig = `
data "hwtasks_dcs_job" "test" {
  job_id = "ff8080818822bbf70188235afc24141a"
}
`
	tasksConfig = `
data "hwtasks_dcs_background_tasks" "test" {
  instance_id = "i1"
}
`
	progressConfig = `
data "hwtasks_dcs_background_task_progress" "test" {
  instance_id = "i1"
  task_id     = "t1"
}
`
	kafkaConfig = `
data "hwtasks_kafka_background_task" "test" {
  instance_id = "i1"
  task_id     = "t1"
}
`
	dwsConfig = `
data "hwtasks_dws_job" "test" {
  job_id = "2c9080e88459fa44018459fbeb600001"
}
`
)

// place is the part of every state that tells where it was read.
const place = `"region":"eu-west-101","project_id":"` + simulator.DefaultProjectID + `"`

// The answer of each page, and one that leaves out what it can, give exactly this state.
func TestStates(t *testing.T) {
	for name, test := range map[string]struct {
		config, answer, state string
	}{
		"DCS job of the page": {jobConfig, simulatortest.Read(t, "../dcs/testdata/dcs_job.json"),
			`{"job_id":"ff8080818822bbf70188235afc24141a","job_type":"masterStandbySwapJob","status":"SUCCESS",
			"begin_time":"1684191545379","end_time":"1684191548248","fail_reason":null,` + place + `}`},
		"DCS job with nothing": {jobConfig, `{}`,
			`{"job_id":"ff8080818822bbf70188235afc24141a","job_type":null,"status":null,"begin_time":null,"end_time":null,"fail_reason":null,` + place + `}`},
		"DCS tasks of the page": {tasksConfig, simulatortest.Read(t, "../dcs/testdata/dcs_background_tasks.json"),
			`{"instance_id":"i1","start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":"1","tasks":[{
			"id":"8abf6e1e72c12e7c0172c15b508500aa","name":"EXTEND","user_name":"dcs_000_02","user_id":"d53977d1adfb49c5b025ba7d33a13fd7",
			"params":null,"enable_show":false,"status":"SUCCESS","job_id":null,"error_code":null,
			"created_at":"2020-06-17T08:18:06.597Z","updated_at":"2020-06-17T08:18:10.106Z","details":{
			"old_cache_mode":"single","new_cache_mode":"single","old_capacity":"0.125","new_capacity":"0.25",
			"old_resource_spec_code":"redis.single.xu1.tiny.125","new_resource_spec_code":"redis.single.xu1.tiny.256",
			"old_replica_num":1,"new_replica_num":1,"old_cache_type":"single","new_cache_type":"single",
			"replica_ip":"192.192.0.1","replica_az":"az01","group_name":"group1","old_port":6379,"new_port":6379,
			"is_only_adjust_charging":false,"account_name":"account1","source_ip":"192.192.0.0","target_ip":"192.192.0.1",
			"node_name":"node1","rename_commands":[],"updated_config_length":0,
			"enable_public_ip":null,"public_ip_id":null,"public_ip_address":null,"enable_ssl":null}}],` + place + `}`},
		"DCS tasks with nothing": {tasksConfig, `{"tasks":[{"details":null}]}`,
			`{"instance_id":"i1","start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":null,"tasks":[{
			"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"enable_show":null,"status":null,"job_id":null,"error_code":null,
			"created_at":null,"updated_at":null,"details":null}],` + place + `}`},
		"no DCS tasks":     {tasksConfig, `{"task_count":0,"tasks":[]}`, `{"instance_id":"i1","start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":"0","tasks":[],` + place + `}`},
		"DCS tasks absent": {tasksConfig, `{}`, `{"instance_id":"i1","start_time":null,"end_time":null,"offset":null,"limit":null,"task_count":null,"tasks":null,` + place + `}`},
		"DCS progress of the page": {progressConfig, simulatortest.Read(t, "../dcs/testdata/dcs_background_task_progress.json"),
			`{"instance_id":"i1","task_id":"t1",` + place + `,` + strings.TrimPrefix(simulatortest.Read(t, "../dcs/testdata/dcs_background_task_progress.json"), "{")},
		"DCS progress with nothing": {progressConfig, `{"step_details":[{"sub_step_details":[{}]},{}]}`,
			`{"instance_id":"i1","task_id":"t1",` + place + `,"progress":null,"remain_time":null,"step_details":[
			{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":[
			{"sub_step_id":null,"sub_step_name":null,"sub_step_status":null,"begin_time":null,"end_time":null,"detail":null,"error_code":null}]},
			{"step_id":null,"step_name":null,"step_status":null,"begin_time":null,"end_time":null,"error_code":null,"sub_step_details":null}]}`},
		"Kafka task of the page": {kafkaConfig, simulatortest.Read(t, "../kafka/testdata/kafka_background_task.json"),
			`{"instance_id":"i1","task_id":"t1",` + place + `,` + strings.TrimPrefix(simulatortest.Read(t, "../kafka/testdata/kafka_background_task.json"), "{")},
		"Kafka task that is unknown": {kafkaConfig, `{"task_count":"0","tasks":[]}`, `{"instance_id":"i1","task_id":"t1","task_count":"0","tasks":[],` + place + `}`},
		"Kafka task with nothing": {kafkaConfig, `{"tasks":[{}]}`,
			`{"instance_id":"i1","task_id":"t1","task_count":null,` + place + `,"tasks":[
			{"id":null,"name":null,"user_name":null,"user_id":null,"params":null,"status":null,"created_at":null,"updated_at":null}]}`},
		"DWS job of the page": {dwsConfig, simulatortest.Read(t, "../dws/testdata/dws_job.json"),
			`{` + place + `,` + strings.TrimPrefix(simulatortest.Read(t, "../dws/testdata/dws_job.json"), "{")},
		"DWS job with nothing": {dwsConfig, `{}`,
			`{"job_id":"2c9080e88459fa44018459fbeb600001","job_name":null,"begin_time":null,"end_time":null,"status":null,
			"failed_code":null,"failed_detail":null,"progress":null,` + place + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			for _, service := range []cloud.Service{cloud.DCS, cloud.DMS, cloud.DWS} {
				s.InjectFault(simulator.Fault{Service: service, Body: test.answer})
			}
			source, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(test.config), `data "`), `"`)
			output := "output \"all\" {\n  value = data." + source + ".test\n}\n"
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{
					{
						Config:            providerBlock(address) + test.config + output,
						ConfigStateChecks: wholeState(t, "data."+source+".test", test.state),
					},
					{
						// Reading again changes nothing, which the plan shows for outputs.
						Config:   providerBlock(address) + test.config + output,
						PlanOnly: true,
					},
				},
			})
		})
	}
}

// Everything at once from the simulated cloud's own objects, read as a user reads it.
func TestReadingARunningInstance(t *testing.T) {
	now := time.Now() // and for good: the example goes on
	s, address := simulatortest.Start(t, simulator.Options{Now: func() time.Time { return now }})
	s.AddExamples()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: providerBlock(address) + jobConfig + dwsConfig + strings.NewReplacer(
				"i1", "5560df16-cebf-4473-95c4-d1b573c16e79", "t1", "8abf6e1e72c12e7c0172c15b508500aa").Replace(tasksConfig+progressConfig) + strings.NewReplacer(
				"i1", "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa", "t1", "8abfa7b272adc5b40172b73130065ae7").Replace(kafkaConfig) + `
output "running" {
  value = join(" ", concat(
    [for t in data.hwtasks_dcs_background_tasks.test.tasks : t.name if t.status == "EXECUTING"],
    [for s in data.hwtasks_dcs_background_task_progress.test.step_details : s.step_name if s.step_status == "FINISH"],
    [data.hwtasks_dcs_job.test.status, data.hwtasks_dws_job.test.status],
    [jsondecode(one(data.hwtasks_kafka_background_task.test.tasks).params).public_ip_address],
  ))
}
`,
			Check: resource.TestCheckOutput("running", "EXTEND Pre-check. SUCCESS RUNNING 100.93.2.18"),
		}},
	})
}

// The arguments of a data source win over those of the provider.
func TestRegionAndProjectOfADataSource(t *testing.T) {
	const other = "ffffffffffffffffffffffffffffffff"
	s, address := simulatortest.Start(t, simulator.Options{Projects: []simulator.Project{
		{ID: simulator.DefaultProjectID, Name: "eu-west-101"}, {ID: other, Name: "eu-de"}, {ID: "named", Name: "eu-west-101_team"},
	}})
	s.Add(simulator.DCSJob{ID: "j"})
	for config, want := range map[string][2]string{
		``:                                       {"eu-west-101", "given"},
		`region = "eu-de"`:                       {"eu-de", other},
		`project_id = "` + other + `"`:           {"eu-west-101", other},
		"region = \"eu-de\"\nproject_id = \"x\"": {"eu-de", "x"},
	} {
		s.ClearFaults()
		s.InjectFault(simulator.Fault{Service: cloud.DCS, Body: `{}`})
		state := fmt.Sprintf(`{"job_id":"j","job_type":null,"status":null,"begin_time":null,"end_time":null,"fail_reason":null,"region":%q,"project_id":%q}`, want[0], want[1])
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: factories,
			Steps: []resource.TestStep{{
				Config:            providerBlock(address, `project_id = "given"`) + "data \"hwtasks_dcs_job\" \"test\" {\n  job_id = \"j\"\n  " + config + "\n}\n",
				ConfigStateChecks: wholeState(t, "data.hwtasks_dcs_job.test", state),
			}},
		})
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: providerBlock(address, `project_name = "eu-west-101_team"`) + jobConfig,
			Check:  resource.TestCheckResourceAttr("data.hwtasks_dcs_job.test", "project_id", "named"),
		}},
	})
}

// What a user gets to read when a read fails.
func TestErrors(t *testing.T) {
	const id = "ff8080818822bbf70188235afc24141a"
	for name, test := range map[string]struct {
		config string
		block  []string        // more in the provider block
		fault  simulator.Fault // none where it has no service
		want   []string        // in this order
	}{
		"unknown job": {jobConfig, nil, simulator.Fault{}, []string{
			"Cannot read DCS job", "DCS job " + id + " in region eu-west-101, project " + simulator.DefaultProjectID,
			`HTTP 404 Not Found, code SIMULATOR.0404: "The job does not exist"`, "Endpoint: http://127.0.0.1:", "Request ID: ", "Check the IDs"}},
		"wrong key": {jobConfig, []string{`security_token = "x"`, `project_id = "p"`}, simulator.Fault{}, []string{
			"HTTP 401 Unauthorized, code APIGW.0301", "Request ID:", "The credentials were refused: the access key from access_key in the provider block and the secret key from secret_key in the provider block, with the security token from security_token in the provider block",
			"The security token does not belong to these keys"}},
		"wrong key, found by the lookup": {jobConfig, []string{`security_token = "x"`}, simulator.Fault{}, []string{
			"Cannot read DCS job", `Looking up the project "eu-west-101" for DCS job ` + id + " in region eu-west-101: HTTP 401 Unauthorized, code 401", "Request ID:", "credentials were refused"}},
		"foreign project": {jobConfig, []string{`project_id = "p"`}, simulator.Fault{}, []string{
			"project p: HTTP 403 Forbidden, code APIGW.0302", "lacks a permission in this project, or the project is not one of theirs. Reading needs dcs:job:get"}},
		"no permission, tasks":    {tasksConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 403}, []string{"Cannot read DCS background tasks", "of instance i1", "403", "dcs:instance:getBackgroundTask"}},
		"no permission, progress": {progressConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 403}, []string{"Cannot read progress of DCS background task", "Progress of DCS background task t1 of instance i1", "403", "dcs:instance:getBackgroundTask"}},
		"no permission, Kafka":    {kafkaConfig, nil, simulator.Fault{Service: cloud.DMS, Status: 403}, []string{"Cannot read Kafka background task", "t1 of instance i1", "403", "dms:instance:getBackgroundTask"}},
		"no permission, DWS": {dwsConfig, nil, simulator.Fault{Service: cloud.DWS, Status: 403, Body: `{"errCode":"DWS.0403","externalMessage":"Denied."}`}, []string{
			"Cannot read DWS job", `code DWS.0403: "Denied."`, "dws:service:listJobDetail"}},
		"no permission to list projects": {jobConfig, nil, simulator.Fault{Service: cloud.IAM, Status: 403}, []string{"for DCS job", "403", "may not list projects in IAM", "set project_id"}},
		"task without progress":          {progressConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 400, Body: `{"error_code":"DCS.4094"}`}, []string{"code DCS.4094", "keeps no progress of this kind of task", "hwtasks_dcs_background_tasks"}},
		"wrong address of IAM":           {jobConfig, nil, simulator.Fault{Service: cloud.IAM, Status: 404}, []string{"Looking up the project", "404", "Check auth_url or endpoints.iam", "set project_id"}},
		"malformed redirect":             {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 302, Header: map[string]string{"Location": "http://%zz"}}, []string{"HTTP 302 Found", "The endpoint redirects."}},
		"unknown instance":               {tasksConfig, nil, simulator.Fault{}, []string{"code DCS.3022", "Check the IDs"}},
		"API not published":              {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 404, Body: `{"error_code":"APIGW.0101","error_msg":"m"}`}, []string{"code APIGW.0101", "Check the region, and endpoints.dcs"}},
		"bad request":                    {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 400, Body: `{"error_code":"DCS.4070","error_msg":"m"}`}, []string{"HTTP 400 Bad Request, code DCS.4070", "Check the IDs"}},
		"throttled":                      {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 429, Body: `{"error_code":"APIGW.0308"}`}, []string{"code APIGW.0308", "Attempts: 2", "too many requests", "-parallelism", "max_retries"}},
		"throttled for long":             {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 429, Header: map[string]string{"Retry-After": "3600"}}, []string{"429", "asks to wait 1h0m0s"}},
		"throttled with a 404":           {kafkaConfig, nil, simulator.Fault{Service: cloud.DMS, Status: 404, Body: `{"error_code":"DMS.10240407"}`}, []string{"DMS.10240407", "Attempts: 2", "too many requests"}},
		"fault of the service":           {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 500, Body: `<html><title>oops</title>`}, []string{`HTTP 500 Internal Server Error: "HTML page: oops"`, "Attempts: 2", "cloud's support"}},
		"redirect":                       {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Status: 302, Header: map[string]string{"Location": "https://login.example.com/?x=y"}}, []string{"HTTP 302 Found", "redirects to https://login.example.com.", "set endpoints.dcs"}},
		"empty answer":                   {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Body: " "}, []string{"the answer is empty", "Request ID:", "endpoints.dcs and any proxy"}},
		"null":                           {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Body: "null"}, []string{"the answer is null, not a JSON object"}},
		"login page":                     {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Body: "<html><title>Log in</title>"}, []string{"HTML page: Log in"}},
		"truncated JSON":                 {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Body: `{"job_id":"f`}, []string{"breaks off after 12 bytes"}},
		"cut connection":                 {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Body: `{"job_id":"f`, Truncate: 5}, []string{"the answer broke off after 5 bytes", "Request ID:", "Attempts: 2", "Check that this machine reaches the endpoint"}},
		"reset":                          {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Reset: true}, []string{"Attempts: 2", "Check that this machine reaches the endpoint"}},
		"wrong type":                     {progressConfig, nil, simulator.Fault{Service: cloud.DCS, Body: `{"progress":"a third"}`}, []string{`field progress is a string "a third", and not an Integer of 64 bits`}},
		"another job":                    {jobConfig, nil, simulator.Fault{Service: cloud.DCS, Body: `{"job_id":"other"}`}, []string{"DCS job " + id, `answered with job "other" instead`, "Request ID:"}},
		"no such project":                {jobConfig, []string{`project_name = "nowhere"`}, simulator.Fault{}, []string{"Cannot read DCS job", `no project named "nowhere" for region "eu-west-101"`, "Check the region and project_name", "or set project_id."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			if test.fault.Service != "" {
				s.InjectFault(test.fault)
			}
			block := append([]string{"max_retries = 1"}, test.block...)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: providerBlock(address, block...) + test.config, ExpectError: inOrder(test.want...)}},
			})
		})
	}
}

// inOrder matches a text that has all of these in this order, however a CLI broke its lines.
func inOrder(texts ...string) *regexp.Regexp {
	patterns := make([]string, len(texts))
	for i, text := range texts {
		words := strings.Fields(text)
		for j, word := range words {
			words[j] = regexp.QuoteMeta(word)
		}
		patterns[i] = strings.Join(words, `[\s│]+`)
	}
	return regexp.MustCompile("(?s)" + strings.Join(patterns, ".*"))
}

func TestUnreachableService(t *testing.T) {
	for name, test := range map[string]struct {
		endpoint string
		want     []string
	}{
		"nobody listens": {"http://127.0.0.1:1", []string{"connection refused", "Endpoint: http://127.0.0.1:1", "Check that this machine reaches the endpoint", "endpoints.dcs"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := fmt.Sprintf("provider \"hwtasks\" {\n  token = \"x\"\n  project_id = \"p\"\n  max_retries = 0\n  endpoints = { dcs = %q }\n}\n", test.endpoint)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: config + jobConfig, ExpectError: inOrder(test.want...)}},
			})
		})
	}
}

// The arguments of the list reach the service as they are.
func TestArgumentsOfTheTaskList(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Service: cloud.DCS, Body: `{"task_count":"9","tasks":[]}`})
	config := strings.Replace(tasksConfig, "}", "  offset = 3\n  limit = 7\n  start_time = \"20260101000000\"\n  end_time = \"20260102000000\"\n}", 1)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: providerBlock(address) + config,
			ConfigStateChecks: wholeState(t, "data.hwtasks_dcs_background_tasks.test",
				`{"instance_id":"i1","start_time":"20260101000000","end_time":"20260102000000","offset":3,"limit":7,"task_count":"9","tasks":[],`+place+`}`),
		}},
	})
	const want = "begin_time=20260101000000&end_time=20260102000000&limit=7&offset=3&start_time=20260101000000"
	for _, r := range s.Requests() {
		if r.Service == cloud.DCS && r.Query != want {
			t.Errorf("query %s, want %s", r.Query, want)
		}
	}
}

// Wrong arguments are refused before anything is sent.
func TestArguments(t *testing.T) {
	const badID = "must be 1 to 64 letters, digits, hyphens or underscores"
	for name, test := range map[string]struct {
		config string
		want   []string
	}{
		"job_id empty":            {strings.Replace(jobConfig, "ff8080818822bbf70188235afc24141a", "", 1), []string{"job_id", badID}},
		"job_id with slash":       {strings.Replace(jobConfig, "ff8080818822bbf70188235afc24141a", "a/b", 1), []string{"job_id", badID}},
		"job_id too long":         {strings.Replace(jobConfig, "ff8080818822bbf70188235afc24141a", strings.Repeat("a", 65), 1), []string{"job_id", badID}},
		"DWS job_id":              {strings.Replace(dwsConfig, "2c9080e88459fa44018459fbeb600001", "a b", 1), []string{"job_id", badID}},
		"DCS instance_id":         {strings.Replace(tasksConfig, "i1", "..", 1), []string{"instance_id", badID}},
		"progress task_id":        {strings.Replace(progressConfig, "t1", "t%31", 1), []string{"task_id", badID}},
		"progress instance":       {strings.Replace(progressConfig, "i1", "i?x", 1), []string{"instance_id", badID}},
		"Kafka task_id":           {strings.Replace(kafkaConfig, "t1", "t1\\n", 1), []string{"task_id", badID}},
		"Kafka instance_id":       {strings.Replace(kafkaConfig, "i1", "ä", 1), []string{"instance_id", badID}},
		"project_id":              {strings.Replace(jobConfig, "}", "  project_id = \"a/b\"\n}", 1), []string{"project_id", badID}},
		"region":                  {strings.Replace(jobConfig, "}", "  region = \"evil.example.com/\"\n}", 1), []string{"region", "must be a region such as eu-west-101"}},
		"offset":                  {strings.Replace(tasksConfig, "}", "  offset = -1\n}", 1), []string{"offset", "must be at least 0"}},
		"limit of zero":           {strings.Replace(tasksConfig, "}", "  limit = 0\n}", 1), []string{"limit", "must be between 1 and 1000"}},
		"limit too large":         {strings.Replace(tasksConfig, "}", "  limit = 1001\n}", 1), []string{"limit", "must be between 1 and 1000"}},
		"time of other form":      {strings.Replace(tasksConfig, "}", "  start_time = \"2020-06-09\"\n}", 1), []string{"start_time", "must be a time in the form yyyyMMddHHmmss"}},
		"time with fraction":      {strings.Replace(tasksConfig, "}", "  end_time = \"20200609160000.5\"\n}", 1), []string{"end_time", "must be a time in the form"}},
		"no real date":            {strings.Replace(tasksConfig, "}", "  end_time = \"20230229000000\"\n}", 1), []string{"end_time", `"20230229000000" must be a time`}},
		"only the malformed time": {strings.Replace(tasksConfig, "}", "  start_time = \"9 June\"\n  end_time = \"20200617155959\"\n}", 1), []string{`"9 June" must be a time`}},
		"start after end":         {strings.Replace(tasksConfig, "}", "  start_time = \"20200617160000\"\n  end_time = \"20200617155959\"\n}", 1), []string{"Invalid time range", "start_time 20200617160000 is after end_time 20200617155959"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: providerBlock(address) + test.config, PlanOnly: true, ExpectError: inOrder(test.want...)}},
			})
			if n := len(s.Requests()); n > 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}
