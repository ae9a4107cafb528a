output "instance_id" {
  description = "Id of the instance."
  value       = aws_instance.this.id
}
