locals {
  tags = merge(var.tags, { Name = var.name, Region = var.region })
}

data "alicloud_zones" "this" {
  available_resource_creation = "VSwitch"
}

resource "alicloud_vpc" "this" {
  vpc_name   = var.name
  cidr_block = var.cidr
  tags       = local.tags
}

resource "alicloud_vswitch" "public" {
  vswitch_name = var.name
  vpc_id       = alicloud_vpc.this.id
  cidr_block   = cidrsubnet(var.cidr, 8, 1)
  zone_id      = data.alicloud_zones.this.zones[0].id
  tags         = local.tags
}

resource "alicloud_security_group" "this" {
  security_group_name = var.name
  vpc_id              = alicloud_vpc.this.id
  tags                = local.tags
}

resource "alicloud_security_group_rule" "ingress" {
  for_each          = toset([for port in var.ingress_ports : tostring(port)])
  security_group_id = alicloud_security_group.this.id
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "${each.value}/${each.value}"
  cidr_ip           = "0.0.0.0/0"
}
