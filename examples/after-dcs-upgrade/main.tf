# Changes a resource only after the upgrade of a Redis instance has finished.

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

variable "redis_version" {
  description = "Minor version of the Redis instance."
  type        = string
  default     = "latest"
}

# Stands for huaweicloud_dcs_instance_minor_version_upgrade, which is complete before the upgrade has finished.
resource "terraform_data" "upgrade" {
  input            = { instance_id = var.instance_id }
  triggers_replace = var.redis_version
}

# Waits until nothing runs on the instance, again after each upgrade.
resource "hwtasks_wait" "upgrade" {
  service     = "dcs"
  instance_id = var.instance_id
  triggers    = { upgrade = terraform_data.upgrade.id }

  timeouts {
    create = "3h"
  }
}

# Is changed only after the wait, as it depends on it.
resource "terraform_data" "application" {
  input = { redis_version = var.redis_version }

  depends_on = [hwtasks_wait.upgrade]
}

output "tasks" {
  value = [for task in hwtasks_wait.upgrade.tasks : format("%v: %v", task.name, task.outcome)]
}
