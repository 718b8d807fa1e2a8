# Show the type and the status of a job
data "hwtasks_ims_job" "example" {
  job_id = "9a175ac792fa12d20193002100dd2762"
}

output "job" {
  value = try("${data.hwtasks_ims_job.example.job_type}: ${data.hwtasks_ims_job.example.status}", null)
}
