package poll

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	s   = time.Second
	day = 24 * time.Hour
)

// A happening is a task of a simulated instance. Its times are those since the wait began.
type happening struct {
	name   string // also its ID
	begins time.Duration
	ends   time.Duration // 0: never
	as     State         // its end; Succeeded if 0
	listed time.Duration // when it is listed, if later than its begin
	gone   time.Duration // when it is listed no more; 0: never
	raw    string        // status while it runs, if nobody knows it
	local  bool          // its times have no time zone
	noEnd  bool          // its end is not known
	plans  time.Duration // its end is the planned one, which is so much later
}

// task returns the task as a list shows it at a time.
func (h happening) task(start time.Time, now time.Duration) Task {
	begin := start.Add(h.begins)
	t := Task{ID: h.name, Status: Status{State: Running, Raw: "EXECUTING", Name: h.name, Begin: begin}, Changed: begin}
	t.BeginTime = t.Begin.Format(time.RFC3339)
	if h.raw != "" {
		t.State, t.Raw = Unknown, h.raw
	}
	if h.ends != 0 && now >= h.ends {
		t.State, t.Raw, t.End, t.EndTime = Succeeded, "ENDED", start.Add(h.ends), start.Add(h.ends).Format(time.RFC3339)
		if h.as != 0 {
			t.State = h.as
		}
		if h.as == Failed {
			t.FailureReason = "no " + h.name
		}
	}
	if t.State.Ended() && h.plans != 0 {
		t.End = t.End.Add(h.plans)
	}
	if h.noEnd {
		t.End, t.EndTime = time.Time{}, ""
	}
	if h.local {
		t.Begin, t.End, t.Changed = time.Time{}, time.Time{}, time.Time{}
	}
	return t
}

// A change is what the instance says of itself from a time on.
type change struct {
	at time.Duration
	Instance
}

// A cloud is a simulated instance with its tasks.
type cloud struct {
	tasks     []happening
	instance  []change      // none: it rests
	noList    bool          // the service lists no tasks
	forbidden bool          // the instance cannot be read
	ahead     time.Duration // of the clock of the service
	lag       time.Duration // of the Date header behind the times of tasks
	noDate    bool          // the service sends no Date header
	late      time.Duration // after which the first answer comes
}

// poll returns the function that polls the cloud for one wait, and counts the requests.
func (c cloud) poll(following Following, lists, reads *int) Func {
	start := time.Now()
	tracker := NewTracker(following)
	return func(context.Context) (Status, error) {
		time.Sleep(time.Until(start.Add(c.late)))
		now := time.Since(start)
		if !c.noList {
			*lists++
			list := TaskList{Date: start.Add(now + c.ahead - c.lag).Truncate(time.Second)}
			if c.noDate {
				list.Date = time.Time{}
			}
			since := tracker.Since()
			for _, h := range c.tasks {
				if start.Add(c.ahead + h.begins).Before(since) {
					continue
				}
				if now >= max(h.begins, h.listed) && (h.gone == 0 || now < h.gone) {
					list.Tasks = append(list.Tasks, h.task(start.Add(c.ahead), now))
				}
			}
			if err := tracker.AddTasks(list); err != nil {
				return Status{}, &Error{Kind: Invalid, Err: err}
			}
		}
		if tracker.NeedsInstance() {
			*reads++
			instance := Instance{Status: "RUNNING", Condition: AtRest}
			for _, change := range c.instance {
				if now >= change.at {
					instance = change.Instance
				}
			}
			if c.forbidden {
				tracker.WithoutInstance("HTTP 403 Forbidden")
			} else {
				tracker.AddInstance(instance)
			}
		}
		status, err := tracker.Status()
		if err != nil {
			err = &Error{Kind: NotFound, Err: err}
		}
		return status, err
	}
}

var (
	working   = Instance{Status: "EXTENDING"}
	broken    = Instance{Status: "ERROR", Condition: Unwell}
	resting   = Instance{Status: "RUNNING", Condition: AtRest}
	backingUp = Instance{Status: "BACKUPING", Condition: BackedUp}
	automatic = Instance{Status: "BACKING UP", Condition: BackedUpUnlisted} // backup
	withTask  = Instance{Status: "RUNNING", Condition: AtRest, Work: "task BACKUPING"}
	resizing  = Instance{Status: "AVAILABLE", Condition: AtRest, Work: "task_status GROWING"}
	failing   = Instance{Status: "AVAILABLE", Condition: AtRest, Failure: "task_status RESIZE_FAILURE"}
)

// What a wait by name or until an instance is idle waits for, and how it ends. It polls every second, and settles for ten.
func TestTracker(t *testing.T) {
	tenMinutes, threeHours := new(10*time.Minute), new(3*time.Hour)
	byName, byNameRecent := Following{Name: "extend"}, Following{Name: "extend", EndedWithin: tenMinutes}
	ignoring := Following{Ignore: []string{"backup"}}
	resource := Following{WarnFailed: 10 * time.Minute}
	for _, test := range []struct {
		name      string
		cloud     cloud
		following Following     // until the instance is idle, if it is zero
		timeout   time.Duration // 5 minutes if 0
		outcome   Outcome       // success if empty
		elapsed   time.Duration
		tasks     string // those that were waited for, with their outcomes
		warnings  string // a part of each, separated by "; "
		reason    string
		err       string // a part
		busy      string // what a time-out names
	}{
		// Idle: which tasks count.
		{name: "nothing runs", elapsed: 10 * s},
		{
			name: "a task runs at the first poll", elapsed: 30 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -10 * s, ends: 20 * s}}},
		},
		{
			name: "a task runs since an hour", elapsed: 30 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: 20 * s}}},
		},
		{
			name: "a task had ended before", elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -10 * s, ends: -5 * s, as: Failed}}},
		},
		{
			name: "a task begins later", elapsed: 5*s + 15*s + 10*s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: 5 * s, ends: 20 * s}}},
		},
		{
			name: "a task that began before is listed later", elapsed: 30 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * s, ends: 20 * s, listed: 5 * s}}},
		},
		{
			name: "a task that ended meanwhile is listed later", elapsed: 5*s + 10*s, tasks: "EXTEND failed", outcome: OutcomeFailed,
			reason: "no EXTEND",
			cloud:  cloud{tasks: []happening{{name: "EXTEND", begins: -2 * s, ends: 2 * s, listed: 5 * s, as: Failed}}},
		},
		{
			name: "a task that had ended before the first answer is listed later", elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -9 * s, ends: -2 * s, listed: 5 * s, as: Failed}}},
		},
		{
			name: "likewise, by a clock that is ten minutes slow", elapsed: 10 * s,
			cloud: cloud{ahead: -10 * time.Minute, tasks: []happening{{name: "EXTEND", begins: -9 * s, ends: -2 * s, listed: 5 * s, as: Failed}}},
		},
		{
			name: "likewise, but without times that tell", elapsed: 5*s + 10*s, tasks: "EXTEND failed", outcome: OutcomeFailed,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -9 * s, ends: -2 * s, listed: 5 * s, as: Failed, local: true}}},
		},
		{
			name: "two tasks one after the other", elapsed: 50 * s, tasks: "EXTEND succeeded, RESTART succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -s, ends: 20 * s}, {name: "RESTART", begins: 25 * s, ends: 40 * s}}},
		},
		{
			name: "an old record with a strange status", elapsed: 10 * s, warnings: "EXTEND has the status PAUSED",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * day, raw: "PAUSED"}}},
		},
		{
			name: "a strange status since an hour, on an instance that rests", elapsed: 10 * s, warnings: "EXTEND has the status PAUSED",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, raw: "PAUSED"}}},
		},
		{
			name: "twice in the list", elapsed: 30 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -s, ends: -s}, {name: "EXTEND", begins: -s, ends: 20 * s}}},
		},
		{
			name: "a task without a name, while some are ignored", following: ignoring, err: "the answer has a task without a name",
			cloud: cloud{tasks: []happening{{begins: -s}}},
		},
		{
			name: "a strange status since two hours, on an instance that rests", elapsed: 10 * s, warnings: "EXTEND has the status PAUSED",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * time.Hour, raw: "PAUSED"}}},
		},
		{
			name: "a strange status since two hours, on an instance at work", outcome: OutcomeTimedOut,
			busy:  "EXTEND (PAUSED), status EXTENDING",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * time.Hour, raw: "PAUSED"}}, instance: []change{{Instance: working}}},
		},
		{
			name: "a strange status since a few minutes", outcome: OutcomeTimedOut, busy: "EXTEND (PAUSED)",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -5 * time.Minute, raw: "PAUSED"}}},
		},
		{
			name: "an old record with a strange status, and an instance that cannot be read", outcome: OutcomeTimedOut,
			busy: "EXTEND (PAUSED)", warnings: "could not be read",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * day, raw: "PAUSED"}}, forbidden: true},
		},
		{
			name: "a list that forgets a task", elapsed: 10*s + 30*s + 10*s, tasks: "EXTEND not_found", outcome: OutcomeNotFound,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -s, gone: 10 * s}}},
		},
		{
			name: "a list that forgets a task for some time", elapsed: 60 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -s, gone: 10 * s}, {name: "EXTEND", begins: -s, listed: 30 * s, ends: 50 * s},
			}},
		},
		{
			name: "a list that forgets a task that had ended", elapsed: 30 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -s, ends: 20 * s, gone: 25 * s}}},
		},

		// Idle: how it ends.
		{
			name: "a failure while another task runs", elapsed: 50 * s, outcome: OutcomeFailed, tasks: "EXTEND failed, RESTART succeeded",
			reason: "no EXTEND",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -2 * s, ends: 5 * s, as: Failed}, {name: "RESTART", begins: -s, ends: 40 * s},
			}},
		},
		{
			name: "failed is worse than cancelled", elapsed: 30 * s, outcome: OutcomeFailed, tasks: "EXTEND cancelled, RESTART failed",
			reason: "no RESTART",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -2 * s, ends: 5 * s, as: Cancelled}, {name: "RESTART", begins: -s, ends: 20 * s, as: Failed},
			}},
		},
		{
			name: "the first that failed gives the reason", elapsed: 30 * s, outcome: OutcomeFailed, tasks: "EXTEND failed, RESTART failed",
			reason: "no EXTEND",
			cloud: cloud{tasks: []happening{
				{name: "RESTART", begins: -s, ends: 10 * s, as: Failed}, {name: "EXTEND", begins: -2 * s, ends: 20 * s, as: Failed},
			}},
		},
		{
			name: "settle is broken off", elapsed: 8*s + 7*s + 10*s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: 8 * s, ends: 15 * s}}},
		},
		{
			name: "settle is broken off by a task that has ended", elapsed: 8*s + 10*s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: 7500 * time.Millisecond, ends: 7700 * time.Millisecond}}},
		},
		{
			name: "settling at the timeout", timeout: 25 * s, outcome: OutcomeTimedOut, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -s, ends: 20 * s}}},
		},
		{
			name: "a failure before is a warning in the resource", following: resource, elapsed: 10 * s,
			warnings: "EXTEND (EXTEND) failed on ",
			cloud:    cloud{tasks: []happening{{name: "EXTEND", begins: -6 * time.Minute, ends: -5 * time.Minute, as: Failed}}},
		},
		{
			name: "a failure long before is none", following: resource, elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -16 * time.Minute, ends: -15 * time.Minute, as: Failed}}},
		},

		// Idle: the instance itself.
		{
			name: "an instance at work without a task", elapsed: 30 * s,
			cloud: cloud{instance: []change{{Instance: working}, {at: 20 * s, Instance: resting}}},
		},
		{
			name: "an instance with a task of its own", elapsed: 30 * s,
			cloud: cloud{instance: []change{{Instance: withTask}, {at: 20 * s, Instance: resting}}},
		},
		{
			name: "an instance that stays at work", outcome: OutcomeTimedOut, busy: "status EXTENDING",
			cloud: cloud{instance: []change{{Instance: working}}},
		},
		{
			name: "ERROR since last week", elapsed: 10 * s, warnings: "Idle, but not well: Its status is ERROR",
			cloud: cloud{instance: []change{{Instance: broken}}},
		},
		{
			name: "ERROR now", elapsed: 30 * s, outcome: OutcomeFailed, reason: "its status is ERROR",
			cloud: cloud{instance: []change{{Instance: working}, {at: 20 * s, Instance: broken}}},
		},
		{
			name: "ERROR after a task that failed", elapsed: 30 * s, outcome: OutcomeFailed, reason: "no EXTEND", tasks: "EXTEND failed",
			cloud: cloud{
				tasks:    []happening{{name: "EXTEND", begins: -s, ends: 20 * s, as: Failed}},
				instance: []change{{Instance: resting}, {at: 20 * s, Instance: broken}},
			},
		},
		{
			name: "an instance that cannot be read", elapsed: 30 * s, tasks: "EXTEND succeeded", warnings: "could not be read",
			cloud: cloud{forbidden: true, tasks: []happening{{name: "EXTEND", begins: -s, ends: 20 * s}}},
		},
		{
			name: "an ignored backup", following: ignoring, elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "BackUp", begins: -s}}, instance: []change{{Instance: withTask}}},
		},
		{
			name: "an ignored backup that shows in the status", following: ignoring, elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "BackUp", begins: -s}}, instance: []change{{Instance: backingUp}}},
		},
		{
			name: "an ignored backup begins while it settles, and fails", following: ignoring, elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "BackUp", begins: 5 * s, ends: 8 * s, as: Failed}}},
		},
		{
			name: "an ignored backup, and other work", following: ignoring, outcome: OutcomeTimedOut, busy: "status EXTENDING",
			cloud: cloud{tasks: []happening{{name: "BackUp", begins: -s}}, instance: []change{{Instance: working}}},
		},
		{
			name: "a task of the instance, and no ignored one that runs", following: ignoring, outcome: OutcomeTimedOut,
			busy:  "task BACKUPING",
			cloud: cloud{instance: []change{{Instance: withTask}}},
		},
		{
			name: "an automatic backup that is not listed, and backups are ignored", following: ignoring, elapsed: 10 * s,
			cloud: cloud{instance: []change{{Instance: automatic}}},
		},
		{
			name: "an automatic backup that is not listed", outcome: OutcomeTimedOut, busy: "status BACKING UP",
			cloud: cloud{instance: []change{{Instance: automatic}}},
		},
		{
			name: "a status of backups that is not ignored", outcome: OutcomeTimedOut, busy: "status BACKUPING",
			cloud: cloud{instance: []change{{Instance: backingUp}}},
		},

		{
			name: "an ignored task that waits since days", following: ignoring, elapsed: 10 * s,
			cloud: cloud{tasks: []happening{{name: "BackUp", begins: -3 * day}}, instance: []change{{Instance: withTask}}},
		},
		{
			name: "an ignored backup, and a task of a strange status since two hours", following: ignoring, outcome: OutcomeTimedOut,
			busy: "EXTEND (PAUSED)",
			cloud: cloud{
				tasks:    []happening{{name: "BackUp", begins: -s}, {name: "EXTEND", begins: -2 * time.Hour, raw: "PAUSED"}},
				instance: []change{{Instance: backingUp}},
			},
		},
		{
			name: "a strange status that changes", outcome: OutcomeTimedOut, busy: "EXTEND (ODD)",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -s, raw: "PAUSED", gone: 10 * s}, {name: "EXTEND", begins: -s, raw: "ODD", listed: 10 * s},
			}},
		},
		{
			name: "ERROR before and after work", elapsed: 30 * s, outcome: OutcomeFailed, reason: "its status is ERROR",
			cloud: cloud{instance: []change{{Instance: broken}, {at: 10 * s, Instance: working}, {at: 20 * s, Instance: broken}}},
		},

		// Idle: a service without a list.
		{
			name: "a cluster at work", elapsed: 30 * s,
			cloud: cloud{noList: true, instance: []change{{Instance: resizing}, {at: 20 * s, Instance: resting}}},
		},
		{
			name: "a failure that has stood since the first poll", elapsed: 10 * s,
			warnings: "Idle, but not well: It shows task_status RESIZE_FAILURE",
			cloud:    cloud{noList: true, instance: []change{{Instance: failing}}},
		},
		{
			name: "a failure after work", elapsed: 30 * s, outcome: OutcomeFailed,
			reason: "its work has ended with task_status RESIZE_FAILURE",
			cloud:  cloud{noList: true, instance: []change{{Instance: resizing}, {at: 20 * s, Instance: failing}}},
		},
		{
			name: "the same failure before and after work", elapsed: 30 * s, outcome: OutcomeFailed,
			reason: "its work has ended with task_status RESIZE_FAILURE",
			cloud:  cloud{noList: true, instance: []change{{Instance: failing}, {at: 10 * s, Instance: resizing}, {at: 20 * s, Instance: failing}}},
		},

		// By name.
		{
			name: "two tasks of the name", following: byName, elapsed: 40 * s, tasks: "EXTEND succeeded, Extend succeeded",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -2 * s, ends: 20 * s}, {name: "Extend", begins: -s, ends: 30 * s}, {name: "RESTART", begins: -s},
			}},
		},
		{
			name: "the newest that had ended", following: byName, elapsed: 10 * s, tasks: "Extend failed", outcome: OutcomeFailed,
			reason: "no Extend",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -3 * day, ends: -2 * day}, {name: "Extend", begins: -2 * time.Hour, ends: -time.Hour, as: Failed},
				{name: "RESTART", begins: -s, ends: -s},
			}},
		},
		{
			name: "one that appears late, after an older success", following: byNameRecent, elapsed: 30 * s, tasks: "Extend succeeded",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -9 * time.Minute, ends: -5 * time.Minute}, {name: "Extend", begins: -s, ends: 20 * s, listed: 8 * s},
			}},
		},
		{
			name: "ended within ten minutes", following: byNameRecent, elapsed: 10 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -9 * time.Minute}}},
		},
		{
			name: "ended within ten minutes before the wait, though the first answer comes late", following: byNameRecent,
			timeout: time.Hour, elapsed: 5*time.Minute + 10*s, tasks: "EXTEND succeeded",
			cloud: cloud{late: 5 * time.Minute, tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -9 * time.Minute}}},
		},
		{
			name: "ended earlier", following: byNameRecent, elapsed: 30 * s, outcome: OutcomeNotFound,
			err:   "the service lists no task extend that runs, or that ended within 10m before the wait; the newest ended on 1999-12-31T23:49:00Z",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -11 * time.Minute}}},
		},
		{
			name: "ended earlier, within three hours", following: Following{Name: "EXTEND", EndedWithin: threeHours}, elapsed: 10 * s,
			tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -11 * time.Minute}}},
		},
		{
			name: "ended within ten minutes by a clock that is ten minutes fast", following: byNameRecent, elapsed: 10 * s,
			tasks: "EXTEND succeeded",
			cloud: cloud{ahead: 10 * time.Minute, tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -9 * time.Minute}}},
		},
		{
			name: "ended earlier by a clock that is ten minutes slow", following: byNameRecent, elapsed: 30 * s, outcome: OutcomeNotFound,
			cloud: cloud{ahead: -10 * time.Minute, tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -11 * time.Minute}}},
		},
		{
			name: "ended at a time without a zone", following: byNameRecent, elapsed: 30 * s, outcome: OutcomeNotFound,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -5 * time.Minute, local: true}}},
		},
		{
			name: "ended in an answer without a date", following: byNameRecent, elapsed: 30 * s, outcome: OutcomeNotFound,
			cloud: cloud{noDate: true, tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -5 * time.Minute}}},
		},
		{
			name: "ended at a time without a zone, without a limit", following: byName, elapsed: 10 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -5 * time.Minute, local: true}}},
		},
		{
			name: "ended at an unknown time, but began within the limit", following: byNameRecent, elapsed: 10 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -9 * time.Minute, ends: -s, noEnd: true}}},
		},
		{
			name: "ended at an unknown time, and began before the limit", following: byNameRecent, elapsed: 30 * s, outcome: OutcomeNotFound,
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -11 * time.Minute, ends: -s, noEnd: true}}},
		},
		{
			name: "ended before the planned end, and began within the limit", following: byNameRecent, elapsed: 10 * s,
			tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -9 * time.Minute, ends: -s, plans: 2 * time.Hour}}},
		},
		{
			name: "ended before the planned end, and began before the limit", following: byNameRecent, elapsed: 30 * s,
			outcome: OutcomeNotFound,
			cloud:   cloud{tasks: []happening{{name: "EXTEND", begins: -11 * time.Minute, ends: -s, plans: 2 * time.Hour}}},
		},
		{
			name: "runs since long, whatever the limit", following: byNameRecent, elapsed: 30 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * day, ends: 20 * s}}},
		},
		{
			name: "the newest without a begin", following: byName, elapsed: 10 * s, outcome: OutcomeFailed, tasks: "Extend failed",
			reason: "no Extend",
			cloud: cloud{tasks: []happening{
				{name: "EXTEND", begins: -2 * time.Hour, ends: -time.Hour}, {name: "Extend", ends: -s, as: Failed, local: true},
			}},
		},
		{
			name: "ended in the future by a Date that lags behind", following: byNameRecent, elapsed: 13 * s, tasks: "EXTEND succeeded",
			cloud: cloud{lag: 5 * s, tasks: []happening{{name: "EXTEND", begins: -time.Hour, ends: -s}}},
		},
		{
			name: "a strange status since days alone", following: byName, elapsed: 30 * s, outcome: OutcomeNotFound,
			err:   "the service lists no task extend; EXTEND (PAUSED) has not changed since",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: -2 * day, raw: "PAUSED"}}},
		},
		{
			name: "no task of the name", following: byName, elapsed: 30 * s, outcome: OutcomeNotFound,
			err: "the service lists no task extend; it lists A, B, C, D, E",
			cloud: cloud{tasks: []happening{
				{name: "A", begins: -s}, {name: "B", begins: -s}, {name: "C", begins: -s}, {name: "D", begins: -s}, {name: "E", begins: -s},
			}},
		},
		{
			name: "a task of the name appears", following: byName, elapsed: 50 * s, tasks: "EXTEND succeeded",
			cloud: cloud{tasks: []happening{{name: "EXTEND", begins: 20 * s, ends: 40 * s}}},
		},
		{
			name: "a task without a name", following: byName, err: "the answer has a task without a name",
			cloud: cloud{tasks: []happening{{begins: -s}}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lists, reads := 0, 0
				options := Options{Timeout: 5 * time.Minute, Interval: s, Settle: 10 * s, random: noJitter}
				if test.timeout != 0 {
					options.Timeout = test.timeout
				}
				if test.outcome == OutcomeTimedOut {
					test.elapsed = options.Timeout - lastPoll
				} else if test.outcome == "" && test.err == "" {
					test.outcome = OutcomeSucceeded
				}
				start := time.Now()
				r, err := Wait(t.Context(), new(Requests), test.cloud.poll(test.following, &lists, &reads), options)
				if err == nil {
					err = r.LastError
				}
				if r.Outcome != test.outcome || !strings.Contains(fmt.Sprint(err), test.err) {
					t.Errorf("got outcome %q, error %v; want %q, %q", r.Outcome, err, test.outcome, test.err)
				}
				if took := time.Since(start); took != test.elapsed {
					t.Errorf("took %s, want %s", took, test.elapsed)
				}
				var tasks []string
				for _, task := range r.Last.Tasks {
					if task.State.Ended() {
						tasks = append(tasks, fmt.Sprint(task.Name, " ", task.State.Outcome()))
					}
				}
				if diff := cmp.Diff(test.tasks, strings.Join(tasks, ", ")); diff != "" {
					t.Errorf("tasks (- want, + got):\n%s", diff)
				}
				if got := r.Last.FailureReason; got != test.reason && test.outcome == OutcomeFailed && test.reason != "" {
					t.Errorf("got reason %q, want %q", got, test.reason)
				}
				var want []string
				if test.warnings != "" {
					want = strings.Split(test.warnings, "; ")
				}
				for i, warning := range r.Last.Warnings {
					if i >= len(want) || !strings.Contains(warning.Summary+": "+warning.Detail, want[i]) {
						t.Errorf("got warning %+v, want %q", warning, test.warnings)
					}
				}
				if len(r.Last.Warnings) < len(want) {
					t.Errorf("got warnings %+v, want %q", r.Last.Warnings, test.warnings)
				}
				if strings.Contains(test.busy, "PAUSED") != (r.UnknownStatus == "PAUSED") {
					t.Errorf("got the unknown status %q", r.UnknownStatus)
				}
				if got := strings.Join(r.Last.Steps, ", "); got != test.busy && test.outcome == OutcomeTimedOut {
					t.Errorf("got in progress: %s, want %s", got, test.busy)
				}
			})
		})
	}
}

// From which time on a list has to have tasks: a day before the oldest one that counts, or that runs and is ignored.
func TestSince(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	task := func(name string, state State, begin time.Time) Task {
		return Task{ID: name, Status: Status{Name: name, State: state, Begin: begin}}
	}
	for _, test := range []struct {
		name  string
		tasks []Task
		date  time.Time
		want  time.Time // zero: the whole list
	}{
		{name: "nothing counts", date: noon, want: noon.Add(-day)},
		{name: "the full hour before", date: noon.Add(59 * time.Minute), want: noon.Add(-day)},
		{name: "a task that runs", tasks: []Task{task("a", Running, noon.Add(-time.Hour))}, date: noon, want: noon.Add(-day - time.Hour)},
		{name: "a task that has ended", tasks: []Task{task("a", Failed, noon.Add(-time.Hour))}, date: noon, want: noon.Add(-day)},
		{name: "an ignored task", tasks: []Task{task("backup", Running, noon.Add(-3*day))}, date: noon, want: noon.Add(-4 * day)},
		{name: "a task whose begin is not known", tasks: []Task{task("a", Running, time.Time{})}, date: noon},
		{name: "a service without a clock", tasks: []Task{task("a", Running, noon)}},
	} {
		tracker := NewTracker(Following{Ignore: []string{"backup"}})
		if got := tracker.Since(); !got.IsZero() {
			t.Errorf("%s: got %s before the first list, want the whole list", test.name, got)
		}
		if err := tracker.AddTasks(TaskList{Tasks: test.tasks, Date: test.date}); err != nil {
			t.Fatal(err)
		}
		if got := tracker.Since(); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// Which tasks have a reason that matters: those that failed or were cancelled once all have ended, and those just before the wait.
func TestUnexplained(t *testing.T) {
	now := time.Now()
	task := func(name string, state State) Task {
		return Task{ID: name, Status: Status{Name: name, State: state, Begin: now, End: now}}
	}
	explained := task("explained", Failed)
	explained.FailureReason = "no capacity"
	for _, test := range []struct {
		name      string
		following Following
		lists     [][]Task
		want      []string
	}{
		{name: "while another runs", lists: [][]Task{{task("a", Running), task("b", Running)}, {task("a", Failed), task("b", Running)}}},
		{
			name: "when all have ended", want: []string{"a", "b"},
			lists: [][]Task{
				{task("a", Running), task("b", Running), task("c", Running)}, {task("a", Failed), task("b", Cancelled), task("c", Succeeded)},
			},
		},
		{name: "has a reason", lists: [][]Task{{task("explained", Running)}, {explained}}},
		{name: "before the wait", following: Following{WarnFailed: time.Minute}, lists: [][]Task{{task("a", Failed)}}, want: []string{"a"}},
		{
			name: "before the wait, and made again", following: Following{WarnFailed: time.Minute},
			lists: [][]Task{{task("a", Failed), {ID: "again", Status: Status{Name: "A", State: Succeeded, Begin: now.Add(s), End: now.Add(s)}}}},
		},
		{
			name: "before the wait, and made again in the wait", following: Following{WarnFailed: time.Minute},
			lists: [][]Task{{task("a", Failed), {ID: "again", Status: Status{Name: "a", State: Running, Begin: now.Add(s)}}}},
		},
		{
			name: "before the wait, after another of its name", following: Following{WarnFailed: time.Minute}, want: []string{"a"},
			lists: [][]Task{{task("a", Failed), {ID: "first", Status: Status{Name: "a", State: Succeeded, Begin: now.Add(-s), End: now}}}},
		},
		{name: "before the wait, without a warning", lists: [][]Task{{task("a", Failed)}}},
		{name: "by name, before the wait", following: Following{Name: "a"}, lists: [][]Task{{task("a", Failed)}}, want: []string{"a"}},
		{
			name: "by name, before one that runs", following: Following{Name: "a"},
			lists: [][]Task{{task("a", Failed), {ID: "x", Status: Status{Name: "a"}}}},
		},
	} {
		tracker := NewTracker(test.following)
		for _, list := range test.lists {
			if err := tracker.AddTasks(TaskList{Tasks: list, Date: now}); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, task := range tracker.Unexplained() {
			got = append(got, task.Name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", test.name, diff)
		}
	}
}

// A task of the name that had ended well before the wait decides with a warning, if its end is known.
func TestEarlierTask(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name        string
		ended       time.Duration // before the wait; negative: not known
		warnEarlier time.Duration
		age         time.Duration
		warning     bool
	}{
		{name: "long before", ended: 5 * time.Minute, warnEarlier: 30 * s, age: 5 * time.Minute, warning: true},
		{name: "just before", ended: 20 * s, warnEarlier: 30 * s, age: 20 * s},
		{name: "long before, which is no warning", ended: 5 * time.Minute, age: 5 * time.Minute},
		{name: "not known when", ended: -1, warnEarlier: 30 * s, age: time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			task := Task{ID: "1", Status: Status{Name: "a", State: Succeeded, Begin: now.Add(-time.Hour)}}
			if test.ended >= 0 {
				task.End = now.Add(-test.ended)
			}
			end := task.End
			tracker := NewTracker(Following{Name: "a", WarnEarlier: test.warnEarlier})
			if err := tracker.AddTasks(TaskList{Tasks: []Task{task}, Date: now}); err != nil {
				t.Fatal(err)
			}
			status, err := tracker.Status()
			if err != nil {
				t.Fatal(err)
			}
			if got := tracker.NewestAge(); got != test.age {
				t.Errorf("%s: got age %s, want %s", test.name, got, test.age)
			}
			if got := len(status.Warnings) == 1 && status.Warnings[0].Earlier; got != test.warning {
				t.Errorf("%s: got warnings %+v, want one: %t", test.name, status.Warnings, test.warning)
			}
			if again, _ := tracker.Status(); !status.End.Equal(end) || !again.End.Equal(end) {
				t.Errorf("%s: got ends %s and %s, want %s", test.name, status.End, again.End, end)
			}
		})
	}
}

// While a task runs, name and reason are those of the first that failed, whatever the order.
func TestFailureWhileOthersRun(t *testing.T) {
	now := time.Now()
	for _, begins := range [][]time.Duration{{0, time.Minute}, {time.Minute, 0}} {
		tracker := NewTracker(Following{})
		list := func(state State) TaskList {
			failing := Task{ID: "a", Status: Status{Name: "a", State: state, Begin: now.Add(begins[0]), FailureReason: "no capacity"}}
			return TaskList{Tasks: []Task{failing, {ID: "b", Status: Status{Name: "b", Begin: now.Add(begins[1])}}}}
		}
		for _, state := range []State{Running, Failed} {
			if err := tracker.AddTasks(list(state)); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := tracker.Status(); err != nil || got.State != Running || got.Name != "a" || got.FailureReason != "no capacity" {
			t.Errorf("begins %v: got %+v, error %v; want running, with the failure of a", begins, got, err)
		}
	}
}

// A reason that was completed stays, though the next list does not have it.
func TestReasonStays(t *testing.T) {
	tracker := NewTracker(Following{})
	for _, state := range []State{Running, Failed, Failed} {
		if err := tracker.AddTasks(TaskList{Tasks: []Task{{ID: "a", Status: Status{State: state}}}}); err != nil {
			t.Fatal(err)
		}
		for _, task := range tracker.Unexplained() {
			task.FailureReason = "no capacity"
		}
	}
	tracker.AddInstance(Instance{Condition: AtRest})
	if got, err := tracker.Status(); err != nil || got.State != Failed || got.FailureReason != "no capacity" {
		t.Errorf("got %+v, error %v; want a failure with the reason", got, err)
	}
}

// Whatever tasks there are and whenever they are listed: when a wait ends, none of those that are listed runs, and its outcome is the worst
// of those that ended after the first answer.
func TestTrackerOverAnyTasks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var tasks []happening
		for i := range rapid.IntRange(0, 5).Draw(rt, "tasks") {
			h := happening{name: fmt.Sprint("t", i), begins: time.Duration(rapid.IntRange(-60, 60).Draw(rt, "begins"))*s + s/2}
			h.ends = h.begins + time.Duration(rapid.IntRange(1, 60).Draw(rt, "takes"))*s
			h.listed = h.begins + time.Duration(rapid.IntRange(0, 20).Draw(rt, "delay"))*s
			h.as = rapid.SampledFrom([]State{Failed, Cancelled, Succeeded}).Draw(rt, "end")
			if h.ends == 0 { // which stands for never
				h.ends = s
			}
			tasks = append(tasks, h)
		}
		interval := time.Duration(rapid.IntRange(0, 30).Draw(rt, "interval")) * s
		synctest.Test(t, func(t *testing.T) {
			lists, reads := 0, 0
			start := time.Now()
			options := Options{Timeout: time.Hour, Interval: interval, Settle: 10 * s}
			r, err := Wait(t.Context(), new(Requests), cloud{tasks: tasks}.poll(Following{}, &lists, &reads), options)
			took := time.Since(start)
			worst := Succeeded
			for _, h := range tasks {
				if listed := max(h.begins, h.listed); listed > took || h.ends < 0 {
					continue // it was never seen, or had ended before
				}
				if h.ends > took {
					rt.Errorf("the wait ended after %s, while %s ran until %s", took, h.name, h.ends)
				}
				worst = min(worst, h.as)
			}
			if err != nil || r.Outcome != worst.Outcome() {
				rt.Errorf("got outcome %q, error %v; want %q of %+v", r.Outcome, err, worst.Outcome(), tasks)
			}
		})
	})
}
