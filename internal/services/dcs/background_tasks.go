package dcs

import (
	"context"
	"fmt"
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
	pageSize = 1000 // maximum of newer editions of the service
	maxPages = 1000
)

// ListTasks is "Listing Background Tasks". Its query has a page and a time window.
var ListTasks = service.Call[TaskList]{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}/tasks",
	Permission: "dcs:instance:getBackgroundTask",
}

// listTasks reads the tasks of an instance, page by page unless the filter selects a page. TaskCount is that of the first page, the
// response that of the last one.
func listTasks(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, filter TaskFilter,
) (TaskList, cloud.Response, error) {
	if filter.Offset != nil || filter.Limit != nil {
		return listPage(ctx, c, t, instanceID, filter, nil)
	}
	all, response, err := nextPage(ctx, c, t, instanceID, filter, 0, nil)
	if err != nil || all.Tasks == nil {
		return all, response, err
	}
	// The offset counts all tasks that were received, duplicates included: tasks that began in the meantime push others to
	// the next page, where they are sent again.
	received := int64(len(all.Tasks))
	for pages := 1; !complete(all); pages++ {
		var fresh []Task
		more, last, err := nextPage(ctx, c, t, instanceID, filter, received, func(page []Task) error {
			fresh = unseen(page, all.Tasks)
			count := count(all)
			if len(page) > 0 && len(fresh) == 0 && int64(len(all.Tasks)) < count {
				return fmt.Errorf("the service repeats tasks instead of going on: it counts %d, but sent only %d different ones",
					count, len(all.Tasks))
			}
			if len(fresh) > 0 && pages == maxPages-1 && int64(len(all.Tasks)+len(fresh)) != count {
				return fmt.Errorf("the service still sends tasks after %d pages and %d tasks; read it by page with offset and limit",
					maxPages, len(all.Tasks)+len(fresh))
			}
			return nil
		})
		if err != nil {
			return TaskList{}, last, err
		}
		response = last
		if len(fresh) == 0 {
			break // no more tasks, whatever the count
		}
		received += int64(len(more.Tasks))
		all.Tasks = append(all.Tasks, fresh...)
	}
	return all, response, nil
}

// complete reports whether the list is known to be complete. If not, it is read until a page has no new task.
func complete(list TaskList) bool {
	return len(list.Tasks) == 0 || int64(len(list.Tasks)) == count(list) // a count that is exceeded is wrong
}

// count returns TaskCount, or -1 if it is not a number.
func count(list TaskList) int64 {
	n, err := strconv.ParseInt(service.Deref(list.TaskCount), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// unseen returns the tasks of a page that no earlier page had. Duplicates within the page are kept.
func unseen(page, earlier []Task) []Task {
	seen := make(map[string]bool, len(earlier))
	for _, task := range earlier {
		seen[service.Deref(task.ID)] = true
	}
	return slices.DeleteFunc(slices.Clone(page), func(task Task) bool { return seen[service.Deref(task.ID)] })
}

// nextPage reads the page of the maximum size at an offset.
func nextPage(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, filter TaskFilter, offset int64, check func([]Task) error,
) (TaskList, cloud.Response, error) {
	limit := int64(pageSize)
	filter.Offset, filter.Limit = &offset, &limit
	return listPage(ctx, c, t, instanceID, filter, check)
}

// listPage reads a page. An error of check, which may be nil, is one of the response.
func listPage(
	ctx context.Context, c *cloud.Client, t cloud.Target, instanceID string, filter TaskFilter, check func([]Task) error,
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
	var list TaskList
	request := ListTasks.Request(t, query, instanceID)
	if check != nil {
		request.Check = func() error { return check(list.Tasks) }
	}
	response, err := c.Get(ctx, request, &list)
	return list, response, err
}
