package simulator

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Timeline is the course of a job or task. With the zero value it succeeds when it is added.
type Timeline struct {
	Begin time.Time     // default: the time at which it is added
	Takes time.Duration // time from the begin to the end
	End   string        // final status; default: SUCCESS
}

// at returns the finished share, from 0 to 1, and the status, which is running until the end.
func (t Timeline) at(now time.Time, running string) (share float64, status string) {
	elapsed := now.Sub(t.Begin)
	switch {
	case elapsed >= t.Takes:
		return 1, cmp.Or(t.End, "SUCCESS")
	case elapsed <= 0:
		return 0, running
	}
	return float64(elapsed) / float64(t.Takes), running
}

func (t Timeline) end() time.Time { return t.Begin.Add(t.Takes) }

// A DCSJob is a job of the Distributed Cache Service.
type DCSJob struct {
	ID   string
	Type string // such as masterStandbySwapJob
	Timeline
	FailReason string // reported once the job has ended
}

// A DCSTask is a background task of an instance of the Distributed Cache Service.
type DCSTask struct {
	InstanceID, ID, Name string
	Timeline
	Steps     []Step         // reported by the progress call; without steps the task has no progress
	ErrorCode string         // reported once the task has ended, by the task and its last step
	Details   map[string]any // the object details; nil: none
}

// A Step is a step of a DCSTask. All steps take the same time.
type Step struct {
	Name     string
	SubSteps []string
}

// A KafkaTask is a background task of an instance of the Distributed Message Service for Kafka.
type KafkaTask struct {
	InstanceID, ID, Name string
	Timeline
	Params string // JSON
}

// A DWSJob is a job of the Data Warehouse Service.
type DWSJob struct {
	ID, Name string
	Timeline
	FailedCode, FailedDetail string // reported once the job has ended
}

// objects are the jobs and tasks of all services.
type objects struct {
	dcsJobs    []DCSJob
	dcsTasks   []DCSTask
	kafkaTasks []KafkaTask
	dwsJobs    []DWSJob
}

// Add adds jobs and tasks: values of the types DCSJob, DCSTask, KafkaTask and DWSJob.
func (s *Simulator) Add(added ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begin := func(t *Timeline) {
		if t.Begin.IsZero() {
			t.Begin = s.options.Now()
		}
	}
	for _, o := range added {
		switch o := o.(type) {
		case DCSJob:
			begin(&o.Timeline)
			s.objects.dcsJobs = append(s.objects.dcsJobs, o)
		case DCSTask:
			begin(&o.Timeline)
			s.objects.dcsTasks = append(s.objects.dcsTasks, o)
		case KafkaTask:
			begin(&o.Timeline)
			s.objects.kafkaTasks = append(s.objects.kafkaTasks, o)
		case DWSJob:
			begin(&o.Timeline)
			s.objects.dwsJobs = append(s.objects.dwsJobs, o)
		default:
			panic(fmt.Sprintf("simulator: cannot add a %T", o))
		}
	}
}

// snapshot returns the objects and the time of the simulated cloud.
func (s *Simulator) snapshot() (objects, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects, s.options.Now()
}

// The user who started all tasks.
const (
	userName = "simulated_user"
	userID   = "d53977d1adfb49c5b025ba7d33a13fd7"
)

// notFoundCode is the error code for jobs and tasks that do not exist. The reference pages document none.
const notFoundCode = "SIMULATOR.0404"

func (s *Simulator) dcsJob(r *http.Request) response {
	all, now := s.snapshot()
	for _, j := range all.dcsJobs {
		if j.ID != r.PathValue("job") {
			continue
		}
		share, status := j.at(now, "RUNNING")
		body := object{
			"job_id": j.ID, "job_type": j.Type, "status": status,
			"begin_time": milliseconds(j.Begin), "end_time": nil, "fail_reason": nil,
		}
		if share == 1 {
			body["end_time"] = milliseconds(j.end())
			body["fail_reason"] = orNull(j.FailReason)
		}
		return ok(body)
	}
	return gatewayError(http.StatusNotFound, notFoundCode, "The job does not exist")
}

func (s *Simulator) dcsTasks(r *http.Request) response {
	all, now := s.snapshot()
	instance := r.PathValue("instance")
	tasks := slices.DeleteFunc(slices.Clone(all.dcsTasks), func(t DCSTask) bool { return t.InstanceID != instance })
	if len(tasks) == 0 {
		return gatewayError(http.StatusNotFound, "DCS.3022", "The instance does not exist")
	}

	query := r.URL.Query()
	invalid := func(name string) response {
		return gatewayError(http.StatusBadRequest, "111400063", "Invalid "+name+" parameter in the request.")
	}
	offset, limit := 0, 10
	for name, value := range map[string]*int{"offset": &offset, "limit": &limit} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(query.Get(name))
		if err != nil || n < 0 || name == "limit" && (n < 1 || n > 1000) {
			return invalid(name)
		}
		*value = n
	}
	for _, name := range []string{"begin_time", "start_time", "end_time"} {
		if !query.Has(name) {
			continue
		}
		bound, err := time.Parse("20060102150405", query.Get(name))
		if err != nil {
			return invalid(name)
		}
		tasks = slices.DeleteFunc(tasks, func(t DCSTask) bool {
			if name == "end_time" {
				return t.Begin.After(bound)
			}
			return t.Begin.Before(bound)
		})
	}
	slices.SortStableFunc(tasks, func(a, b DCSTask) int { return b.Begin.Compare(a.Begin) })

	page := []object{}
	offset = min(offset, len(tasks))
	for _, t := range tasks[offset:min(offset+limit, len(tasks))] {
		share, status := t.at(now, "EXECUTING")
		entry := object{
			"id": t.ID, "name": t.Name, "user_name": userName, "user_id": userID,
			"enable_show": len(t.Steps) > 0, "status": status,
			"created_at": utc(t.Begin), "updated_at": utc(now),
		}
		if share == 1 {
			entry["updated_at"] = utc(t.end())
			entry["error_code"] = orNull(t.ErrorCode)
		}
		if t.Details != nil {
			entry["details"] = t.Details
		}
		page = append(page, entry)
	}
	return ok(object{"task_count": len(tasks), "tasks": page})
}

func (s *Simulator) dcsProgress(r *http.Request) response {
	all, now := s.snapshot()
	i := slices.IndexFunc(all.dcsTasks, func(t DCSTask) bool {
		return t.ID == r.PathValue("task") && t.InstanceID == r.PathValue("instance")
	})
	switch {
	case !slices.ContainsFunc(all.dcsTasks, func(t DCSTask) bool { return t.InstanceID == r.PathValue("instance") }):
		return gatewayError(http.StatusNotFound, "DCS.3022", "The instance does not exist")
	case i < 0:
		return gatewayError(http.StatusNotFound, notFoundCode, "The task does not exist")
	case len(all.dcsTasks[i].Steps) == 0:
		return gatewayError(http.StatusBadRequest, "DCS.4094", "The task has no details")
	}
	t := all.dcsTasks[i]
	share, status := t.at(now, "EXECUTING")
	remaining := max(0, t.end().Sub(now))
	return ok(object{
		"progress":     int(share * 100),
		"remain_time":  int((remaining + time.Second - 1) / time.Second),
		"step_details": t.steps(share, status),
	})
}

// steps returns the steps as the progress call reports them.
func (t DCSTask) steps(share float64, status string) []object {
	stepTime := t.Takes / time.Duration(len(t.Steps))
	var steps []object
	for i, step := range t.Steps {
		begin := t.Begin.Add(time.Duration(i) * stepTime)
		stepShare := min(1, max(0, share*float64(len(t.Steps))-float64(i)))
		last := i == len(t.Steps)-1
		entry := t.step("step", fmt.Sprint(i), step.Name, begin, stepTime, stepShare, status, last)
		var subSteps []object
		for j, name := range step.SubSteps {
			subTime := stepTime / time.Duration(len(step.SubSteps))
			subShare := min(1, max(0, stepShare*float64(len(step.SubSteps))-float64(j)))
			subBegin, subLast := begin.Add(time.Duration(j)*subTime), last && j == len(step.SubSteps)-1
			sub := t.step("sub_step", fmt.Sprintf("%d.%d", i, j), name, subBegin, subTime, subShare, status, subLast)
			sub["detail"] = ""
			subSteps = append(subSteps, sub)
		}
		entry["sub_step_details"] = subSteps
		steps = append(steps, entry)
	}
	return steps
}

// step returns a step or sub-step. The final status of the last one follows from that of the task.
func (t DCSTask) step(
	prefix, number, name string, begin time.Time, takes time.Duration, share float64, taskStatus string, last bool,
) object {
	const format = "2006-01-02 15:04:05"
	entry := object{
		prefix + "_id":   uuid(t.ID + " " + number),
		prefix + "_name": name,
		"begin_time":     nil,
		"end_time":       nil,
		"error_code":     nil,
	}
	status := "WAITING"
	if share > 0 {
		status = "EXECUTING"
		entry["begin_time"] = begin.UTC().Format(format)
	}
	if share == 1 {
		status = "FINISH"
		entry["begin_time"] = begin.UTC().Format(format)
		entry["end_time"] = begin.Add(takes).UTC().Format(format)
		if last {
			switch {
			case strings.HasPrefix(taskStatus, "FAIL"):
				status = "FAILED"
			case strings.HasPrefix(taskStatus, "CANCEL"):
				status = "CANCELED"
			}
			entry["error_code"] = orNull(t.ErrorCode)
		}
	}
	entry[prefix+"_status"] = status
	return entry
}

func (s *Simulator) kafkaTask(r *http.Request) response {
	all, now := s.snapshot()
	instance := r.PathValue("instance")
	if !slices.ContainsFunc(all.kafkaTasks, func(t KafkaTask) bool { return t.InstanceID == instance }) {
		return gatewayError(http.StatusNotFound, "DMS.00404022", "The instance does not exist.")
	}
	tasks := []object{}
	for _, t := range all.kafkaTasks {
		if t.InstanceID != instance || t.ID != r.PathValue("task") {
			continue
		}
		share, status := t.at(now, "EXECUTING")
		entry := object{
			"id": t.ID, "name": t.Name, "user_name": userName, "user_id": userID, "params": orNull(t.Params),
			"status": status, "created_at": utc(t.Begin), "updated_at": utc(now),
		}
		if share == 1 {
			entry["updated_at"] = utc(t.end())
		}
		tasks = append(tasks, entry)
	}
	return ok(object{"task_count": strconv.Itoa(len(tasks)), "tasks": tasks})
}

func (s *Simulator) dwsJob(r *http.Request) response {
	const format = "2006-01-02T15:04:05"
	all, now := s.snapshot()
	for _, j := range all.dwsJobs {
		if j.ID != r.PathValue("job") {
			continue
		}
		share, status := j.at(now, "RUNNING")
		body := object{
			"job_id": j.ID, "job_name": j.Name, "status": status, "progress": fmt.Sprintf("%d%%", int(share*100)),
			"begin_time": j.Begin.UTC().Format(format), "end_time": nil, "failed_code": nil, "failed_detail": nil,
		}
		if share == 1 {
			body["end_time"] = j.end().UTC().Format(format)
			body["failed_code"], body["failed_detail"] = orNull(j.FailedCode), orNull(j.FailedDetail)
		}
		return ok(body)
	}
	return dwsError(http.StatusNotFound, notFoundCode, "The job does not exist.")
}

func (*Simulator) iamProjects(r *http.Request) response {
	projects := []object{}
	for _, p := range rawRequestOf(r).caller.projects {
		if name := r.URL.Query().Get("name"); name == "" || name == p.Name {
			projects = append(projects, object{"id": p.ID, "name": p.Name, "enabled": true, "is_domain": false})
		}
	}
	return ok(object{"projects": projects, "links": object{"next": nil, "previous": nil}})
}

func dwsError(status int, code, message string) response {
	return response{status: status, body: object{"errCode": code, "externalMessage": message}}
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func utc(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// uuid returns an ID that is derived from a text.
func uuid(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
