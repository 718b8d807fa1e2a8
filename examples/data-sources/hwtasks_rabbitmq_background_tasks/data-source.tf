# List the tasks that are running
data "hwtasks_rabbitmq_background_tasks" "events" {
  instance_id = "c2d7a4b3-8e65-4a1f-8e49-3b7a1d62f8bb"
  begin_time  = "20260601000000"
}

output "running" {
  value = [
    for task in data.hwtasks_rabbitmq_background_tasks.events.tasks : format("%v since %v", task.name, task.created_at)
    if task.status == "CREATED" || task.status == "EXECUTING"
  ]
}
