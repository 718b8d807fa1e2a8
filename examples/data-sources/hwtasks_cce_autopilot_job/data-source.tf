# Show the type of a job, its phase, and those of its sub jobs
data "hwtasks_cce_autopilot_job" "create" {
  job_id = "354331b2-229a-11e8-9c75-0255ac100ceb"
}

output "create" {
  value = try("${data.hwtasks_cce_autopilot_job.create.spec.type}: ${data.hwtasks_cce_autopilot_job.create.status.phase}", null)
}

output "parts" {
  value = [for sub in try(data.hwtasks_cce_autopilot_job.create.spec.sub_jobs, []) : try("${sub.spec.type}: ${sub.status.phase}", null)]
}
