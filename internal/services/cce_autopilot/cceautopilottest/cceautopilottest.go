// Package cceautopilottest simulates the Cloud Container Engine with Autopilot clusters for tests.
package cceautopilottest

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service/ccejob/ccejobtest"

// Fixture describes the service to the tests that go over all services.
var Fixture = ccejobtest.Fixture("cce_autopilot", "CCE Autopilot job", "/autopilot/v3")
