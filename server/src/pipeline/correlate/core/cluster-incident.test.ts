import type { Alert } from '@aiops/contract/model/alert'
import { entityOf } from '@aiops/contract/model/entity'
import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { createKnowledge, KnowledgeConfig, type KnowledgeDeps } from '../../../service/knowledge/index.ts'
import { CorrelateConfig } from '../config.ts'
import { clusterTopology } from './cluster-topology.suite.ts'
import { createCore, step } from './correlate-core.ts'
import { settingsOf } from './settings.ts'
import { signalOfAlert } from './signal.ts'

const startMs = Date.UTC(2026, 0, 1)
type Labels = Record<string, string>
const inShop = { cluster: 'east', namespace: 'shop' }

let count = 0
function alertAt(second: number, name: string, labels: Labels): Alert {
  count += 1
  const at = new Date(startMs + second * 1_000).toISOString()
  const entity = entityOf(labels)
  return {
    ...{ id: `a${count}`, tenant_id: 'default', fingerprint: `f${count}`, source: 'test', name, message: '' },
    ...{ severity: 'HIGH', status: 'FIRING', labels, annotations: {}, starts_at: at, ends_at: null },
    ...{ received_at: at, incident_id: null },
    ...(entity === undefined ? {} : { entity }),
  }
}

/** Incident of each alert, and the entities of each incident, in the cluster as the knowledge service holds it. */
async function correlated(alerts: readonly Alert[], topology = clusterTopology()) {
  const clock = new ManualClock(startMs)
  const knowledge = createKnowledge(
    { clock, metrics: createMetrics(), log: silentLog, tenants: ['default'] } as unknown as KnowledgeDeps,
    KnowledgeConfig.parse({}),
  )
  await knowledge.mirror('default', 'kubernetes:east', topology)
  let incidents = 0
  const core = createCore({
    tenant: 'default',
    settings: settingsOf(CorrelateConfig.parse({})),
    newId() {
      incidents += 1
      return `i${incidents}`
    },
    topology: {
      neighbourhood: (entity, depth) => knowledge.neighbourhood('default', entity, depth),
      dependencies: (entity) => knowledge.dependencies('default', entity),
      dependents: (entity) => knowledge.dependents('default', entity),
    },
  })
  for (const alert of alerts)
    step(core, { type: 'SIGNAL', nowMs: Date.parse(alert.received_at), signal: signalOfAlert(alert) })
  return alerts.map(({ id }) => {
    const { group, entity } = core.groups.members.get(id)!
    return { incident: group.id, entity }
  })
}
const incidentsOf = async (alerts: readonly Alert[]): Promise<string[]> =>
  (await correlated(alerts)).map(({ incident }) => incident)

it('a crash loop of a pod, its Deployment and errors of the service that it makes are one incident', async () => {
  const found = await correlated([
    alertAt(0, 'KubePodCrashLooping', {
      ...inShop,
      pod: 'cart-6d-a',
      deployment: 'cart',
      rule: 'pod-crash-loop',
    }),
    alertAt(50, 'KubeDeploymentReplicasMismatch', { ...inShop, deployment: 'cart' }),
    alertAt(80, 'HighErrorRate', { 'service.name': 'cart' }),
    alertAt(95, 'SlowAnswers', { 'service.name': 'front' }),
  ])
  expect(new Set(found.map(({ incident }) => incident)).size).toBe(1)
  expect(found.map(({ entity }) => entity)).toEqual([
    'pod/cart-6d-a',
    'workload/east/shop/Deployment/cart',
    'service/cart',
    'service/front',
  ])
})

it('whichever comes first', async () => {
  const alerts = (order: readonly number[]): Alert[] => {
    const about: [string, Labels][] = [
      ['KubeDeploymentReplicasMismatch', { ...inShop, deployment: 'cart' }],
      ['HighErrorRate', { service: 'cart' }],
    ]
    return order.map((which, at) => alertAt(at * 60, ...about[which]!))
  }
  for (const order of [
    [0, 1],
    [1, 0],
  ])
    expect(new Set(await incidentsOf(alerts(order))).size).toBe(1)
})

it('what kube-state-metrics says is about the object and not about kube-state-metrics', async () => {
  const speaker = {
    job: 'kube-state-metrics',
    service: 'kube-prometheus-kube-state-metrics',
    instance: '10.0.0.9:8080',
  }
  const found = await correlated([
    alertAt(0, 'KubePodCrashLooping', { ...inShop, ...speaker, pod: 'cart-6d-b' }),
    alertAt(20, 'KubePodCrashLooping', { ...speaker, cluster: 'east', namespace: 'post', pod: 'mail-1' }),
    alertAt(30, 'HighErrorRate', { 'service.name': 'cart' }),
  ])
  expect(found[0]?.entity).toBe('pod/cart-6d-b')
  expect(found[2]?.incident).toBe(found[0]?.incident)
  expect(found[1]?.incident).not.toBe(found[0]?.incident)
})

it('a node that is down draws in what runs on it', async () => {
  const [node, cart, mail, ads] = await incidentsOf([
    alertAt(0, 'KubeNodeNotReady', { cluster: 'east', node: 'n1' }),
    alertAt(30, 'KubePodNotReady', { ...inShop, pod: 'cart-6d-a' }),
    alertAt(35, 'KubePodNotReady', { cluster: 'east', namespace: 'post', pod: 'mail-1' }),
    alertAt(40, 'KubePodNotReady', { ...inShop, pod: 'ads-1' }),
  ])
  expect([cart, mail]).toEqual([node, node])
  expect(ads).not.toBe(node)
})

it('things of one namespace, or nodes of one cluster, are no nearer for that', async () => {
  const one = await incidentsOf([
    alertAt(0, 'KubeDeploymentReplicasMismatch', { ...inShop, deployment: 'cart' }),
    alertAt(5, 'KubeHpaMaxedOut', { ...inShop, deployment: 'ads' }),
  ])
  expect(new Set(one).size).toBe(2)
  const nodes = await incidentsOf([
    alertAt(0, 'KubeNodeNotReady', { cluster: 'east', node: 'n1' }),
    alertAt(5, 'NodeDiskFull', { cluster: 'east', node: 'n4' }),
  ])
  expect(new Set(nodes).size).toBe(2)
})

it('a name that two clusters have is placed by cluster and namespace, where the topology tells them apart', async () => {
  const topology = clusterTopology()
  const maker = 'workload/east/shop/StatefulSet/db'
  for (const id of ['pod/east/shop/db-0', 'pod/west/shop/db-0', maker])
    topology.entities.push({ id, labels: {} })
  topology.edges.push({ source: maker, target: 'pod/east/shop/db-0', type: 'OWNS' })
  const found = await correlated(
    [
      alertAt(0, 'KubePodCrashLooping', { ...inShop, pod: 'db-0' }),
      alertAt(10, 'KubePodCrashLooping', { cluster: 'west', namespace: 'shop', pod: 'db-0' }),
      alertAt(20, 'KubeStatefulSetReplicasMismatch', { ...inShop, statefulset: 'db' }),
    ],
    topology,
  )
  expect(found.map(({ entity }) => entity)).toEqual(['pod/east/shop/db-0', 'pod/west/shop/db-0', maker])
  expect(found[2]?.incident).toBe(found[0]?.incident)
})
