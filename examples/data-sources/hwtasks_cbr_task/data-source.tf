# Show the type and the status of a task
data "hwtasks_cbr_task" "backup" {
  task_id = "4827f2da-b008-4507-ab7d-42d0df5ed912"
}

locals {
  task = data.hwtasks_cbr_task.backup.operation_log
}

output "backup" {
  value = try("${local.task.operation_type}: ${local.task.status}", null)
}
