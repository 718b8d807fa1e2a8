package rds

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetInstance is "Querying DB Instances", of which a wait reads the one with an ID.
var GetInstance = service.NewCall[dbjob.InstanceList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/instances?id={instance_id}",
	Reference:  "Querying DB Instances",
	Permission: "rds:instance:list",
})

// A status that is not listed means work, such as MODIFYING or REBOOTING.
var instanceStatuses = service.InstanceStatuses{
	AtRest:           []string{"ACTIVE"},
	BackedUpUnlisted: []string{"BACKING UP"}, // automatic backups
	Unwell:           []string{"FAILED", "FROZEN", "STORAGE FULL", "CREATE FAIL"},
}

var instance = service.Instance{
	Object: "RDS instance",
	Call:   GetInstance.Info(),
	Tasks:  tasks.Tasks("RDS task", dbjob.Statuses),
	Get:    dbjob.GetInstance(GetInstance, instanceStatuses),
}
