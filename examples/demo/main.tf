# Waits for a running task, and reads every data source. `make demo` applies it to the simulated cloud.

terraform {
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
    for service in ["dcs", "dms", "dws", "iam", "metadata"] : service => "${var.endpoint}/${service}"
  }
}

locals {
  redis_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  kafka_id = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
}

# Waits until the task has finished.
data "hwtasks_wait" "resize" {
  service     = "dcs"
  instance_id = local.redis_id
  task_id     = "8abf6e1e72c12e7c0172c15b508500aa"

  timeouts {
    read = "5m"
  }
}

# These are read during the wait, and may show the task while it is running.
data "hwtasks_dcs_job" "swap" {
  job_id = "ff8080818822bbf70188235afc24141a"
}

data "hwtasks_dcs_background_tasks" "redis" {
  instance_id = local.redis_id
}

# The task ID comes from the wait, so this is read after it.
data "hwtasks_dcs_background_task_progress" "resize" {
  instance_id = local.redis_id
  task_id     = data.hwtasks_wait.resize.task_id
}

data "hwtasks_kafka_background_task" "public_ip" {
  instance_id = local.kafka_id
  task_id     = "8abfa7b272adc5b40172b73130065ae7"
}

data "hwtasks_dws_job" "cluster" {
  job_id = "2c9080e88459fa44018459fbeb600001"
}

output "wait" {
  value = "${data.hwtasks_wait.resize.name}: ${data.hwtasks_wait.resize.outcome}, from ${data.hwtasks_wait.resize.begin_time} to ${data.hwtasks_wait.resize.end_time}"
}

output "dcs_job" {
  value = "${data.hwtasks_dcs_job.swap.job_type}: ${data.hwtasks_dcs_job.swap.status}"
}

output "dcs_background_tasks" {
  value = [
    for task in data.hwtasks_dcs_background_tasks.redis.tasks : {
      name       = task.name
      status     = task.status
      created_at = task.created_at
      # Only the details of this kind of task have a value.
      details = { for name, value in task.details : name => value if value != null }
    }
  ]
}

output "dcs_background_task_progress" {
  value = {
    progress    = "${data.hwtasks_dcs_background_task_progress.resize.progress} %"
    remain_time = "${data.hwtasks_dcs_background_task_progress.resize.remain_time} s"
    steps = [
      for step in data.hwtasks_dcs_background_task_progress.resize.step_details : {
        step      = "${step.step_name} ${step.step_status}"
        sub_steps = [for sub in coalesce(step.sub_step_details, []) : "${sub.sub_step_name} ${sub.sub_step_status}"]
      }
    ]
  }
}

output "kafka_background_task" {
  value = [
    for task in data.hwtasks_kafka_background_task.public_ip.tasks : {
      name   = task.name
      status = task.status
      params = jsondecode(task.params)
    }
  ]
}

output "dws_job" {
  value = "${data.hwtasks_dws_job.cluster.job_name}: ${data.hwtasks_dws_job.cluster.status}, ${data.hwtasks_dws_job.cluster.progress}"
}
