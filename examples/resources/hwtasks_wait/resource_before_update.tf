variable "capacity" {
  description = "Memory of the instance in GB."
  type        = number
  default     = 4
}

# Stands for huaweicloud_dcs_instance, which is updated in place when its capacity changes.
resource "terraform_data" "redis" {
  input = { id = "5560df16-cebf-4473-95c4-d1b573c16e81", capacity = var.capacity }
}

# Is replaced when the capacity changes: it is destroyed before the update of the instance, and created after it. It waits both times.
resource "hwtasks_wait" "redis" {
  service         = "dcs"
  instance_id     = terraform_data.redis.input.id
  triggers        = { capacity = var.capacity }
  wait_on_destroy = true

  timeouts {
    create = "3h"
    delete = "3h"
  }
}
