output "network" {
  description = "What an app needs to be placed here."
  value = {
    subnet_id         = alicloud_vswitch.public.id
    security_group_id = alicloud_security_group.this.id
  }
}
