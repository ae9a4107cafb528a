import type { RuleCase } from '../rule.ts'
import {
  ago,
  at,
  autoscaler,
  budget,
  condition,
  container,
  cronJob,
  deployment,
  event,
  job,
  namespaceOf,
  node,
  ownedBy,
  plain,
  pod,
  running,
  unready,
} from './object.suite.ts'

const report = { finds: 'report', at }
const failed = (n: number): object =>
  job({
    name: `report-${n}`,
    metadata: ownedBy('CronJob', 'report'),
    status: {
      succeeded: 0,
      failed: 1,
      startTime: ago(60 * n),
      completionTime: undefined,
      conditions: [condition('Failed', 'True', 60 * n - 5, 'BackoffLimitExceeded')],
    },
  })

const cronJobCases: readonly RuleCase[] = [
  {
    ...report,
    rule: 'cron-job-schedule-invalid',
    positive: [cronJob({ spec: { schedule: '0 25 * * *' } })],
    negative: [cronJob({ spec: { schedule: '*/5 0-6 1,15 JAN-JUN sun' } })],
  },
  {
    ...report,
    rule: 'cron-job-schedule-invalid',
    positive: [cronJob({ spec: { timeZone: 'Mars/Olympus' } })],
    negative: [cronJob({ spec: { timeZone: 'Europe/Berlin' } })],
  },
  {
    ...report,
    rule: 'cron-job-schedule-invalid',
    positive: [cronJob({ spec: { schedule: '0 0 30 2 *' } })],
    negative: [cronJob({ spec: { schedule: '0 0 29 2 *' } })],
  },
  {
    ...report,
    rule: 'cron-job-deadline',
    positive: [cronJob({ spec: { startingDeadlineSeconds: -1 } })],
    negative: [cronJob({ spec: { startingDeadlineSeconds: 60 } })],
  },
  {
    ...report,
    rule: 'cron-job-missed',
    positive: [cronJob({ status: { lastScheduleTime: ago(180) } })],
    negative: [cronJob({ spec: { suspend: true }, status: { lastScheduleTime: ago(180) } })],
  },
  {
    ...report,
    rule: 'cron-job-missed',
    positive: [
      cronJob({
        spec: { schedule: '0 2 * * *', timeZone: 'Asia/Tokyo' },
        status: { lastScheduleTime: '2026-04-29T17:00:00Z' },
      }),
    ],
    // Two in the morning of Tokyo is five in the afternoon of the day before.
    negative: [
      cronJob({
        spec: { schedule: '0 2 * * *', timeZone: 'Asia/Tokyo' },
        status: { lastScheduleTime: '2026-04-30T17:00:00Z' },
      }),
    ],
  },
  {
    ...report,
    rule: 'cron-job-overlapping',
    positive: [
      cronJob({
        spec: { concurrencyPolicy: 'Forbid' },
        status: { lastScheduleTime: ago(180), active: [{ kind: 'Job', name: 'report-9' }] },
      }),
    ],
    negative: [
      cronJob({
        spec: { concurrencyPolicy: 'Forbid' },
        status: { active: [{ kind: 'Job', name: 'report-9' }] },
      }),
    ],
  },
  {
    ...report,
    rule: 'cron-job-failing',
    positive: [cronJob(), failed(1), failed(2)],
    negative: [
      cronJob(),
      failed(1),
      job({ name: 'report-2', metadata: ownedBy('CronJob', 'report'), status: { startTime: ago(120) } }),
    ],
  },
  {
    ...report,
    rule: 'cron-job-suspended',
    positive: [cronJob({ spec: { suspend: true }, status: { lastScheduleTime: ago(20_000) } })],
    negative: [cronJob({ spec: { suspend: true }, status: { lastScheduleTime: ago(600) } })],
  },
]

const web = { finds: 'web', at }
const inactive = (minutes: number, reason: string): object[] => [
  condition('AbleToScale', 'True', 500),
  condition(
    'ScalingActive',
    'False',
    minutes,
    reason,
    'unable to get metrics for resource cpu: no metrics returned from resource metrics API',
  ),
]
const limited = (minutes: number, reason: string): object[] => [
  condition('ScalingActive', 'True', 500),
  condition('ScalingLimited', 'True', minutes, reason),
]
const rescale = (message: string, count: number): object =>
  event('HorizontalPodAutoscaler', 'web', 'SuccessfulRescale', message, {
    type: 'Normal',
    first: 50,
    last: 2,
    count,
  })
const up = rescale('New size: 4; reason: cpu resource utilization (percentage of request) above target', 6)
const down = rescale('New size: 2; reason: All metrics below target', 6)

const autoscalerCases: readonly RuleCase[] = [
  {
    ...web,
    rule: 'hpa-target-missing',
    positive: [autoscaler()],
    negative: [autoscaler({ spec: { scaleTargetRef: { kind: 'Rollout', name: 'web' } } })],
  },
  {
    ...web,
    rule: 'hpa-metrics-unavailable',
    positive: [autoscaler({ status: { conditions: inactive(20, 'FailedGetResourceMetric') } }), deployment()],
    negative: [autoscaler({ status: { conditions: inactive(20, 'ScalingDisabled') } }), deployment()],
  },
  {
    ...web,
    rule: 'hpa-no-requests',
    positive: [autoscaler(), deployment({ pods: { containers: [container({ resources: {} })] } })],
    negative: [
      autoscaler({
        spec: {
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue' } } }],
        },
      }),
      deployment({ pods: { containers: [container({ resources: {} })] } }),
    ],
  },
  {
    ...web,
    rule: 'hpa-maxed-out',
    positive: [
      autoscaler({
        status: { currentReplicas: 10, desiredReplicas: 10, conditions: limited(30, 'TooManyReplicas') },
      }),
      deployment(),
    ],
    negative: [autoscaler({ status: { conditions: limited(3_000, 'TooFewReplicas') } }), deployment()],
  },
  {
    ...web,
    rule: 'hpa-replicas-mismatch',
    positive: [autoscaler({ status: { desiredReplicas: 6, lastScaleTime: ago(30) } }), deployment()],
    negative: [autoscaler({ status: { desiredReplicas: 6, lastScaleTime: ago(3) } }), deployment()],
  },
  {
    ...web,
    rule: 'hpa-flapping',
    positive: [autoscaler(), deployment(), up, down],
    negative: [autoscaler(), deployment(), up, up],
  },
]

const sick = pod({
  name: 'web-2',
  status: { conditions: unready(20), containerStatuses: [running({ ready: false })] },
})
const tight = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 }

const budgetCases: readonly RuleCase[] = [
  {
    ...web,
    rule: 'pdb-not-enough-healthy',
    positive: [
      budget({ status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 } }),
      pod(),
      sick,
    ],
    negative: [
      budget({ status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 } }),
      pod(),
      pod({ name: 'web-2' }),
    ],
  },
  {
    ...web,
    rule: 'pdb-blocks-drain',
    positive: [budget({ status: tight }), pod(), node('node-1', 'True', { unschedulable: true })],
    negative: [budget(), pod()],
  },
  {
    ...web,
    rule: 'pdb-selects-nothing',
    positive: [
      budget({ status: { expectedPods: 0, currentHealthy: 0 } }),
      pod({ metadata: { labels: { app: 'other' } } }),
    ],
    negative: [
      budget({ status: { expectedPods: 0, currentHealthy: 0 } }),
      deployment({ spec: { replicas: 0 } }),
    ],
  },
  {
    ...web,
    rule: 'pdb-overlap',
    positive: [budget(), budget({ name: 'web-too' }), pod()],
    negative: [budget(), budget({ name: 'db', spec: { selector: { matchLabels: { app: 'db' } } } }), pod()],
  },
  {
    ...web,
    rule: 'pdb-sync-failed',
    positive: [
      budget({
        status: {
          conditions: [
            condition('DisruptionAllowed', 'False', 20, 'SyncFailed', 'found no controllers for pod "web-1"'),
          ],
        },
      }),
    ],
    negative: [
      budget({ status: { conditions: [condition('DisruptionAllowed', 'False', 20, 'InsufficientPods')] } }),
    ],
  },
]

const reading = (optional: boolean): object =>
  deployment({
    pods: { containers: [container({ envFrom: [{ configMapRef: { name: 'settings', optional } }] })] },
  })

const referenceCases: readonly RuleCase[] = [
  { ...web, rule: 'config-map-missing', positive: [reading(false)], negative: [reading(true)] },
  {
    ...web,
    rule: 'config-map-missing',
    positive: [reading(false)],
    negative: [reading(false), plain('ConfigMap', 'settings')],
  },
  {
    ...web,
    rule: 'service-account-missing',
    positive: [deployment({ pods: { serviceAccountName: 'web' } })],
    negative: [deployment({ pods: { serviceAccountName: 'web' } }), plain('ServiceAccount', 'web')],
  },
  {
    ...web,
    rule: 'priority-class-missing',
    positive: [deployment({ pods: { priorityClassName: 'gold' } })],
    negative: [deployment({ pods: { priorityClassName: 'system-cluster-critical' } })],
  },
  {
    rule: 'namespace-stuck-terminating',
    at,
    finds: 'old',
    positive: [
      namespaceOf(
        'old',
        { deletionTimestamp: ago(60) },
        {
          phase: 'Terminating',
          conditions: [
            condition(
              'NamespaceFinalizersRemaining',
              'True',
              60,
              'SomeFinalizersRemain',
              'example.com/cleanup in 1 resource instances',
            ),
          ],
        },
      ),
    ],
    negative: [namespaceOf('old', { deletionTimestamp: ago(2) }, { phase: 'Terminating' })],
  },
]

export const policyCases: readonly RuleCase[] = [
  ...cronJobCases,
  ...autoscalerCases,
  ...budgetCases,
  ...referenceCases,
]
