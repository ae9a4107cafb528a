variable "provider_name" {
  description = "The provider that this stands for."
  type        = string
  validation {
    condition     = contains(["aws", "alibaba"], var.provider_name)
    error_message = "The provider is aws or alibaba."
  }
}

variable "name" {
  description = "Of the network; a part of every name in it."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "The name has 2 to 31 small letters, digits and dashes."
  }
}

variable "region" {
  description = "Region of the provider."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network."
  type        = string
  default     = "10.0.0.0/16"
  validation {
    condition     = can(cidrnetmask(var.cidr))
    error_message = "This is no range of addresses such as 10.0.0.0/16."
  }
}

variable "ingress_ports" {
  description = "Ports that are open to everybody."
  type        = set(number)
  default     = [443]
}

variable "tags" {
  description = "Tags of every resource. All eight are needed: policies and bills go by them."
  type = object({
    Tier        = string
    Stateful    = string
    AIManaged   = string
    CostCenter  = string
    Owner       = string
    Project     = string
    Environment = string
    ManagedBy   = string
  })
  validation {
    condition     = contains(["1", "2", "3"], var.tags.Tier)
    error_message = "Tier is 1 (stateful), 2 (stateless) or 3 (batch)."
  }
  validation {
    condition     = contains(["true", "false"], var.tags.Stateful) && contains(["true", "false"], var.tags.AIManaged)
    error_message = "Stateful and AIManaged are true or false."
  }
  validation {
    condition     = alltrue([for value in values(var.tags) : trimspace(value) != ""])
    error_message = "A tag is empty."
  }
}
