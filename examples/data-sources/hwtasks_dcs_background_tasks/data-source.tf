# List the tasks that have failed since a date
data "hwtasks_dcs_background_tasks" "redis" {
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  start_time  = "20260601000000"
}

output "failed" {
  value = [
    for task in data.hwtasks_dcs_background_tasks.redis.tasks : format("%v of %v", task.name, task.created_at)
    if task.status == "FAILED" || task.status == "FAIL"
  ]
}
