# If the job fails, the wait is a warning, and what depends on it is created. The variable is declared above.
resource "hwtasks_wait" "scale_out" {
  service  = "dws"
  job_id   = var.job_id
  tolerate = ["failed"]
}

output "scale_out" {
  value = hwtasks_wait.scale_out.outcome # succeeded or failed
}
