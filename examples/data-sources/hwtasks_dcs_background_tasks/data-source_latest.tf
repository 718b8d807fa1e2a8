# Read one page of ten tasks, and show what each resize has changed
data "hwtasks_dcs_background_tasks" "page" {
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  limit       = 10
}

output "resizes" {
  value = [
    for task in data.hwtasks_dcs_background_tasks.page.tasks :
    try("${task.details.old_capacity} GB to ${task.details.new_capacity} GB", task.status) if task.name == "EXTEND"
  ]
}
