# List the servers that a batch job has created
data "hwtasks_ecs_job" "create" {
  job_id = "2c9eb2c5544cbf6101544f0602af2b4f"
}

output "servers" {
  value = compact([
    for job in try(data.hwtasks_ecs_job.create.entities.sub_jobs, []) : try(job.entities.server_id, null)
  ])
}
