variable "job_id" {
  description = "ID of the job that resizes the DWS cluster."
  type        = string
}

# Waits until the job has ended. A new ID makes it wait again.
resource "hwtasks_wait" "resize" {
  service = "dws"
  job_id  = var.job_id

  timeouts {
    create = "3h"
  }
}
