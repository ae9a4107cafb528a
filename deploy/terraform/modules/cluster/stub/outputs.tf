output "network" {
  description = "What an app needs to be placed here."
  value = {
    subnet_id         = terraform_data.subnet.id
    security_group_id = terraform_data.security_group.id
  }
}
