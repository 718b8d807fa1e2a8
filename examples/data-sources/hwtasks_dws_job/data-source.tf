# Show the status and the progress of a job
data "hwtasks_dws_job" "cluster" {
  job_id = "2c9080e88459fa44018459fbeb600001"
}

output "cluster" {
  value = format("%v, %v", data.hwtasks_dws_job.cluster.status, data.hwtasks_dws_job.cluster.progress)
}
