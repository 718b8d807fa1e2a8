# A module whose tests need neither a cloud nor credentials: run terraform test, or tofu test, in this folder.

terraform {
  required_version = ">= 1.7" # for mock_provider; OpenTofu 1.8

  required_providers {
    hwtasks = {
      source = "hwtasks/hwtasks"
    }
  }
}

variable "instance_id" {
  description = "ID of the Redis instance."
  type        = string
}

variable "migration_job_id" {
  description = "ID of the job that migrates data to the DWS cluster."
  type        = string
}

# Waits until nothing runs on the instance. It is only a warning if that takes too long.
resource "hwtasks_wait" "idle" {
  service     = "dcs"
  instance_id = var.instance_id
  tolerate    = ["timed_out"]
}

# Waits for a job that was started elsewhere. It is only a warning if the job has failed.
data "hwtasks_wait" "migration" {
  service  = "dws"
  job_id   = var.migration_job_id
  tolerate = ["failed"]
}

# Is created only if the job has succeeded.
resource "terraform_data" "cutover" {
  count = data.hwtasks_wait.migration.outcome == "succeeded" ? 1 : 0
}

output "idle" {
  description = "Whether the instance became idle in time."
  value       = hwtasks_wait.idle.outcome == "succeeded"
}
