package taurusdb

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetInstance is "Querying DB Instances", of which a wait reads the instance with an ID.
var GetInstance = service.NewCall[dbjob.InstanceList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/instances?id={instance_id}",
	Reference:  "Querying DB Instances",
	Permission: "gaussdb:instance:list",
})

// A status that is not listed means work, such as MODIFYING or REBOOTING.
var instanceStatuses = service.InstanceStatuses{
	AtRest:   []string{"ACTIVE"},
	BackedUp: []string{"BACKING UP"},
	Unwell:   []string{"FAILED", "FROZEN", "STORAGE FULL"},
}

var instance = service.Instance{
	Object: "TaurusDB instance",
	Call:   GetInstance.Info(),
	Tasks:  jobs.Tasks("TaurusDB job", jobStatuses),
	Get:    dbjob.GetInstance(GetInstance, instanceStatuses),
}
