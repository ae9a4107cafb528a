import type { KubernetesEvent } from '@aiops/contract/model/kubernetes'
import { expect, test } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { isAbout } from './event.ts'
import { clientOf, clusterOf, fleetOf, insideNowMs, podOf, podsOf, scopeOf } from './inside.suite.ts'
import { kubernetesTools } from './kubernetes.ts'

const fleet = fleetOf(clusterOf('east'), clusterOf('west'), clusterOf('edge'))
const { list_pods: listPods, list_events: listEvents, get_object: getObject } = kubernetesTools
const { get_pod_logs: getPodLogs, list_nodes: listNodes } = kubernetesTools

test('pods of every cluster are listed, what is not well first, and clusters that are not watched are named', async () => {
  const bad = podOf('b', { status: 'CrashLoopBackOff', ready: 0 })
  const client = clientOf({ ...fleet, ...podsOf({ 'id-east': [podOf('a')], 'id-west': [bad] }) })
  const input = listPods.input.parse({})
  const output = await listPods.run(client, input, scopeOf())
  expect(listPods.output.parse(output)).toEqual(output)
  expect(output.pods.map(({ name, cluster_name }) => [name, cluster_name])).toEqual([
    ['b', 'west'],
    ['a', 'east'],
  ])
  expect(output.total).toBe(2)
  expect(listPods.missing?.(output)).toEqual([
    { cluster: 'edge', reason: 'The inside of id-edge is not known.' },
  ])
  const records = listPods.evidence(output, input, scopeOf())
  expect(records.map(({ fields }) => fields.pod)).toEqual(['b', 'a'])
  expect(listPods.sentence(output, input)).toBe('Looked at pods of every cluster: 2. Not seen: edge.')
})

test('clusters of the conversation are asked where none is named, and a name is taken for an id', async () => {
  const client = clientOf({ ...fleet, ...podsOf({ 'id-east': [podOf('a')], 'id-west': [podOf('b')] }) })
  const names = async (cluster_ids: string[], scope: string[]): Promise<string[]> =>
    (await listPods.run(client, listPods.input.parse({ cluster_ids }), scopeOf(scope))).pods.map(
      ({ name }) => name,
    )
  expect(await names([], ['id-west'])).toEqual(['b'])
  expect(await names(['east'], ['id-west'])).toEqual(['a'])
})

test('those that restart most are found among more pods than one page holds', async () => {
  const pods = Array.from({ length: 450 }, (_, i) => podOf(`p${i}`, { restarts: i === 430 ? 9 : 0 }))
  const client = clientOf({ ...fleetOf(clusterOf('east')), ...podsOf({ 'id-east': pods }) })
  const output = await listPods.run(client, listPods.input.parse({ order: 'RESTARTS' }), scopeOf())
  expect(output.pods.map(({ name }) => name)).toEqual(['p430'])
  expect(output.total).toBe(1)
})

test('what the caller may not see is refused, not left out', async () => {
  const client = clientOf({
    ...fleet,
    listPods: async () => {
      throw new Fault('PERMISSION_DENIED', 'You may not.')
    },
  })
  await expect(listPods.run(client, listPods.input.parse({}), scopeOf())).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  })
})

test('a pod that waits with somebody’s words is marked as telemetry, and its last exit is told', () => {
  const pod = podOf('a', {
    restarts: 7,
    containers: [
      {
        ...{ name: 'main', image: 'shop:1', kind: 'MAIN' as const, ready: false, restarts: 7 },
        ...{ state: 'CrashLoopBackOff', message: 'back-off 5m0s' },
        last_exit: { code: 137, reason: 'OOMKilled', at: '2026-03-02T14:16:00Z' },
      },
    ],
  })
  const output = {
    pods: [{ ...pod, cluster_id: 'c', cluster_name: 'east' }],
    ...{ total: 1, by_cluster: { east: 1 }, missing: [] },
  }
  const [record] = listPods.evidence(output, listPods.input.parse({}), scopeOf())
  expect(record).toMatchObject({
    trust: 'TELEMETRY',
    entity: 'pod/shop/a',
    link: '/clusters/c?tab=pods&object=Pod%2Fshop%2Fa',
    fields: { restarts: 7, last_exit_reason: 'OOMKilled', last_exit_code: 137, last_exit_age_seconds: 900 },
  })
})

const event = (name: string, more: Partial<KubernetesEvent> = {}): KubernetesEvent => ({
  ...{ namespace: 'shop', name: `${name}.x`, type: 'Normal', reason: 'Pulled', message: 'done' },
  ...{ object: { kind: 'Pod', namespace: 'shop', name }, count: 1, source: 'kubelet' },
  ...{ first_at: '2026-03-02T14:00:00Z', last_at: '2026-03-02T14:20:00Z' },
  ...more,
})

test('events of one object and reason are taken together, warnings first', async () => {
  const warning = { type: 'Warning', reason: 'BackOff' }
  const client = clientOf({
    ...fleetOf(clusterOf('east')),
    listKubernetesEvents: async () => ({
      events: [
        event('cart-0'),
        event('cart-0', { ...warning, message: 'newer', count: 3, first_at: '2026-03-02T14:10:00Z' }),
        event('cart-0', { ...warning, message: 'older', count: 4, first_at: '2026-03-02T13:50:00Z' }),
        event('basket-0', warning),
      ],
      truncated: false,
    }),
  })
  const input = listEvents.input.parse({ name: 'cart' })
  const output = await listEvents.run(client, input, scopeOf())
  expect(output.events).toMatchObject([
    { reason: 'BackOff', count: 7, message: 'newer', first_at: '2026-03-02T13:50:00Z' },
    { reason: 'Pulled', count: 1 },
  ])
  expect(listEvents.evidence(output, input, scopeOf()).map(({ trust }) => trust)).toEqual([
    ...['TELEMETRY', 'TELEMETRY'],
  ])
})

test('a name means the object and what Kubernetes named after it, not another workload', () => {
  const pod = (name: string) => ({ kind: 'Pod', name })
  expect(isAbout(pod('cart-7d9f8b6c5-x2x4z'), 'cart')).toBe(true)
  expect(isAbout(pod('cart-0'), 'cart')).toBe(true)
  expect(isAbout({ kind: 'ReplicaSet', name: 'cart-7d9f8b6c5' }, 'cart')).toBe(true)
  expect(isAbout(pod('cart-canary-7d9f8b6c5-x2x4z'), 'cart')).toBe(false)
  expect(isAbout({ kind: 'Deployment', name: 'cart-canary' }, 'cart')).toBe(false)
})

test('an object is found wherever it is, with limits of its containers; where it is not there is no failure', async () => {
  const client = clientOf({
    ...fleetOf(clusterOf('east'), clusterOf('west')),
    getClusterObject: async ({ params }) => {
      if (params.id === 'id-west') throw new Fault('NOT_FOUND', 'There is none.')
      const resources = { limits: { memory: '512Mi' }, requests: { cpu: '50m' } }
      const container = { name: 'main', image: 'shop:1', resources }
      return {
        at: '2026-03-02T14:31:00Z',
        object: { kind: 'Deployment', spec: { template: { spec: { containers: [container] } } } },
        history: [],
      }
    },
  })
  const input = getObject.input.parse({ kind: 'Deployment', namespace: 'shop', name: 'cart' })
  const output = await getObject.run(client, input, scopeOf())
  expect(getObject.output.parse(output)).toEqual(output)
  expect(output.objects.map(({ cluster_name }) => cluster_name)).toEqual(['east'])
  expect(getObject.evidence(output, input, scopeOf())[0]?.fields).toMatchObject({
    ...{ memory_limit: '512Mi', cpu_request: '50m', images: 'shop:1' },
  })
})

test('an object of hostile form is read without failing', () => {
  const hostile = [null, 1, [], { spec: { containers: 'x' } }, { spec: { containers: [null, 5, {}] } }]
  for (const object of hostile) {
    const one = {
      ...{ cluster_id: 'c', cluster_name: 'east', kind: 'Pod', namespace: 'a', name: 'b' },
      ...{ at: '2026-03-02T14:31:00Z', object: object as never, containers: [], history: [] },
    }
    const output = { objects: [one], total: 1, missing: [] }
    expect(
      getObject.evidence(output, getObject.input.parse({ kind: 'Pod', name: 'b' }), scopeOf()),
    ).toHaveLength(1)
  }
})

test('the log of a pod is found by its name alone, and two pods of one name are asked back', async () => {
  const logs = {
    getPodLogs: async () => ({
      lines: [{ at: null, container: 'main', text: 'x'.repeat(5_000) }],
      source: 'MEMORY' as const,
      truncated: false,
    }),
  }
  const one = clientOf({
    ...fleet,
    ...logs,
    ...podsOf({ 'id-east': [podOf('a-0')], 'id-west': [podOf('aa-0')] }),
  })
  const output = await getPodLogs.run(one, getPodLogs.input.parse({ pod: 'a-0' }), scopeOf())
  expect(output).toMatchObject({ cluster_name: 'east', namespace: 'shop' })
  expect(output.lines[0]?.text).toHaveLength(2_000)
  const two = clientOf({
    ...fleet,
    ...logs,
    ...podsOf({ 'id-east': [podOf('a-0')], 'id-west': [podOf('a-0')] }),
  })
  await expect(getPodLogs.run(two, getPodLogs.input.parse({ pod: 'a-0' }), scopeOf())).rejects.toThrow(
    'Several pods are named a-0: east, namespace shop; west, namespace shop. Name one of them.',
  )
})

test('nodes with problems come first, and how many were looked at is told', async () => {
  const node = (name: string, ready: boolean) => ({
    ...{ name, ready, schedulable: true, roles: [], version: 'v1.31.4', os: 'Linux', created_at: null },
    ...{ problems: ready ? [] : ['NotReady'], pods: 2, usage: null },
    allocatable: { cpu_cores: 8, memory_bytes: 1_024, pods: 110, gpus: 2 },
    requested: { cpu_cores: 0.7, memory_bytes: 24, gpus: 1 },
  })
  const client = clientOf({
    ...fleetOf(clusterOf('east')),
    listNodes: async () => ({ nodes: [node('n1', true), node('n2', false)] }),
  })
  const input = listNodes.input.parse({ problems: true })
  const output = await listNodes.run(client, input, scopeOf())
  expect(output).toMatchObject({ nodes: [{ name: 'n2' }], total: 1, looked_at: 2, not_ready: 1 })
  const [record] = listNodes.evidence(output, input, { ...scopeOf(), nowMs: insideNowMs })
  expect(record?.fields).toMatchObject({
    ready: false,
    free_cpu_cores: 7.3,
    free_gpus: 1,
    free_memory_bytes: 1_000,
  })
})

test('of many clusters a list holds what is not well in any of them, and counts all pods without reading them', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`)
  const read = { pods: 0 }
  const wellOf = (name: string) => Array.from({ length: 300 }, (_, i) => podOf(`${name}-${1_000 + i}`))
  const bad = podOf('zz-bad', { status: 'CrashLoopBackOff', ready: 0 })
  const own = podsOf(Object.fromEntries(names.map((name) => [`id-${name}`, [...wellOf(name), bad]])))
  const client = clientOf({
    ...fleetOf(...names.map((name) => clusterOf(name))),
    listPods: async (input) => {
      const isTroubled = String(input.query?.problems) === 'true'
      const answer = isTroubled
        ? { ...(await own.listPods(input)), items: [bad], total: 1, total_pages: 1 }
        : await own.listPods(input)
      read.pods += answer.items.length
      return answer
    },
  })
  const output = await listPods.run(client, listPods.input.parse({}), scopeOf())
  expect(output.total).toBe(20 * 301)
  expect(output.pods.filter(({ name }) => name === 'zz-bad')).toHaveLength(20)
  expect(output.pods).toHaveLength(100)
  expect(read.pods).toBeLessThan(500)
})
