# A Redis instance and a wait until nothing runs on it.

terraform {
  required_providers {
    hwtasks = {
      source = "hwtasks/hwtasks"
    }
  }
}

variable "capacity" {
  description = "Memory of the instance in GB."
  type        = number
}

# Stands for the resource that changes the instance, and returns before the change has finished.
resource "terraform_data" "redis" {
  input = { id = "5560df16-cebf-4473-95c4-d1b573c16e79", capacity = var.capacity }
}

resource "hwtasks_wait" "idle" {
  service     = "dcs"
  instance_id = terraform_data.redis.input.id
  triggers    = { capacity = var.capacity }
}

# What uses the ID comes after the wait. The ID itself stays known to plans, as it is no value of the wait.
output "id" {
  description = "ID of the instance, once it is idle."
  value       = terraform_data.redis.input.id
  depends_on  = [hwtasks_wait.idle]
}
