resource "hwtasks_wait" "scale_out" {
  service = "dws"
  job_id  = var.job_id
}

resource "terraform_data" "application" {
  depends_on = [hwtasks_wait.scale_out]
}
