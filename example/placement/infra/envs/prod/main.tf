# Three services over two providers, with what every engine has built in: nothing is downloaded and nothing is rented.
# `kind` is what a price book and the policy go by; with real providers they go by the resource types.
terraform {
  required_version = ">= 1.6.0"
  backend "http" {}
}

locals {
  tags = {
    AIManaged   = "true"
    CostCenter  = "shop"
    Owner       = "shop-team"
    Project     = "placement"
    Environment = "prod"
    ManagedBy   = "opentofu"
  }
}

# Web shop: keeps nothing, may move.
resource "terraform_data" "storefront" {
  input = {
    kind     = "instance"
    service  = "storefront"
    provider = var.storefront_provider
    region   = var.storefront_region
    instance = var.storefront_instance
    tags     = merge(local.tags, { Tier = "2", Stateful = "false" })
  }
}

# Orders: an instance and its database. A move makes the database anew, and the plan says so.
resource "terraform_data" "orders" {
  input = {
    kind     = "instance"
    service  = "orders"
    provider = var.orders_provider
    region   = var.orders_region
    instance = var.orders_instance
    tags     = merge(local.tags, { Tier = "1", Stateful = "true" })
  }
}

resource "terraform_data" "orders_database" {
  input = {
    kind     = "database"
    service  = "orders"
    provider = var.orders_provider
    instance = "db.m5.large"
    tags     = merge(local.tags, { Tier = "1", Stateful = "true" })
  }
  triggers_replace = [var.orders_provider, var.orders_region]
}

# Reports: a batch job, wherever it is cheapest.
resource "terraform_data" "reports" {
  input = {
    kind     = "instance"
    service  = "reports"
    provider = var.reports_provider
    region   = var.reports_region
    instance = var.reports_instance
    tags     = merge(local.tags, { Tier = "3", Stateful = "false" })
  }
}
