locals {
  tags = merge(var.tags, { Name = var.service, Service = var.service, Region = var.region })
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name_prefix        = "${var.service}-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
  tags               = local.tags
}

resource "aws_iam_instance_profile" "this" {
  name_prefix = "${var.service}-"
  role        = aws_iam_role.this.name
  tags        = local.tags
}

resource "aws_instance" "this" {
  ami                    = var.image
  instance_type          = var.instance
  subnet_id              = var.network.subnet_id
  vpc_security_group_ids = [var.network.security_group_id]
  iam_instance_profile   = aws_iam_instance_profile.this.name
  tags                   = local.tags

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_ebs_volume" "data" {
  count             = var.data_gib > 0 ? 1 : 0
  availability_zone = aws_instance.this.availability_zone
  size              = var.data_gib
  type              = "gp3"
  encrypted         = true
  tags              = local.tags
}

resource "aws_volume_attachment" "data" {
  count       = var.data_gib > 0 ? 1 : 0
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data[0].id
  instance_id = aws_instance.this.id
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "${var.service}-cpu"
  namespace           = "AWS/EC2"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.cpu_alarm_percent
  period              = 300
  evaluation_periods  = 2
  dimensions          = { InstanceId = aws_instance.this.id }
  tags                = local.tags
}
