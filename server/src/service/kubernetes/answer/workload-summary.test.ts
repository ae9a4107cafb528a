import { WorkloadSummary } from '@aiops/contract/model/kubernetes'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { workloadSummaries } from './workload-summary.ts'

const timeMs = Date.parse('2026-01-01T01:00:00Z')
const old = '2026-01-01T00:00:00Z'
const recent = '2026-01-01T00:55:00Z'
const of = (kind: string, spec: object, status: object, more: object = {}) => ({
  kind,
  metadata: { namespace: 'a', name: 'w', uid: 'u', creationTimestamp: old, ...more },
  spec,
  status,
})
const summariesOf = (...objects: object[]) =>
  atOnce(workloadSummaries(snapshotOf(objects, { timeMs }))).map((one) => WorkloadSummary.parse(one))
const statusOf = (...objects: object[]) => summariesOf(...objects)[0]?.status

const whole = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }
const lacking = { ...whole, readyReplicas: 1, availableReplicas: 1 }
const progress = (status: string, reason: string) => ({
  conditions: [{ type: 'Progressing', status, reason }],
})

describe('a Deployment', () => {
  test.each([
    ['Available', { replicas: 2 }, whole, {}],
    ['Available', { replicas: 0 }, {}, {}],
    ['Progressing', { replicas: 2 }, { ...whole, updatedReplicas: 1 }, {}],
    ['Progressing', { replicas: 2 }, { ...whole, observedGeneration: 1 }, { generation: 2 }],
    ['Progressing', { replicas: 2 }, { ...lacking, ...progress('True', 'ReplicaSetUpdated') }, {}],
    ['Degraded', { replicas: 2 }, { ...lacking, ...progress('True', 'NewReplicaSetAvailable') }, {}],
    ['Degraded', { replicas: 2 }, { ...lacking, ...progress('False', 'ProgressDeadlineExceeded') }, {}],
    ['Suspended', { replicas: 2, paused: true }, whole, {}],
    ['Degraded', { replicas: 2, paused: true }, lacking, {}],
  ])('is %s', (status, spec, state, meta) => {
    expect(statusOf(of('Deployment', spec, state, meta))).toBe(status)
  })
})

describe('a StatefulSet or DaemonSet', () => {
  test.each([
    ['Available', 'StatefulSet', { replicas: 2 }, { replicas: 2, readyReplicas: 2 }, {}],
    ['Degraded', 'StatefulSet', { replicas: 2 }, { replicas: 1, readyReplicas: 0 }, {}],
    ['Progressing', 'StatefulSet', { replicas: 2 }, { replicas: 1 }, { creationTimestamp: recent }],
    [
      'Progressing',
      'StatefulSet',
      { replicas: 2 },
      { ...{ replicas: 2, readyReplicas: 2, updatedReplicas: 1 }, currentRevision: 'a', updateRevision: 'b' },
      {},
    ],
    [
      'Available',
      'StatefulSet',
      { replicas: 2, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
      { ...{ replicas: 2, readyReplicas: 2, updatedReplicas: 1 }, currentRevision: 'a', updateRevision: 'b' },
      {},
    ],
    [
      'Available',
      'DaemonSet',
      {},
      { desiredNumberScheduled: 2, numberReady: 2, numberAvailable: 2, updatedNumberScheduled: 2 },
      {},
    ],
    [
      'Progressing',
      'DaemonSet',
      {},
      { desiredNumberScheduled: 2, numberAvailable: 2, updatedNumberScheduled: 1 },
      {},
    ],
    [
      'Available',
      'DaemonSet',
      { updateStrategy: { type: 'OnDelete' } },
      { desiredNumberScheduled: 2, numberAvailable: 2, updatedNumberScheduled: 1 },
      {},
    ],
    [
      'Degraded',
      'DaemonSet',
      {},
      { desiredNumberScheduled: 2, numberAvailable: 1, updatedNumberScheduled: 2 },
      {},
    ],
    ['Available', 'DaemonSet', {}, {}, {}],
  ])('is %s', (status, kind, spec, state, meta) => {
    expect(statusOf(of(kind, spec, state, meta))).toBe(status)
  })
})

describe('a Job or CronJob', () => {
  const condition = (type: string) => ({ conditions: [{ type, status: 'True' }] })
  test.each([
    ['Complete', {}, condition('Complete')],
    ['Failed', {}, condition('Failed')],
    ['Suspended', { suspend: true }, {}],
    ['Progressing', {}, { active: 1 }],
  ])('is %s', (status, spec, state) => {
    expect(statusOf(of('Job', spec, state))).toBe(status)
  })

  test('is Degraded where the last Job that ended failed', () => {
    const job = (name: string, type: string, at: string) => ({
      ...of('Job', {}, condition(type)),
      metadata: {
        ...{ namespace: 'a', name, creationTimestamp: at },
        ownerReferences: [{ kind: 'CronJob', name: 'w', uid: 'u', controller: true }],
      },
    })
    const cron = of('CronJob', { schedule: '* * * * *' }, {})
    const state = (...jobs: object[]) =>
      summariesOf(cron, ...jobs).find(({ kind }) => kind === 'CronJob')?.status
    expect(state(job('1', 'Complete', old), job('2', 'Failed', recent))).toBe('Degraded')
    expect(state(job('1', 'Failed', old), job('2', 'Complete', recent))).toBe('Available')
  })
})

test('ReplicaSets are shown only where nothing controls them, and images once', () => {
  const owned = { ownerReferences: [{ kind: 'Deployment', name: 'd', uid: 'd', controller: true }] }
  const template = {
    spec: {
      containers: [
        { name: 'a', image: 'x' },
        { name: 'b', image: 'x' },
      ],
      initContainers: [{ name: 'i', image: 'y' }],
    },
  }
  const bare = of(
    'ReplicaSet',
    { replicas: 1, template },
    { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
  )
  expect(summariesOf(of('ReplicaSet', {}, {}, { ...owned, name: 'r' }), bare)).toMatchObject([
    { name: 'w', images: ['x', 'y'], status: 'Available' },
  ])
})
