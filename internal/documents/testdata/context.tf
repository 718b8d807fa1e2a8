# What configurations in documents refer to and do not declare: resources of a vendor's provider.

resource "huaweicloud_dcs_instance" "redis" {
  name               = "redis"
  engine             = "Redis"
  engine_version     = "6.0"
  capacity           = 4
  flavor             = "redis.ha.xu1.large.r2.4"
  vpc_id             = "c1095fe7-03df-4205-ad2d-6f4c181d436e"
  subnet_id          = "e0f4d75e-8f4c-4b1f-a7a0-2f6f1d0e3c5b"
  availability_zones = ["eu-west-101a"]
}

resource "huaweicloud_dcs_instance_minor_version_upgrade" "redis" {
  instance_id          = huaweicloud_dcs_instance.redis.id
  engine_minor_version = "latest"
}

resource "huaweicloud_rds_instance_minor_version_upgrade" "db" {
  instance_id = var.instance_id
}
