# Show the type and the status of a job
data "hwtasks_elb_job" "clone" {
  job_id = "2c9eb2c5544cbf6101544f0602af2b4f"
}

output "clone" {
  value = try("${data.hwtasks_elb_job.clone.job.job_type}: ${data.hwtasks_elb_job.clone.job.status}", null)
}
