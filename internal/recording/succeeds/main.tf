resource "hwtasks_wait" "switchover" {
  service     = "dcs"
  instance_id = var.redis_id
}

resource "terraform_data" "application" {
  depends_on = [hwtasks_wait.switchover]
}
