# Changes a resource only after the resize of a Redis instance has finished.

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

variable "instance_id" {
  description = "ID of the Redis instance."
  type        = string
  default     = "5560df16-cebf-4473-95c4-d1b573c16e79"
}

variable "capacity" {
  description = "Memory of the instance in GB."
  type        = number
  default     = 4
}

# Stands for the resource that resizes the instance, such as huaweicloud_dcs_instance.
resource "terraform_data" "redis" {
  input = { id = var.instance_id, capacity = var.capacity }
}

# Refers to the resource, and is therefore read after its change.
data "hwtasks_dcs_background_tasks" "redis" {
  instance_id = terraform_data.redis.output.id
}

locals {
  # The newest resize comes last. If it ended long ago, the wait needs a request or two.
  resizes = sort([
    for task in data.hwtasks_dcs_background_tasks.redis.tasks : format("%v %v", task.created_at, task.id) if task.name == "EXTEND"
  ])
}

data "hwtasks_wait" "resize" {
  service     = "dcs"
  instance_id = terraform_data.redis.output.id

  # Without any resize in the list, because the instance was never resized or the records were deleted, the wait ends at once: an ID
  # that the service has listed needs no time to appear.
  task_id       = try(split(" ", reverse(local.resizes)[0])[1], "none")
  tolerate      = ["not_found"]
  appear_within = "0s"

  timeouts {
    read = "1h"
  }
}

# Runs after the resize has finished.
resource "terraform_data" "application" {
  input = { cache_capacity = var.capacity }

  depends_on = [data.hwtasks_wait.resize]
}

output "resize" {
  value = data.hwtasks_wait.resize.outcome
}
