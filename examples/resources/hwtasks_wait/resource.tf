variable "redis_version" {
  description = "Minor version of the Redis instance."
  type        = string
  default     = "latest"
}

# Stands for huaweicloud_dcs_instance_minor_version_upgrade, which returns before the upgrade is done and exports no ID of its task.
resource "terraform_data" "upgrade" {
  input            = { instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79" }
  triggers_replace = var.redis_version
}

# Waits until nothing runs on the instance, again after each upgrade.
resource "hwtasks_wait" "upgrade" {
  service     = "dcs"
  instance_id = terraform_data.upgrade.output.instance_id
  triggers    = { upgrade = terraform_data.upgrade.id }

  timeouts {
    create = "3h"
  }
}

# Is created when the upgrade has finished, as it depends on the wait.
resource "terraform_data" "application" {
  depends_on = [hwtasks_wait.upgrade]
}
