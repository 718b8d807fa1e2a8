package faultmatrix

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const (
	project  = simulator.DefaultProjectID
	region   = simulator.DefaultRegion
	job      = fixture.Job
	instance = fixture.Instance
	task     = fixture.Task

	jobPath      = "/dcs/v2/" + project + "/jobs/" + job
	tasksPath    = "/dcs/v2/" + project + "/instances/" + instance + "/tasks"
	progressPath = tasksPath + "/" + task + "/progress"

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
	optional  []string // names of further arguments of a read
	hasJobID  bool     // an answer with another one is refused
}

func (c column) waits() bool { return c.source == "hwtasks_wait" }

// Columns that rows are restricted to.
func waiting(c column) bool    { return c.waits() }
func dcsJob(c column) bool     { return c.path == jobPath } // a read and a wait, where the data source does not matter
func dcsJobRead(c column) bool { return c.path == jobPath && !c.waits() }
func hasJobID(c column) bool   { return c.hasJobID }

// columns are the data sources of all services, and then a wait for each kind of job.
var columns = func() []column {
	var reads, waits []column
	for _, s := range services.All {
		f, endpoint := servicestest.All[s.Name], "/"+string(s.API.Endpoint)
		for _, r := range f.Reads {
			var all map[string]any
			must(json.Unmarshal([]byte(r.States[0].Arguments), &all))
			maps.DeleteFunc(all, func(name string, _ any) bool { return name == "offset" || name == "limit" }) // numbers
			reads = append(reads, column{
				name: r.Name, source: "hwtasks_" + r.Name, path: endpoint + r.Path, id: r.ID, arguments: r.Arguments,
				optional: slices.Collect(maps.Keys(all)), hasJobID: r.HasJobID,
			})
		}
		for _, w := range f.Waits[:len(s.Jobs)] { // the others poll and end in the same way, after settle
			arguments := maps.Clone(w.Arguments)
			arguments["service"], arguments["timeouts"] = s.Name, map[string]any{"read": timeout.String()}
			waits = append(waits, column{
				name: "wait: " + w.Name, source: "hwtasks_wait", path: endpoint + w.Path, id: w.ID, arguments: arguments, hasJobID: w.HasJobID,
			})
		}
	}
	return append(reads, waits...)
}()

// addJobs adds the jobs and tasks that the columns read: those of a wait have just begun, others have ended.
func (c column) addJobs(s *simulator.Simulator) {
	timeline := simulator.Timeline{Begin: time.Now(), Takes: takes}
	if !c.waits() {
		timeline.Begin = time.Now().Add(-time.Hour)
	}
	for _, f := range servicestest.All {
		s.Add(f.Objects(timeline)...)
	}
}
