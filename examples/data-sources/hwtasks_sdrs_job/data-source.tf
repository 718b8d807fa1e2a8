# Show the type and the status of a job
data "hwtasks_sdrs_job" "example" {
  job_id = "0000000062db92d70162db9d200f000a"
}

output "job" {
  value = try("${data.hwtasks_sdrs_job.example.job_type}: ${data.hwtasks_sdrs_job.example.status}", null)
}
