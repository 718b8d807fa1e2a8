# Show the type and the status of a job
data "hwtasks_bms_job" "example" {
  job_id = "2c9eb2c5544cbf6101544f0602af2b4f"
}

output "job" {
  value = try("${data.hwtasks_bms_job.example.job_type}: ${data.hwtasks_bms_job.example.status}", null)
}
