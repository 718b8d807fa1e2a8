# Uses a module that returns a Redis instance only when nothing runs on it.

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

variable "capacity" {
  description = "Memory of the instance in GB."
  type        = number
  default     = 4
}

module "redis" {
  source   = "./redis"
  capacity = var.capacity
}

# Is created after the wait in the module, as it uses an output that depends on the wait.
resource "terraform_data" "application" {
  input = { cache = module.redis.id }
}
