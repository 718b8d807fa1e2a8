# Waits until nothing runs on a Redis instance, whoever started it.

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

# Is read during plan, as its arguments are known.
data "hwtasks_wait" "running" {
  service     = "dcs"
  instance_id = var.instance_id

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
  value = { for task in data.hwtasks_wait.running.tasks : task.id => format("%v: %v", task.name, task.outcome) }
}
