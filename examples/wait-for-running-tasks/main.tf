# Waits for all running tasks of a Redis instance at the same time.

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

data "hwtasks_dcs_background_tasks" "redis" {
  instance_id = var.instance_id
}

locals {
  running = toset(compact([
    for task in data.hwtasks_dcs_background_tasks.redis.tasks : task.id
    if try(contains(["CREATED", "WAITING", "EXECUTING"], task.status), false)
  ]))
}

data "hwtasks_wait" "running" {
  for_each    = local.running
  service     = "dcs"
  instance_id = var.instance_id
  task_id     = each.key

  timeouts {
    read = "1h"
  }
}

# Runs after all tasks have finished.
resource "terraform_data" "maintenance" {
  input = "maintenance of ${var.instance_id}"

  depends_on = [data.hwtasks_wait.running]
}

output "waited_for" {
  value = { for id, task in data.hwtasks_wait.running : id => format("%v: %v", task.name, task.outcome) }
}
