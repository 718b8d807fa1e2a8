# The change that starts the job, by whatever means gives its ID.
variable "job_id" {
  description = "ID of the job that resizes the cluster."
  type        = string
}

data "hwtasks_wait" "resize" {
  service  = "dws"
  job_id   = var.job_id
  timeouts = { read = "2h" }
}

# Whatever depends on the wait comes after the end of the job.
resource "terraform_data" "after" {
  depends_on = [data.hwtasks_wait.resize]
}
