# List the jobs of the last day that are running
data "hwtasks_dds_jobs" "today" {
  start_time = timeadd(plantimestamp(), "-24h")
}

output "running" {
  value = [for job in data.hwtasks_dds_jobs.today.jobs : job.name if job.status == "Running"]
}
