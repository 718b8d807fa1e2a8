// Package ccetest simulates the Cloud Container Engine for tests.
package ccetest

import "github.com/hwtasks/terraform-provider-hwtasks/internal/service/ccejob/ccejobtest"

// Fixture describes the service to the tests that go over all services.
var Fixture = ccejobtest.Fixture("cce", "CCE job", "/api/v3")
