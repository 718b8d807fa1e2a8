package dds

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dbjob"
)

// GetInstance is "Querying Instances and Details", of which a wait reads the instance with an ID.
var GetInstance = service.NewCall[dbjob.InstanceList](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/instances?id={instance_id}",
	Reference:  "Querying Instances and Details",
	Permission: "dds:instance:list",
})

// A status that is not listed means work, and so does any of its actions.
var instanceStatuses = service.InstanceStatuses{
	AtRest: []string{"normal"},
	Unwell: []string{"abnormal", "createfail", "enlargefail", "data_disk_full", "frozen"},
}

var instance = service.Instance{
	Object: "DDS instance",
	Call:   GetInstance.Info(),
	Tasks:  jobs.Tasks("DDS job", dbjob.Statuses),
	Get:    dbjob.GetInstance(GetInstance, instanceStatuses),
}
