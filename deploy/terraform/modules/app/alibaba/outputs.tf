output "instance_id" {
  description = "Id of the instance."
  value       = alicloud_instance.this.id
}
