// Package rabbitmq is the Distributed Message Service for RabbitMQ.
package rabbitmq

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask"
)

// Service is the Distributed Message Service for RabbitMQ.
var Service = dmstask.Service(dmstask.Engine{
	Name: "rabbitmq", Title: "RabbitMQ",
	Get: "Querying a Background Task", List: "Listing Background Tasks", OnlyHuawei: true,
	Permission:  "dms:instance:getBackgroundTask",
	ExampleTask: "bindInstancePublicIp",
	InstanceStatuses: service.InstanceStatuses{
		AtRest: []string{"RUNNING"},
		Unwell: []string{"ERROR", "FROZEN", "CREATEFAILED", "EXTENDEDFAILED"},
	},
})
