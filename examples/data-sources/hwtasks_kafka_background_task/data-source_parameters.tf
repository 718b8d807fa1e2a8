# The public IP address that the task bound, for a DNS record. A task that does not exist is an empty list, not an error.
output "bootstrap" {
  value = try(jsondecode(one(data.hwtasks_kafka_background_task.public_ip.tasks).params).public_ip_address, "not bound yet")
}
