// Package rabbitmqtest simulates the Distributed Message Service for RabbitMQ for tests.
package rabbitmqtest

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask/dmstasktest"

// Fixture describes the service to the tests that go over all services.
var Fixture = dmstasktest.Fixture("rabbitmq", "RabbitMQ", "6671e027-dfc0-4584-a6d5-e2c684d27f80", "c2d7a4b3-8e65-4a1f-8e49-3b7a1d62f8bb",
	"dms:instance:getBackgroundTask")
