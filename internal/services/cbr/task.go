package cbr

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Answer is the response of "Querying a Single Task".
type Answer struct {
	OperationLog *Task `json:"operation_log" tfsdk:"operation_log"`
}

// Task is the OperationLog of the reference page.
type Task struct {
	ID            *lenient.String `json:"id" tfsdk:"id"`
	Status        *lenient.String `json:"status" tfsdk:"status"`
	OperationType *lenient.String `json:"operation_type" tfsdk:"operation_type"`
	CreatedAt     *lenient.String `json:"created_at" tfsdk:"created_at"`
	StartedAt     *lenient.String `json:"started_at" tfsdk:"started_at"`
	UpdatedAt     *lenient.String `json:"updated_at" tfsdk:"updated_at"`
	EndedAt       *lenient.String `json:"ended_at" tfsdk:"ended_at"`
	CheckpointID  *lenient.String `json:"checkpoint_id" tfsdk:"checkpoint_id"`
	PolicyID      *lenient.String `json:"policy_id" tfsdk:"policy_id"`
	ProviderID    *lenient.String `json:"provider_id" tfsdk:"provider_id"`
	VaultID       *lenient.String `json:"vault_id" tfsdk:"vault_id"`
	VaultName     *lenient.String `json:"vault_name" tfsdk:"vault_name"`
	ProjectID     *lenient.String `json:"project_id" tfsdk:"project_id"`
	ErrorInfo     *ErrorInfo      `json:"error_info" tfsdk:"error_info"`
	ExtraInfo     *ExtraInfo      `json:"extra_info" tfsdk:"extra_info"`
}

// ErrorInfo is why a task failed.
type ErrorInfo struct {
	Code    *lenient.String `json:"code" tfsdk:"code"`
	Message *lenient.String `json:"message" tfsdk:"message"`
}

// ExtraInfo is what a task does. Which members it has depends on the type of task.
type ExtraInfo struct {
	Backup          *Backup          `json:"backup" tfsdk:"backup"`
	Common          *Common          `json:"common" tfsdk:"common"`
	Delete          *Delete          `json:"delete" tfsdk:"delete"`
	Sync            *Sync            `json:"sync" tfsdk:"sync"`
	RemoveResources *RemoveResources `json:"remove_resources" tfsdk:"remove_resources"`
	Replication     *Replication     `json:"replication" tfsdk:"replication"`
	Resource        *Resource        `json:"resource" tfsdk:"resource"`
	Restore         *Restore         `json:"restore" tfsdk:"restore"`
	VaultDelete     *VaultDelete     `json:"vault_delete" tfsdk:"vault_delete"`
}

// Backup is the backup that a task makes.
type Backup struct {
	BackupID                   *lenient.String `json:"backup_id" tfsdk:"backup_id"`
	BackupName                 *lenient.String `json:"backup_name" tfsdk:"backup_name"`
	Incremental                *lenient.String `json:"incremental" tfsdk:"incremental"`
	AppConsistencyStatus       *lenient.String `json:"app_consistency_status" tfsdk:"app_consistency_status"`
	AppConsistencyErrorCode    *lenient.String `json:"app_consistency_error_code" tfsdk:"app_consistency_error_code"`
	AppConsistencyErrorMessage *lenient.String `json:"app_consistency_error_message" tfsdk:"app_consistency_error_message"`
}

// Common is what all tasks have.
type Common struct {
	Progress  *lenient.Int64  `json:"progress" tfsdk:"progress"`
	RequestID *lenient.String `json:"request_id" tfsdk:"request_id"`
	TaskID    *lenient.String `json:"task_id" tfsdk:"task_id"`
}

// Delete is the backup that a task deletes.
type Delete struct {
	BackupID   *lenient.String `json:"backup_id" tfsdk:"backup_id"`
	BackupName *lenient.String `json:"backup_name" tfsdk:"backup_name"`
}

// Sync is what a task has synchronized.
type Sync struct {
	SyncBackupNum    *lenient.Int64 `json:"sync_backup_num" tfsdk:"sync_backup_num"`
	DeleteBackupNum  *lenient.Int64 `json:"delete_backup_num" tfsdk:"delete_backup_num"`
	ErrSyncBackupNum *lenient.Int64 `json:"err_sync_backup_num" tfsdk:"err_sync_backup_num"`
}

// RemoveResources are the resources that a task removes.
type RemoveResources struct {
	FailCount  *lenient.Int64 `json:"fail_count" tfsdk:"fail_count"`
	TotalCount *lenient.Int64 `json:"total_count" tfsdk:"total_count"`
	Resources  []Resource     `json:"resources" tfsdk:"resources"`
}

// Replication is the backup that a task replicates.
type Replication struct {
	SourceBackupID          *lenient.String `json:"source_backup_id" tfsdk:"source_backup_id"`
	SourceBackupName        *lenient.String `json:"source_backup_name" tfsdk:"source_backup_name"`
	SourceCheckpointID      *lenient.String `json:"source_checkpoint_id" tfsdk:"source_checkpoint_id"`
	SourceProjectID         *lenient.String `json:"source_project_id" tfsdk:"source_project_id"`
	SourceRegion            *lenient.String `json:"source_region" tfsdk:"source_region"`
	DestinationBackupID     *lenient.String `json:"destination_backup_id" tfsdk:"destination_backup_id"`
	DestinationBackupName   *lenient.String `json:"destination_backup_name" tfsdk:"destination_backup_name"`
	DestinationCheckpointID *lenient.String `json:"destination_checkpoint_id" tfsdk:"destination_checkpoint_id"`
	DestinationProjectID    *lenient.String `json:"destination_project_id" tfsdk:"destination_project_id"`
	DestinationRegion       *lenient.String `json:"destination_region" tfsdk:"destination_region"`
}

// Resource is a resource that is backed up.
type Resource struct {
	ID        *lenient.String    `json:"id" tfsdk:"id"`
	Type      *lenient.String    `json:"type" tfsdk:"type"`
	Name      *lenient.String    `json:"name" tfsdk:"name"`
	ExtraInfo *ResourceExtraInfo `json:"extra_info" tfsdk:"extra_info"`
}

// ResourceExtraInfo are the volumes of a resource.
type ResourceExtraInfo struct {
	ExcludeVolumes []*lenient.String `json:"exclude_volumes" tfsdk:"exclude_volumes"`
	IncludeVolumes []Volume          `json:"include_volumes" tfsdk:"include_volumes"`
}

// Volume is a volume that is backed up.
type Volume struct {
	ID        *lenient.String `json:"id" tfsdk:"id"`
	OSVersion *lenient.String `json:"os_version" tfsdk:"os_version"`
}

// Restore is the backup that a task restores.
type Restore struct {
	BackupID           *lenient.String `json:"backup_id" tfsdk:"backup_id"`
	BackupName         *lenient.String `json:"backup_name" tfsdk:"backup_name"`
	TargetResourceID   *lenient.String `json:"target_resource_id" tfsdk:"target_resource_id"`
	TargetResourceName *lenient.String `json:"target_resource_name" tfsdk:"target_resource_name"`
}

// VaultDelete are the backups of a vault that a task deletes.
type VaultDelete struct {
	FailCount  *lenient.Int64 `json:"fail_count" tfsdk:"fail_count"`
	TotalCount *lenient.Int64 `json:"total_count" tfsdk:"total_count"`
}

// GetTask is "Querying a Single Task".
var GetTask = service.NewCall[Answer](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/operation-logs/{task_id}",
	Reference:  "Querying a Single Task",
	Permission: "cbr:tasks:get",
	JobID:      "operation_log.id",
})

var taskStatuses = service.Statuses{
	Running:   []string{"waiting", "running"},
	Succeeded: []string{"success"},
	Failed:    []string{"failed", "timeout"},
	Cancelled: []string{"skipped"},
}

type taskModel struct {
	service.Target
	TaskID string `tfsdk:"task_id"`
	Answer
}

var taskDataSource = service.DataSource{
	Model:       reflect.TypeFor[taskModel](),
	Name:        "cbr_task",
	Object:      "CBR task",
	Description: "A task of the Cloud Backup and Recovery (CBR), such as a backup.",
	Call:        GetTask.Info(),
	Attributes: map[string]schema.Attribute{
		"task_id":       service.IDArgument("ID of the task, such as `4827f2da-b008-4507-ab7d-42d0df5ed912`."),
		"operation_log": service.Object("The task.", taskAttributes()),
	},
}

func taskAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             service.String("ID of the task."),
		"status":         service.Status("task", taskStatuses),
		"operation_type": service.String("Type of the task, such as `backup` or `restore`."),
		"created_at":     service.String("When the task was created, such as `2019-05-23T14:31:36.039+00:00`."),
		"started_at":     service.String("Begin time, in the same format as `created_at`."),
		"updated_at":     service.String("Time of the last change, in the same format as `created_at`."),
		"ended_at":       service.String("End time, in the same format as `created_at`."),
		"checkpoint_id":  service.String("ID of the checkpoint."),
		"policy_id":      service.String("ID of the policy."),
		"provider_id":    service.String("ID of the backup provider."),
		"vault_id":       service.String("ID of the vault."),
		"vault_name":     service.String("Name of the vault."),
		"project_id":     service.String("ID of the project."),
		"error_info": service.Object("Why the task failed. The values are empty if it did not.", map[string]schema.Attribute{
			"code":    service.String("Error code."),
			"message": service.String("Reason."),
		}),
		"extra_info": service.Object("What the task does. Which attributes have a value depends on its type.", map[string]schema.Attribute{
			"backup": service.Object("Backup that is made.", map[string]schema.Attribute{
				"backup_id":                     service.String("ID of the backup."),
				"backup_name":                   service.String("Name of the backup."),
				"incremental":                   service.String("Whether the backup is incremental, as a text."),
				"app_consistency_status":        service.String("Whether the backup is consistent for applications: `0` or `1`."),
				"app_consistency_error_code":    service.String("Error code if it is not."),
				"app_consistency_error_message": service.String("Reason if it is not."),
			}),
			"common": service.Object("What all tasks have.", map[string]schema.Attribute{
				"progress":   service.Int64("Progress in percent."),
				"request_id": service.String("ID of the request."),
				"task_id":    service.String("ID of the task."),
			}),
			"delete": service.Object("Backup that is deleted.", map[string]schema.Attribute{
				"backup_id":   service.String("ID of the backup."),
				"backup_name": service.String("Name of the backup."),
			}),
			"sync": service.Object("What was synchronized.", map[string]schema.Attribute{
				"sync_backup_num":     service.Int64("Number of backups that were synchronized."),
				"delete_backup_num":   service.Int64("Number of backups that were deleted."),
				"err_sync_backup_num": service.Int64("Number of backups that could not be synchronized."),
			}),
			"remove_resources": service.Object("Resources that are removed.", map[string]schema.Attribute{
				"fail_count":  service.Int64("Number that failed."),
				"total_count": service.Int64("Number of all."),
				"resources":   service.List("Resources.", resourceAttributes()),
			}),
			"replication": service.Object("Backup that is replicated.", map[string]schema.Attribute{
				"source_backup_id":          service.String("ID of the backup at the source."),
				"source_backup_name":        service.String("Name of the backup at the source."),
				"source_checkpoint_id":      service.String("ID of the checkpoint at the source."),
				"source_project_id":         service.String("ID of the project at the source."),
				"source_region":             service.String("Region at the source."),
				"destination_backup_id":     service.String("ID of the backup at the destination."),
				"destination_backup_name":   service.String("Name of the backup at the destination."),
				"destination_checkpoint_id": service.String("ID of the checkpoint at the destination."),
				"destination_project_id":    service.String("ID of the project at the destination."),
				"destination_region":        service.String("Region at the destination."),
			}),
			"resource": service.Object("Resource that is backed up.", resourceAttributes()),
			"restore": service.Object("Backup that is restored.", map[string]schema.Attribute{
				"backup_id":            service.String("ID of the backup."),
				"backup_name":          service.String("Name of the backup."),
				"target_resource_id":   service.String("ID of the resource to which it is restored."),
				"target_resource_name": service.String("Name of the resource to which it is restored."),
			}),
			"vault_delete": service.Object("Backups of a vault that are deleted.", map[string]schema.Attribute{
				"fail_count":  service.Int64("Number that failed."),
				"total_count": service.Int64("Number of all."),
			}),
		}),
	}
}

func resourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":   service.String("ID."),
		"type": service.String("Type, such as `OS::Nova::Server`."),
		"name": service.String("Name."),
		"extra_info": service.Object("Volumes of the resource.", map[string]schema.Attribute{
			"exclude_volumes": service.Strings("IDs of the volumes that are not backed up."),
			"include_volumes": service.List("Volumes that are backed up.", map[string]schema.Attribute{
				"id":         service.String("ID."),
				"os_version": service.String("Version of the operating system."),
			}),
		}),
	}
}

var task = service.NewJob("CBR task", GetTask, taskStatuses, func(a Answer) poll.Status {
	t := a.OperationLog
	if t == nil {
		return poll.Status{}
	}
	s := poll.Status{
		Raw: service.Deref(t.Status), Name: service.Deref(t.OperationType),
		BeginTime: service.Deref(t.StartedAt), EndTime: service.Deref(t.EndedAt),
	}
	if t.ErrorInfo != nil {
		s.FailureCode, s.FailureReason = service.Deref(t.ErrorInfo.Code), service.Deref(t.ErrorInfo.Message)
	}
	if t.ExtraInfo != nil && t.ExtraInfo.Common != nil {
		if p := t.ExtraInfo.Common.Progress; p != nil && *p >= 0 && *p <= 100 {
			s.Progress = new(int64(*p))
		}
	}
	return s
})
