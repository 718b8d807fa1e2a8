# What the task changed, for a DNS record. A task that is not there is an empty list, and not an error.
output "bootstrap" {
  value = try(jsondecode(one(data.hwtasks_kafka_background_task.public_ip.tasks).params).public_ip_address, "not bound yet")
}
