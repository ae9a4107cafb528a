output "network" {
  description = "What an app needs to be placed here."
  value = {
    subnet_id         = aws_subnet.public.id
    security_group_id = aws_security_group.this.id
  }
}
