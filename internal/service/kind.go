package service

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// A Mode is how hwtasks_wait is told what to wait for.
type Mode int

// The modes.
const (
	ByID   Mode = iota // until a job has ended
	ByName             // until the tasks of a name have ended
	Idle               // until an instance is idle
)

// A Kind is a kind of thing that hwtasks_wait can wait for.
type Kind struct {
	Mode       Mode
	Object     string   // in diagnostics, such as "DWS job"
	Task       string   // likewise for a task that the wait follows; empty if it follows none
	Arguments  []string // of hwtasks_wait that identify it, in the order of IDs
	Permission string   // without which no poll works, such as "dws:service:listJobDetail"
	Statuses   Statuses

	// NewPoll returns the function that polls what has these IDs. Only a wait for a job has no tracker.
	NewPoll func(c *cloud.Client, t cloud.Target, ids []string, statuses Statuses, tracker *poll.Tracker) poll.Func
}

// ObjectID returns the IDs as diagnostics show them, such as "8abf… of instance 5560…".
func (k Kind) ObjectID(ids []string) string { return objectID(k.Arguments, ids, false) }

// Kinds returns what hwtasks_wait can wait for.
func (s Service) Kinds() []Kind {
	var kinds []Kind
	for _, j := range s.Jobs {
		kinds = append(kinds, Kind{
			Object: j.Object, Arguments: j.Arguments, Permission: j.Permission, Statuses: j.Statuses,
			NewPoll: func(c *cloud.Client, t cloud.Target, ids []string, statuses Statuses, _ *poll.Tracker) poll.Func {
				return j.NewPoll(c, t, ids, statuses)
			},
		})
	}
	if s.Instance == nil {
		return kinds
	}
	idle := Kind{
		Mode: Idle, Object: s.Instance.Object, Arguments: []string{"instance_id"}, Permission: s.Instance.Call.Permission,
		NewPoll: func(c *cloud.Client, t cloud.Target, ids []string, statuses Statuses, tracker *poll.Tracker) poll.Func {
			return s.Instance.NewPoll(c, t, ids[0], statuses, tracker)
		},
	}
	if tasks := s.Instance.Tasks; tasks != nil {
		idle.Task, idle.Statuses, idle.Permission = tasks.Object, tasks.Statuses, tasks.Permission
		byName := idle
		byName.Mode, byName.Object = ByName, tasks.Object
		byName.Arguments = []string{"instance_id", "task_name"}
		kinds = append(kinds, byName)
	}
	return append(kinds, idle)
}

// Calls returns the calls that the data sources and the waits of the service make.
func (s Service) Calls() []*CallInfo {
	var calls []*CallInfo
	for _, d := range s.DataSources {
		calls = append(calls, d.Call)
	}
	if s.Instance != nil {
		calls = append(calls, s.Instance.Call)
	}
	return calls
}
