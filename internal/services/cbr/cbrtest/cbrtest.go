// Package cbrtest simulates the Cloud Backup and Recovery for tests.
package cbrtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Service is the simulated Cloud Backup and Recovery.
var Service = simulator.Service{
	Endpoint: "cbr",
	Calls: []simulator.Call{
		{Path: "/v3/{project}/operation-logs/{task}", Answer: getTask},
		{Path: "/v3/{project}/operation-logs", Answer: listTasks},
	},
}

// A Task is a task of the service.
type Task struct {
	ID, Type, VaultID string
	simulator.Timeline
	Code, Message string // once it has ended
}

// Added implements simulator.Object.
func (t Task) Added(at time.Time) simulator.Object {
	t.Timeline = t.Timeline.Added(at)
	return t
}

// Wait implements simulator.Waitable.
func (t Task) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"task_id", t.ID}}, t.Type, t.Timeline
}

type object = map[string]any

func (t Task) show(now time.Time) object {
	const format = "2006-01-02T15:04:05.000-07:00"
	share, status := t.At(now, "running")
	if status == "SUCCESS" { // the default of a timeline
		status = "success"
	}
	body := object{
		"id": t.ID, "status": status, "operation_type": t.Type, "vault_id": t.VaultID, "vault_name": "vault-1",
		"created_at": t.Begin.UTC().Format(format), "started_at": t.Begin.UTC().Format(format), "updated_at": t.Begin.UTC().Format(format),
		"error_info": object{"code": "", "message": ""},
		"extra_info": object{
			"common":   object{"progress": int(share * 100), "request_id": "req-1"},
			"resource": object{"type": "OS::Nova::Server", "id": simulator.ID("server"), "name": "ECS-0001"},
		},
		"project_id": simulator.DefaultProjectID,
	}
	if share == 1 {
		body["ended_at"], body["error_info"] = t.Ends().UTC().Format(format), object{"code": t.Code, "message": t.Message}
	}
	return body
}

func getTask(q simulator.Query) simulator.Response {
	for _, t := range simulator.Objects[Task](q) {
		if t.ID == q.PathValue("task") {
			return simulator.OK(object{"operation_log": t.show(q.Now)})
		}
	}
	return simulator.GatewayError(http.StatusNotFound, "BackupService.6500", "Operation log does not exist.")
}

func listTasks(q simulator.Query) simulator.Response {
	query := q.URL.Query()
	invalid := simulator.GatewayError(http.StatusBadRequest, "BackupService.0001", "Invalid parameter.")
	bounds := make(map[string]time.Time)
	for name, unless := range map[string]string{"start_time": "1970-01-01T00:00:00Z", "end_time": "2100-01-01T00:00:00Z"} {
		bound, err := time.Parse("2006-01-02T15:04:05Z", cmp.Or(query.Get(name), unless))
		if err != nil {
			return invalid
		}
		bounds[name] = bound
	}
	limit, err := strconv.Atoi(cmp.Or(query.Get("limit"), "1000"))
	if err != nil || limit < 1 || limit > 1000 {
		return invalid
	}
	offset, err := strconv.Atoi(cmp.Or(query.Get("offset"), "0"))
	if err != nil || offset < 0 {
		return invalid
	}
	tasks := slices.DeleteFunc(simulator.Objects[Task](q), func(t Task) bool {
		return query.Has("vault_id") && t.VaultID != query.Get("vault_id") ||
			t.Begin.Before(bounds["start_time"]) || t.Begin.After(bounds["end_time"])
	})
	count := len(tasks)
	tasks = tasks[min(offset, count):]
	list := []object{}
	for _, t := range tasks[:min(limit, len(tasks))] {
		list = append(list, t.show(q.Now))
	}
	return simulator.OK(object{"operation_logs": list, "count": count, "limit": limit, "offset": offset})
}

const (
	exampleID = "4827f2da-b008-4507-ab7d-42d0df5ed912"
	vaultID   = "3b5816b5-f29c-4172-9d9a-76c719a659ce"
	taskPath  = "/v3/" + fixture.Project + "/operation-logs/" + fixture.Task
	ofList    = `{"vault_id":null,"start_time":null,"end_time":null}`
)

var ofTask = map[string]any{"task_id": fixture.Task}

// Fixture describes the service to the tests that go over all services.
var Fixture = fixture.Service{
	Simulated: Service,
	Examples: func(now time.Time, takes time.Duration) []simulator.Object { // one that runs, and one that failed
		return []simulator.Object{
			Task{
				ID: exampleID, Type: "backup", VaultID: vaultID,
				Timeline: simulator.Timeline{Begin: now.Add(-10 * time.Second), Takes: 10*time.Second + cmp.Or(takes, 50*time.Second)},
			},
			Task{
				ID: "4827f2da-b008-4507-ab7d-42d0df5ed913", Type: "restore", VaultID: vaultID,
				Code: "BackupService.6125", Message: "a backup task is in progress",
				Timeline: simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "failed"},
			},
		}
	},
	Objects: func(t simulator.Timeline) []simulator.Object {
		return []simulator.Object{Task{ID: fixture.Task, Type: "backup", VaultID: fixture.Instance, Timeline: t}}
	},
	Reads: []fixture.Read{
		{
			Name: "cbr_task", Path: taskPath, ID: fixture.Task, Arguments: ofTask, Permission: "cbr:tasks:get", HasJobID: true,
			States: []fixture.State{
				{
					Name: "of the reference page", Arguments: `{"task_id":"4827f2da-b008-4507-ab7d-42d0df5ed912"}`,
					State: `{"operation_log":{"id":"4827f2da-b008-4507-ab7d-42d0df5ed912","status":"success",
						"operation_type":"backup","created_at":"2019-05-23T14:31:36.039+00:00",
						"started_at":"2019-05-23T14:31:36.007+00:00","updated_at":"2019-05-23T14:35:23.584+00:00",
						"ended_at":"2019-05-23T14:35:23.511+00:00","checkpoint_id":"b432511f-d889-428f-8b0e-5f47c524c6b6",
						"policy_id":null,"provider_id":"0daac4c5-6707-4851-97ba-169e36266b66","vault_id":null,"vault_name":null,
						"project_id":"04f1829c788037ac2fb8c01eb2b04b95","error_info":{"code":"","message":""},
						"extra_info":{"backup":{"backup_id":"0e5d0ef6-7f0a-4890-b98c-cb12490e31c1","backup_name":"manualbk_1234",
						"incremental":null,"app_consistency_status":null,"app_consistency_error_code":null,
						"app_consistency_error_message":null},"common":{"progress":100,
						"request_id":"req-cdb98cc4-e87b-4f40-9b4a-57ec036620bc","task_id":null},"delete":null,"sync":null,
						"remove_resources":null,"replication":null,"resource":{"id":"1dab32fa-ebf2-415a-ab0b-eabe6353bc86",
						"type":"OS::Nova::Server","name":"ECS-0001","extra_info":null},"restore":null,"vault_delete":null}}}`,
				},
				{
					Name: "of a task with all objects", Arguments: `{"task_id":"t"}`,
					Answer: `{"operation_log":{"extra_info":{"sync":{"sync_backup_num":1},"delete":{},"vault_delete":{},"restore":{},
						"replication":{},"remove_resources":{"resources":[{"extra_info":{"include_volumes":[{}]}}]}}}}`,
					State: `{"operation_log":{"id":null,"status":null,"operation_type":null,"created_at":null,"started_at":null,
						"updated_at":null,"ended_at":null,"checkpoint_id":null,"policy_id":null,"provider_id":null,
						"vault_id":null,"vault_name":null,"project_id":null,"error_info":null,"extra_info":{"backup":null,
						"common":null,"delete":{"backup_id":null,"backup_name":null},"sync":{"sync_backup_num":1,
						"delete_backup_num":null,"err_sync_backup_num":null},"remove_resources":{"fail_count":null,
						"total_count":null,"resources":[{"id":null,"type":null,"name":null,"extra_info":{"exclude_volumes":[],
						"include_volumes":[{"id":null,"os_version":null}]}}]},"replication":{"source_backup_id":null,
						"source_backup_name":null,"source_checkpoint_id":null,"source_project_id":null,"source_region":null,
						"destination_backup_id":null,"destination_backup_name":null,"destination_checkpoint_id":null,
						"destination_project_id":null,"destination_region":null},"resource":null,"restore":{"backup_id":null,
						"backup_name":null,"target_resource_id":null,"target_resource_name":null},
						"vault_delete":{"fail_count":null,"total_count":null}}}}`,
				},
				{Name: "of an empty answer", Arguments: `{"task_id":"t"}`, Answer: `{}`, State: `{"operation_log":null}`},
			},
			ExampleObjects: []simulator.Object{Task{ID: exampleID, Type: "backup", VaultID: vaultID, Timeline: fixture.Ended}},
			ExampleOutput:  []string{`backup = "backup: success"`},
		},
		{
			Name: "cbr_tasks", Path: "/v3/" + fixture.Project + "/operation-logs", Permission: "cbr:tasks:list",
			Arguments: map[string]any{"vault_id": fixture.Instance},
			States: []fixture.State{
				{
					Name: "of the reference page", Arguments: ofList,
					State: `{"operation_logs":[{"id":"4827f2da-b008-4507-ab7d-42d0df5ed912","status":"success",
						"operation_type":"backup","created_at":"2019-05-23T14:31:36.039+00:00",
						"started_at":"2019-05-23T14:31:36.007+00:00","updated_at":"2019-05-23T14:35:23.584+00:00",
						"ended_at":"2019-05-23T14:35:23.511+00:00","checkpoint_id":"b432511f-d889-428f-8b0e-5f47c524c6b6",
						"policy_id":null,"provider_id":"0daac4c5-6707-4851-97ba-169e36266b66","vault_id":null,"vault_name":null,
						"project_id":"04f1829c788037ac2fb8c01eb2b04b95","error_info":{"code":"","message":""},
						"extra_info":{"backup":{"backup_id":"0e5d0ef6-7f0a-4890-b98c-cb12490e31c1","backup_name":"manualbk_1234",
						"incremental":null,"app_consistency_status":null,"app_consistency_error_code":null,
						"app_consistency_error_message":null},"common":{"progress":100,
						"request_id":"req-cdb98cc4-e87b-4f40-9b4a-57ec036620bc","task_id":null},"delete":null,"sync":null,
						"remove_resources":null,"replication":null,"resource":{"id":"1dab32fa-ebf2-415a-ab0b-eabe6353bc86",
						"type":"OS::Nova::Server","name":"ECS-0001","extra_info":null},"restore":null,"vault_delete":null}}]}`,
				},
				{Name: "of an empty answer", Arguments: ofList, Answer: `{}`, State: `{"operation_logs":[]}`},
			},
			ExampleObjects: []simulator.Object{
				Task{ID: exampleID, Type: "backup", VaultID: vaultID, Timeline: simulator.Timeline{Takes: time.Hour}},
			},
			ExampleOutput: []string{`running = [`, `"backup"`},
		},
	},
	Waits: []fixture.Read{
		{Name: "CBR task", Path: taskPath, ID: fixture.Task, Arguments: ofTask, Permission: "cbr:tasks:get", HasJobID: true},
	},
	Errors: []fixture.Error{{Status: http.StatusNotFound, Code: "BackupService.6500", Means: "not found"}},
}
