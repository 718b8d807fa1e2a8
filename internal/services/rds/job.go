package rds

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// Job is the job in the response of "Obtaining Information About a Task with a Specified ID".
type Job struct {
	ID         *lenient.String `json:"id"          tfsdk:"id"`
	Name       *lenient.String `json:"name"        tfsdk:"name"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	Created    *lenient.String `json:"created"     tfsdk:"created"`
	Ended      *lenient.String `json:"ended"       tfsdk:"ended"`
	Process    *lenient.String `json:"process"     tfsdk:"process"`
	Instance   *dbjob.Instance `json:"instance"    tfsdk:"instance"`
	Entities   *Entities       `json:"entities"    tfsdk:"entities"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// Entities are the objects of a Job. Which members they have depends on the kind of job.
type Entities struct {
	Instance       *EntitiesInstance `json:"instance"        tfsdk:"instance"`
	ResourceIDs    []*lenient.String `json:"resource_ids"    tfsdk:"resource_ids"`
	Volume         *Volume           `json:"volume"          tfsdk:"volume"`
	PublicIP       *lenient.String   `json:"public_ip"       tfsdk:"public_ip"`
	SwitchStrategy *lenient.String   `json:"switch_strategy" tfsdk:"switch_strategy"`
}

// EntitiesInstance is the instance that a job creates or changes.
type EntitiesInstance struct {
	Endpoint  *lenient.String `json:"endpoint"   tfsdk:"endpoint"`
	Type      *lenient.String `json:"type"       tfsdk:"type"`
	Datastore *Datastore      `json:"datastore"  tfsdk:"datastore"`
	ReplicaOf *lenient.String `json:"replica_of" tfsdk:"replica_of"`
}

// Datastore is the database of an instance.
type Datastore struct {
	Type    *lenient.String `json:"type"    tfsdk:"type"`
	Version *lenient.String `json:"version" tfsdk:"version"`
}

// Volume is the storage that a job enlarges.
type Volume struct {
	Type         *lenient.String `json:"type"          tfsdk:"type"`
	OriginalSize *lenient.String `json:"original_size" tfsdk:"original_size"`
	TargetSize   *lenient.String `json:"target_size"   tfsdk:"target_size"`
}

// GetJob is "Obtaining Information About a Task with a Specified ID".
var GetJob = service.NewCall[dbjob.Answer[Job]](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/jobs?id={job_id}",
	Reference:  "Obtaining Information About a Task with a Specified ID",
	Permission: "rds:task:list",
	JobID:      "job.id",
})

var jobDataSource = dbjob.Read("rds_job", "RDS job", "A job of the Relational Database Service (RDS).",
	"31b8ae23-c687-4d80-b7b4-42a66c9bb886", GetJob, jobAttributes())

func jobAttributes() map[string]schema.Attribute {
	attributes := dbjob.Attributes(dbjob.Names{ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "process"},
		"MysqlBindEIP", dbjob.Statuses)
	attributes["instance"], attributes["fail_reason"] = dbjob.InstanceAttribute, dbjob.FailReason
	attributes["entities"] = service.Object("Objects of the job. Which attributes have a value depends on its type.",
		map[string]schema.Attribute{
			"instance": service.Object("Instance that the job creates or changes.", map[string]schema.Attribute{
				"endpoint": service.String("Address and port of the database."),
				"type":     service.String("`Single`, `Ha` or `Replica`."),
				"datastore": service.Object("Database.", map[string]schema.Attribute{
					"type": service.String("Database engine, such as `mysql`."), "version": service.String("Its version."),
				}),
				"replica_of": service.String("ID of the instance that a read replica belongs to."),
			}),
			"resource_ids": service.Strings("IDs of the resources."),
			"volume": service.Object("Storage that is enlarged.", map[string]schema.Attribute{
				"type":          service.String("Type of the storage."),
				"original_size": service.String("Size before, in GB."),
				"target_size":   service.String("Size after, in GB."),
			}),
			"public_ip":       service.String("Public IP address."),
			"switch_strategy": service.String("How the databases are switched."),
		})
	return attributes
}

var job = dbjob.New("RDS job", GetJob, dbjob.Statuses, func(j Job) poll.Status {
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.Name), Progress: service.Percent(j.Process),
		BeginTime: service.Deref(j.Created), EndTime: service.Deref(j.Ended), FailureReason: service.Deref(j.FailReason),
	}
})
