# Warns at each plan and apply if a task of the last day has failed. Warnings do not stop the run.

terraform {
  required_version = ">= 1.5" # for check and plantimestamp

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

variable "instance_id" {
  description = "ID of the Redis instance."
  type        = string
  default     = "5560df16-cebf-4473-95c4-d1b573c16e79"
}

locals {
  # The format of times is YYYYMMDDhhmmss, in UTC.
  yesterday = formatdate("YYYYMMDDhhmmss", timeadd(plantimestamp(), "-24h"))
}

# Stands outside of the check: inside, every plan would announce a read during apply, so that terraform plan -detailed-exitcode always
# returned 2.
data "hwtasks_dcs_background_tasks" "recent" {
  instance_id = var.instance_id
  start_time  = local.yesterday
}

locals {
  failed = [
    for task in data.hwtasks_dcs_background_tasks.recent.tasks : format("%v of %v", task.name, task.created_at)
    if task.status == "FAILED" || task.status == "FAIL"
  ]
}

check "tasks" {
  assert {
    condition     = length(local.failed) == 0
    error_message = "Tasks failed in the last day: ${join(", ", local.failed)}."
  }
}
