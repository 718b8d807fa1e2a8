# List the jobs of the last day that are running
data "hwtasks_taurusdb_jobs" "today" {
  start_time = timeadd(plantimestamp(), "-24h")
}

output "running" {
  value = [for job in data.hwtasks_taurusdb_jobs.today.jobs : job.job_name if job.status == "Running"]
}
