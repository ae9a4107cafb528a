/** Documents a user would write for three clouds, and answers in the form that their references give. */

/** https://learn.microsoft.com/rest/api/monitor/metrics/list */
export const azurePull = `
pulls:
  - name: azure
    interval: 1m
    lookback: 10m
    delay: 1m
    request:
      url: 'https://management.azure.com/subscriptions/0/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/cart/providers/Microsoft.Insights/metrics?api-version=2023-10-01&metricnames=Percentage%20CPU&aggregation=Average&interval=PT1M&timespan={{start}}/{{end}}'
      headers: { authorization: 'Bearer {{secret.AZURE_TOKEN}}' }
    metrics:
      - each: [value, timeseries, data]
        name: 'azure.{{^^name.value}}'
        unit: '{{^^unit}}'
        value: average
        time: timeStamp
        labels: { resource_group: '{{^^resourceGroup}}' }
        labels_from: [{ path: ^metadatavalues, name: name.value, value: value }]
`
export const azureAnswer = {
  cost: 59,
  timespan: '2023-11-14T22:02:20Z/2023-11-14T22:12:20Z',
  interval: 'PT1M',
  namespace: 'Microsoft.Compute/virtualMachines',
  value: [
    {
      id: '/subscriptions/0/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/cart/providers/Microsoft.Insights/metrics/Percentage CPU',
      type: 'Microsoft.Insights/metrics',
      name: { value: 'Percentage CPU', localizedValue: 'Percentage CPU' },
      unit: 'Percent',
      resourceGroup: 'shop',
      timeseries: [
        {
          metadatavalues: [{ name: { value: 'vm', localizedValue: 'VM' }, value: 'cart-1' }],
          data: [
            { timeStamp: '2023-11-14T22:10:00Z', average: 12.5 },
            { timeStamp: '2023-11-14T22:11:00Z', average: 14 },
            { timeStamp: '2023-11-14T22:12:00Z' },
          ],
        },
        {
          metadatavalues: [{ name: { value: 'vm', localizedValue: 'VM' }, value: 'cart-2' }],
          data: [{ timeStamp: '2023-11-14T22:10:00Z', average: 3 }],
        },
      ],
      errorCode: 'Success',
    },
  ],
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
export const googlePull = `
pulls:
  - name: google
    interval: 1m
    lookback: 10m
    request:
      url: 'https://monitoring.googleapis.com/v3/projects/shop/timeSeries?filter=metric.type%3Dstarts_with(%22compute%22)&interval.startTime={{start}}&interval.endTime={{end}}'
      headers: { authorization: 'Bearer {{secret.GOOGLE_TOKEN}}' }
    pages: { next: nextPageToken, query: pageToken }
    metrics:
      - each: [timeSeries, points]
        name: '{{^metric.type}}'
        unit: '{{^unit}}'
        value: [value.doubleValue, value.int64Value, value.boolValue, value.distributionValue.mean]
        time: interval.endTime
        labels_from: [^metric.labels, ^resource.labels]
`
export const googlePages = [
  {
    timeSeries: [
      {
        metric: {
          labels: { instance_name: 'cart' },
          type: 'compute.googleapis.com/instance/cpu/utilization',
        },
        resource: {
          type: 'gce_instance',
          labels: { instance_id: '42', zone: 'europe-west4-a', project_id: 'shop' },
        },
        metricKind: 'GAUGE',
        valueType: 'DOUBLE',
        points: [
          {
            interval: { startTime: '2023-11-14T22:11:00Z', endTime: '2023-11-14T22:11:00Z' },
            value: { doubleValue: 0.25 },
          },
        ],
      },
    ],
    nextPageToken: 'next',
    unit: '10^2.%',
  },
  {
    timeSeries: [
      {
        metric: { type: 'pubsub.googleapis.com/subscription/num_undelivered_messages' },
        resource: { type: 'pubsub_subscription', labels: { subscription_id: 's' } },
        metricKind: 'GAUGE',
        valueType: 'INT64',
        unit: '1',
        points: [
          {
            interval: { startTime: '2023-11-14T22:11:00Z', endTime: '2023-11-14T22:11:00Z' },
            value: { int64Value: '9007' },
          },
        ],
      },
    ],
    nextPageToken: '',
  },
]

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, JSON protocol. */
export const cloudWatchPull = `
pulls:
  - name: cloudwatch
    interval: 1m
    lookback: 10m
    delay: 1m
    auth: { type: aws_sigv4, region: eu-central-1 }
    request:
      url: 'https://monitoring.eu-central-1.amazonaws.com/'
      method: POST
      headers: { x-amz-target: GraniteServiceVersion20100801.GetMetricData, content-type: application/x-amz-json-1.0 }
      body:
        StartTime: '{{start_seconds}}'
        EndTime: '{{end_seconds}}'
        MetricDataQueries:
          - { Id: cpu, Expression: "SEARCH('{AWS/EC2,InstanceId} CPUUtilization', 'Average', 60)" }
    pages: { next: NextToken, body: NextToken }
    metrics:
      - each: [MetricDataResults]
        name: 'aws.{{Id}}'
        value: Values
        time: Timestamps
        labels: { label: '{{Label}}' }
`
export const cloudWatchPages = [
  {
    MetricDataResults: [
      {
        Id: 'cpu',
        Label: 'i-1',
        StatusCode: 'Complete',
        Timestamps: [1.69999986e9, 1.6999998e9],
        Values: [40, 38.5],
      },
    ],
    Messages: [],
    NextToken: 'more',
  },
  {
    MetricDataResults: [
      { Id: 'cpu', Label: 'i-2', StatusCode: 'Complete', Timestamps: [1.69999986e9], Values: [7] },
    ],
    Messages: [],
  },
]
