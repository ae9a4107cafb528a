import type { Change } from '@aiops/contract/model/change'
import type { EntityId } from '@aiops/contract/model/entity'
import type { Finding } from '@aiops/contract/model/finding'
import type { TopologyInput } from '@aiops/contract/model/topology'
import { expect, test } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { ChangeFilter } from '../../port/change-repository.ts'
import { createKnowledge, KnowledgeConfig, type KnowledgeDeps } from '../../service/knowledge/index.ts'
import { ExplainConfig } from './config.ts'
import { gatherKnown } from './gather-known.ts'
import type { ExplainDeps } from './index.ts'

const nowMs = Date.UTC(2026, 0, 1)
const at = (second: number): string => new Date(nowMs + second * 1_000).toISOString()
const maker = 'workload/east/shop/Deployment/cart'
const links: [EntityId, 'OWNS' | 'RUNS_ON' | 'DEPENDS' | 'CALLS', EntityId][] = [
  ['cluster/east', 'OWNS', 'node/n1'],
  ['namespace/east/shop', 'OWNS', maker],
  [maker, 'OWNS', 'pod/cart-1'],
  ['pod/cart-1', 'RUNS_ON', 'node/n1'],
  ['service/cart', 'DEPENDS', 'pod/cart-1'],
  ['service/cart', 'DEPENDS', maker],
  ['service/a-headless', 'DEPENDS', 'pod/cart-1'],
  ['service/front', 'CALLS', 'service/cart'],
  ['workload/east/post/Deployment/mail', 'OWNS', 'pod/mail-1'],
]
const near = ['service/front', 'service/cart', 'service/a-headless', 'pod/cart-1', maker, 'node/n1']

const finding = (kind: string, name: string, more: Partial<Finding> = {}): Finding => ({
  ...{ id: `${kind} ${name}`, tenant_id: 'default', cluster_id: 'c-1', cluster_name: 'east' },
  ...{ area: 'KUBERNETES', analyzer: 'pod', rule: 'pod-crash-loop', severity: 'HIGH', title: 'It crashes.' },
  ...{ object: { kind, namespace: kind === 'Node' ? '' : 'shop', name }, parent: null, since: at(-30) },
  ...{ found_at: at(-20), evidence: [], causes: [], remediation: [], alert_name: null },
  documentation_url: 'https://kubernetes.io/docs/',
  ...more,
})
const change = (entities: EntityId[], more: Partial<Change> = {}): Change => ({
  ...{ id: entities.join(), tenant_id: 'default', at: at(-60), kind: 'ROLLOUT', source: 'API', entities },
  ...{ object: null, summary: 'cart 2', fields: [] },
  ...more,
})

async function gathered(findings: Finding[], changes: Change[] = [], topology = links) {
  const asked: ChangeFilter[] = []
  const knowledge = createKnowledge(
    {
      ...{ clock: new ManualClock(nowMs), metrics: createMetrics(), log: silentLog, tenants: ['default'] },
      changes: {
        async list(_tenant: string, filter: ChangeFilter) {
          asked.push(filter)
          return { changes, total: changes.length }
        },
      },
    } as unknown as KnowledgeDeps,
    KnowledgeConfig.parse({}),
  )
  const input: TopologyInput = {
    entities: [...new Set(topology.flatMap(([from, , to]) => [from, to]))].map((id) => ({ id, labels: {} })),
    edges: topology.map(([source, type, target]) => ({ source, target, type })),
  }
  await knowledge.mirror('default', 'kubernetes:east', input)
  const known = await gatherKnown(
    { knowledge, findings: () => findings } as unknown as ExplainDeps,
    ExplainConfig.parse({}),
    {
      tenant: 'default',
      entities: near,
      measured: new Set(['service/cart']),
      affected: new Set(['pod/cart-1']),
    },
    ...[nowMs, nowMs + 60_000],
  )
  return { ...known, asked }
}

test('a finding at a pod or workload is at home at the service that telemetry knows them by', async () => {
  const { findings } = await gathered([
    finding('Pod', 'cart-1'),
    finding('Deployment', 'cart', { rule: 'deployment-unavailable' }),
    finding('Node', 'n1', { rule: 'node-not-ready' }),
  ])
  expect(findings.map(({ entity, rule, object, isNoticed }) => [entity, rule, object, isNoticed])).toEqual([
    ['service/cart', 'pod-crash-loop', 'Pod shop/cart-1 of cluster east', true],
    ['service/cart', 'deployment-unavailable', 'Deployment shop/cart of cluster east', false],
    ['node/n1', 'node-not-ready', 'Node n1 of cluster east', false],
  ])
})

test('a claim is at home where a finding names it as its reason, and what the analyzer blames is kept', async () => {
  const claim = { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }
  const because = (object: Finding['object']): Finding['causes'] => [
    { object, rule: 'x', text: '', relation: 'mounts' },
  ]
  const { findings } = await gathered([
    finding('PersistentVolumeClaim', 'data', { rule: 'pvc-pending' }),
    finding('Pod', 'cart-1', { rule: 'pod-unschedulable', causes: because(claim) }),
    finding('Pod', 'cart-1', { causes: because({ kind: 'Node', namespace: '', name: 'n1' }) }),
  ])
  expect(findings.map(({ entity, rule, explainedBy }) => [entity, rule, explainedBy])).toEqual([
    ['service/cart', 'pvc-pending', []],
    ['service/cart', 'pod-unschedulable', []],
    ['service/cart', 'pod-crash-loop', ['node/n1']],
  ])
})

test('what is elsewhere, or began after the time that is looked at, is left out', async () => {
  const { findings, recorded } = await gathered(
    [
      finding('Pod', 'mail-1', { object: { kind: 'Pod', namespace: 'post', name: 'mail-1' } }),
      finding('PersistentVolumeClaim', 'alone'),
      finding('Pod', 'cart-1', {
        cluster_name: 'west',
        object: { kind: 'Pod', namespace: 'shop', name: 'x' },
      }),
      finding('Pod', 'cart-1', { since: at(3_600) }),
    ],
    [change(['service/elsewhere'])],
  )
  expect(findings).toEqual([])
  expect(recorded).toEqual([])
})

test('a change counts in full for what it is about, in part for what stands on that', async () => {
  const { recorded, asked } = await gathered(
    [],
    [
      change([maker], { source: 'KUBERNETES', cluster_id: 'c-1', actor: 'ci' }),
      change(['node/n1'], { kind: 'LIFECYCLE' }),
      change(['namespace/east/shop'], { kind: 'OTHER' }),
    ],
  )
  expect(recorded.map(({ entity, about, share, source }) => [entity, about, share, source])).toEqual([
    ['service/cart', maker, 1, 'cluster east'],
    ['node/n1', 'node/n1', 1, 'the API'],
    ['service/cart', 'node/n1', 0.4, 'the API'],
    ['service/cart', 'namespace/east/shop', 0.25, 'the API'],
  ])
  expect(asked[0]).toMatchObject({ startMs: nowMs - 3_600_000, endMs: nowMs + 60_000, limit: 300 })
  expect(asked[0]?.entities).toEqual(
    expect.arrayContaining(['service/front', maker, 'node/n1', 'namespace/east/shop', 'cluster/east']),
  )
})
