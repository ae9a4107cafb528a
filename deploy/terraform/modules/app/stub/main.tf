locals {
  # What each provider has; a move that forgets the region or the instance fails at the plan.
  regions = {
    aws     = ["us-east-1", "us-west-2", "eu-west-1"]
    alibaba = ["ap-southeast-1", "us-west-1", "eu-central-1"]
  }
  instance_prefix = {
    aws     = "^(t3|m5|c5|p3)\\."
    alibaba = "^ecs\\."
  }
}

# Stands for an instance: `kind` is what a price book and the policy read where no provider is asked.
resource "terraform_data" "instance" {
  input = {
    kind     = "instance"
    provider = var.provider_name
    service  = var.service
    region   = var.region
    instance = var.instance
    image    = var.image
    subnet   = var.network.subnet_id
    tags     = var.tags
  }
  triggers_replace = [var.provider_name, var.region, var.image]

  lifecycle {
    precondition {
      condition     = contains(local.regions[var.provider_name], var.region)
      error_message = "${var.service}: ${var.provider_name} has no region ${var.region}; it has ${join(", ", local.regions[var.provider_name])}."
    }
    precondition {
      condition     = can(regex(local.instance_prefix[var.provider_name], var.instance))
      error_message = "${var.service}: ${var.instance} is no instance of ${var.provider_name}."
    }
  }
}

resource "terraform_data" "role" {
  input = { component = "role", service = var.service, tags = var.tags }
}

resource "terraform_data" "cpu_alarm" {
  input = { component = "alarm", service = var.service, metric = "cpu", above_percent = var.cpu_alarm_percent }
}

# A volume does not move with its instance: it is made anew, and what was in it is gone.
resource "terraform_data" "data" {
  count = var.data_gib > 0 ? 1 : 0
  input = {
    kind     = "volume"
    provider = var.provider_name
    service  = var.service
    gib      = var.data_gib
    tags     = var.tags
  }
  triggers_replace = [var.provider_name, var.region]
}
