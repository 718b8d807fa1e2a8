# Waits for a job of a data warehouse cluster, requires its success, and still can be planned and destroyed when it failed.

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

# These outcomes are values, so that no later plan or destroy fails because of them.
data "hwtasks_wait" "scale_out" {
  service  = "dws"
  job_id   = var.job_id
  tolerate = ["failed", "cancelled", "not_found"]
  timeouts = { read = "3h" }

  # The record of an old job is deleted some day, which is no reason to stop.
  lifecycle {
    postcondition {
      condition     = contains(["succeeded", "not_found"], self.outcome)
      error_message = "The job ended as ${self.outcome}: ${coalesce(self.failure_reason, self.failure_code, "no reason given")}."
    }
  }
}

# Comes after the end of the job, and only if it succeeded.
resource "terraform_data" "load" {
  input = "load data into the larger cluster"

  depends_on = [data.hwtasks_wait.scale_out]
}

output "scale_out" {
  value = data.hwtasks_wait.scale_out.outcome
}
