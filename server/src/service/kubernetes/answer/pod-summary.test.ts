import { PodSummary } from '@aiops/contract/model/kubernetes'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { type PodSelection, podSummaries } from './pod-summary.ts'

type Container = { name: string; restartPolicy?: string }
const c = (name: string, more: object = {}): Container => ({ name, ...more })
const waiting = (reason: string) => ({ waiting: { reason } })
const ended = (exitCode: number, reason = '', signal = 0) => ({ terminated: { exitCode, reason, signal } })
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } }
const is = (name: string, state: object, more: object = {}) => ({ name, state, ...more })
const readyCondition = { conditions: [{ type: 'Ready', status: 'True' }] }

type Shape = { init?: Container[]; main?: Container[]; meta?: object; spec?: object; status: object }
const pod = ({ init = [], main = [c('m')], meta, spec, status }: Shape) => ({
  kind: 'Pod',
  metadata: { namespace: 'a', name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', ...meta },
  spec: { initContainers: init, containers: main, ...spec },
  status,
})
function summaryOf(shape: Shape, others: object[] = []) {
  const [summary] = atOnce(podSummaries(snapshotOf([pod(shape), ...others])))
  return PodSummary.parse(summary)
}
const deleted = { deletionTimestamp: '2026-01-01T00:01:00Z' }

const shapes: [status: string, ready: string, shape: Shape][] = [
  [
    'Running',
    '1/1',
    { status: { phase: 'Running', containerStatuses: [is('m', running, { ready: true })] } },
  ],
  ['Pending', '0/1', { status: { phase: 'Pending' } }],
  ['Unknown', '0/1', { status: {} }],
  [
    'ContainerCreating',
    '0/1',
    { status: { phase: 'Pending', containerStatuses: [is('m', waiting('ContainerCreating'))] } },
  ],
  [
    'CrashLoopBackOff',
    '0/1',
    { status: { phase: 'Running', containerStatuses: [is('m', waiting('CrashLoopBackOff'))] } },
  ],
  [
    'OOMKilled',
    '0/1',
    { status: { phase: 'Running', containerStatuses: [is('m', ended(137, 'OOMKilled'))] } },
  ],
  ['ExitCode:3', '0/1', { status: { phase: 'Failed', containerStatuses: [is('m', ended(3))] } }],
  ['Signal:9', '0/1', { status: { phase: 'Failed', containerStatuses: [is('m', ended(137, '', 9))] } }],
  [
    'Completed',
    '0/1',
    { status: { phase: 'Succeeded', containerStatuses: [is('m', ended(0, 'Completed'))] } },
  ],
  ['Evicted', '0/1', { status: { phase: 'Failed', reason: 'Evicted' } }],
  ['NodeLost', '0/1', { status: { phase: 'Running', reason: 'NodeLost' } }],
  ['Unknown', '0/1', { meta: deleted, status: { phase: 'Running', reason: 'NodeLost' } }],
  [
    'Terminating',
    '1/1',
    { meta: deleted, status: { phase: 'Running', containerStatuses: [is('m', running, { ready: true })] } },
  ],
  [
    'Completed',
    '0/1',
    { meta: deleted, status: { phase: 'Succeeded', containerStatuses: [is('m', ended(0, 'Completed'))] } },
  ],
  [
    'SchedulingGated',
    '0/1',
    {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
    },
  ],
  [
    'Init:1/2',
    '0/1',
    {
      init: [c('i'), c('j')],
      status: { phase: 'Pending', initContainerStatuses: [is('i', ended(0)), is('j', running)] },
    },
  ],
  [
    'Init:0/1',
    '0/1',
    {
      init: [c('i')],
      status: { phase: 'Pending', initContainerStatuses: [is('i', waiting('PodInitializing'))] },
    },
  ],
  [
    'Init:CrashLoopBackOff',
    '0/1',
    {
      init: [c('i')],
      status: { phase: 'Pending', initContainerStatuses: [is('i', waiting('CrashLoopBackOff'))] },
    },
  ],
  [
    'Init:Error',
    '0/1',
    { init: [c('i')], status: { phase: 'Pending', initContainerStatuses: [is('i', ended(1, 'Error'))] } },
  ],
  [
    'Init:ExitCode:2',
    '0/1',
    { init: [c('i')], status: { phase: 'Pending', initContainerStatuses: [is('i', ended(2))] } },
  ],
  [
    'PodInitializing',
    '1/2',
    {
      init: [c('s', { restartPolicy: 'Always' })],
      status: {
        phase: 'Pending',
        initContainerStatuses: [is('s', running, { started: true, ready: true })],
        containerStatuses: [is('m', waiting('PodInitializing'))],
      },
    },
  ],
  [
    'Running',
    '2/2',
    {
      init: [c('s', { restartPolicy: 'Always' })],
      status: {
        phase: 'Running',
        initContainerStatuses: [is('s', running, { started: true, ready: true, restartCount: 2 })],
        containerStatuses: [is('m', running, { ready: true, restartCount: 1 })],
      },
    },
  ],
  [
    'Running',
    '1/2',
    {
      main: [c('m'), c('n')],
      status: {
        phase: 'Running',
        ...readyCondition,
        containerStatuses: [is('m', ended(0, 'Completed')), is('n', running, { ready: true })],
      },
    },
  ],
  [
    'NotReady',
    '1/2',
    {
      main: [c('m'), c('n')],
      status: {
        phase: 'Running',
        containerStatuses: [is('m', ended(0, 'Completed')), is('n', running, { ready: true })],
      },
    },
  ],
]

describe('the status of a pod is what kubectl prints', () => {
  test.each(shapes)('%s %s', (status, ready, shape) => {
    const summary = summaryOf(shape)
    expect([summary.status, `${summary.ready}/${summary.total}`]).toEqual([status, ready])
  })
})

describe('a pod', () => {
  test('counts restarts of init containers and sidecars too', () => {
    const { restarts, containers } = summaryOf({
      init: [c('i'), c('s', { restartPolicy: 'Always' })],
      status: {
        phase: 'Running',
        initContainerStatuses: [
          is('i', ended(0), { restartCount: 3 }),
          is('s', running, { restartCount: 2 }),
        ],
        containerStatuses: [is('m', running, { restartCount: 1, lastState: ended(137, 'OOMKilled') })],
      },
    })
    expect(restarts).toBe(6)
    expect(containers.map(({ kind }) => kind)).toEqual(['INIT', 'SIDECAR', 'MAIN'])
    expect(containers[2]).toMatchObject({ state: 'Running', last_exit: { code: 137, reason: 'OOMKilled' } })
  })

  test('belongs to its farthest owner, and to one that is gone by name', () => {
    const by = (kind: string, name: string, uid: string) => ({
      ownerReferences: [{ kind, name, uid, controller: true }],
    })
    const set = (uid: string) => ({
      kind: 'ReplicaSet',
      metadata: { namespace: 'a', name: 'web-1', uid, ...by('Deployment', 'web', 'd') },
    })
    const shape = { meta: by('ReplicaSet', 'web-1', 'r'), status: {} }
    expect(summaryOf(shape, [set('r')]).owner).toEqual({ kind: 'Deployment', namespace: 'a', name: 'web' })
    expect(summaryOf(shape, [set('other')]).owner?.kind).toBe('ReplicaSet')
    expect(summaryOf({ meta: by('Node', 'n1', 'n'), status: {} }).owner).toEqual({
      ...{ kind: 'Node', namespace: '', name: 'n1' },
    })
    expect(summaryOf({ status: {} }).owner).toBeNull()
  })

  test('is found by each part of a selection', () => {
    const objects = [
      pod({ spec: { nodeName: 'n1' }, status: { phase: 'Running', ...readyCondition } }),
      { ...pod({ status: { phase: 'Failed' } }), metadata: { namespace: 'b', name: 'broken' } },
    ]
    const view = snapshotOf(objects)
    const names = (selection: PodSelection) => atOnce(podSummaries(view, selection)).map(({ name }) => name)
    expect(names({})).toEqual(['p', 'broken'])
    expect(names({ namespace: 'b' })).toEqual(['broken'])
    expect(names({ phase: 'Failed' })).toEqual(['broken'])
    expect(names({ node: 'n1' })).toEqual(['p'])
    expect(names({ node: 'n1', namespace: 'b' })).toEqual([])
    expect(names({ search: 'rok' })).toEqual(['broken'])
    expect(names({ problems: true })).toEqual(['broken'])
    expect(names({ owner: 'x' })).toEqual([])
  })
})
