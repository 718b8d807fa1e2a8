# Only the ten newest tasks, in one request, and the changes by those that resized the instance.
data "hwtasks_dcs_background_tasks" "latest" {
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  limit       = 10
}

output "resizes" {
  value = {
    for task in data.hwtasks_dcs_background_tasks.latest.tasks : task.created_at => try("${task.details.old_capacity} GB to ${task.details.new_capacity} GB", task.status)
    if task.name == "EXTEND"
  }
}
