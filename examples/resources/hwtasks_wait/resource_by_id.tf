variable "nodes" {
  description = "Number of nodes of the cluster."
  type        = number
  default     = 6
}

variable "job_id" {
  description = "ID of the job that resizes the cluster."
  type        = string
}

# Stands for the resource that resizes the cluster and exports the ID of the job.
resource "terraform_data" "cluster" {
  input = { nodes = var.nodes, job_id = var.job_id }
}

resource "hwtasks_wait" "resize" {
  service  = "dws"
  job_id   = terraform_data.cluster.output.job_id
  triggers = { nodes = var.nodes } # waits again after another change, even if the job has the same ID

  timeouts {
    create = "3h"
  }
}

# Is created after the job has finished, as it depends on the wait.
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.resize]
}
