# Warn unless the job has succeeded
locals {
  status = coalesce(data.hwtasks_dcs_job.swap.status, "of unknown status")
  reason = coalesce(data.hwtasks_dcs_job.swap.fail_reason, "no reason given")
}

check "swap" {
  assert {
    condition     = local.status == "SUCCESS"
    error_message = "The switchover is ${local.status}: ${local.reason}."
  }
}

# In seconds. Null while the job is running, as it has no end time.
output "swap_took" {
  value = try("${(data.hwtasks_dcs_job.swap.end_time - data.hwtasks_dcs_job.swap.begin_time) / 1000} s", null)
}
