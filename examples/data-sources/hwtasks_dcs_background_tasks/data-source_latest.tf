# One page of ten tasks, in one request, and what those changed that resized the instance.
data "hwtasks_dcs_background_tasks" "page" {
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  limit       = 10
}

output "resizes" {
  value = {
    for task in data.hwtasks_dcs_background_tasks.page.tasks :
    task.id => try("${task.details.old_capacity} GB to ${task.details.new_capacity} GB", task.status)
    if task.name == "EXTEND" && task.id != null
  }
}
