# Show the status of a task
data "hwtasks_rocketmq_background_task" "public_ip" {
  instance_id = "d3e8b5c4-9f76-4b20-9f5a-4c8b2e73a9cc"
  task_id     = "8abfa7b272adc5b40172b73130065ae7"
}

locals {
  task = one(data.hwtasks_rocketmq_background_task.public_ip.tasks) # null if there is no such task
}

output "public_ip" {
  value = try(format("%v: %v", local.task.name, local.task.status), "no such task")
}
