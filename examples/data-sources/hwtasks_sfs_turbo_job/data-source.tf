# Show the type and the status of a job
data "hwtasks_sfs_turbo_job" "extend" {
  job_id = "26f6b565-8dc4-4c1f-8e5c-03f0bd975433"
}

output "extend" {
  value = try("${data.hwtasks_sfs_turbo_job.extend.job_type}: ${data.hwtasks_sfs_turbo_job.extend.status}", null)
}
