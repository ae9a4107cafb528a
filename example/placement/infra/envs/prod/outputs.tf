output "storefront_provider" {
  value = terraform_data.storefront.output.provider
}

output "storefront_region" {
  value = terraform_data.storefront.output.region
}

output "storefront_instance" {
  value = terraform_data.storefront.output.instance
}

output "orders_provider" {
  value = terraform_data.orders.output.provider
}

output "orders_region" {
  value = terraform_data.orders.output.region
}

output "orders_instance" {
  value = terraform_data.orders.output.instance
}

output "reports_provider" {
  value = terraform_data.reports.output.provider
}

output "reports_region" {
  value = terraform_data.reports.output.region
}

output "reports_instance" {
  value = terraform_data.reports.output.instance
}
