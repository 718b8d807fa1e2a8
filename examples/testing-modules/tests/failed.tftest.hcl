mock_provider "hwtasks" {}

variables {
  instance_id      = "5560df16-cebf-4473-95c4-d1b573c16e79"
  migration_job_id = "2c9080e88459fa44018459fbeb600001"
}

run "stops" {
  override_resource {
    target = hwtasks_wait.idle
    values = { outcome = "timed_out" }
  }

  override_data {
    target = data.hwtasks_wait.migration
    values = { outcome = "failed", failure_reason = "No space is left." }
  }

  assert {
    condition     = !output.idle
    error_message = "The instance must not be idle if the wait timed out."
  }

  assert {
    condition     = length(terraform_data.cutover) == 0
    error_message = "The cutover must not be created if the migration failed."
  }
}
