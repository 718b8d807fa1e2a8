terraform {
  required_providers {
    hwtasks = {
      source  = "hwtasks/hwtasks"
      version = "~> 0.1"
    }
  }
}

# The keys are in HW_ACCESS_KEY and HW_SECRET_KEY, or in OS_ACCESS_KEY and OS_SECRET_KEY.
provider "hwtasks" {
  region = "eu-west-101"
}

# Waits during apply until nothing runs on the Redis instance.
resource "hwtasks_wait" "redis" {
  service     = "dcs"
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
}

# Is created only after that.
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.redis]
}
