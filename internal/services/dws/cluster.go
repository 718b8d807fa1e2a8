package dws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// ClusterAnswer is what a wait needs of the answer of "Querying Cluster Details".
type ClusterAnswer struct {
	Cluster *Cluster `json:"cluster"`
}

// Cluster is a ClusterDetail of the reference page.
type Cluster struct {
	Status         *lenient.String `json:"status"`
	TaskStatus     any             `json:"task_status"` // a text; anything else must not be taken for none
	ActionProgress any             `json:"action_progress"`
}

// GetCluster is "Querying Cluster Details".
var GetCluster = service.NewCall[ClusterAnswer](service.CallInfo{
	API:        api,
	Path:       "/v1.0/{project_id}/clusters/{cluster_id}",
	Reference:  "Querying Cluster Details",
	Permission: "dws:cluster:getDetail",
})

var clusterStatuses = service.InstanceStatuses{
	AtRest: []string{"ACTIVE", "AVAILABLE"},
	Unwell: []string{
		"FAILED", "CREATE_FAILED", "CREATION FAILED", "DELETE_FAILED", "FROZEN", "POLICE_FROZEN", "UNAVAILABLE",
	},
}

// taskStatuses are the words of task_status that are ends: of work that failed, or that is normal or waits for a person. They stay until
// something else runs. All other words are work.
var taskStatuses = service.Statuses{
	Failed: []string{
		"REBOOT_FAILURE", "RESIZE_FAILURE", "CREATE_NODE_FAILED", "DELETE_NODE_FAILED", "REDISTRIBUTE_FAILURE", "ELB_BIND_FAILED",
		"ELB_UNBIND_FAILED", "ELB_SWITCHING_FAILED", "NETWORK_CONFIG_FAILED", "DISK_EXPAND_FAILED", "ACTIVE_STANDY_SWITCHOVER_FAILURE",
		"CLUSTER_SHRINK_FAILED", "SHRINK_CHECK_FAILED", "FLAVOR_RESIZING_FAILED", "MANAGE_IP_BIND_FAILED", "RESTORING_FAILED",
		"SNAPSHOTTING_FAILED", "FINE_GRAINED_RESTORING_FAILED",
	},
	Succeeded: []string{"WAITING_REDISTRIBUTION", "REDISTRIBUTION_PAUSED", "ORDER_PENDING"},
}

var instance = service.Instance{
	Object: "DWS cluster",
	Call:   GetCluster.Info(),
	Get: func(ctx context.Context, c *cloud.Client, t cloud.Target, id string, words service.Statuses) (poll.Instance, error) {
		answer, response, err := service.Query(ctx, GetCluster, c, t, nil, id)
		if err != nil {
			return poll.Instance{}, err
		}
		if answer.Cluster == nil || service.Deref(answer.Cluster.Status) == "" {
			return poll.Instance{}, response.Reject(service.ErrNoInstanceStatus)
		}
		status := service.Deref(answer.Cluster.Status)
		if strings.EqualFold(status, "DELETED") {
			return poll.Instance{}, response.Reject(&cloud.NotFoundError{Message: "the cluster is DELETED"})
		}
		work, failure := answer.Cluster.task(taskStatuses.Extend(words.Succeeded, words.Failed))
		return poll.Instance{
			Status: status, Condition: clusterStatuses.Classify(status), Work: work, Failure: failure,
			Endpoint: response.Endpoint, RequestID: response.RequestID,
		}, nil
	},
}

// task returns what the cluster works on besides its status, or what says that its last work failed. The words are those of task_status.
func (c Cluster) task(words service.Statuses) (work, failure string) {
	task, isText := c.TaskStatus.(string)
	if c.TaskStatus != nil && !isText {
		return "task_status of an unknown form", ""
	}
	if task != "" {
		state := words.Classify(task)
		if state == poll.Failed {
			return "", "task_status " + task
		}
		if !state.Ended() {
			return "task_status " + task, ""
		}
	}
	if progress := c.progress(); progress != "" {
		return "action_progress " + progress, ""
	}
	return "", ""
}

// progress returns action_progress in words, such as "SNAPSHOTTING 20%", or "" if it is empty.
func (c Cluster) progress() string {
	switch progress := c.ActionProgress.(type) {
	case nil:
		return ""
	case map[string]any:
		var all []string
		for _, action := range slices.Sorted(maps.Keys(progress)) {
			all = append(all, fmt.Sprintf("%s %v", action, progress[action]))
		}
		return strings.Join(all, ", ")
	case string:
		return progress
	case []any:
		if len(progress) == 0 {
			return ""
		}
	}
	return "of an unknown form"
}
