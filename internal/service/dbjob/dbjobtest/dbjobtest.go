// Package dbjobtest simulates what the jobs of the database services have in common.
package dbjobtest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// A Service is a simulated database service.
type Service struct {
	Endpoint cloud.Service
	Hosts    cloud.Hosts
	ByID     string // path of the call that reads a job by its ID
	Job      Entry  // in its response
	NotFound string // code of its error for an unknown job

	List      string // path of the list
	Member    string // of its response with the jobs
	Counts    bool   // its response has total_count
	ListEntry Entry  // in its response
	Limits    []int  // that it accepts; the last one is the maximum if there is one
	Page      bool   // offset counts pages from 1, and not items from 0
	Needs     bool   // start_time and end_time must be given
	Time      func(string) (time.Time, error)

	Instances string // path of the call that reads instances by a query
	AtRest    string // status of an instance
	Actions   bool   // an instance has a list of what is being done
}

// An Entry says how a response shows a job.
type Entry struct {
	ID, Name, Begin, End, Progress string // names of members

	// Instance is the member with the instance, and those with its ID and name. Without the first, the others are the job's own.
	Instance []string

	NoReason bool // there is no fail_reason
	Early    bool // a job that runs has an end too
}

// A Job is a job of a database service.
type Job struct {
	Service              cloud.Service
	ID, Name, InstanceID string
	simulator.Timeline
	FailReason string // once it has ended
}

// Added implements simulator.Object.
func (j Job) Added(at time.Time) simulator.Object {
	j.Timeline = j.Timeline.Added(at)
	return j
}

// Wait implements simulator.Waitable.
func (j Job) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"job_id", j.ID}}, j.Name, j.Timeline
}

// An Instance is an instance of a database service. One that has jobs, and was not added, is at rest when none runs.
type Instance struct {
	Service cloud.Service
	ID      string
	Working string // its status until its end, such as MODIFYING
	Action  string // likewise, where the service has a list of them
	simulator.Timeline
}

// Added implements simulator.Object.
func (i Instance) Added(at time.Time) simulator.Object {
	i.Timeline = i.Timeline.Added(at)
	return i
}

// Wait implements simulator.Waitable.
func (i Instance) Wait() (arguments [][2]string, name string, course simulator.Timeline) {
	return [][2]string{{"instance_id", i.ID}}, cmp.Or(i.Action, i.Working), i.Timeline
}

type object = map[string]any

// Simulated returns the service for the simulator.
func (s Service) Simulated() simulator.Service {
	simulated := simulator.Service{Endpoint: s.Endpoint, Hosts: s.Hosts}
	add := func(path string, answer func(simulator.Query) simulator.Response) {
		if path != "" {
			simulated.Calls = append(simulated.Calls, simulator.Call{Path: path, Answer: answer})
		}
	}
	if s.ByID != s.List {
		add(s.ByID, s.getJob)
	}
	add(s.List, s.listJobs)
	add(s.Instances, s.getInstances)
	return simulated
}

func (s Service) jobs(q simulator.Query) []Job {
	return slices.DeleteFunc(simulator.Objects[Job](q), func(j Job) bool { return j.Service != s.Endpoint })
}

func (s Service) getJob(q simulator.Query) simulator.Response {
	id := cmp.Or(q.PathValue("job"), q.URL.Query().Get("id"))
	for _, j := range s.jobs(q) {
		if j.ID == id {
			return simulator.OK(object{"job": s.Job.show(j, q.Now)})
		}
	}
	return simulator.GatewayError(http.StatusBadRequest, s.NotFound, "The job does not exist.")
}

// show returns a job in the form of a response.
func (e Entry) show(j Job, now time.Time) object {
	const form = "2006-01-02T15:04:05-0700"
	share, status := j.At(now, "Running")
	if status == "SUCCESS" { // the default of a timeline
		status = "Completed"
	}
	entry := object{
		e.ID: j.ID, e.Name: j.Name, "status": status, e.Begin: j.Begin.UTC().Format(form), e.End: "",
		e.Progress: fmt.Sprintf("%d%%", int(share*100)),
	}
	instance := object{e.Instance[1]: j.InstanceID, e.Instance[2]: "instance-1"}
	if e.Instance[0] != "" {
		entry[e.Instance[0]] = instance
	} else {
		for name, value := range instance {
			entry[name] = value
		}
	}
	if e.Early {
		entry[e.End] = now.UTC().Format(form)
	}
	if share == 1 {
		entry[e.Progress], entry[e.End] = "", j.Ends().UTC().Format(form)
	}
	if !e.NoReason {
		entry["fail_reason"] = ""
		if share == 1 {
			entry["fail_reason"] = j.FailReason
		}
	}
	return entry
}

func (s Service) listJobs(q simulator.Query) simulator.Response {
	query := q.URL.Query()
	invalid := func(name string) simulator.Response {
		return simulator.GatewayError(http.StatusBadRequest, "DBS.200001", "Parameter error: "+name+".")
	}
	jobs := s.jobs(q)
	if id := query.Get("id"); id != "" {
		jobs = slices.DeleteFunc(jobs, func(j Job) bool { return j.ID != id })
	}
	if id := query.Get("instance_id"); id != "" {
		jobs = slices.DeleteFunc(jobs, func(j Job) bool { return j.InstanceID != id })
	}
	if query.Has("start_time") && !query.Has("end_time") {
		return invalid("end_time")
	}
	for _, name := range []string{"start_time", "end_time"} {
		if !query.Has(name) {
			if s.Needs {
				return invalid(name)
			}
			continue
		}
		bound, err := s.Time(query.Get(name))
		if err != nil {
			return invalid(name)
		}
		jobs = slices.DeleteFunc(jobs, func(j Job) bool {
			if name == "end_time" {
				return j.Begin.After(bound)
			}
			return j.Begin.Before(bound)
		})
	}
	slices.SortStableFunc(jobs, func(a, b Job) int { return b.Begin.Compare(a.Begin) })
	total := len(jobs)

	limit := s.Limits[0]
	if query.Has("limit") {
		n, err := strconv.Atoi(query.Get("limit"))
		if err != nil || !slices.Contains(s.Limits, n) {
			return invalid("limit")
		}
		limit = n
	}
	first := 0
	if query.Has("offset") {
		n, err := strconv.Atoi(query.Get("offset"))
		if err != nil || n < 0 || s.Page && n == 0 {
			return invalid("offset")
		}
		if first = n; s.Page {
			first = (n - 1) * limit
		}
	}
	first = min(first, len(jobs))
	jobs = jobs[first:min(first+limit, len(jobs))]

	entries := []object{}
	for _, j := range jobs {
		entries = append(entries, s.ListEntry.show(j, q.Now))
	}
	body := object{s.Member: entries}
	if s.Counts {
		body["total_count"] = total
	}
	return simulator.OK(body)
}

func (s Service) getInstances(q simulator.Query) simulator.Response {
	id := cmp.Or(q.PathValue("instance"), q.URL.Query().Get("id"))
	var instance object
	found := func(status string, actions []string) {
		instance = object{"id": id, "name": "instance-1", "status": status}
		if s.Actions {
			instance["actions"] = actions
		}
	}
	for _, j := range s.jobs(q) {
		if j.InstanceID == id && instance == nil {
			found(s.AtRest, []string{})
		}
	}
	for _, i := range simulator.Objects[Instance](q) {
		if i.Service != s.Endpoint || i.ID != id {
			continue
		}
		if share, status := i.At(q.Now, cmp.Or(i.Working, s.AtRest)); share < 1 && i.Action != "" {
			found(status, []string{i.Action})
		} else if share < 1 {
			found(status, []string{})
		} else {
			found(strings.Replace(status, "SUCCESS", s.AtRest, 1), []string{})
		}
	}
	if q.PathValue("instance") != "" {
		if instance == nil {
			return simulator.GatewayError(http.StatusNotFound, "DBS.280238", "The instance does not exist.")
		}
		return simulator.OK(instance)
	}
	instances := []object{}
	if instance != nil {
		instances = append(instances, instance)
	}
	return simulator.OK(object{"instances": instances, "total_count": len(instances)})
}

// UpTo returns the limits from 1 to a maximum, after the default.
func UpTo(maximum int) []int {
	limits := []int{10}
	for n := range maximum {
		limits = append(limits, n+1)
	}
	return limits
}

// Milliseconds parses a time in milliseconds since 1970.
func Milliseconds(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(n), err
}

// WithOffset parses a time with a numeric time zone.
func WithOffset(text string) (time.Time, error) { return time.Parse("2006-01-02T15:04:05-0700", text) }

// A Described service has what its fixture follows from.
type Described struct {
	Service
	Name, Object string // such as "rds" and "RDS"
	Permission   string // of the calls that read jobs
	Noun         string // of an entry of the list, such as "task"

	JobStates, ListStates []fixture.State
	Running, Failed       Job      // examples
	Working, Action       string   // what the instance of the former shows while it runs
	Output, ListOutput    []string // of the examples of the data sources
	ByInstance            bool     // the list takes an instance ID
	Errors                []fixture.Error
}

// Fixture returns the fixture of a service. The example of a data source is about the job that is running.
func (d Described) Fixture() fixture.Service {
	running, failed := d.Running, d.Failed
	running.Service, failed.Service = d.Endpoint, d.Endpoint
	ended := running
	ended.Timeline = fixture.Ended
	running.Timeline = simulator.Timeline{Takes: time.Hour}
	below := func(path string) string {
		return strings.NewReplacer("{project}", fixture.Project, "{job}", fixture.Job).Replace(path)
	}
	ofJob := map[string]any{"job_id": fixture.Job}
	ofInstance := map[string]any{"instance_id": fixture.Instance}
	ofList := map[string]any{}
	if d.ByInstance {
		ofList = ofInstance
	}
	return fixture.Service{
		Simulated: d.Simulated(),
		Examples: func(now time.Time, takes time.Duration) []simulator.Object {
			running, failed := running, failed
			running.Timeline = simulator.Timeline{Begin: now.Add(-20 * time.Second), Takes: 20*time.Second + cmp.Or(takes, 40*time.Second)}
			failed.Timeline = simulator.Timeline{Begin: now.Add(-20 * time.Hour), Takes: time.Minute, End: "Failed"}
			instance := Instance{
				Service: d.Endpoint, ID: running.InstanceID, Working: d.Working, Action: d.Action, Timeline: running.Timeline,
			}
			return []simulator.Object{running, failed, instance}
		},
		Objects: func(t simulator.Timeline) []simulator.Object {
			return []simulator.Object{
				Job{Service: d.Endpoint, ID: fixture.Job, Name: running.Name, InstanceID: fixture.Instance, Timeline: t},
			}
		},
		Reads: []fixture.Read{
			{
				Name: d.Name + "_job", Path: below(d.ByID), ID: fixture.Job, Arguments: ofJob, Permission: d.Permission,
				HasJobID: d.ByID != d.List, States: d.JobStates, ExampleObjects: []simulator.Object{ended}, ExampleOutput: d.Output,
			},
			{
				Name: d.Name + "_" + d.Noun + "s", Path: below(d.List), Arguments: ofList, Permission: d.Permission,
				States: d.ListStates, ExampleObjects: []simulator.Object{running}, ExampleOutput: d.ListOutput,
			},
		},
		Waits: []fixture.Read{
			{
				Name: d.Object + " job", Path: below(d.ByID), ID: fixture.Job, Arguments: ofJob, Permission: d.Permission,
				HasJobID: d.ByID != d.List,
			},
			{
				Name: d.Object + " " + d.Noun, Path: below(d.List), ID: running.Name + " of instance " + fixture.Instance,
				Permission: d.Permission, Arguments: map[string]any{"instance_id": fixture.Instance, "task_name": running.Name},
			},
			{
				Name: d.Object + " instance", Path: below(d.List), ID: fixture.Instance, Permission: d.Permission,
				Arguments: ofInstance,
			},
		},
		Errors: d.Errors,
	}
}
