# Show the progress and the status of each step
data "hwtasks_dcs_background_task_progress" "resize" {
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  task_id     = "8abf6e1e72c12e7c0172c15b508500aa"
}

output "resize" {
  value = {
    progress = try("${data.hwtasks_dcs_background_task_progress.resize.progress} %", null)
    steps = [
      for step in data.hwtasks_dcs_background_task_progress.resize.step_details :
      format("%v %v", step.step_name, step.step_status)
    ]
  }
}
