# Where each service runs. A move changes provider, region and instance together; the plan refuses a mix.

# Web tier, keeps nothing.
service1_provider = "aws"
service1_region   = "us-east-1"
service1_instance = "t3.medium"

# Holds the data volume: never moved without people.
service2_provider = "aws"
service2_region   = "eu-west-1"
service2_instance = "m5.large" # sized for the peak of the month's end

# Batch: whoever is cheapest.
service3_provider = "alibaba"
service3_region   = "ap-southeast-1"
service3_instance = "ecs.c6.xlarge"
