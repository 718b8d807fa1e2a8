variable "retention_hours" {
  description = "How long the Kafka instance keeps messages."
  type        = number
  default     = 72
}

# Stands for a resource that changes the configuration of a Kafka instance.
resource "terraform_data" "configuration" {
  input = { instance_id = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa", retention_hours = var.retention_hours }
}

# Waits for the task of the change, which the service lists only some time later. A task that has ended before does not count.
resource "hwtasks_wait" "configuration" {
  service       = "kafka"
  instance_id   = terraform_data.configuration.output.instance_id
  task_name     = "kafkaConfigModify"
  appear_within = "5m"
  ended_within  = "0s"
  triggers      = { retention_hours = var.retention_hours }
}
