import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import type { TenantId } from '@aiops/contract/model/tenant'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import { snapshotOf } from '../snapshot.ts'
import { analyze, findingId } from './analyze.ts'
import { healthyAt, healthyCluster } from './healthy.suite.ts'
import { type Rule, refOf } from './rule.ts'
import { rules } from './rules.ts'
import {
  ago,
  at,
  condition,
  deployment,
  event,
  node,
  ownedBy,
  pending,
  pod,
  replicaSet,
  running,
  unready,
} from './workload/object.suite.ts'

const cluster = { tenant: 'acme' as TenantId, id: 'c1', name: 'one' }
const view = (...objects: readonly object[]) => snapshotOf(objects, { timeMs: Date.parse(at) })

const dead = {
  readyReplicas: 0,
  availableReplicas: 0,
  conditions: [
    condition('Available', 'False', 20),
    condition('Progressing', 'True', 500, 'NewReplicaSetAvailable'),
  ],
}
const ofSet = (
  name: string,
  more: { spec?: Record<string, unknown>; status?: Record<string, unknown> } = {},
) => pod({ name, metadata: ownedBy('ReplicaSet', 'web-5d'), ...more })
const claim = {
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop', uid: 'c', creationTimestamp: ago(300) },
  spec: { storageClassName: 'gone' },
  status: { phase: 'Pending' },
}

describe('the first cause is the deepest explanation', () => {
  test('of a Deployment: the claim that its pod waits for', async () => {
    const message = '0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.'
    const waiting = ofSet('web-1', {
      spec: {
        nodeName: undefined,
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      },
      status: {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [condition('PodScheduled', 'False', 20, 'Unschedulable', message)],
      },
    })
    const { findings } = await analyze(
      view(deployment({ status: dead }), replicaSet(), waiting, claim),
      cluster,
      rules,
    )
    const web = findings.find(({ rule }) => rule === 'deployment-unavailable')
    expect(web?.causes[0]?.object).toEqual({ kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' })
    expect(web?.causes.map(({ object }) => object.kind)).toContain('Pod')
    // The pod keeps its own entry, and names the claim too.
    const unscheduled = findings.find(({ rule }) => rule === 'pod-unschedulable')
    expect(unscheduled?.parent).toEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' })
    expect(unscheduled?.causes[0]?.object.name).toBe('data')
  })

  test('of many pods alike only one is named, with how many more there are', async () => {
    const bad = (name: string) => ({
      ...pending('ImagePullBackOff', 'not found'),
      metadata: { ...(ofSet(name).metadata as object) },
    })
    const { findings } = await analyze(
      view(deployment({ status: dead }), replicaSet(), bad('web-1'), bad('web-2'), bad('web-3')),
      cluster,
      rules,
    )
    const causes = findings.find(({ rule }) => rule === 'deployment-unavailable')?.causes ?? []
    expect(causes.filter(({ rule }) => rule === 'pod-image-pull')).toHaveLength(1)
    expect(causes[0]?.text).toContain('(2 more alike)')
  })

  test('a fault of the node does not explain an image that is not there', async () => {
    const bad = {
      ...pending('ImagePullBackOff', 'manifest unknown'),
      metadata: { ...(ofSet('web-1').metadata as object) },
    }
    const { findings } = await analyze(view(bad, node('node-1', 'Unknown')), cluster, rules)
    expect(findings.find(({ rule }) => rule === 'pod-image-pull')?.causes).toEqual([])
    expect(findings.some(({ rule }) => rule.startsWith('node-'))).toBe(true)
  })

  test('a rollout shortly before comes first where the fault is within the workload', async () => {
    const change = (minutes: number): ObjectChange => ({
      at: ago(minutes),
      type: 'CHANGED',
      object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      owner: null,
      summary: 'image shop:1.2 → shop:1.3',
      kind: 'ROLLOUT',
      fields: [],
    })
    const sick = ofSet('web-1', {
      status: { conditions: unready(18), containerStatuses: [running({ ready: false })] },
    })
    const state = view(deployment({ status: dead }), replicaSet(), sick)
    const causesWith = async (minutes: number) =>
      (await analyze(state, cluster, rules, { changes: [change(minutes)] })).findings.find(
        ({ rule }) => rule === 'deployment-unavailable',
      )?.causes
    const near = await causesWith(25)
    expect(near?.[0]).toMatchObject({
      rule: null,
      relation: 'changed before',
      object: { kind: 'Deployment' },
    })
    expect(near?.[0]?.text).toContain('shop:1.3')
    expect((await causesWith(120))?.map(({ relation }) => relation)).not.toContain('changed before')
    // What came after it is no reason of it.
    expect((await causesWith(5))?.map(({ relation }) => relation)).not.toContain('changed before')
  })
})

test('without a past the sets of a Deployment tell of its last rollout', async () => {
  const set = (name: string, minutes: number, replicas: number, image: string) => ({
    ...replicaSet({ spec: { replicas, template: { spec: { containers: [{ name: 'app', image }] } } } }),
    metadata: {
      ...(replicaSet().metadata as object),
      name,
      uid: `uid-${name}`,
      creationTimestamp: ago(minutes),
    },
  })
  const sick = pod({
    metadata: ownedBy('ReplicaSet', 'web-6e'),
    status: { conditions: unready(18), containerStatuses: [running({ ready: false })] },
  })
  const state = view(
    deployment({ status: dead }),
    set('web-5d', 900, 0, 'shop:1.2'),
    set('web-6e', 22, 2, 'shop:1.3'),
    sick,
  )
  const { findings } = await analyze(state, cluster, rules)
  const [first] = findings.find(({ rule }) => rule === 'pod-not-ready')?.causes ?? []
  expect(first).toMatchObject({ object: { kind: 'Deployment', name: 'web' }, relation: 'changed before' })
  expect(first?.text).toContain('shop:1.2 → shop:1.3')
})

describe('findings', () => {
  const crash = pending('ImagePullBackOff', 'manifest unknown')

  test('are the same, in the same order, whenever the same state is looked at', async () => {
    const objects = [
      crash,
      deployment({ status: dead }),
      event('Pod', 'web-1', 'Failed', 'Failed to pull image'),
    ]
    const first = await analyze(view(...objects), cluster, rules)
    const second = await analyze(view(...objects.toReversed()), cluster, rules)
    expect(first.findings.length).toBeGreaterThan(1)
    expect(second).toEqual(first)
  })

  test('have an id that tells clusters and tenants apart', () => {
    const seen = { object: { kind: 'Pod', namespace: 'shop', name: 'web-1' } }
    const ids = [
      findingId(cluster, 'a', seen),
      findingId({ ...cluster, id: 'c2' }, 'a', seen),
      findingId({ ...cluster, tenant: 'other' as TenantId }, 'a', seen),
      findingId(cluster, 'b', seen),
      findingId(cluster, 'a', { ...seen, discriminator: 'app' }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    expect(findingId(cluster, 'a', seen)).toBe(ids[0])
  })

  test('are those of one namespace where it is asked for', async () => {
    expect((await analyze(view(crash), cluster, rules, { namespace: 'shop' })).findings).not.toEqual([])
    expect((await analyze(view(crash), cluster, rules, { namespace: 'other' })).findings).toEqual([])
  })

  test('carry no character that steers a terminal', async () => {
    const nasty = pending('ImagePullBackOff', 'not found\u001b[2J\u0007\n\u0000')
    const { findings } = await analyze(view(nasty), cluster, rules)
    const texts = findings
      .flatMap(({ title, evidence }) => [title, ...evidence.map(({ text }) => text)])
      .join('')
    expect([...texts].filter((char) => char.charCodeAt(0) < 32)).toEqual([])
  })
})

const rule = (id: string, check: Rule['check'], more: Partial<Rule> = {}): Rule => ({
  ...{ id, analyzer: 'Test', kind: 'Pod', severity: 'LOW', condition: 'c', not_when: 'n', needs: ['Pod'] },
  ...{ documentation_url: 'https://kubernetes.io/', alert_name: null },
  ...more,
  check,
})
const sees = (name: string) => ({
  object: { kind: 'Pod', namespace: 'shop', name },
  title: 't',
  sinceMs: undefined,
  evidence: [],
  remediation: [],
})

describe('a rule that', () => {
  test('throws is named, keeps what it found, and hinders no other', async () => {
    const broken = rule('broken', function* () {
      yield sees('web-1')
      throw new Error('odd data')
    })
    const { findings, failed } = await analyze(view(pod()), cluster, [
      broken,
      rule('fine', () => [sees('web-2')]),
    ])
    expect(failed).toEqual([{ rule: 'broken', message: 'odd data' }])
    expect(findings.map(({ object }) => object.name).sort()).toEqual(['web-1', 'web-2'])
  })

  test('finds without end is cut, and that is said', async () => {
    const endless = rule('endless', function* () {
      for (let i = 0; ; i += 1) yield sees(`web-${i}`)
    })
    const { findings, cut } = await analyze(view(pod()), cluster, [endless])
    expect(findings).toHaveLength(1_000)
    expect(cut[0]).toMatchObject({ rule: 'endless' })
  })

  test('needs what is not known is not asked', async () => {
    const blind = snapshotOf([pod()], { unknown: ['Node'] })
    const asked = rule('asked', () => [sees('web-1')], { needs: ['Pod', 'Node'] })
    expect(await analyze(blind, cluster, [asked])).toMatchObject({ findings: [], unknown: ['Node'] })
  })
})

test('others run while a large cluster is looked at', async () => {
  const large = snapshotOf(healthyCluster(2_000), { timeMs: Date.parse(healthyAt) })
  let ran = 0
  const timer = setInterval(() => {
    ran += 1
  }, 0)
  const turn = new Turn(systemClock, 1)
  await analyze(large, cluster, rules, { turn })
  clearInterval(timer)
  expect(ran).toBeGreaterThan(0)
})

test('an owner that owns itself ends nowhere', async () => {
  const loop = {
    ...pending('ImagePullBackOff', 'not found'),
    metadata: { ...(pod().metadata as object), ...ownedBy('Pod', 'web-1') },
  }
  const { findings } = await analyze(view(loop), cluster, rules)
  expect(findings.map(({ object }) => refOf('Pod', { metadata: object } as never).name)).toContain('web-1')
})
