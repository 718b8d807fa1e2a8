# Show the name and the status of a job
data "hwtasks_taurusdb_job" "resize" {
  job_id = "a9767ede-fe0f-4888-9003-e843a4c90514"
}

output "resize" {
  value = try("${data.hwtasks_taurusdb_job.resize.job.name}: ${data.hwtasks_taurusdb_job.resize.job.status}", null)
}
