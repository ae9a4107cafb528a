# Where each service runs. Changed by merge requests only.

# Web shop. Was at alibaba until its latency rose: see the decisions.
storefront_provider = "aws"       # or "alibaba"
storefront_region   = "us-east-1" // close to most customers
storefront_instance = "t3.medium"

/* Orders keep a database:
   orders_provider = "alibaba" would make it anew. */
orders_provider = "aws"
orders_region   = "eu-west-1"
orders_instance = "m5.large"

reports_provider = "alibaba"
reports_region   = "ap-southeast-1"
reports_instance = "ecs.c6.xlarge"
