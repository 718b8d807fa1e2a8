package poll

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Task is a task of an instance, as the list of them shows it.
type Task struct {
	ID string // not empty
	Status
	Changed time.Time // when the service changed its record the last time; zero if unknown
}

// String returns the task in words, such as "EXTEND (EXECUTING)".
func (t Task) String() string { return fmt.Sprintf("%s (%s)", cmp.Or(t.Name, t.ID), t.Raw) }

// A TaskList is an answer that lists tasks of an instance.
type TaskList struct {
	Tasks               []Task
	Date                time.Time // of its first page, by the clock of the service; zero if unknown
	Endpoint, RequestID string
}

// An Instance is what a service says of an instance itself.
type Instance struct {
	Status    string // such as "RUNNING"
	Condition Condition
	Work      string // what else says that it is at work, such as "task BACKUPING"; empty if nothing does
	Failure   string // what says that its last work failed, such as "task_status RESIZE_FAILURE"; empty if nothing does

	Endpoint, RequestID string
}

// A Condition is the meaning of the status of an instance.
type Condition int

// The conditions.
const (
	AtWork           Condition = iota // or of a status that the provider does not know
	AtRest                            // as it should be
	BackedUp                          // at work on a backup, which may be ignored if its task is
	BackedUpUnlisted                  // at work on a backup, whose task may not be listed
	Unwell                            // at rest, but with an error
)

// Following says which tasks of an instance a wait follows, and until when. The zero value follows all of them, until the instance is idle.
type Following struct {
	Name        string         // only tasks of this name, without letter case; then the instance itself does not matter
	Ignore      []string       // names of tasks that may go on, without letter case
	EndedWithin *time.Duration // with a name: how long before the wait a task may have ended to be the one; nil: no limit
	WarnFailed  time.Duration  // a task that failed at most so long before the wait is a warning
	WarnEarlier time.Duration  // with a name: a task that decides, and ended more than so long before the wait, is a warning; 0: never
}

const (
	missingPolls = 3
	missingTime  = 30 * time.Second

	// A task of a status that nobody knows and that has not changed for so long is no longer waited for.
	staleAtRest = time.Hour // while the instance itself says that it rests
	stale       = 24 * time.Hour

	clockMargin = time.Second // of a Date header, which has no fractions

	maxOthers = 5 // names that an error lists
)

// A Tracker follows the tasks of an instance over the polls of one wait.
//
// A task counts if it runs at the first poll, or if a later poll shows it and the first did not, unless it had ended before the first
// answer by the service's clock.
type Tracker struct {
	Following
	start time.Time // of the wait

	listed    bool      // a list was added
	firstDate time.Time // of the first list, by the clock of the service; zero if unknown
	began     time.Time // the wait, by the clock of the service; zero if unknown
	date      time.Time // of the last list
	tasks     []*tracked
	past      []*Task // that had ended before
	known     map[string]bool
	ignored   []Task   // that run, by the last list
	others    []string // names of other tasks in the last list of a wait by name, without repetition

	instance   *Instance // by the last poll; nil if it did not read it
	first      *Instance
	status     string // of the instance, when it was last read
	unreadable string // why the instance cannot be read; empty if it can
	worked     bool   // the instance was at work
	earlier    bool   // the last status is that of a task that had ended before the wait

	endpoint, requestID string // of the last answer
}

// A tracked task counts.
type tracked struct {
	Task
	missing      int // lists in a row that did not have it
	missingSince time.Time
}

// NewTracker returns a tracker of a wait that begins now.
func NewTracker(f Following) *Tracker {
	return &Tracker{Following: f, start: time.Now(), known: make(map[string]bool)}
}

// Since returns from which time on the next list has to have tasks, by the clock of the service: a day before the oldest task that
// counts, or that runs and is ignored. It returns the zero time for all of them.
func (t *Tracker) Since() time.Time {
	if !t.listed || t.firstDate.IsZero() {
		return time.Time{}
	}
	oldest := t.firstDate
	begins := func(task Task) {
		if task.Begin.Before(oldest) { // it is zero if unknown
			oldest = task.Begin
		}
	}
	for _, task := range t.tasks {
		begins(task.Task)
	}
	for _, task := range t.ignored {
		begins(task)
	}
	return Window(oldest)
}

// Window returns from which time on a list has to have a task that began at a time: a day before, since time zones of the queries are
// documented nowhere. It returns the zero time if the begin is not known.
func Window(begin time.Time) time.Time {
	if begin.IsZero() {
		return begin
	}
	return begin.Add(-24 * time.Hour).Truncate(time.Hour) // the same for other waits
}

// AddTasks adds a list. An error is about the list, which then has no effect.
func (t *Tracker) AddTasks(list TaskList) error {
	if t.Name != "" || len(t.Ignore) > 0 {
		if slices.ContainsFunc(list.Tasks, func(task Task) bool { return task.Name == "" }) {
			return errors.New("the answer has a task without a name")
		}
	}
	if !t.listed {
		t.firstDate = list.Date
		if !list.Date.IsZero() {
			t.began = list.Date.Add(-time.Since(t.start))
		}
	}
	t.ignored, t.others, t.instance = nil, nil, nil
	t.date, t.endpoint, t.requestID = list.Date, list.Endpoint, list.RequestID
	shown := make(map[string]bool)
	for _, task := range unique(list.Tasks) {
		if t.Name != "" && !strings.EqualFold(task.Name, t.Name) {
			if !slices.Contains(t.others, task.Name) {
				t.others = append(t.others, task.Name)
			}
			continue
		}
		if slices.ContainsFunc(t.Ignore, func(name string) bool { return strings.EqualFold(task.Name, name) }) {
			if !task.State.Ended() {
				t.ignored = append(t.ignored, task)
			}
			continue
		}
		shown[task.ID] = true
		t.add(task)
	}
	now := time.Now()
	for _, task := range t.tasks {
		if shown[task.ID] || task.State.Ended() {
			task.missing = 0
			continue
		}
		if task.missing++; task.missing == 1 {
			task.missingSince = now
		}
		if task.missing >= missingPolls && now.Sub(task.missingSince) >= missingTime {
			task.State = Missing
		}
	}
	slices.SortStableFunc(t.tasks, func(a, b *tracked) int { return a.Begin.Compare(b.Begin) })
	t.listed = true
	return nil
}

// add adds a task of a list.
func (t *Tracker) add(task Task) {
	i := slices.IndexFunc(t.tasks, func(other *tracked) bool { return other.ID == task.ID })
	beforeFirst := !t.listed || !task.End.IsZero() && task.End.Before(t.firstDate)
	switch {
	case i >= 0:
		if task.State == t.tasks[i].State { // it may be explained
			task.FailureReason, task.Progress = t.tasks[i].FailureReason, t.tasks[i].Progress
		}
		t.tasks[i].Task = task
	case task.State.Ended() && t.known[task.ID]:
	case task.State.Ended() && beforeFirst:
		t.known[task.ID] = true
		t.past = append(t.past, &task)
	default:
		t.tasks = append(t.tasks, &tracked{Task: task})
	}
}

// unique returns the tasks without those that are listed twice. Of these the one counts that claims least.
func unique(tasks []Task) []Task {
	var all []Task
	at := make(map[string]int)
	for _, task := range tasks {
		i, twice := at[task.ID]
		switch {
		case !twice:
			at[task.ID] = len(all)
			all = append(all, task)
		case task.State < all[i].State:
			all[i] = task
		}
	}
	return all
}

// NeedsInstance reports whether it depends on the instance itself how things are: if it was never read, if no task runs, or if those that
// run have a status that nobody knows.
func (t *Tracker) NeedsInstance() bool {
	if t.unreadable != "" {
		return false
	}
	strange := false
	for _, task := range t.tasks {
		if task.State.Ended() {
			continue
		}
		if t.unchangedFor(task) < staleAtRest {
			return t.Name == "" && t.first == nil
		}
		strange = true
	}
	return t.Name == "" || strange
}

// unchangedFor returns how long ago a task of unknown status changed, or 0 if that is not known.
func (t *Tracker) unchangedFor(task *tracked) time.Duration {
	if task.State != Unknown || task.Changed.IsZero() || t.date.IsZero() {
		return 0
	}
	return t.date.Sub(task.Changed)
}

// isStale reports whether a task is no longer waited for.
func (t *Tracker) isStale(task *tracked) bool {
	if t.instance == nil {
		return false
	}
	limit := stale
	if c := t.instance.Condition; (c == AtRest || c == Unwell) && t.instance.Work == "" {
		limit = staleAtRest
	}
	return t.unchangedFor(task) >= limit
}

// AddInstance adds what the instance says of itself.
func (t *Tracker) AddInstance(i Instance) {
	t.instance, t.status = &i, i.Status
	if t.first == nil {
		t.first = &i
	}
	t.worked = t.worked || len(t.work()) > 0
	t.endpoint, t.requestID = i.Endpoint, i.RequestID
}

// HasInstance reports whether the instance was ever read.
func (t *Tracker) HasInstance() bool { return t.first != nil }

// WithoutInstance makes the tasks alone decide, since the instance cannot be read for a reason.
func (t *Tracker) WithoutInstance(reason string) { t.unreadable = reason }

// Unexplained returns the tasks that failed or were cancelled, and of which a reason matters: none while others run.
func (t *Tracker) Unexplained() []*Task {
	var all []*Task
	for _, task := range t.tasks {
		if !task.State.Ended() {
			return nil
		}
		all = append(all, &task.Task)
	}
	if newest := t.newest(); t.Name != "" && len(t.tasks) == 0 && newest != nil {
		all = append(all, newest)
	}
	all = append(all, t.failedBefore()...)
	return slices.DeleteFunc(all, func(task *Task) bool {
		return task.State != Failed && task.State != Cancelled || task.FailureReason != ""
	})
}

// work returns what keeps the instance itself from being idle.
func (t *Tracker) work() []string {
	var all []string
	if t.instance == nil {
		return nil
	}
	ignores := len(t.ignored) > 0
	c := t.instance.Condition
	if c == AtWork || c == BackedUp && !ignores || c == BackedUpUnlisted && len(t.Ignore) == 0 {
		all = append(all, "status "+t.instance.Status)
	}
	if t.instance.Work != "" && !ignores {
		all = append(all, t.instance.Work)
	}
	return all
}

// Status returns how things are after a poll. The error says that there is no task of the name.
func (t *Tracker) Status() (Status, error) {
	s := Status{State: Succeeded, Endpoint: t.endpoint, RequestID: t.requestID}
	if t.unreadable != "" {
		s.warn("The instance could not be read", "The list of its tasks alone decided: %s.", t.unreadable)
	}
	var counted []Task
	for _, task := range t.tasks {
		if t.isStale(task) {
			s.warn("A task was not waited for", "Task %s has the status %s, which the provider does not know, and has not changed since %s.",
				cmp.Or(task.Name, task.ID), task.Raw, task.Changed.Format(time.RFC3339))
			continue
		}
		counted = append(counted, task.Task)
		if !task.State.Ended() {
			text := task.String()
			if task.missing > 0 {
				text += ", which is not listed any more"
			}
			s.Steps = append(s.Steps, text)
			s.Blocked = s.Blocked || task.Blocked
		}
	}
	t.earlier = false
	if t.Name != "" && len(counted) == 0 {
		newest := t.newest()
		if newest == nil {
			return s, errors.New(t.notFound())
		}
		counted, t.earlier = append(counted, *newest), true
		if age := t.NewestAge(); t.WarnEarlier > 0 && !newest.End.IsZero() && age > t.WarnEarlier {
			s.warn("An earlier task decided", "Task %s (%s) ended %s before this wait began, and decided how it ended.",
				newest.Name, newest.ID, Short(age.Round(time.Second))).Earlier = true
		}
	}
	s.add(counted)
	if t.Name == "" {
		t.addInstance(&s)
	} else {
		s.Name = cmp.Or(s.Name, counted[len(counted)-1].Name)
	}
	if len(s.Steps) > 0 {
		s.State = Running
	}
	return s, nil
}

// warn adds a warning, and returns it.
func (s *Status) warn(summary, detail string, values ...any) *Warning {
	s.Warnings = append(s.Warnings, Warning{Summary: summary, Detail: fmt.Sprintf(detail, values...)})
	return &s.Warnings[len(s.Warnings)-1]
}

// add adds to a status how its tasks are, the oldest first.
func (s *Status) add(tasks []Task) {
	s.Tasks = tasks
	worst := Succeeded // of those that have ended
	for _, task := range tasks {
		s.State = min(s.State, task.State)
		if task.State.Ended() && task.State < worst {
			worst = task.State
			s.Name, s.FailureCode, s.FailureReason = task.Name, task.FailureCode, task.FailureReason
		}
		s.Raw = task.Raw
		if s.Begin.IsZero() || !task.Begin.IsZero() && task.Begin.Before(s.Begin) {
			s.Begin, s.BeginTime = task.Begin, task.BeginTime
		}
		if task.End.After(s.End) {
			s.End, s.EndTime = task.End, task.EndTime
		}
	}
}

// addInstance adds to a status how the instance itself is.
func (t *Tracker) addInstance(s *Status) {
	s.Raw = t.status
	for _, task := range t.failedBefore() {
		reason := cmp.Or(task.FailureReason, task.FailureCode, "the service gives no reason")
		failed := "failed on " + task.EndTime
		if task.EndTime == "" {
			failed = "began on " + task.BeginTime + " and failed"
		}
		s.warn("A task failed before this wait", "Task %s (%s) %s, before this wait began, and so does not fail it: %s.",
			cmp.Or(task.Name, "without a name"), task.ID, failed, reason).Failure = true
	}
	i := t.instance
	if i == nil {
		return
	}
	s.Steps = append(s.Steps, t.work()...)
	fails := func(reason string) {
		if s.State != Failed {
			s.State, s.Name, s.FailureCode, s.FailureReason = Failed, "", "", reason
		}
	}
	switch {
	case i.Condition != Unwell:
	case i.Status != t.first.Status || t.worked:
		fails("its status is " + i.Status)
	default:
		s.warn("Idle, but not well", "Its status is %s, as it was when the wait began.", i.Status).Failure = true
	}
	switch {
	case i.Failure == "":
	case i.Failure != t.first.Failure || t.worked:
		fails("its work has ended with " + i.Failure)
	default:
		s.warn("Idle, but not well", "It shows %s, as it did when the wait began.", i.Failure).Failure = true
	}
}

// newest returns the task of the name that began last of those that had ended before, or nil if it ended too long ago.
func (t *Tracker) newest() *Task {
	if len(t.past) == 0 {
		return nil
	}
	newest := t.lastBegun()
	if t.EndedWithin != nil && !t.endedWithin(newest, *t.EndedWithin) {
		return nil
	}
	return newest
}

// endedWithin reports whether a task ended at most so long before the wait began, by the clock of the service. One without an end, or with
// one in the future, such as the planned one, ended after its begin.
func (t *Tracker) endedWithin(task *Task, window time.Duration) bool {
	end, now := task.End, t.date.Add(clockMargin)
	if end.IsZero() || end.After(now) {
		end = task.Begin
	}
	if end.IsZero() || t.began.IsZero() {
		return false
	}
	return !end.Before(t.began.Add(-window)) && !end.After(now)
}

// Earlier reports whether the last status is that of a task that had ended before the wait, as no task of the name ran.
func (t *Tracker) Earlier() bool { return t.earlier }

// NewestAge returns how long before the wait the newest of the tasks that had ended before did so, or began if their end
// is not known, by the clock of the service. It returns 0 if neither is known.
func (t *Tracker) NewestAge() time.Duration {
	if len(t.past) == 0 || t.began.IsZero() {
		return 0
	}
	end := t.lastBegun().End
	if end.IsZero() { // the service does not tell
		end = t.lastBegun().Begin
	}
	if end.IsZero() {
		return 0
	}
	return t.began.Sub(end)
}

// failedBefore returns the tasks that failed shortly before the wait began, whose failure is only a warning.
func (t *Tracker) failedBefore() []*Task {
	if t.Name != "" || t.WarnFailed == 0 {
		return nil
	}
	var failed []*Task
	for _, task := range t.past {
		if task.State == Failed && t.endedWithin(task, t.WarnFailed) && !t.madeAgain(task) {
			failed = append(failed, task)
		}
	}
	return failed
}

// madeAgain reports whether a task of the same name has begun after this one.
func (t *Tracker) madeAgain(task *Task) bool {
	again := func(other *Task) bool {
		return !task.Begin.IsZero() && other.Begin.After(task.Begin) && other.Name != "" && strings.EqualFold(other.Name, task.Name)
	}
	return slices.ContainsFunc(t.past, again) || slices.ContainsFunc(t.tasks, func(other *tracked) bool { return again(&other.Task) })
}

// notFound says which task of the name there is not.
func (t *Tracker) notFound() string {
	text := "the service lists no task " + t.Name
	if t.EndedWithin != nil {
		text += fmt.Sprintf(" that runs, or that ended within %s before the wait", Short(*t.EndedWithin))
		if len(t.past) > 0 {
			newest, ended := t.lastBegun(), "; the newest ended on "
			if newest.EndTime == "" {
				ended = "; the newest has ended, and began on "
			}
			text += ended + cmp.Or(newest.EndTime, newest.BeginTime, "a time that is not known")
		}
	}
	for _, task := range t.tasks { // all are stale
		text += fmt.Sprintf("; %s has not changed since %s, and the provider does not know its status", task, task.Changed.Format(time.RFC3339))
	}
	if len(t.tasks)+len(t.past) == 0 && len(t.others) > 0 {
		text += "; it lists " + strings.Join(t.others[:min(len(t.others), maxOthers)], ", ")
	}
	return text
}

// lastBegun returns the task that began last of those that had ended before; of several, the first that was listed. One whose begin is
// not known counts as such.
func (t *Tracker) lastBegun() *Task {
	return slices.MaxFunc(t.past, func(a, b *Task) int {
		if a.Begin.IsZero() != b.Begin.IsZero() {
			return b.Begin.Compare(a.Begin)
		}
		return a.Begin.Compare(b.Begin)
	})
}
