# Read a parameter of a task, such as the IP address that it has bound
output "address" {
  value = try(jsondecode(local.task.params).public_ip_address, "not bound yet")
}
