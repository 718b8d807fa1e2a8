# List the tasks of a vault that are running
data "hwtasks_cbr_tasks" "vault" {
  vault_id = "3b5816b5-f29c-4172-9d9a-76c719a659ce"
}

output "running" {
  value = [
    for task in data.hwtasks_cbr_tasks.vault.operation_logs : task.operation_type
    if task.status == "waiting" || task.status == "running"
  ]
}
