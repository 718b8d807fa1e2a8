# Show the name and the status of a job
data "hwtasks_dds_job" "resize" {
  job_id = "9d10bfd1-affb-49c3-b977-298950a8d6fa"
}

output "resize" {
  value = try("${data.hwtasks_dds_job.resize.job.name}: ${data.hwtasks_dds_job.resize.job.status}", null)
}
