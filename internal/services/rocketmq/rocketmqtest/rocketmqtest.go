// Package rocketmqtest simulates the Distributed Message Service for RocketMQ for tests.
package rocketmqtest

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask/dmstasktest"

// Fixture describes the service to the tests that go over all services.
var Fixture = dmstasktest.Fixture("rocketmq", "RocketMQ", "7782f138-e0d1-4695-b7e6-f3d795e38a91", "d3e8b5c4-9f76-4b20-9f5a-4c8b2e73a9cc",
	"dms:instance:getBackgroundTask")
