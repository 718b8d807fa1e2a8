data "hwtasks_dws_job" "cluster" {
  job_id = "2c9080e88459fa44018459fbeb600001"
}

output "cluster" {
  value = data.hwtasks_dws_job.cluster.progress
}
