package faultmatrix

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const (
	project  = simulator.DefaultProjectID
	region   = simulator.DefaultRegion
	job      = "ff8080818822bbf70188235afc24141a"
	instance = "5560df16-cebf-4473-95c4-d1b573c16e79"
	task     = "8abf6e1e72c12e7c0172c15b508500aa"
)

// A column is a data source, and for the wait each kind of job that it waits for.
type column struct {
	name      string
	source    string
	arguments map[string]any
	path      string // of the call
	waits     bool
}

const (
	jobPath      = "/dcs/v2/" + project + "/jobs/" + job
	tasksPath    = "/dcs/v2/" + project + "/instances/" + instance + "/tasks"
	progressPath = tasksPath + "/" + task + "/progress"
	kafkaPath    = "/dms/v2/" + project + "/instances/" + instance + "/tasks/" + task
	dwsPath      = "/dws/v1.0/" + project + "/job/" + job
)

var columns = []column{
	{"dcs_job", "hwtasks_dcs_job", map[string]any{"job_id": job}, jobPath, false},
	{"dcs_background_tasks", "hwtasks_dcs_background_tasks", map[string]any{"instance_id": instance}, tasksPath, false},
	{"dcs_background_task_progress", "hwtasks_dcs_background_task_progress", map[string]any{"instance_id": instance, "task_id": task}, progressPath, false},
	{"kafka_background_task", "hwtasks_kafka_background_task", map[string]any{"instance_id": instance, "task_id": task}, kafkaPath, false},
	{"dws_job", "hwtasks_dws_job", map[string]any{"job_id": job}, dwsPath, false},
	{"wait: DCS job", "hwtasks_wait", map[string]any{"service": "dcs", "job_id": job}, jobPath, true},
	{"wait: DCS task", "hwtasks_wait", map[string]any{"service": "dcs", "instance_id": instance, "task_id": task}, tasksPath, true},
	{"wait: Kafka task", "hwtasks_wait", map[string]any{"service": "kafka", "instance_id": instance, "task_id": task}, kafkaPath, true},
	{"wait: DWS job", "hwtasks_wait", map[string]any{"service": "dws", "job_id": job}, dwsPath, true},
}

const (
	takes   = 20 * time.Second // a job that is waited for
	timeout = 3 * time.Minute  // of a wait
)

// add adds what the columns read: jobs that have ended, and for waits such as have just begun.
func add(w *world, waits bool) {
	course := simulator.Timeline{Begin: time.Now().Add(-time.Hour), Takes: takes}
	if waits {
		course.Begin = time.Now()
	}
	w.Add(
		simulator.DCSJob{ID: job, Type: "masterStandbySwapJob", Timeline: course},
		simulator.DCSTask{InstanceID: instance, ID: task, Name: "EXTEND", Timeline: course, Steps: []simulator.Step{{Name: "Pre-check."}, {Name: "Migration.", SubSteps: []string{"Full."}}}},
		simulator.KafkaTask{InstanceID: instance, ID: task, Name: "kafkaConfigModify", Params: "{}", Timeline: course},
		simulator.DWSJob{ID: job, Name: "GrowCluster", Timeline: course},
	)
}

// settings are a provider block for the simulated cloud.
func settings(scheme string, more map[string]any) map[string]any {
	all := map[string]any{
		"region": region, "project_id": project, "endpoints": endpoints(scheme), "cacert_file": authorityPEM(),
		"access_key": marked.AccessKey, "secret_key": marked.SecretKey, "security_token": marked.SecurityToken,
	}
	maps.Copy(all, more)
	return all
}

// readIn reads the column's data source in a world.
func (c column) readIn(tb testing.TB, w *world, settings map[string]any) (reply, error) {
	tb.Helper()
	p := serve(tb, w.Dial)
	p.configure(tb, settings)
	return c.readWith(tb.Context(), p)
}

// readWith reads the column's data source with a provider.
func (c column) readWith(ctx context.Context, p *plugin) (reply, error) {
	arguments := maps.Clone(c.arguments)
	if c.waits {
		arguments["timeouts"] = map[string]any{"read": timeout.String()}
	}
	return p.read(ctx, c.source, arguments)
}
