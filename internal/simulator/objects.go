package simulator

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// A Service is a simulated service. The package of tests of a service has it, with the types of its objects.
type Service struct {
	Endpoint cloud.Service // the service answers below this path, such as "dws"
	Hosts    cloud.Hosts   // if host names do not begin with the endpoint
	Calls    []Call
}

// A Call is a GET call of a service.
type Call struct {
	Path   string // such as "/v1.0/{project}/job/{job}"
	Answer func(Query) Response
}

// A Query is a request to a call.
type Query struct {
	*http.Request

	Now     time.Time // by the clock of the simulated cloud
	objects []Object
}

// An Object is anything that the calls of a service read, such as a job.
type Object interface {
	// Added returns the object as it is when it is added to a simulator at some time.
	Added(at time.Time) Object
}

// Objects returns the objects of a type that were added to the simulator, the oldest first.
func Objects[T Object](q Query) []T {
	var all []T
	for _, o := range q.objects {
		if typed, ok := o.(T); ok {
			all = append(all, typed)
		}
	}
	return all
}

// Add adds objects. Their types are those of the simulated services.
func (s *Simulator) Add(objects ...Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range objects {
		s.objects = append(s.objects, o.Added(s.options.Now()))
	}
}

// A Timeline is the course of a job or task. With the zero value it succeeds when it is added.
type Timeline struct {
	Begin time.Time     // default: the time at which it is added
	Takes time.Duration // time from the begin to the end
	End   string        // final status; default: SUCCESS
}

// Added returns the timeline with its begin.
func (t Timeline) Added(at time.Time) Timeline {
	if t.Begin.IsZero() {
		t.Begin = at
	}
	return t
}

// At returns the share that is done, from 0 to 1, and the status: the given one until the end.
func (t Timeline) At(now time.Time, running string) (share float64, status string) {
	elapsed := now.Sub(t.Begin)
	switch {
	case elapsed >= t.Takes:
		return 1, cmp.Or(t.End, "SUCCESS")
	case elapsed <= 0:
		return 0, running
	}
	return float64(elapsed) / float64(t.Takes), running
}

// Ends returns the time of the end.
func (t Timeline) Ends() time.Time { return t.Begin.Add(t.Takes) }

// Course returns how it goes on in words, such as "ends in 18s" or "ended 20h0m0s ago with FAILED".
func (t Timeline) Course(now time.Time) string {
	if share, status := t.At(now, ""); share == 1 {
		return fmt.Sprintf("ended %s ago with %s", now.Sub(t.Ends()).Round(time.Second), status)
	}
	text := fmt.Sprintf("ends in %s", t.Ends().Sub(now).Round(time.Second))
	if t.End != "" {
		text += " with " + t.End
	}
	return text
}

// A Waitable is an object that hwtasks_wait can wait for.
type Waitable interface {
	Object
	// Wait returns the arguments of the wait besides service, the object's name, and its course.
	Wait() (arguments [][2]string, name string, course Timeline)
}

// An Instance is an instance of a service that lists tasks. One that has tasks, and was not added, is RUNNING.
type Instance struct {
	ID       string
	Working  string // its status until its end, such as RESTARTING; default: RUNNING
	Task     any    // its member task until its end
	Timeline        // its end is its status after that; default: RUNNING
}

// Added implements Object.
func (i Instance) Added(at time.Time) Object {
	i.Timeline = i.Timeline.Added(at)
	return i
}

// HasInstance reports whether an instance with an ID was added.
func HasInstance(q Query, id string) bool {
	return slices.ContainsFunc(Objects[Instance](q), func(i Instance) bool { return i.ID == id })
}

// GetInstance returns what the services say of the instance with an ID.
func GetInstance(q Query, id string) Response {
	body := object{"instance_id": id, "status": "RUNNING", "task": nil}
	for _, i := range Objects[Instance](q) {
		if i.ID != id {
			continue
		}
		if share, status := i.At(q.Now, i.Working); share < 1 {
			body["status"], body["task"] = cmp.Or(status, "RUNNING"), i.Task
		} else {
			body["status"] = cmp.Or(i.End, "RUNNING")
		}
	}
	return OK(body)
}

// The user who started all tasks.
const (
	UserName = "simulated_user"
	UserID   = "d53977d1adfb49c5b025ba7d33a13fd7"
)

// NotFoundCode is the error code for jobs and tasks that do not exist, where the reference pages document none.
const NotFoundCode = "SIMULATOR.0404"

// OrNull returns a text, or null if it is empty.
func OrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// UTC returns a time in the form that most services use.
func UTC(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// ID returns an ID that is derived from a text.
func ID(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func (*Simulator) iamProjects(r *http.Request) Response {
	projects := []object{}
	for _, p := range rawRequestOf(r).caller.projects {
		if name := r.URL.Query().Get("name"); name == "" || name == p.Name {
			projects = append(projects, object{"id": p.ID, "name": p.Name, "enabled": true, "is_domain": false})
		}
	}
	return OK(object{"projects": projects, "links": object{"next": nil, "previous": nil}})
}
