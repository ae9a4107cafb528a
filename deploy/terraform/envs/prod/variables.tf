variable "service1_provider" {
  description = "Where service1 runs: aws or alibaba."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.service1_provider)
    error_message = "The provider is aws or alibaba."
  }
}

variable "service1_region" {
  description = "Region of service1, of its provider."
  type        = string
}

variable "service1_instance" {
  description = "Instance type of service1, of its provider."
  type        = string
}

variable "service2_provider" {
  description = "Where service2 runs: aws or alibaba."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.service2_provider)
    error_message = "The provider is aws or alibaba."
  }
}

variable "service2_region" {
  description = "Region of service2, of its provider."
  type        = string
}

variable "service2_instance" {
  description = "Instance type of service2, of its provider."
  type        = string
}

variable "service3_provider" {
  description = "Where service3 runs: aws or alibaba."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.service3_provider)
    error_message = "The provider is aws or alibaba."
  }
}

variable "service3_region" {
  description = "Region of service3, of its provider."
  type        = string
}

variable "service3_instance" {
  description = "Instance type of service3, of its provider."
  type        = string
}

variable "images" {
  description = "Image that instances start from, by provider."
  type        = map(string)
  default     = { aws = "ami-0123456789abcdef0", alibaba = "ubuntu_22_04_x64_20G_alibase.vhd" }
}
