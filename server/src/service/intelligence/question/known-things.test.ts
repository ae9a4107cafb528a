import type { Client } from '@aiops/contract/client'
import type { Entity } from '@aiops/contract/model/topology'
import { expect, test } from 'vitest'
import { clusterOf, fleetOf, podOf, podsOf } from '../tool/inside.suite.ts'
import { findPods, looksLikePod } from './find-pods.ts'
import { createKnownThings, knownThings } from './known-things.ts'

const entity = (id: string, labels: Record<string, string> = {}): Entity => ({
  ...{ id, kind: id.split('/')[0] as Entity['kind'], name: id.slice(id.indexOf('/') + 1), labels },
  ...{ first_seen: '2026-03-02T14:00:00Z', last_seen: '2026-03-02T14:00:00Z', health: 'HEALTHY' },
})

const nothing = {
  getTopology: async () => ({ entities: [], edges: [] }),
  listIncidents: async () => ({ incidents: [], total: 0, limit: 200, offset: 0 }),
  listAlerts: async () => ({ alerts: [], total: 0, by_severity: {} }),
  listAlertHistory: async () => ({ alerts: [], total: 0 }),
  listRunbooks: async () => ({ runbooks: [], problems: [] }),
  listSilences: async () => ({ silences: [], total: 0 }),
  listChanges: async () => ({ items: [], total: 0, page: 1, page_size: 200, total_pages: 1 }),
  listLabelValues: async () => ({ values: [] }),
  listMetricMetadata: async () => ({ metadata: {} }),
}
const clientWith = (operations: object): Client =>
  ({ ...fleetOf(clusterOf('east'), clusterOf('west')), ...nothing, ...operations }) as unknown as Client
const topologyOf = (...entities: Entity[]) => ({ getTopology: async () => ({ entities, edges: [] }) })
const named = async (operations: object) =>
  (await knownThings(clientWith(operations))).filter(({ kind }) => kind !== 'CLUSTER')

test('clusters, entities, alerts, incidents, runbooks, metrics and teams are known by name; pods are not', async () => {
  const things = await knownThings(
    clientWith({
      ...topologyOf(entity('node/n1', { cluster: 'east', team: 'blue' }), entity('pod/a-0', { team: 'red' })),
      listIncidents: async () => ({ incidents: [{ id: 'i1', number: 12 }] }),
      listAlerts: async () => ({ alerts: [{ name: 'HighLatency', labels: {} }] }),
      listRunbooks: async () => ({ runbooks: [{ id: 'restart', name: 'Restart it' }] }),
      listLabelValues: async () => ({ values: ['http_requests_total'] }),
    }),
  )
  expect(things).toEqual([
    { kind: 'CLUSTER', name: 'east', id: 'id-east', cluster_id: 'id-east' },
    { kind: 'CLUSTER', name: 'west', id: 'id-west', cluster_id: 'id-west' },
    { kind: 'NODE', name: 'n1', id: 'node/n1', cluster_id: 'id-east' },
    { kind: 'PERSON', name: 'blue', id: 'blue' },
    { kind: 'INCIDENT', name: 'INC-12', id: 'i1', aliases: ['#12', 'incident 12'] },
    { kind: 'ALERT', name: 'HighLatency', id: 'HighLatency' },
    { kind: 'RUNBOOK', name: 'restart', id: 'restart', aliases: ['Restart it'] },
    { kind: 'METRIC', name: 'http_requests_total', id: 'http_requests_total' },
  ])
})

test('a namespace of several clusters is one thing, nodes of one name stay apart', async () => {
  const things = await named(
    topologyOf(
      ...[
        entity('namespace/east/shop', { cluster: 'east' }),
        entity('namespace/west/shop', { cluster: 'west' }),
      ],
      ...[entity('node/east/n1', { cluster: 'east' }), entity('node/west/n1', { cluster: 'west' })],
    ),
  )
  expect(things).toEqual([
    { kind: 'NAMESPACE', name: 'shop', id: 'namespace/east/shop', namespace: 'shop' },
    { kind: 'NODE', name: 'n1', id: 'node/east/n1', cluster_id: 'id-east' },
    { kind: 'NODE', name: 'n1', id: 'node/west/n1', cluster_id: 'id-west' },
  ])
})

test('a service and the workload behind it are one thing, as are its namesakes in clusters', async () => {
  const place = { cluster: 'east', namespace: 'shop' }
  const things = await named(
    topologyOf(
      entity('service/cart'),
      entity('service/east/shop/cart', place),
      entity('service/west/shop/cart', { ...place, cluster: 'west' }),
      entity('workload/east/shop/Deployment/cart', { ...place, kind: 'Deployment' }),
      entity('workload/east/shop/Deployment/solo', { ...place, kind: 'Deployment' }),
    ),
  )
  expect(things).toEqual([
    { kind: 'SERVICE', name: 'cart', id: 'service/cart', namespace: 'shop', workload_kind: 'Deployment' },
    {
      ...{ kind: 'WORKLOAD', name: 'solo', id: 'workload/east/shop/Deployment/solo' },
      ...{ cluster_id: 'id-east', namespace: 'shop', workload_kind: 'Deployment' },
    },
  ])
})

test('a service that several clusters run is in none of them alone, whichever told of it last', async () => {
  const things = await named(
    topologyOf(
      entity('service/cart', { cluster: 'west', namespace: 'shop' }),
      ...['east', 'west'].map((cluster) =>
        entity(`workload/${cluster}/shop/Deployment/cart`, {
          cluster,
          namespace: 'shop',
          kind: 'Deployment',
        }),
      ),
    ),
  )
  expect(things).toEqual([
    { kind: 'SERVICE', name: 'cart', id: 'service/cart', namespace: 'shop', workload_kind: 'Deployment' },
  ])
})

test('of metrics at most 20,000 are known', async () => {
  const values = Array.from({ length: 30_000 }, (_, i) => `m${i}`)
  expect(await named({ listLabelValues: async () => ({ values }) })).toHaveLength(20_000)
})

const manual = () => {
  let now = 0
  const tasks: { at: number; task: () => void }[] = []
  return {
    ...{ now: () => now, monotonic: () => now, every: () => () => undefined, sleep: async () => undefined },
    after(delayMs: number, task: () => void) {
      tasks.push({ at: now + delayMs, task })
      return () => undefined
    },
    advance(ms: number) {
      now += ms
      for (const one of tasks.splice(0)) {
        if (one.at <= now) one.task()
        else tasks.push(one)
      }
    },
  }
}
const caller = { actor: 'ann', tenant: 'default' as never, permissions: ['telemetry:read' as const] }
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a part that hangs is left out of the first answer with a notice, and there for the next', async () => {
  const clock = manual()
  let tell: (answer: { values: string[] }) => void = () => undefined
  const client = clientWith({
    listLabelValues: () => new Promise<{ values: string[] }>((resolve) => (tell = resolve)),
  })
  const known = createKnownThings({ clientOf: () => client, clock })
  const first = known.of(caller)
  await settled()
  clock.advance(1_500)
  expect(await first).toMatchObject({
    notices: ['Names of metrics are not known: they were not there in time.'],
  })
  tell({ values: ['up'] })
  await settled()
  await settled()
  const next = await known.of(caller)
  expect(next.things.filter(({ kind }) => kind === 'METRIC')).toHaveLength(1)
  expect(next.notices).toEqual([])
})

test('what is older than 15 s is renewed beside the question, and is the same list where nothing changed', async () => {
  const clock = manual()
  let values = ['up']
  let looks = 0
  const client = clientWith({
    listLabelValues: async () => {
      looks += 1
      return { values }
    },
  })
  const known = createKnownThings({ clientOf: () => client, clock })
  const first = await known.of(caller)
  clock.advance(14_000)
  await known.of(caller)
  expect(looks).toBe(1)
  clock.advance(2_000)
  expect(await known.of(caller)).toBe(first)
  await settled()
  await settled()
  expect(looks).toBe(2)
  expect((await known.of(caller)).things).toBe(first.things)
  values = ['up', 'down']
  clock.advance(16_000)
  await known.of(caller)
  await settled()
  await settled()
  expect((await known.of(caller)).things).toHaveLength(first.things.length + 1)
})

test('what one may see is never shown to another with other permissions', async () => {
  const asked: string[] = []
  const known = createKnownThings({
    clientOf: ({ permissions }) => {
      asked.push(permissions.join())
      return clientWith({})
    },
    clock: manual(),
  })
  await Promise.all([
    known.of(caller),
    known.of(caller),
    known.of({ ...caller, permissions: ['clusters:read'] }),
  ])
  await known.of({ ...caller, tenant: 'other' as never })
  expect(asked).toEqual(['telemetry:read', 'clusters:read', 'telemetry:read'])
})

test('a pod is found by its exact name, by a part, and with a slip by the workload it would belong to', async () => {
  const owner = { kind: 'StatefulSet', namespace: 'shop', name: 'trainer' }
  const client = clientWith(
    podsOf({ 'id-east': [podOf('trainer-0', { owner }), podOf('trainer-01', { owner })], 'id-west': [] }),
  )
  const things = await named(
    topologyOf(entity('workload/east/shop/StatefulSet/trainer', { cluster: 'east' })),
  )
  const names = async (text: string) => (await findPods(client, text, { things })).map(({ name }) => name)
  expect(await names('trainer-0')).toEqual(['trainer-0'])
  expect(await names('Trianer-0')).toEqual(['trainer-0'])
  expect(await names('other-0')).toEqual([])
  expect(await names('billing')).toEqual([])
})

test('words and names of workloads do not look like pods', () => {
  expect(['cart-0', 'cart-7d9f8b6c5-x2x4z'].map(looksLikePod)).toEqual([true, true])
  expect(['cart', 'cart_0', 'is it up?', 'a'.repeat(300)].map(looksLikePod)).toEqual([
    false,
    false,
    false,
    false,
  ])
})
