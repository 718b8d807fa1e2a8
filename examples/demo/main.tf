# Waits until a Redis instance is idle, then creates a resource, and reads each documented call. `make demo` applies it to the simulated
# cloud.

terraform {
  required_version = ">= 1.4" # for terraform_data

  required_providers {
    hwtasks = {
      source = "hwtasks/hwtasks"
    }
  }
}

variable "endpoint" {
  description = "Address of the simulated cloud."
  type        = string
  default     = "http://127.0.0.1:9800"
}

# Region and keys come from HW_REGION_NAME, HW_ACCESS_KEY and HW_SECRET_KEY. Real clouds need no endpoints.
provider "hwtasks" {
  endpoints = {
    for service in ["dcs", "dms", "dws", "ecs", "iam", "metadata"] : service => "${var.endpoint}/${service}"
  }
}

locals {
  redis_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  kafka_id = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
}

# Waits during apply until nothing runs on the Redis instance.
resource "hwtasks_wait" "redis" {
  service     = "dcs"
  instance_id = local.redis_id
  settle      = "5s" # the simulated cloud lists a new task at once; the default is 30s

  timeouts {
    create = "5m"
  }
}

# Is created only after the wait, as it depends on it.
resource "terraform_data" "application" {
  input = "an application that needs the larger Redis instance"

  depends_on = [hwtasks_wait.redis]
}

# Likewise read only after the wait.
data "hwtasks_dcs_background_task_progress" "resize" {
  instance_id = local.redis_id
  task_id     = "8abf6e1e72c12e7c0172c15b508500aa"

  depends_on = [hwtasks_wait.redis]
}

# These are read during plan, before the wait, and show the task while it is running.
data "hwtasks_dcs_job" "swap" {
  job_id = "ff8080818822bbf70188235afc24141a"
}

data "hwtasks_dcs_background_tasks" "redis" {
  instance_id = local.redis_id
}

data "hwtasks_kafka_background_tasks" "events" {
  instance_id = local.kafka_id
}

data "hwtasks_kafka_background_task" "public_ip" {
  instance_id = local.kafka_id
  task_id     = "8abfa7b272adc5b40172b73130065ae7"
}

data "hwtasks_dws_job" "cluster" {
  job_id = "2c9080e88459fa44018459fbeb600001"
}

data "hwtasks_ecs_job" "server" {
  job_id = "2c9eb2c5544cbf6101544f0602af2b4f"
}

# Attributes for which the service returns no value are null, and lists are empty. With format() null is no error.
output "waited_for" {
  value = join(", ", [
    for task in hwtasks_wait.redis.tasks : format("%v: %v at %v", task.name, task.outcome, task.end_time)
  ])
}

output "dcs_job" {
  value = format("%v: %v", data.hwtasks_dcs_job.swap.job_type, data.hwtasks_dcs_job.swap.status)
}

output "dcs_background_tasks" {
  value = join(", ", [
    for task in data.hwtasks_dcs_background_tasks.redis.tasks : format("%v: %v", task.name, task.status)
  ])
}

output "dcs_background_task_progress" {
  value = join(", ", [
    for step in data.hwtasks_dcs_background_task_progress.resize.step_details :
    format("%v %v", step.step_name, step.step_status)
  ])
}

output "kafka_background_task" {
  value = join(", ", [
    for task in data.hwtasks_kafka_background_task.public_ip.tasks :
    format("%v: %v, %v", task.name, task.status, try(jsondecode(task.params).public_ip_address, "no address"))
  ])
}

output "kafka_background_tasks" {
  value = join(", ", [
    for task in data.hwtasks_kafka_background_tasks.events.tasks : format("%v: %v", task.name, task.status)
  ])
}

output "dws_job" {
  value = format(
    "%v: %v, %v",
    data.hwtasks_dws_job.cluster.job_name, data.hwtasks_dws_job.cluster.status, data.hwtasks_dws_job.cluster.progress,
  )
}

output "ecs_job" {
  value = format("%v: %v", data.hwtasks_ecs_job.server.job_type, data.hwtasks_ecs_job.server.status)
}
