# Runs again after each wait of the first example, as its id is a new value each time.
resource "terraform_data" "script" {
  triggers_replace = hwtasks_wait.upgrade.id

  provisioner "local-exec" {
    command = "echo the upgrade has finished"
  }
}
