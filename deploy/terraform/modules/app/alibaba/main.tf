locals {
  tags = merge(var.tags, { Name = var.service, Service = var.service, Region = var.region })
}

resource "alicloud_ram_role" "this" {
  role_name = var.service
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = ["ecs.aliyuncs.com"] }
    }]
  })
}

resource "alicloud_instance" "this" {
  instance_name              = var.service
  image_id                   = var.image
  instance_type              = var.instance
  vswitch_id                 = var.network.subnet_id
  security_groups            = [var.network.security_group_id]
  role_name                  = alicloud_ram_role.this.role_name
  internet_max_bandwidth_out = 10
  tags                       = local.tags
}

resource "alicloud_ecs_disk" "data" {
  count     = var.data_gib > 0 ? 1 : 0
  disk_name = "${var.service}-data"
  zone_id   = alicloud_instance.this.availability_zone
  category  = "cloud_essd"
  size      = var.data_gib
  encrypted = true
  tags      = local.tags
}

resource "alicloud_ecs_disk_attachment" "data" {
  count       = var.data_gib > 0 ? 1 : 0
  disk_id     = alicloud_ecs_disk.data[0].id
  instance_id = alicloud_instance.this.id
}

resource "alicloud_cms_alarm" "cpu" {
  name              = "${var.service}-cpu"
  project           = "acs_ecs_dashboard"
  metric            = "CPUUtilization"
  period            = 300
  metric_dimensions = jsonencode([{ instanceId = alicloud_instance.this.id }])
  contact_groups    = [var.tags.Owner]
  escalations_critical {
    statistics          = "Average"
    comparison_operator = ">"
    threshold           = tostring(var.cpu_alarm_percent)
    times               = 2
  }
}
