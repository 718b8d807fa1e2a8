package gaussdb

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetInstance is "Querying DB Instances (v3)", of which a wait reads the instance with an ID.
var GetInstance = service.NewCall[dbjob.InstanceList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/instances?id={instance_id}",
	Reference:  "Querying DB Instances (v3)",
	Permission: "gaussdb:instance:list",
})

// A status that is not listed means work, such as EXPANDING or UPGRADING.
var instanceStatuses = service.InstanceStatuses{
	AtRest:   []string{"ACTIVE"},
	BackedUp: []string{"BACKING UP"},
	Unwell:   []string{"FAILED", "FROZEN", "STORAGE FULL"},
}

var instance = service.Instance{
	Object: "GaussDB instance",
	Call:   GetInstance.Info(),
	Tasks:  tasks.Tasks("GaussDB task", dbjob.Statuses),
	Get:    dbjob.GetInstance(GetInstance, instanceStatuses),
}
