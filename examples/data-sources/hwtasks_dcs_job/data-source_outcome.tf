# Warns unless the switchover of the nodes has succeeded.
check "swap" {
  assert {
    condition     = data.hwtasks_dcs_job.swap.status == "SUCCESS"
    error_message = "The switch is ${data.hwtasks_dcs_job.swap.status}: ${coalesce(data.hwtasks_dcs_job.swap.fail_reason, "no reason given")}."
  }
}

# Times are in milliseconds since 1970. A job that is running has no end.
output "swap_took" {
  value = try("${(tonumber(data.hwtasks_dcs_job.swap.end_time) - tonumber(data.hwtasks_dcs_job.swap.begin_time)) / 1000} s", null)
}
