# Stands for the network of a provider without asking one: built-in resources alone, the same variables and outputs
# as ../aws and ../alibaba. Nothing here carries a price, so that it says `component`, not `kind`.
resource "terraform_data" "network" {
  input = {
    component = "network"
    provider  = var.provider_name
    name      = var.name
    region    = var.region
    cidr      = var.cidr
    tags      = var.tags
  }
  # A network cannot be moved.
  triggers_replace = [var.provider_name, var.region, var.cidr]
}

resource "terraform_data" "subnet" {
  input = {
    component = "subnet"
    network   = terraform_data.network.id
    cidr      = cidrsubnet(var.cidr, 8, 1)
    tags      = var.tags
  }
  triggers_replace = [terraform_data.network.id]
}

resource "terraform_data" "security_group" {
  input = {
    component = "security_group"
    network   = terraform_data.network.id
    ingress   = sort([for port in var.ingress_ports : tostring(port)])
    tags      = var.tags
  }
}
