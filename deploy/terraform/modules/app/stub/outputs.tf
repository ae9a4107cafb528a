output "instance_id" {
  description = "Id of the instance."
  value       = terraform_data.instance.id
}
