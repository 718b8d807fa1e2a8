# Show the status of a task
data "hwtasks_kafka_background_task" "public_ip" {
  instance_id = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
  task_id     = "8abfa7b272adc5b40172b73130065ae7"
}

locals {
  task = one(data.hwtasks_kafka_background_task.public_ip.tasks) # null if there is no such task
}

output "public_ip" {
  value = try(format("%v: %v", local.task.name, local.task.status), "no such task")
}
