# Stands for huaweicloud_dcs_instance.
resource "terraform_data" "cache" {
  input = { id = "5560df16-cebf-4473-95c4-d1b573c16e80" }
}

# Is destroyed before the instance, as it refers to it, and waits until nothing runs there.
resource "hwtasks_wait" "before_destroy" {
  service         = "dcs"
  instance_id     = terraform_data.cache.output.id
  wait_on_destroy = true

  timeouts {
    delete = "1h"
  }
}
