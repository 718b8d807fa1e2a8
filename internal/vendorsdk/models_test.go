package vendorsdk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/def"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdktime"
	vendorbms "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bms/v1"
	vendorcbr "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/cbr/v1"
	vendorcce "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/cce/v3"
	vendordcs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2"
	vendorddm "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ddm/v1"
	vendordds "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dds/v3"
	vendordws "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dws/v2"
	vendorecs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ecs/v2"
	vendorelb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/elb/v3"
	vendorevs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/evs/v2"
	vendortaurusdb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3"
	vendorgeminidb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdbfornosql/v3"
	vendorgaussdb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdbforopengauss/v3"
	vendorims "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2"
	vendorkafka "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/kafka/v2"
	vendorrabbitmq "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rabbitmq/v2"
	vendorrds "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rds/v3"
	vendorrocketmq "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rocketmq/v2"
	vendorsdrs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sdrs/v1"
	vendorsfsturbo "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sfsturbo/v1"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// A vendorCall is a call of the vendor's SDK.
type vendorCall struct {
	request *def.HttpRequestDef
	answer  reflect.Type
	// read makes the call with the vendor's client. Set fills the fields of the request.
	read func(client *core.HcHttpClient, set func(request reflect.Value)) (any, error)
}

// of returns the call of a method of one of the vendor's clients.
func of[Client, Request, Answer any](
	request func() *def.HttpRequestDef, newClient func(*core.HcHttpClient) *Client, method func(*Client, *Request) (*Answer, error),
) vendorCall {
	return vendorCall{request(), reflect.TypeFor[Answer](), func(c *core.HcHttpClient, set func(reflect.Value)) (any, error) {
		var r Request
		set(reflect.ValueOf(&r).Elem())
		return method(newClient(c), &r)
	}}
}

// vendorCalls are the vendor's calls by our services and paths.
var vendorCalls = map[string]vendorCall{
	"bms /v1/{project_id}/jobs/{job_id}": of(
		vendorbms.GenReqDefForShowJobInfos, vendorbms.NewBmsClient, (*vendorbms.BmsClient).ShowJobInfos),

	"cbr /v3/{project_id}/operation-logs/{task_id}": of(
		vendorcbr.GenReqDefForShowOpLog, vendorcbr.NewCbrClient, (*vendorcbr.CbrClient).ShowOpLog),
	"cbr /v3/{project_id}/operation-logs": of(vendorcbr.GenReqDefForListOpLogs, vendorcbr.NewCbrClient, (*vendorcbr.CbrClient).ListOpLogs),

	"cce /api/v3/projects/{project_id}/jobs/{job_id}": of(
		vendorcce.GenReqDefForShowJob, vendorcce.NewCceClient, (*vendorcce.CceClient).ShowJob),

	"cce_autopilot /autopilot/v3/projects/{project_id}/jobs/{job_id}": of(
		vendorcce.GenReqDefForShowAutopilotJob, vendorcce.NewCceClient, (*vendorcce.CceClient).ShowAutopilotJob),

	"dcs /v2/{project_id}/jobs/{job_id}": of(
		vendordcs.GenReqDefForShowJobInfo, vendordcs.NewDcsClient, (*vendordcs.DcsClient).ShowJobInfo),
	"dcs /v2/{project_id}/instances/{instance_id}/tasks": of(
		vendordcs.GenReqDefForListBackgroundTask, vendordcs.NewDcsClient, (*vendordcs.DcsClient).ListBackgroundTask),
	"dcs /v2/{project_id}/instances/{instance_id}/tasks/{task_id}/progress": of(
		vendordcs.GenReqDefForShowBackgroundTaskProgress, vendordcs.NewDcsClient, (*vendordcs.DcsClient).ShowBackgroundTaskProgress),
	"dcs /v2/{project_id}/instances/{instance_id}": of(
		vendordcs.GenReqDefForShowInstance, vendordcs.NewDcsClient, (*vendordcs.DcsClient).ShowInstance),

	"ddm /v3/{project_id}/jobs/{job_id}": of(
		vendorddm.GenReqDefForShowDdmJobResult, vendorddm.NewDdmClient, (*vendorddm.DdmClient).ShowDdmJobResult),
	"ddm /v3/{project_id}/jobs": of(vendorddm.GenReqDefForListTasks, vendorddm.NewDdmClient, (*vendorddm.DdmClient).ListTasks),
	"ddm /v1/{project_id}/instances/{instance_id}": of(
		vendorddm.GenReqDefForShowInstance, vendorddm.NewDdmClient, (*vendorddm.DdmClient).ShowInstance),

	"dds /v3/{project_id}/jobs?id={job_id}": of(
		vendordds.GenReqDefForShowJobDetail, vendordds.NewDdsClient, (*vendordds.DdsClient).ShowJobDetail),
	"dds /v3.1/{project_id}/jobs": of(vendordds.GenReqDefForListTasks, vendordds.NewDdsClient, (*vendordds.DdsClient).ListTasks),
	"dds /v3/{project_id}/instances?id={instance_id}": of(
		vendordds.GenReqDefForListInstances, vendordds.NewDdsClient, (*vendordds.DdsClient).ListInstances),

	"dws /v1.0/{project_id}/job/{job_id}": of(
		vendordws.GenReqDefForListJobDetails, vendordws.NewDwsClient, (*vendordws.DwsClient).ListJobDetails),
	"dws /v1.0/{project_id}/clusters/{cluster_id}": of(
		vendordws.GenReqDefForListClusterDetails, vendordws.NewDwsClient, (*vendordws.DwsClient).ListClusterDetails),

	"ecs /v1/{project_id}/jobs/{job_id}": of(vendorecs.GenReqDefForShowJob, vendorecs.NewEcsClient, (*vendorecs.EcsClient).ShowJob),

	"elb /v3/{project_id}/elb/jobs/{job_id}": of(vendorelb.GenReqDefForShowJob, vendorelb.NewElbClient, (*vendorelb.ElbClient).ShowJob),
	"elb /v3/{project_id}/elb/jobs":          of(vendorelb.GenReqDefForListJobs, vendorelb.NewElbClient, (*vendorelb.ElbClient).ListJobs),

	"evs /v1/{project_id}/jobs/{job_id}": of(
		vendorevs.GenReqDefForShowJob, vendorevs.NewEvsClient, (*vendorevs.EvsClient).ShowJob),

	"gaussdb /v3/{project_id}/jobs?id={job_id}": of(vendorgaussdb.GenReqDefForShowJobDetail,
		vendorgaussdb.NewGaussDBforopenGaussClient, (*vendorgaussdb.GaussDBforopenGaussClient).ShowJobDetail),
	"gaussdb /v3/{project_id}/tasks": of(vendorgaussdb.GenReqDefForListTasks,
		vendorgaussdb.NewGaussDBforopenGaussClient, (*vendorgaussdb.GaussDBforopenGaussClient).ListTasks),
	"gaussdb /v3/{project_id}/instances?id={instance_id}": of(vendorgaussdb.GenReqDefForListInstances,
		vendorgaussdb.NewGaussDBforopenGaussClient, (*vendorgaussdb.GaussDBforopenGaussClient).ListInstances),

	"geminidb /v3/{project_id}/jobs?id={job_id}": of(vendorgeminidb.GenReqDefForListJobs,
		vendorgeminidb.NewGaussDBforNoSQLClient, (*vendorgeminidb.GaussDBforNoSQLClient).ListJobs),
	"geminidb /v3/{project_id}/jobs": of(vendorgeminidb.GenReqDefForListJobs,
		vendorgeminidb.NewGaussDBforNoSQLClient, (*vendorgeminidb.GaussDBforNoSQLClient).ListJobs),
	"geminidb /v3/{project_id}/instances?id={instance_id}": of(vendorgeminidb.GenReqDefForListInstances,
		vendorgeminidb.NewGaussDBforNoSQLClient, (*vendorgeminidb.GaussDBforNoSQLClient).ListInstances),

	"ims /v1/{project_id}/jobs/{job_id}": of(
		vendorims.GenReqDefForShowJob, vendorims.NewImsClient, (*vendorims.ImsClient).ShowJob),

	"kafka /v2/{project_id}/instances/{instance_id}/tasks/{task_id}": of(
		vendorkafka.GenReqDefForShowBackgroundTask, vendorkafka.NewKafkaClient, (*vendorkafka.KafkaClient).ShowBackgroundTask),
	"kafka /v2/{project_id}/instances/{instance_id}/tasks": of(
		vendorkafka.GenReqDefForListBackgroundTasks, vendorkafka.NewKafkaClient, (*vendorkafka.KafkaClient).ListBackgroundTasks),
	"kafka /v2/{project_id}/instances/{instance_id}": of(
		vendorkafka.GenReqDefForShowInstance, vendorkafka.NewKafkaClient, (*vendorkafka.KafkaClient).ShowInstance),

	"rabbitmq /v2/{project_id}/instances/{instance_id}/tasks/{task_id}": of(
		vendorrabbitmq.GenReqDefForShowBackgroundTask, vendorrabbitmq.NewRabbitMQClient, (*vendorrabbitmq.RabbitMQClient).ShowBackgroundTask),
	"rabbitmq /v2/{project_id}/instances/{instance_id}/tasks": of(
		vendorrabbitmq.GenReqDefForListBackgroundTasks, vendorrabbitmq.NewRabbitMQClient, (*vendorrabbitmq.RabbitMQClient).ListBackgroundTasks),
	"rabbitmq /v2/{project_id}/instances/{instance_id}": of(
		vendorrabbitmq.GenReqDefForShowInstance, vendorrabbitmq.NewRabbitMQClient, (*vendorrabbitmq.RabbitMQClient).ShowInstance),

	"rds /v3/{project_id}/jobs?id={job_id}": of(
		vendorrds.GenReqDefForListJobInfo, vendorrds.NewRdsClient, (*vendorrds.RdsClient).ListJobInfo),
	"rds /v3/{project_id}/tasklist": of(vendorrds.GenReqDefForListTasks, vendorrds.NewRdsClient, (*vendorrds.RdsClient).ListTasks),
	"rds /v3/{project_id}/instances?id={instance_id}": of(
		vendorrds.GenReqDefForListInstances, vendorrds.NewRdsClient, (*vendorrds.RdsClient).ListInstances),

	"rocketmq /v2/{project_id}/instances/{instance_id}/tasks/{task_id}": of(
		vendorrocketmq.GenReqDefForShowBackgroundTask, vendorrocketmq.NewRocketMQClient, (*vendorrocketmq.RocketMQClient).ShowBackgroundTask),
	"rocketmq /v2/{project_id}/instances/{instance_id}/tasks": of(
		vendorrocketmq.GenReqDefForListBackgroundTasks, vendorrocketmq.NewRocketMQClient, (*vendorrocketmq.RocketMQClient).ListBackgroundTasks),
	"rocketmq /v2/{project_id}/instances/{instance_id}": of(
		vendorrocketmq.GenReqDefForShowInstance, vendorrocketmq.NewRocketMQClient, (*vendorrocketmq.RocketMQClient).ShowInstance),

	"sdrs /v1/{project_id}/jobs/{job_id}": of(
		vendorsdrs.GenReqDefForShowJobStatus, vendorsdrs.NewSdrsClient, (*vendorsdrs.SdrsClient).ShowJobStatus),

	"sfs_turbo /v1/{project_id}/sfs-turbo/jobs/{job_id}": of(
		vendorsfsturbo.GenReqDefForShowJobDetail, vendorsfsturbo.NewSFSTurboClient, (*vendorsfsturbo.SFSTurboClient).ShowJobDetail),

	"taurusdb /v3/{project_id}/jobs?id={job_id}": of(vendortaurusdb.GenReqDefForShowGaussMySqlJobInfo,
		vendortaurusdb.NewGaussDBClient, (*vendortaurusdb.GaussDBClient).ShowGaussMySqlJobInfo),
	"taurusdb /v3/{project_id}/immediate-jobs": of(vendortaurusdb.GenReqDefForListImmediateJobs,
		vendortaurusdb.NewGaussDBClient, (*vendortaurusdb.GaussDBClient).ListImmediateJobs),
	"taurusdb /v3/{project_id}/instances?id={instance_id}": of(vendortaurusdb.GenReqDefForListGaussMySqlInstances,
		vendortaurusdb.NewGaussDBClient, (*vendortaurusdb.GaussDBClient).ListGaussMySqlInstances), //nolint:staticcheck // v3.1 replaces it
}

// exceptions are the differences from the vendor's SDK that are right, with the reason.
var exceptions = map[string]map[string]string{
	"bms /v1/{project_id}/jobs/{job_id}": {
		"code: only in the SDK": ofErrors, "entities.sub_jobs[].code: only in the SDK": ofErrors,
		"message: only in the SDK": ofErrors, "entities.sub_jobs[].message: only in the SDK": ofErrors,
	},
	"cbr /v3/{project_id}/operation-logs": {
		"count: only in the SDK": paging, "limit: only in the SDK": paging, "offset: only in the SDK": paging,
	},
	"cce /api/v3/projects/{project_id}/jobs/{job_id}":                 {deepSubJobs: recursive},
	"cce_autopilot /autopilot/v3/projects/{project_id}/jobs/{job_id}": {deepSubJobs: recursive},
	"dcs /v2/{project_id}/instances/{instance_id}/tasks": {
		"tasks[].error_code: only here": "in newer editions of the page",
		"tasks[].job_id: only here":     "in newer editions of the page",
		"query begin_time: only here":   "the page has start_time in its table and begin_time in its example, so both are sent",
	},
	"dcs /v2/{project_id}/instances/{instance_id}": {"task: only here": unlistedTask},
	"ddm /v3/{project_id}/jobs": {
		"jobs[].jobs: only here": "an earlier edition of the page called operations so",
		"limit: only in the SDK": paging, "offset: only in the SDK": paging, "total: only in the SDK": paging,
	},
	"ddm /v1/{project_id}/instances/{instance_id}": {"task: only here": unlistedTask},
	"ecs /v1/{project_id}/jobs/{job_id}": {
		"code: only in the SDK": ofErrors, "message: only in the SDK": ofErrors,
	},
	"elb /v3/{project_id}/elb/jobs":                           {"page_info: only in the SDK": paging},
	"gaussdb /v3/{project_id}/instances?id={instance_id}":     {"instances[].actions: only here": someActions},
	"kafka /v2/{project_id}/instances/{instance_id}":          {"task: only here": unlistedTask},
	"kafka /v2/{project_id}/instances/{instance_id}/tasks":    {"query start: only here": renamedStart},
	"rabbitmq /v2/{project_id}/instances/{instance_id}":       {"task: only here": unlistedTask},
	"rabbitmq /v2/{project_id}/instances/{instance_id}/tasks": {"query start: only here": renamedStart},
	"rocketmq /v2/{project_id}/instances/{instance_id}":       {"task: only here": unlistedTask},
	"rocketmq /v2/{project_id}/instances/{instance_id}/tasks": {"query start: only here": renamedStart},
	"rds /v3/{project_id}/instances?id={instance_id}":         {"instances[].actions: only here": someActions},
	"sfs_turbo /v1/{project_id}/sfs-turbo/jobs/{job_id}":      {"X-request-id: only in the SDK": "it is a header"},
	"taurusdb /v3/{project_id}/jobs?id={job_id}": {
		"job.entities: free object here, object in the SDK": "SDK defect: its object has no members",
	},
	"taurusdb /v3/{project_id}/instances?id={instance_id}": {"instances[].actions: only here": someActions},
}

// Exceptions of several calls, and their reasons.
const (
	deepSubJobs = "spec.subJobs[].spec.subJobs[].spec.subJobs: free object here, list in the SDK"

	ofErrors     = "only an error has it"
	recursive    = "sub jobs have sub jobs to any depth, which a schema cannot have"
	renamedStart = "the SDK follows newer editions of the page, which have renamed it to offset"
	paging       = "a member for paging: all pages are read"
	someActions  = "the struct is that of several database services, of which only some have it"
	unlistedTask = "the services send it, but no page lists it"
)

// TestModels compares the calls of all services with those of the vendor's SDK: the request, and the members of the response.
func TestModels(t *testing.T) {
	calls, members := 0, 0
	known := make(map[string]bool)
	for _, s := range services.All {
		for _, ours := range s.Calls() {
			key := s.Name + " " + ours.Path
			known[key] = true
			theirs, found := vendorCalls[key]
			if !found {
				t.Errorf("%s is not compared with the vendor's SDK: add %q to vendorCalls in internal/vendorsdk/models_test.go, with the "+
					"GenReqDefFor function, the client and the method of the SDK", ours.Reference, key)
				continue
			}
			calls++
			c := comparison{partial: s.Instance != nil && ours == s.Instance.Call}
			c.compareRequests(ours, theirs.request)
			c.compare("", ours.Answer, theirs.answer)
			members += c.members
			for _, difference := range c.differences {
				if exceptions[key][difference] == "" {
					t.Errorf("%s: %s", key, difference)
				}
			}
			for difference := range exceptions[key] {
				if !slices.Contains(c.differences, difference) {
					t.Errorf("%s: the exception %q no longer applies", key, difference)
				}
			}
		}
	}
	for _, key := range slices.Concat(slices.Collect(maps.Keys(vendorCalls)), slices.Collect(maps.Keys(exceptions))) {
		if !known[key] {
			t.Errorf("no service has the call %s", key)
		}
	}
	t.Logf("%d calls with %d members compared", calls, members)
}

// A comparison compares one call.
type comparison struct {
	partial     bool // ours reads only what a wait needs
	members     int
	differences []string
}

func (c *comparison) add(format string, values ...any) {
	c.differences = append(c.differences, fmt.Sprintf(format, values...))
}

// argument matches an argument in a path.
var argument = regexp.MustCompile(`\{[^}]*\}`)

// compareRequests compares method, path and the names in the query.
func (c *comparison) compareRequests(ours *service.CallInfo, theirs *def.HttpRequestDef) {
	path, fixed, _ := strings.Cut(ours.Path, "?")
	if theirs.Method != http.MethodGet {
		c.add("the SDK's method is %s", theirs.Method)
	}
	if argument.ReplaceAllString(path, "{}") != argument.ReplaceAllString(theirs.Path, "{}") {
		c.add("the SDK's path is %s", theirs.Path)
	}
	names := slices.Clone(ours.Parameters)
	for name := range value(url.ParseQuery(fixed)) {
		names = append(names, name)
	}
	for _, name := range names {
		if !slices.ContainsFunc(theirs.RequestFields, func(f *def.FieldDef) bool {
			return f.LocationType == def.Query && f.JsonTag == name
		}) {
			c.add("query %s: only here", name)
		}
	}
}

// compare compares two types at a place in a response.
func (c *comparison) compare(place string, ours, theirs reflect.Type) {
	ours, theirs = deref(ours), deref(theirs)
	switch kind, theirKind := kindOf(ours), kindOf(theirs); {
	case kind == "any" && c.partial:
	case kind != theirKind:
		c.add("%s: %s here, %s in the SDK", place, kind, theirKind)
	case kind == "list", kind == "map":
		c.compare(place+"[]", ours.Elem(), theirs.Elem())
	case kind == "object":
		c.compareMembers(place, fieldsOf(ours), fieldsOf(theirs))
	}
}

func (c *comparison) compareMembers(place string, ours, theirs map[string]reflect.Type) {
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		c.members++
		at := strings.TrimPrefix(place+"."+name, ".")
		if their, found := theirs[name]; found {
			c.compare(at, ours[name], their)
		} else {
			c.add("%s: only here", at)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if _, found := ours[name]; !found && !c.partial {
			c.add("%s: only in the SDK", strings.TrimPrefix(place+"."+name, "."))
		}
	}
}

func deref(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// kindOf returns the JSON type of what a Go type decodes.
func kindOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[lenient.JSON]():
		return "free object"
	case reflect.TypeFor[sdktime.SdkTime]():
		return "string"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "integer"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice:
		return "list"
	case reflect.Map:
		if deref(t.Elem()).Kind() == reflect.Interface {
			return "free object"
		}
		return "map"
	case reflect.Interface:
		return "any"
	case reflect.Struct:
		if field, found := t.FieldByName("value"); found { // an enumeration of the SDK
			return kindOf(field.Type)
		}
		return "object"
	default:
		return t.String()
	}
}

// fieldsOf returns the members of a struct in JSON, with those of embedded structs.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type)
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && field.Anonymous:
			maps.Copy(fields, fieldsOf(deref(field.Type)))
		default:
			fields[name] = field.Type
		}
	}
	return fields
}

// unreadable are the calls whose responses the vendor's clients cannot decode or not find, with the reason.
var unreadable = map[string]string{
	"dcs /v2/{project_id}/instances/{instance_id}/tasks": "task_count is a text in its model, and a number in the example of the page",
	"ddm /v3/{project_id}/jobs":                          "it sends the times, milliseconds, as float32",
}

// windows are the times that lists require.
var windows = map[string][2]string{
	"ddm /v3/{project_id}/jobs":   {"1767225000000", "1767398400000"},
	"dds /v3.1/{project_id}/jobs": {"2026-01-01T00:00:00+0000", "2026-01-02T00:00:00+0000"},
}

// TestReadAllLikeTheVendor makes the calls of all services with the vendor's clients, in the simulated cloud. They read the same values
// as this provider.
func TestReadAllLikeTheVendor(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	ours := simulatortest.TokenClient(t, address)
	for _, each := range services.All {
		s.Add(servicestest.All[each.Name].Objects(fixture.Ended)...)
	}
	ids := map[string]string{
		"job_id": fixture.Job, "instance_id": fixture.Instance, "cluster_id": fixture.Instance, "task_id": fixture.Task,
		"project_id": simulator.DefaultProjectID,
	}
	id := func(name string) string { return ids[strings.Trim(name, "{}")] }
	for _, each := range services.All {
		for _, info := range each.Calls() {
			key := each.Name + " " + info.Path
			path, fixed, _ := strings.Cut(info.Path, "?")
			request := cloud.Request{Service: info.API.Endpoint, Target: simulatortest.Target, Query: value(url.ParseQuery(fixed))}
			for name := range request.Query {
				request.Query.Set(name, id(request.Query.Get(name)))
			}
			if window, found := windows[key]; found {
				request.Query.Set("start_time", window[0])
				request.Query.Set("end_time", window[1])
			}
			request.Path = strings.Split(strings.TrimPrefix(argument.ReplaceAllStringFunc(path, id), "/"), "/")
			want := reflect.New(info.Answer)
			if _, err := ours.Get(t.Context(), request, want.Interface()); err != nil {
				t.Errorf("%s: %v", key, err)
				continue
			}
			theirs, found := vendorCalls[key]
			if !found {
				continue // TestModels reports it
			}
			// The arguments in their path are ours in the same order, whatever their names.
			inPath := argument.FindAllString(path, -1)
			byName := make(map[string]string)
			for i, name := range argument.FindAllString(theirs.request.Path, -1) {
				byName[strings.Trim(name, "{}")] = id(inPath[i])
			}
			for name := range request.Query {
				byName[name] = request.Query.Get(name)
			}
			host := cmp.Or(each.API.Hosts.Huawei, string(info.API.Endpoint))
			got, err := theirs.read(client(t, core.NewHcHttpClientBuilder(), s, host, keys("")), func(r reflect.Value) {
				for _, field := range theirs.request.RequestFields {
					text, found := byName[field.JsonTag]
					if !found {
						continue
					}
					f := r.FieldByName(field.Name)
					if f.Kind() == reflect.Pointer {
						f.Set(reflect.New(f.Type().Elem()))
						f = f.Elem()
					}
					if f.Kind() == reflect.Float32 {
						f.SetFloat(value(strconv.ParseFloat(text, 32)))
					} else {
						f.SetString(text)
					}
				}
			})
			if reason := unreadable[key]; reason != "" {
				if err == nil {
					t.Errorf("%s: the vendor's client can read it, although %s", key, reason)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: the vendor's client cannot read it: %v", key, err)
				continue
			}
			sameRead(t, key, got, want.Interface())
		}
	}
}

// sameRead compares the members that both sides have a value of.
func sameRead(t *testing.T, key string, theirs, ours any) {
	t.Helper()
	decode := func(v any) (values map[string]any) {
		if err := json.Unmarshal(value(json.Marshal(v)), &values); err != nil {
			t.Fatal(err)
		}
		prune(values)
		return values
	}
	got, want := decode(theirs), decode(ours)
	shared, expected := common(got, want), common(want, got)
	prune(shared)
	prune(expected)
	if len(shared.(map[string]any)) == 0 {
		t.Errorf("%s: the vendor's client read nothing that we read", key)
	}
	if diff := gocmp.Diff(expected, shared); diff != "" {
		t.Errorf("%s (- ours, + theirs):\n%s", key, diff)
	}
}

// prune removes the members without a value: the vendor's models have "" and 0 for what is null.
func prune(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			prune(member)
			object, isObject := member.(map[string]any)
			if member == nil || member == "" || member == 0.0 || isObject && len(object) == 0 {
				delete(v, name)
			}
		}
	case []any:
		for _, item := range v {
			prune(item)
		}
	}
}
