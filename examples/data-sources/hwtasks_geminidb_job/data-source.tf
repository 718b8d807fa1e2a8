# Show the name and the status of a job
data "hwtasks_geminidb_job" "resize" {
  job_id = "6f85e061-04dd-42e7-86d6-d3b1e40aac2e"
}

output "resize" {
  value = try("${data.hwtasks_geminidb_job.resize.jobs[0].name}: ${data.hwtasks_geminidb_job.resize.jobs[0].status}", null)
}
