output "service1_provider" {
  description = "Where service1 runs."
  value       = var.service1_provider
}

output "service1_region" {
  description = "In which region service1 runs."
  value       = var.service1_region
}

output "service1_instance" {
  description = "On which instance service1 runs."
  value       = var.service1_instance
}

output "service2_provider" {
  description = "Where service2 runs."
  value       = var.service2_provider
}

output "service2_region" {
  description = "In which region service2 runs."
  value       = var.service2_region
}

output "service2_instance" {
  description = "On which instance service2 runs."
  value       = var.service2_instance
}

output "service3_provider" {
  description = "Where service3 runs."
  value       = var.service3_provider
}

output "service3_region" {
  description = "In which region service3 runs."
  value       = var.service3_region
}

output "service3_instance" {
  description = "On which instance service3 runs."
  value       = var.service3_instance
}
