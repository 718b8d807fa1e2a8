# Changes a resource only after the resize of a Redis instance has finished.

terraform {
  required_version = ">= 1.4" # for terraform_data

  required_providers {
    hwtasks = {
      source  = "hwtasks/hwtasks"
      version = "~> 0.1"
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

# Waits until nothing runs on the instance, again after each change of the capacity.
resource "hwtasks_wait" "resize" {
  service     = "dcs"
  instance_id = terraform_data.redis.output.id
  triggers    = { capacity = var.capacity }

  timeouts {
    create = "3h"
  }
}

# Is changed only after the wait, as it depends on it.
resource "terraform_data" "application" {
  input = { cache_capacity = var.capacity }

  depends_on = [hwtasks_wait.resize]
}

output "tasks" {
  value = [for task in hwtasks_wait.resize.tasks : format("%v: %v", task.name, task.outcome)]
}
