package sdrs

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob"
)

// Job is the response of "Querying the Job Status".
type Job = iaasjob.Job[Entities]

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	ServerGroupID       *lenient.String `json:"server_group_id" tfsdk:"server_group_id"`
	ProtectedInstanceID *lenient.String `json:"protected_instance_id" tfsdk:"protected_instance_id"`
	ReplicationPairID   *lenient.String `json:"replication_pair_id" tfsdk:"replication_pair_id"`
	NativeServerID      *lenient.String `json:"native_server_id" tfsdk:"native_server_id"`
	NicID               *lenient.String `json:"nic_id" tfsdk:"nic_id"`
	VolumeIDs           *lenient.String `json:"volume_ids" tfsdk:"volume_ids"`
	SubJobs             []SubJob        `json:"sub_jobs" tfsdk:"sub_jobs"`
}

// SubJob is a part of a job.
type SubJob = iaasjob.Job[SubEntities]

// SubEntities are the objects of a SubJob.
type SubEntities struct {
	ServerGroupID       *lenient.String `json:"server_group_id" tfsdk:"server_group_id"`
	ProtectedInstanceID *lenient.String `json:"protected_instance_id" tfsdk:"protected_instance_id"`
	ReplicationPairID   *lenient.String `json:"replication_pair_id" tfsdk:"replication_pair_id"`
	NativeServerID      *lenient.String `json:"native_server_id" tfsdk:"native_server_id"`
	NicID               *lenient.String `json:"nic_id" tfsdk:"nic_id"`
	VolumeIDs           *lenient.String `json:"volume_ids" tfsdk:"volume_ids"`
}

// GetJob is "Querying the Job Status".
var GetJob = iaasjob.Call[Entities](api, "Querying the Job Status")

var jobDataSource = iaasjob.Read("Storage Disaster Recovery Service", "0000000062db92d70162db9d200f000a", "createProtectionGroupNoCG",
	GetJob, iaasjob.Statuses, map[string]schema.Attribute{
		"server_group_id":       service.String("ID of the protection group."),
		"protected_instance_id": service.String("ID of the protected instance."),
		"replication_pair_id":   service.String("ID of the replication pair."),
		"native_server_id":      service.String("ID of the server."),
		"nic_id":                service.String("ID of the network interface."),
		"volume_ids":            service.String("IDs of the volumes, as a text."),
		"sub_jobs": iaasjob.SubJobs("createReplicationPairNoCG", iaasjob.Statuses, map[string]schema.Attribute{
			"server_group_id":       service.String("ID of the protection group."),
			"protected_instance_id": service.String("ID of the protected instance."),
			"replication_pair_id":   service.String("ID of the replication pair."),
			"native_server_id":      service.String("ID of the server."),
			"nic_id":                service.String("ID of the network interface."),
			"volume_ids":            service.String("IDs of the volumes, as a text."),
		}),
	})

var job = iaasjob.New(GetJob, iaasjob.Statuses, func(e Entities) iaasjob.Details {
	return iaasjob.Details{Failures: iaasjob.Failures(e.SubJobs)}
})
