package ddm

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// GetInstance is "Querying Details of a DDM Instance".
var GetInstance = service.NewCall[service.InstanceAnswer](service.CallInfo{
	API:        api,
	Path:       "/v1/{project_id}/instances/{instance_id}",
	Reference:  "Querying Details of a DDM Instance",
	Permission: "ddm:instance:get",
})

// A status that is not listed means work, such as RESIZING or BACKUP.
var instanceStatuses = service.InstanceStatuses{
	AtRest:   []string{"RUNNING"},
	BackedUp: []string{"BACKUP"},
	Unwell:   []string{"ERROR", "FROZEN", "CREATEFAILED", "data_disk_full"},
}

var instance = service.Instance{
	Object: "DDM instance",
	Call:   GetInstance.Info(),
	Tasks:  jobs.Tasks("DDM job", jobStatuses),
	Get:    service.GetInstance(GetInstance, instanceStatuses),
}
