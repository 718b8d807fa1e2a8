# Waits for a job of a data warehouse cluster. Fails plan and apply if the job has failed, but still allows terraform destroy.

terraform {
  required_version = ">= 1.4" # for terraform_data

  required_providers {
    hwtasks = {
      source = "hwtasks/hwtasks"
    }
  }
}

# Keys come from HW_ACCESS_KEY and HW_SECRET_KEY.
provider "hwtasks" {
  region = "eu-west-101"
}

variable "job_id" {
  description = "ID of the DWS job."
  type        = string
  default     = "2c9080e88459fa44018459fbeb600001"
}

# These outcomes are values instead of errors. The postcondition makes plan and apply fail nevertheless, but not destroy.
data "hwtasks_wait" "scale_out" {
  service  = "dws"
  job_id   = var.job_id
  tolerate = ["failed", "cancelled", "not_found"]

  timeouts {
    read = "3h"
  }

  # The service deletes the records of old jobs, which is not a failure.
  lifecycle {
    postcondition {
      condition     = contains(["succeeded", "not_found"], self.outcome)
      error_message = "The job ended as ${self.outcome}: ${coalesce(self.failure_reason, self.failure_code, "no reason given")}."
    }
  }
}

# Runs after the job has finished, and only if it succeeded.
resource "terraform_data" "load" {
  input = "load data into the larger cluster"

  depends_on = [data.hwtasks_wait.scale_out]
}

output "scale_out" {
  value = data.hwtasks_wait.scale_out.outcome
}
