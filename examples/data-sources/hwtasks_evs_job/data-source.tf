# Show the type and the status of a job
data "hwtasks_evs_job" "example" {
  job_id = "4010a32d535527910153552b492c0002"
}

output "job" {
  value = try("${data.hwtasks_evs_job.example.job_type}: ${data.hwtasks_evs_job.example.status}", null)
}
