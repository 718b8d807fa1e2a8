# Show the status of a task
data "hwtasks_rabbitmq_background_task" "public_ip" {
  instance_id = "c2d7a4b3-8e65-4a1f-8e49-3b7a1d62f8bb"
  task_id     = "8abfa7b272adc5b40172b73130065ae7"
}

locals {
  task = one(data.hwtasks_rabbitmq_background_task.public_ip.tasks) # null if there is no such task
}

output "public_ip" {
  value = try(format("%v: %v", local.task.name, local.task.status), "no such task")
}
