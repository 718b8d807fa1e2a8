# List the steps and sub-steps that are running
locals {
  active = [
    for step in data.hwtasks_dcs_background_task_progress.resize.step_details : {
      step = step.step_name
      sub_steps = [
        for sub_step in step.sub_step_details : sub_step.sub_step_name
        if sub_step.sub_step_status == "EXECUTING"
      ]
    } if step.step_status == "EXECUTING"
  ]
}

output "active" {
  value = local.active
}
