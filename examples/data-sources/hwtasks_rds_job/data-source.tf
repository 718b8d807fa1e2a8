# Show the name and the status of a job
data "hwtasks_rds_job" "resize" {
  job_id = "31b8ae23-c687-4d80-b7b4-42a66c9bb886"
}

output "resize" {
  value = try("${data.hwtasks_rds_job.resize.job.name}: ${data.hwtasks_rds_job.resize.job.status}", null)
}
