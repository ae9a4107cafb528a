import type { RuleCase } from '../rule.ts'
import {
  ago,
  at,
  condition,
  container,
  deployment,
  event,
  job,
  limitRange,
  ownedBy,
  quota,
} from './object.suite.ts'

const failedJob = (name: string, startMinutes: number, owner = {}): object =>
  job({
    name,
    metadata: owner,
    status: {
      succeeded: 0,
      failed: 7,
      startTime: ago(startMinutes),
      completionTime: undefined,
      conditions: [
        condition(
          'Failed',
          'True',
          startMinutes - 5,
          'BackoffLimitExceeded',
          'Job has reached the specified backoff limit',
        ),
      ],
    },
  })
const ofCron = ownedBy('CronJob', 'report')
const active = (more: object): object =>
  job({ status: { succeeded: 0, active: 1, completionTime: undefined, conditions: [], ...more } })

const jobCases: readonly RuleCase[] = [
  {
    rule: 'job-failed',
    at,
    finds: 'report-1',
    positive: [failedJob('report-1', 60)],
    negative: [failedJob('report-1', 120, ofCron), job({ name: 'report-2', metadata: ofCron })],
  },
  {
    rule: 'job-retrying',
    at,
    finds: 'report-1',
    positive: [active({ failed: 3 })],
    negative: [active({ failed: 1 })],
  },
  {
    rule: 'job-overdue',
    at,
    finds: 'report-1',
    positive: [active({ startTime: ago(800) })],
    negative: [
      job({
        spec: { activeDeadlineSeconds: 86_400 },
        status: { succeeded: 0, active: 1, completionTime: undefined, conditions: [], startTime: ago(800) },
      }),
    ],
  },
  {
    rule: 'job-suspended',
    at,
    finds: 'report-1',
    positive: [
      job({
        spec: { suspend: true },
        status: {
          succeeded: 0,
          completionTime: undefined,
          conditions: [condition('Suspended', 'True', 3_000)],
        },
      }),
    ],
    negative: [
      job({
        metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'team' } },
        spec: { suspend: true },
        status: {
          succeeded: 0,
          completionTime: undefined,
          conditions: [condition('Suspended', 'True', 3_000)],
        },
      }),
    ],
  },
]

const limits = { default: { memory: '128Mi' } }
const greedy = container({ resources: { requests: { memory: '512Mi' } } })

const boundCases: readonly RuleCase[] = [
  {
    rule: 'quota-refused',
    at,
    finds: 'team',
    positive: [
      quota({ cpu: '4' }, { cpu: '4' }),
      event(
        'ReplicaSet',
        'web-5d',
        'FailedCreate',
        'pods "web-1" is forbidden: exceeded quota: team, requested: cpu=1',
      ),
    ],
    negative: [quota({ cpu: '4' }, { cpu: '4' })],
  },
  {
    rule: 'quota-exceeded',
    at,
    finds: 'team',
    positive: [quota({ pods: '4' }, { pods: '6' })],
    negative: [quota({ pods: '4' }, { pods: '4' })],
  },
  {
    rule: 'quota-nearly-full',
    at,
    finds: 'team',
    positive: [quota({ 'requests.cpu': '10' }, { 'requests.cpu': '9500m' })],
    negative: [
      quota(
        { 'services.loadbalancers': '1', 'count/secrets': '0' },
        { 'services.loadbalancers': '1', 'count/secrets': '0' },
      ),
    ],
  },
  {
    rule: 'limit-range-conflict',
    at,
    finds: 'bounds',
    positive: [limitRange(limits), deployment({ pods: { containers: [greedy] } })],
    negative: [limitRange(limits), deployment({ pods: { containers: [container()] } })],
  },
]

export const jobAndBoundCases: readonly RuleCase[] = [...jobCases, ...boundCases]
