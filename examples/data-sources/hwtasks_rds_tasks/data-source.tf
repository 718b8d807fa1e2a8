# List the tasks of an instance that are running
data "hwtasks_rds_tasks" "database" {
  instance_id = "a48e43ff268f4c0e879652d65e63d0fbin01"
}

output "running" {
  value = [for task in data.hwtasks_rds_tasks.database.tasks : task.name if task.status == "Running"]
}
