# Show the status of a job
data "hwtasks_dcs_job" "swap" {
  job_id = "ff8080818822bbf70188235afc24141a"
}

output "swap" {
  value = format("%v: %v", data.hwtasks_dcs_job.swap.job_type, data.hwtasks_dcs_job.swap.status)
}
