# List the jobs of a load balancer
data "hwtasks_elb_jobs" "balancer" {
  resource_id = "9c2f3b7e-5a0d-4a53-9d2f-6b1e0d7c8a44"
}

output "jobs" {
  value = [for job in data.hwtasks_elb_jobs.balancer.jobs : format("%v: %v", job.job_type, job.status)]
}
