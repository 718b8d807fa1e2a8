# List who has changed what, with the parameters of each change
output "changes" {
  value = [
    for task in data.hwtasks_kafka_background_tasks.events.tasks : {
      name       = task.name
      user       = task.user_name
      parameters = try(jsondecode(task.params), null)
    }
    if task.status == "SUCCESS"
  ]
}
