# Fails plan and apply if the migration has failed, but still allows terraform destroy. A deleted record counts as success.
data "hwtasks_wait" "migration" {
  service     = "dcs"
  instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79"
  task_id     = "8abf6e1e72c12e7c0172c15b508500aa"
  tolerate    = ["failed", "cancelled", "not_found"]

  lifecycle {
    postcondition {
      condition     = contains(["succeeded", "not_found"], self.outcome)
      error_message = "The migration ended as ${self.outcome}: ${coalesce(self.failure_reason, "no reason given")}."
    }
  }
}
