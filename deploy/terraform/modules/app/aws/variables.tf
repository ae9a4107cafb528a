variable "service" {
  description = "Name of the service."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,62}$", var.service))
    error_message = "The name has 2 to 63 small letters, digits and dashes."
  }
}

variable "region" {
  description = "Region of the provider."
  type        = string
}

variable "instance" {
  description = "Type of the instance."
  type        = string
}

variable "image" {
  description = "Image that the instance starts from."
  type        = string
}

variable "network" {
  description = "What the cluster module gave."
  type = object({
    subnet_id         = string
    security_group_id = string
  })
}

variable "data_gib" {
  description = "Size of a data volume in GiB; 0 for a service that keeps nothing."
  type        = number
  default     = 0
  validation {
    condition     = var.data_gib >= 0 && floor(var.data_gib) == var.data_gib
    error_message = "The size is a whole number of GiB, or 0."
  }
}

variable "cpu_alarm_percent" {
  description = "CPU use above which the provider raises an alarm."
  type        = number
  default     = 80
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
