# The pipeline step that starts the job passes its ID.
variable "job_id" {
  description = "ID of the job that resizes the cluster."
  type        = string
}

data "hwtasks_wait" "resize" {
  service = "dws"
  job_id  = var.job_id

  timeouts {
    read = "2h"
  }
}

# Runs after the job has finished, as it depends on the wait.
resource "terraform_data" "after" {
  depends_on = [data.hwtasks_wait.resize]
}
