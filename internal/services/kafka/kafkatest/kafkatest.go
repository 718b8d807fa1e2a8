// Package kafkatest simulates the Distributed Message Service for Kafka for tests.
package kafkatest

import (
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/dmstask/dmstasktest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
)

// A Task is a background task of an instance of the service.
type Task = dmstasktest.Task

// An Instance is an instance of the service.
type Instance = dmstasktest.Instance

// Fixture describes the service to the tests that go over all services.
var Fixture = func() fixture.Service {
	f := dmstasktest.Fixture("kafka", "Kafka", fixture.Instance, "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa", "dms:instance:getBackgroundTask")
	// Its examples are longer.
	f.Reads[0].ExampleOutput = []string{`address = "100.93.2.18"`, f.Reads[0].ExampleOutput[0]}
	f.Reads[1].ExampleOutput = append([]string{`"name" = "changeRetentionPolicy"`, `"new_retention_policy" = "produce_reject"`},
		f.Reads[1].ExampleOutput...)
	return f
}()
