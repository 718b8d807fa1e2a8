# The pipeline step that starts the job passes its ID.
variable "job_id" {
  description = "ID of the job that resizes the cluster."
  type        = string
}

resource "hwtasks_wait" "resize" {
  service  = "dws"
  job_id   = var.job_id
  triggers = { job = var.job_id } # waits again for another job

  timeouts {
    create = "3h"
  }
}

# Is created after the job has finished, as it depends on the wait.
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.resize]
}
