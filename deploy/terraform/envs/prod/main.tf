terraform {
  required_version = ">= 1.6.0"
  # Where it lies, and the key to it, come from the pipeline: see the README.
  backend "http" {}
}

locals {
  # `stub` modules need no provider. With accounts at both, point the sources at aws and alibaba and configure the two
  # providers here; variables, outputs and addresses stay.
  tags = {
    AIManaged   = "true"
    CostCenter  = "platform"
    Owner       = "platform-team"
    Project     = "aiops"
    Environment = "prod"
    ManagedBy   = "opentofu"
  }
  services = {
    service1 = { Tier = "2", Stateful = "false" }
    service2 = { Tier = "1", Stateful = "true" }
    service3 = { Tier = "3", Stateful = "false" }
  }
}

module "cluster_aws" {
  source        = "../../modules/cluster/stub"
  provider_name = "aws"
  name          = "prod-aws"
  region        = "us-east-1"
  tags          = merge(local.tags, { Tier = "2", Stateful = "false" })
}

module "cluster_alibaba" {
  source        = "../../modules/cluster/stub"
  provider_name = "alibaba"
  name          = "prod-alibaba"
  region        = "ap-southeast-1"
  tags          = merge(local.tags, { Tier = "2", Stateful = "false" })
}

module "service1_aws" {
  source        = "../../modules/app/stub"
  count         = var.service1_provider == "aws" ? 1 : 0
  provider_name = "aws"
  service       = "service1"
  region        = var.service1_region
  instance      = var.service1_instance
  image         = var.images["aws"]
  network       = module.cluster_aws.network
  tags          = merge(local.tags, local.services.service1)
}

module "service1_alibaba" {
  source        = "../../modules/app/stub"
  count         = var.service1_provider == "alibaba" ? 1 : 0
  provider_name = "alibaba"
  service       = "service1"
  region        = var.service1_region
  instance      = var.service1_instance
  image         = var.images["alibaba"]
  network       = module.cluster_alibaba.network
  tags          = merge(local.tags, local.services.service1)
}

module "service2_aws" {
  source        = "../../modules/app/stub"
  count         = var.service2_provider == "aws" ? 1 : 0
  provider_name = "aws"
  service       = "service2"
  region        = var.service2_region
  instance      = var.service2_instance
  image         = var.images["aws"]
  network       = module.cluster_aws.network
  data_gib      = 100
  tags          = merge(local.tags, local.services.service2)
}

module "service2_alibaba" {
  source        = "../../modules/app/stub"
  count         = var.service2_provider == "alibaba" ? 1 : 0
  provider_name = "alibaba"
  service       = "service2"
  region        = var.service2_region
  instance      = var.service2_instance
  image         = var.images["alibaba"]
  network       = module.cluster_alibaba.network
  data_gib      = 100
  tags          = merge(local.tags, local.services.service2)
}

module "service3_aws" {
  source        = "../../modules/app/stub"
  count         = var.service3_provider == "aws" ? 1 : 0
  provider_name = "aws"
  service       = "service3"
  region        = var.service3_region
  instance      = var.service3_instance
  image         = var.images["aws"]
  network       = module.cluster_aws.network
  tags          = merge(local.tags, local.services.service3)
}

module "service3_alibaba" {
  source        = "../../modules/app/stub"
  count         = var.service3_provider == "alibaba" ? 1 : 0
  provider_name = "alibaba"
  service       = "service3"
  region        = var.service3_region
  instance      = var.service3_instance
  image         = var.images["alibaba"]
  network       = module.cluster_alibaba.network
  tags          = merge(local.tags, local.services.service3)
}
