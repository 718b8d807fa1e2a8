// Package rocketmq is the Distributed Message Service for RocketMQ.
package rocketmq

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask"
)

// Service is the Distributed Message Service for RocketMQ.
var Service = dmstask.Service(dmstask.Engine{
	Name: "rocketmq", Title: "RocketMQ",
	Get: "Querying a Specific Record from Background Tasks", List: "Querying a Background Task List of an Instance", OnlyHuawei: true,
	Permission:  "dms:instance:getBackgroundTask",
	ExampleTask: "bindInstancePublicIp",
	InstanceStatuses: service.InstanceStatuses{
		AtRest: []string{"RUNNING"},
		Unwell: []string{"ERROR", "FROZEN", "CREATEFAILED", "EXTENDEDFAILED"},
	},
})
