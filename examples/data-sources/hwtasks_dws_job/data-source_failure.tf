# Warns if the job has failed, with the service's error code and reason.
check "cluster" {
  assert {
    condition     = !contains(["FAIL", "ERROR", "STOP"], data.hwtasks_dws_job.cluster.status)
    error_message = "The job is ${data.hwtasks_dws_job.cluster.status}: ${coalesce(data.hwtasks_dws_job.cluster.failed_code, "-")} ${coalesce(data.hwtasks_dws_job.cluster.failed_detail, "no reason given")}."
  }
}
