# Values come from the mocks: nothing is waited for, and no requests are sent.
mock_provider "hwtasks" {
  mock_resource "hwtasks_wait" {
    defaults = { outcome = "succeeded" }
  }

  mock_data "hwtasks_wait" {
    defaults = { outcome = "succeeded" }
  }
}

variables {
  instance_id      = "5560df16-cebf-4473-95c4-d1b573c16e79"
  migration_job_id = "2c9080e88459fa44018459fbeb600001"
}

run "continues" {
  assert {
    condition     = output.idle
    error_message = "The instance must be idle if the wait succeeded."
  }

  assert {
    condition     = length(terraform_data.cutover) == 1
    error_message = "The cutover must be created if the migration succeeded."
  }
}
