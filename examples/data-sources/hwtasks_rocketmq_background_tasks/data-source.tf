# List the tasks that are running
data "hwtasks_rocketmq_background_tasks" "events" {
  instance_id = "d3e8b5c4-9f76-4b20-9f5a-4c8b2e73a9cc"
  begin_time  = "20260601000000"
}

output "running" {
  value = [
    for task in data.hwtasks_rocketmq_background_tasks.events.tasks : format("%v since %v", task.name, task.created_at)
    if task.status == "CREATED" || task.status == "EXECUTING"
  ]
}
