# Continues without the cutover if the job has failed. The outcome must be known at plan here, as it decides on a count.
data "hwtasks_wait" "switch" {
  service  = "dcs"
  job_id   = "ff8080818822bbf70188235afc24141a"
  tolerate = ["failed"]
}

# A later plan with another outcome destroys it, also if the record of the job is gone and not_found is tolerated. So remove the count
# and the data source once it is created.
resource "terraform_data" "cutover" {
  count = data.hwtasks_wait.switch.outcome == "succeeded" ? 1 : 0
}
