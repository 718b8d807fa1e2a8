# Warns unless the switchover of the nodes has succeeded.
check "swap" {
  assert {
    condition     = contains(["SUCCESS"], data.hwtasks_dcs_job.swap.status)
    error_message = "The switch is ${data.hwtasks_dcs_job.swap.status}: ${coalesce(data.hwtasks_dcs_job.swap.fail_reason, "no reason given")}."
  }
}

# Times are in milliseconds since 1970.
output "swap_took" {
  value = "${(tonumber(data.hwtasks_dcs_job.swap.end_time) - tonumber(data.hwtasks_dcs_job.swap.begin_time)) / 1000} s"
}
