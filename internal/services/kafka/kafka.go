// Package kafka is the Distributed Message Service for Kafka.
package kafka

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask"
)

// Service is the Distributed Message Service for Kafka.
var Service = dmstask.Service(dmstask.Engine{
	Name: "kafka", Title: "Kafka", Aliases: []string{"dms"},
	Get: "Querying a Background Task", List: "Listing Background Tasks", Permission: "dms:instance:getBackgroundTask",
	ExampleTask: "bindInstancePublicIp",
	InstanceStatuses: service.InstanceStatuses{
		AtRest: []string{"RUNNING"},
		Unwell: []string{"ERROR", "FROZEN", "CREATEFAILED", "EXTENDEDFAILED"},
	},
})
