locals {
  status = coalesce(data.hwtasks_dcs_job.swap.status, "of unknown status")
  reason = coalesce(data.hwtasks_dcs_job.swap.fail_reason, "no reason given")
}

# Warns unless the switchover of the nodes has succeeded.
check "swap" {
  assert {
    condition     = local.status == "SUCCESS"
    error_message = "The switchover is ${local.status}: ${local.reason}."
  }
}

# Times are in milliseconds since 1970. While the job is running, it has no end, and the output is null.
output "swap_took" {
  value = try("${(data.hwtasks_dcs_job.swap.end_time - data.hwtasks_dcs_job.swap.begin_time) / 1000} s", null)
}
