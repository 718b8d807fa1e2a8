# List the tasks of the last day that are running
data "hwtasks_gaussdb_tasks" "today" {
  start_time = timeadd(plantimestamp(), "-24h")
}

output "running" {
  value = [for task in data.hwtasks_gaussdb_tasks.today.tasks : task.name if task.status == "Running"]
}
