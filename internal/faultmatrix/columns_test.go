package faultmatrix

import (
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

	takes   = 20 * time.Second // that a job takes which is waited for
	timeout = 3 * time.Minute  // of a wait
)

// A column is a data source, for the wait one of each kind of job.
type column struct {
	name      string
	source    string
	path      string // of its call
	id        string // that its errors name
	arguments map[string]any
}

func (c column) waits() bool { return c.source == "hwtasks_wait" }

// Columns that rows are restricted to.
func waiting(c column) bool    { return c.waits() }
func dcsJob(c column) bool     { return c.path == jobPath } // a read and a wait, where the data source does not matter
func dcsJobRead(c column) bool { return c.path == jobPath && !c.waits() }
func anyJob(c column) bool     { return c.path == jobPath || c.path == dwsPath }

var (
	ofJob  = map[string]any{"job_id": job}
	ofTask = map[string]any{"instance_id": instance, "task_id": task}
)

var columns = []column{
	{name: "dcs_job", source: "hwtasks_dcs_job", path: jobPath, id: job, arguments: ofJob},
	{
		name: "dcs_background_tasks", source: "hwtasks_dcs_background_tasks", path: tasksPath, id: instance,
		arguments: map[string]any{"instance_id": instance},
	},
	{name: "dcs_progress", source: "hwtasks_dcs_background_task_progress", path: progressPath, id: task, arguments: ofTask},
	{name: "kafka_background_task", source: "hwtasks_kafka_background_task", path: kafkaPath, id: task, arguments: ofTask},
	{name: "dws_job", source: "hwtasks_dws_job", path: dwsPath, id: job, arguments: ofJob},
	wait("DCS job", jobPath, job, map[string]any{"service": "dcs", "job_id": job}),
	wait("DCS task", tasksPath, task, map[string]any{"service": "dcs", "instance_id": instance, "task_id": task}),
	wait("Kafka task", kafkaPath, task, map[string]any{"service": "kafka", "instance_id": instance, "task_id": task}),
	wait("DWS job", dwsPath, job, map[string]any{"service": "dws", "job_id": job}),
}

func wait(object, path, id string, arguments map[string]any) column {
	arguments["timeouts"] = map[string]any{"read": timeout.String()}
	return column{name: "wait for a " + object, source: "hwtasks_wait", path: path, id: id, arguments: arguments}
}

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
