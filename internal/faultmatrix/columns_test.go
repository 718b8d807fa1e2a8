package faultmatrix

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const (
	project  = simulator.DefaultProjectID
	region   = simulator.DefaultRegion
	job      = "ff8080818822bbf70188235afc24141a"
	instance = "5560df16-cebf-4473-95c4-d1b573c16e79"
	task     = "8abf6e1e72c12e7c0172c15b508500aa"

	jobPath      = "/dcs/v2/" + project + "/jobs/" + job
	tasksPath    = "/dcs/v2/" + project + "/instances/" + instance + "/tasks"
	progressPath = tasksPath + "/" + task + "/progress"
	kafkaPath    = "/dms/v2/" + project + "/instances/" + instance + "/tasks/" + task
	dwsPath      = "/dws/v1.0/" + project + "/job/" + job
)

// A column is a data source, for the wait one of each kind of job.
type column struct {
	name      string
	source    string
	arguments map[string]any
	path      string // of its call
	id        string // that its errors name

	// Of waits only.
	answer func(id, status, text string) string // a JSON body with an ID and a status, and a text in all other fields that matter
	failed string                               // status of a job that failed
}

func (c column) waits() bool { return c.answer != nil }

// Columns that rows are restricted to.
func waiting(c column) bool     { return c.waits() }
func dcsJob(c column) bool      { return c.path == jobPath } // a read and a wait, where the data source does not matter
func dcsJobRead(c column) bool  { return c.path == jobPath && !c.waits() }
func anyJob(c column) bool      { return c.path == jobPath || c.path == dwsPath }
func waitsTask(c column) bool   { return c.waits() && c.path == tasksPath }
func waitsInList(c column) bool { return c.waits() && !anyJob(c) }

var columns = []column{
	{
		name: "dcs_job", source: "hwtasks_dcs_job", path: jobPath, id: job,
		arguments: map[string]any{"job_id": job},
	},
	{
		name: "dcs_background_tasks", source: "hwtasks_dcs_background_tasks", path: tasksPath, id: instance,
		arguments: map[string]any{"instance_id": instance},
	},
	{
		name: "dcs_background_task_progress", source: "hwtasks_dcs_background_task_progress", path: progressPath, id: task,
		arguments: map[string]any{"instance_id": instance, "task_id": task},
	},
	{
		name: "kafka_background_task", source: "hwtasks_kafka_background_task", path: kafkaPath, id: task,
		arguments: map[string]any{"instance_id": instance, "task_id": task},
	},
	{
		name: "dws_job", source: "hwtasks_dws_job", path: dwsPath, id: job,
		arguments: map[string]any{"job_id": job},
	},
	{
		name: "wait for a DCS job", source: "hwtasks_wait", path: jobPath, id: job,
		arguments: map[string]any{"service": "dcs", "job_id": job},
		answer: func(id, status, text string) string {
			return fmt.Sprintf(`{"job_id":%s,"status":%s,"job_type":%[3]s,"fail_reason":%[3]s}`, quote(id), quote(status), quote(text))
		},
		failed: "FAIL",
	},
	{
		name: "wait for a DCS task", source: "hwtasks_wait", path: tasksPath, id: task,
		arguments: map[string]any{"service": "dcs", "instance_id": instance, "task_id": task},
		answer: func(id, status, text string) string {
			return fmt.Sprintf(`{"task_count":1,"tasks":[{"id":%s,"status":%s,"name":%[3]s,"error_code":%[3]s,"enable_show":false}]}`,
				quote(id), quote(status), quote(text))
		},
		failed: "FAILED",
	},
	{
		name: "wait for a Kafka task", source: "hwtasks_wait", path: kafkaPath, id: task,
		arguments: map[string]any{"service": "kafka", "instance_id": instance, "task_id": task},
		answer: func(id, status, text string) string {
			return fmt.Sprintf(`{"task_count":"1","tasks":[{"id":%s,"status":%s,"name":%s}]}`, quote(id), quote(status), quote(text))
		},
		failed: "FAILED",
	},
	{
		name: "wait for a DWS job", source: "hwtasks_wait", path: dwsPath, id: job,
		arguments: map[string]any{"service": "dws", "job_id": job},
		answer: func(id, status, text string) string {
			return fmt.Sprintf(`{"job_id":%s,"status":%s,"job_name":%[3]s,"failed_code":%[3]s,"failed_detail":%[3]s}`,
				quote(id), quote(status), quote(text))
		},
		failed: "FAIL",
	},
}

const (
	takes   = 20 * time.Second // that a job takes which is waited for
	timeout = 3 * time.Minute  // of a wait
)

// addJobs adds the jobs and tasks that the columns read: those of a wait have just begun, others have ended.
func (c column) addJobs(s *simulator.Simulator) {
	timeline := simulator.Timeline{Begin: time.Now(), Takes: takes}
	if !c.waits() {
		timeline.Begin = time.Now().Add(-time.Hour)
	}
	s.Add(
		simulator.DCSJob{ID: job, Type: "masterStandbySwapJob", Timeline: timeline},
		simulator.DCSTask{
			InstanceID: instance, ID: task, Name: "EXTEND", Timeline: timeline,
			Steps: []simulator.Step{{Name: "Pre-check."}, {Name: "Migration.", SubSteps: []string{"Full."}}},
		},
		simulator.KafkaTask{InstanceID: instance, ID: task, Name: "kafkaConfigModify", Params: "{}", Timeline: timeline},
		simulator.DWSJob{ID: job, Name: "GrowCluster", Timeline: timeline},
	)
}

// withTimeout returns the arguments of the data source, with a timeout if it waits.
func (c column) withTimeout() map[string]any {
	arguments := maps.Clone(c.arguments)
	if c.waits() {
		arguments["timeouts"] = map[string]any{"read": timeout.String()}
	}
	return arguments
}

// quote returns a text as a JSON string.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	must(err)
	return string(quoted)
}
