# List the tasks that are running
data "hwtasks_kafka_background_tasks" "events" {
  instance_id = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
  begin_time  = "20260601000000"
}

output "running" {
  value = [
    for task in data.hwtasks_kafka_background_tasks.events.tasks : format("%v since %v", task.name, task.created_at)
    if task.status == "CREATED" || task.status == "EXECUTING"
  ]
}
