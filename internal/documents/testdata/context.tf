# What configurations in documents refer to and do not declare: their vendor's instances.

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

resource "huaweicloud_dws_cluster" "main" {
  name              = "warehouse"
  node_type         = "dwsk2.h.xlarge.4.kc1"
  number_of_node    = var.nodes
  vpc_id            = "c1095fe7-03df-4205-ad2d-6f4c181d436e"
  network_id        = "e0f4d75e-8f4c-4b1f-a7a0-2f6f1d0e3c5b"
  security_group_id = "3dbe8d0c-59a9-4ddd-a3d2-2b4d2a4f2f0c"
  availability_zone = "eu-west-101a"
  user_name         = "dbadmin"
  user_pwd          = var.password
}
