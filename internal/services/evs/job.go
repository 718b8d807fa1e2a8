package evs

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/iaasjob"
)

// Job is the response of "Querying Task Status".
type Job = iaasjob.Job[Entities]

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	Name       *lenient.String `json:"name" tfsdk:"name"`
	Size       *lenient.Int64  `json:"size" tfsdk:"size"`
	VolumeID   *lenient.String `json:"volume_id" tfsdk:"volume_id"`
	VolumeType *lenient.String `json:"volume_type" tfsdk:"volume_type"`
	SubJobs    []SubJob        `json:"sub_jobs" tfsdk:"sub_jobs"`
}

// SubJob is a part of a job.
type SubJob = iaasjob.Job[SubEntities]

// SubEntities are the objects of a SubJob.
type SubEntities struct {
	Name       *lenient.String `json:"name" tfsdk:"name"`
	Size       *lenient.Int64  `json:"size" tfsdk:"size"`
	VolumeID   *lenient.String `json:"volume_id" tfsdk:"volume_id"`
	VolumeType *lenient.String `json:"volume_type" tfsdk:"volume_type"`
}

// GetJob is "Querying Task Status".
var GetJob = iaasjob.Call[Entities](api, "Querying Task Status")

var jobStatuses = service.Statuses{
	Running:   []string{"INIT", "RUNNING", "WAITING_EXECUTE", "LISTENING"},
	Succeeded: iaasjob.Statuses.Succeeded,
	Failed:    iaasjob.Statuses.Failed,
}

var jobDataSource = iaasjob.Read("Elastic Volume Service", "4010a32d535527910153552b492c0002", "createVolume", GetJob,
	jobStatuses, map[string]schema.Attribute{
		"name":        service.String("Name of the volume."),
		"size":        service.Int64("Size of the volume in GB."),
		"volume_id":   service.String("ID of the volume."),
		"volume_type": service.String("Type of the volume, such as `SSD`."),
		"sub_jobs": iaasjob.SubJobs("createVolume", jobStatuses, map[string]schema.Attribute{
			"name":        service.String("Name of the volume."),
			"size":        service.Int64("Size of the volume in GB."),
			"volume_id":   service.String("ID of the volume."),
			"volume_type": service.String("Type of the volume, such as `SSD`."),
		}),
	})

var job = iaasjob.New(GetJob, jobStatuses, func(e Entities) iaasjob.Details {
	return iaasjob.Details{Failures: iaasjob.Failures(e.SubJobs)}
})
