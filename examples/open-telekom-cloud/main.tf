# Reads a job of Open Telekom Cloud as the user of a clouds.yaml such as
#
#   clouds:
#     otc:
#       region_name: eu-de
#       auth:
#         auth_url: https://iam.eu-de.otc.t-systems.com/v3
#         username: some.user
#         password: ...
#         user_domain_name: OTC00000000001000000000
#         project_name: eu-de_team

terraform {
  required_providers {
    hwtasks = {
      source = "hwtasks/hwtasks"
    }
  }
}

# To use the variables of the opentelekomcloud provider instead, leave out os_cloud, and set OS_AUTH_URL, OS_USERNAME,
# OS_PASSWORD, OS_USER_DOMAIN_NAME and OS_TENANT_NAME, or OS_ACCESS_KEY and OS_SECRET_KEY.
provider "hwtasks" {
  os_cloud = "otc"
}

variable "job_id" {
  description = "ID of the DCS job."
  type        = string
  default     = "ff8080818822bbf70188235afc24141a"
}

data "hwtasks_wait" "swap" {
  service = "dcs"
  job_id  = var.job_id
}

output "swap" {
  value = format("%v: %v", data.hwtasks_wait.swap.name, data.hwtasks_wait.swap.outcome)
}
