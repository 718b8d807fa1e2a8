package dcs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// TaskList is the response of "Listing Background Tasks".
type TaskList struct {
	TaskCount *lenient.String `json:"task_count" tfsdk:"task_count"`
	Tasks     []Task          `json:"tasks"      tfsdk:"tasks"`
}

// Task is a SingleBackgroundTask of the reference page. JobID and ErrorCode are in newer editions of it.
type Task struct {
	ID         *lenient.String `json:"id"          tfsdk:"id"`
	Name       *lenient.String `json:"name"        tfsdk:"name"`
	Details    *Details        `json:"details"     tfsdk:"details"`
	UserName   *lenient.String `json:"user_name"   tfsdk:"user_name"`
	UserID     *lenient.String `json:"user_id"     tfsdk:"user_id"`
	Params     *lenient.String `json:"params"      tfsdk:"params"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	CreatedAt  *lenient.String `json:"created_at"  tfsdk:"created_at"`
	UpdatedAt  *lenient.String `json:"updated_at"  tfsdk:"updated_at"`
	EnableShow *lenient.Bool   `json:"enable_show" tfsdk:"enable_show"`
	JobID      *lenient.String `json:"job_id"      tfsdk:"job_id"`
	ErrorCode  *lenient.String `json:"error_code"  tfsdk:"error_code"`
}

// Details is the DetailsBody of the reference page.
type Details struct {
	OldCapacity          *lenient.String   `json:"old_capacity"            tfsdk:"old_capacity"`
	NewCapacity          *lenient.String   `json:"new_capacity"            tfsdk:"new_capacity"`
	EnablePublicIP       *lenient.Bool     `json:"enable_public_ip"        tfsdk:"enable_public_ip"`
	PublicIPID           *lenient.String   `json:"public_ip_id"            tfsdk:"public_ip_id"`
	PublicIPAddress      *lenient.String   `json:"public_ip_address"       tfsdk:"public_ip_address"`
	EnableSSL            *lenient.Bool     `json:"enable_ssl"              tfsdk:"enable_ssl"`
	OldCacheMode         *lenient.String   `json:"old_cache_mode"          tfsdk:"old_cache_mode"`
	NewCacheMode         *lenient.String   `json:"new_cache_mode"          tfsdk:"new_cache_mode"`
	OldResourceSpecCode  *lenient.String   `json:"old_resource_spec_code"  tfsdk:"old_resource_spec_code"`
	NewResourceSpecCode  *lenient.String   `json:"new_resource_spec_code"  tfsdk:"new_resource_spec_code"`
	OldReplicaNum        *lenient.Int64    `json:"old_replica_num"         tfsdk:"old_replica_num"`
	NewReplicaNum        *lenient.Int64    `json:"new_replica_num"         tfsdk:"new_replica_num"`
	OldCacheType         *lenient.String   `json:"old_cache_type"          tfsdk:"old_cache_type"`
	NewCacheType         *lenient.String   `json:"new_cache_type"          tfsdk:"new_cache_type"`
	ReplicaIP            *lenient.String   `json:"replica_ip"              tfsdk:"replica_ip"`
	ReplicaAZ            *lenient.String   `json:"replica_az"              tfsdk:"replica_az"`
	GroupName            *lenient.String   `json:"group_name"              tfsdk:"group_name"`
	OldPort              *lenient.Int64    `json:"old_port"                tfsdk:"old_port"`
	NewPort              *lenient.Int64    `json:"new_port"                tfsdk:"new_port"`
	IsOnlyAdjustCharging *lenient.Bool     `json:"is_only_adjust_charging" tfsdk:"is_only_adjust_charging"`
	AccountName          *lenient.String   `json:"account_name"            tfsdk:"account_name"`
	SourceIP             *lenient.String   `json:"source_ip"               tfsdk:"source_ip"`
	TargetIP             *lenient.String   `json:"target_ip"               tfsdk:"target_ip"`
	NodeName             *lenient.String   `json:"node_name"               tfsdk:"node_name"`
	RenameCommands       []*lenient.String `json:"rename_commands"         tfsdk:"rename_commands"`
	UpdatedConfigLength  *lenient.Int64    `json:"updated_config_length"   tfsdk:"updated_config_length"`
}

// TaskFilter selects tasks of an instance. Its zero value selects all.
type TaskFilter struct {
	StartTime, EndTime *string // UTC, in the form yyyyMMddHHmmss
	Offset, Limit      *int64  // if one of them is set, exactly that page is read
}

const (
	pageSize    = 1000 // maximum of newer editions of the service
	minPageSize = 10   // default of the service

	// Limits of a whole list.
	maxTasks = 100_000
	maxSize  = 64 << 20 // bytes
)

// ListTasks is "Listing Background Tasks". Its query has a page and a time window.
var ListTasks = service.NewCall[TaskList](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}/tasks",
	Parameters: []string{"start_time", "begin_time", "end_time", "offset", "limit"},
	Reference:  "Listing Background Tasks",
	Permission: "dcs:instance:getBackgroundTask",
})

// listTasks reads the tasks of an instance, page by page unless the filter selects a page. TaskCount is that of the first page, the
// response that of the last one.
func listTasks(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, filter TaskFilter,
) (TaskList, cloud.Response, error) {
	if filter.Offset != nil || filter.Limit != nil {
		return listPage(ctx, c, t, instanceID, filter, nil)
	}
	var all TaskList
	mismatches := make(cloud.Mismatches)
	pages := newLister(c, t, instanceID).pages(filter)
	pages.tooLong = "; select some with start_time and end_time"
	for {
		page, response, err := pages.next(ctx, nil)
		if err != nil {
			return TaskList{}, response, err
		}
		maps.Copy(mismatches, response.Mismatches)
		response.Mismatches = mismatches
		if all.Tasks == nil {
			all = page
		} else {
			all.Tasks = append(all.Tasks, page.Tasks...)
		}
		if pages.done {
			return all, response, nil
		}
	}
}

// A lister lists the tasks of an instance.
type lister struct {
	client     *cloud.Client
	target     cloud.Target
	instanceID string
	limit      int64 // size of a page
	limitFits  bool  // the service has answered with such a page; older editions refuse larger ones
}

func newLister(c *cloud.Client, t cloud.Target, instanceID string) *lister {
	return &lister{client: c, target: t, instanceID: instanceID, limit: pageSize}
}

// pages returns a pager of the tasks that a filter selects by their time.
func (l *lister) pages(filter TaskFilter) *pager {
	return &pager{lister: l, filter: filter, seen: make(map[string]bool), count: -1}
}

// A pager reads the task list of an instance page by page.
type pager struct {
	*lister
	filter   TaskFilter // of the time
	tooLong  string     // what to do about a list that is too long
	thorough bool       // a full page does not end the list, whatever the number of tasks

	seen     map[string]bool // IDs of the tasks on earlier pages
	tasks    int64           // on earlier pages, without those that were sent again
	received int64           // on earlier pages, those that were sent again included
	size     int             // of earlier pages in bytes
	count    int64           // of the tasks, by the first page; -1 if it does not tell
	unsure   bool            // a task on an earlier page has no ID
	done     bool            // the list is complete
}

// next reads the next page, and returns the tasks that no earlier page had. Find may look for a task: with the page that has it, it does
// not matter how the list goes on. It may be nil.
func (p *pager) next(ctx context.Context, find func(page []Task) error) (TaskList, cloud.Response, error) {
	var fresh []Task
	// The offset counts all tasks that were received: tasks that began in the meantime push others to the next page, where they are sent
	// again.
	list, response, err := p.page(ctx, p.received, func(list TaskList) error {
		if p.received == 0 {
			p.count = count(list)
		} else if list.Tasks == nil {
			list.Tasks = []Task{} // behind the last task
		}
		fresh = p.unseen(list.Tasks)
		tasks := p.tasks + int64(len(fresh))
		full := p.thorough && int64(len(list.Tasks)) >= p.limit
		// Without new tasks the list ends, whatever the count. A count that is exceeded is wrong.
		p.done = len(fresh) == 0 || tasks == p.count && !full
		var missing error
		if find != nil {
			missing = find(list.Tasks)
			if !isMissing(missing) {
				return missing
			}
			p.unsure = p.unsure || errors.Is(missing, service.ErrTaskWithoutID)
		}
		if len(list.Tasks) > 0 && len(fresh) == 0 && tasks < p.count {
			return fmt.Errorf("the service repeats tasks instead of going on: it counts %d, but sent only %d different ones", p.count, tasks)
		}
		if tasks >= maxTasks && !p.done {
			return fmt.Errorf("the list has more than %d tasks%s", maxTasks, p.tooLong)
		}
		if p.size >= maxSize {
			return fmt.Errorf("the list has more than %d MiB%s", maxSize>>20, p.tooLong)
		}
		if p.done && p.unsure {
			return service.ErrTaskWithoutID
		}
		if p.done {
			return missing
		}
		return nil
	})
	if err != nil {
		return TaskList{}, response, err
	}
	for _, task := range fresh {
		p.seen[service.Deref(task.ID)] = true
	}
	p.tasks += int64(len(fresh))
	p.received += int64(len(list.Tasks))
	p.size += response.Size
	if list.Tasks != nil {
		list.Tasks = fresh
	}
	return list, response, nil
}

// isMissing reports whether an error is that a page does not have a task.
func isMissing(err error) bool {
	var notFound *cloud.NotFoundError
	return errors.As(err, &notFound) || errors.Is(err, service.ErrTaskWithoutID)
}

// unseen returns the tasks of a page that no earlier page had. Duplicates within the page are kept.
func (p *pager) unseen(page []Task) []Task {
	return slices.DeleteFunc(slices.Clone(page), func(task Task) bool { return p.seen[service.Deref(task.ID)] })
}

// page reads the page at an offset. Older editions of the service may refuse so large a page.
func (p *pager) page(ctx context.Context, offset int64, check func(TaskList) error) (TaskList, cloud.Response, error) {
	for {
		filter := p.filter
		filter.Offset, filter.Limit = &offset, &p.limit
		list, response, err := listPage(ctx, p.client, p.target, p.instanceID, filter, check)
		if p.limitFits || p.limit == minPageSize || !refusesPage(err) {
			var e *cloud.Error
			p.limitFits = p.limitFits || err == nil || errors.As(err, &e) && e.Status == http.StatusOK
			return list, response, err
		}
		p.limit /= 10
	}
}

// refusesPage reports whether an error may be about the size of a page, rather than about the ID of the instance.
func refusesPage(err error) bool {
	var e *cloud.Error
	return errors.As(err, &e) && e.Err == nil && e.Status == http.StatusBadRequest && !e.Retryable() &&
		e.Code != "DCS.4070" && e.Code != "111400070"
}

// count returns TaskCount, or -1 if it is not a number.
func count(list TaskList) int64 {
	n, err := strconv.ParseInt(service.Deref(list.TaskCount), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// listPage reads a page. An error of check, which may be nil, is one of the response.
func listPage(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, filter TaskFilter, check func(TaskList) error,
) (TaskList, cloud.Response, error) {
	query := url.Values{}
	if filter.Offset != nil {
		query.Set("offset", strconv.FormatInt(*filter.Offset, 10))
	}
	if filter.Limit != nil {
		query.Set("limit", strconv.FormatInt(*filter.Limit, 10))
	}
	if filter.StartTime != nil {
		// The reference page has start_time in its table and begin_time in its example, so both are sent.
		query.Set("start_time", *filter.StartTime)
		query.Set("begin_time", *filter.StartTime)
	}
	if filter.EndTime != nil {
		query.Set("end_time", *filter.EndTime)
	}
	list, response, err := service.Query(ctx, ListTasks, c, t, query, instanceID)
	if err == nil && check != nil {
		if err = check(list); err != nil {
			err = response.Reject(err)
		}
	}
	return list, response, err
}
