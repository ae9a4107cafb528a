variable "storefront_provider" {
  description = "Where storefront runs."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.storefront_provider)
    error_message = "The provider is aws or alibaba."
  }
}

variable "storefront_region" {
  type = string
}

variable "storefront_instance" {
  type = string
}

variable "orders_provider" {
  description = "Where orders runs."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.orders_provider)
    error_message = "The provider is aws or alibaba."
  }
}

variable "orders_region" {
  type = string
}

variable "orders_instance" {
  type = string
}

variable "reports_provider" {
  description = "Where reports runs."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.reports_provider)
    error_message = "The provider is aws or alibaba."
  }
}

variable "reports_region" {
  type = string
}

variable "reports_instance" {
  type = string
}
