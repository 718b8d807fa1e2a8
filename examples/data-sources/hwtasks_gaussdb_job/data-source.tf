# Show the name and the status of a job
data "hwtasks_gaussdb_job" "resize" {
  job_id = "5cbb8a90-2253-4cff-8a13-49aa8f31dfb5"
}

output "resize" {
  value = try("${data.hwtasks_gaussdb_job.resize.job.name}: ${data.hwtasks_gaussdb_job.resize.job.status}", null)
}
