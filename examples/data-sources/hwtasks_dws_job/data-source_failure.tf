# Warn if a job has failed
locals {
  status = coalesce(data.hwtasks_dws_job.cluster.status, "of unknown status")
  code   = coalesce(data.hwtasks_dws_job.cluster.failed_code, "without an error code")
  reason = coalesce(data.hwtasks_dws_job.cluster.failed_detail, "no reason given")
}

check "cluster" {
  assert {
    condition     = !contains(["FAIL", "ERROR", "STOP"], local.status)
    error_message = "The job is ${local.status}, ${local.code}: ${local.reason}."
  }
}
