import { afterEach, describe, expect, it } from 'vitest'
import { type ApiServer, createApiServer } from '../../../../../test/kubernetes/index.ts'
import { lineOf, MapSink } from '../../../../../test/simulation/map-sink.ts'
import { createClusterApi } from '../../../adapter/kubernetes/cluster-api.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { Kind } from '../object/kind.ts'
import { type ClusterWatch, createClusterWatch } from './cluster-watch.ts'
import { KubernetesWatchConfig } from './config.ts'

type Options = { config?: Partial<KubernetesWatchConfig>; kinds?: readonly Kind[]; without?: string[] }
let stop: ClusterWatch | undefined
afterEach(async () => {
  await stop?.stop()
  stop = undefined
})

function rig({ config = {}, kinds = ['Namespace', 'Pod'], without = [] }: Options = {}) {
  const clock = new ManualClock()
  const denied = new Set<string>()
  const server: ApiServer = createApiServer({
    ...{ clock, without },
    // '*' for a plural: in all namespaces at once.
    access: (_, { resource, namespace = '*' }) => !denied.has(`${resource} in ${namespace}`),
  })
  const api = createClusterApi(
    { http: server.http, streams: server.http, clock },
    { server: 'http://cluster.test', access: async () => ({ headers: {} }) },
  )
  const sink = new MapSink()
  const metrics = createMetrics()
  const deps = { clock, random: seededRandom(1), metrics, log: silentLog }
  const parsed = KubernetesWatchConfig.parse({ initial_list: 'page', ...config })
  const watch = createClusterWatch(deps, parsed, { api, name: 'c' }, sink, kinds)
  stop = watch
  for (const name of ['a', 'b', 'c']) server.put('Namespace', { metadata: { name } })
  for (const name of ['p1', 'p2'])
    for (const namespace of ['a', 'b', 'c']) server.put('Pod', { metadata: { name, namespace } })
  const pass = async (ms: number) => {
    await settle()
    await clock.advance(ms)
    await settle()
  }
  const settle = async () => {
    for (let i = 0; i < 10; i += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const stateOf = (kind: Kind) => watch.state().find((one) => one.kind === kind)
  const isSame = (kind: Kind) => expect(sink.lines(kind)).toEqual(server.list(kind).map(lineOf).sort())
  const listed = (plural: string) =>
    server.asked.filter(({ path, query }) => path.endsWith(`v1/${plural}`) && !query.includes('watch=true'))
      .length
  return { clock, server, sink, metrics, watch, denied, pass, stateOf, isSame, listed }
}

describe('what may be read nowhere at once', () => {
  it('is watched namespace by namespace, those that come and go too, and whole once it may be', async () => {
    const { server, sink, watch, denied, pass, stateOf, isSame } = rig()
    denied.add('pods in *').add('pods in c')
    await watch.start()
    await pass(3_000)
    expect(stateOf('Pod')).toMatchObject({ state: 'WATCHING', objects: 4 })
    expect(stateOf('Pod')?.message).toMatch(/watched in 2 one by one.*1 others/)
    expect([...sink.of('Pod').keys()].sort()).toEqual(['a/p1', 'a/p2', 'b/p1', 'b/p2'])
    expect(sink.known.get('Pod')).toBe(true)
    server.put('Pod', { metadata: { name: 'p3', namespace: 'a' } })
    server.put('Namespace', { metadata: { name: 'd' } })
    server.put('Pod', { metadata: { name: 'p1', namespace: 'd' } })
    server.delete('Namespace', '', 'b')
    await pass(11_000)
    expect([...sink.of('Pod').keys()].sort()).toEqual(['a/p1', 'a/p2', 'a/p3', 'd/p1'])
    denied.clear()
    await pass(400_000)
    isSame('Pod')
    expect(stateOf('Pod')).toMatchObject({ state: 'WATCHING', message: '' })
    expect(sink.complaints).toEqual([])
  })

  it('is watched in the namespaces of the setting, where they may not be listed either', async () => {
    const { sink, watch, denied, pass, stateOf } = rig({ config: { namespaces: ['b', 'nowhere'] } })
    denied.add('pods in *').add('namespaces in *')
    await watch.start()
    await pass(1_000)
    expect(stateOf('Namespace')).toMatchObject({
      state: 'DENIED',
      message: expect.stringMatching(/may not list namespaces/),
    })
    expect([...sink.of('Pod').keys()]).toEqual(['b/p1', 'b/p2'])
    expect([sink.known.get('Pod'), sink.known.get('Namespace')]).toEqual([true, false])
  })

  it('leaves nothing of namespaces that may not be read any more', async () => {
    const { server, sink, watch, denied, pass } = rig()
    await watch.start()
    await pass(1_000)
    expect(sink.of('Pod').size).toBe(6)
    denied.add('pods in *').add('pods in c')
    server.restart()
    await pass(60_000)
    server.delete('Namespace', '', 'a')
    await pass(60_000)
    expect([...sink.of('Pod').keys()].sort()).toEqual(['b/p1', 'b/p2', 'c/p1', 'c/p2'])
  })

  it('is denied and not known where no namespace is open, asked again, and told once it may be read', async () => {
    const { sink, watch, denied, pass, stateOf, listed } = rig()
    denied.add('pods in *').add('namespaces in *')
    await watch.start()
    await pass(1_000)
    expect(stateOf('Pod')).toMatchObject({ state: 'DENIED', objects: 0, last_event_at: null })
    expect(sink.known.get('Pod')).toBe(false)
    const before = listed('pods')
    await pass(200_000)
    expect(listed('pods')).toBe(before)
    denied.clear()
    await pass(200_000)
    expect([stateOf('Pod')?.state, sink.known.get('Pod'), sink.of('Pod').size]).toEqual(['WATCHING', true, 6])
  })
})

it('a kind that is not served is absent, and watched once it is', async () => {
  const { server, sink, watch, pass, stateOf, isSame } = rig({ kinds: ['Gateway'], without: ['Gateway'] })
  await watch.start()
  await pass(1_000)
  expect(stateOf('Gateway')).toMatchObject({ state: 'ABSENT', objects: 0 })
  expect(sink.known.get('Gateway')).toBe(false)
  const group = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'gateways', kind: 'Gateway' }
  server.register({ ...group, namespaced: true })
  server.put('Gateway', { metadata: { name: 'g', namespace: 'a' } })
  await pass(400_000)
  isSame('Gateway')
  server.unregister('gateways')
  server.restart()
  await pass(60_000)
  expect([stateOf('Gateway')?.state, sink.of('Gateway').size, sink.known.get('Gateway')]).toEqual([
    'ABSENT',
    0,
    false,
  ])
})

it('what a starting API server does not know for a moment is not forgotten', async () => {
  const { server, sink, watch, pass, stateOf, isSame } = rig({ kinds: ['Pod'] })
  await watch.start()
  await pass(1_000)
  for (const [status, reason] of [
    [404, 'NotFound'],
    [403, 'Forbidden'],
  ] as const) {
    server.faults.refuse = { status, reason, times: Number.POSITIVE_INFINITY }
    server.restart()
    await pass(8_000)
    expect([sink.of('Pod').size, stateOf('Pod')?.state]).toEqual([6, 'FAILING'])
    server.faults.refuse = undefined
    server.put('Pod', { metadata: { name: `after-${status}`, namespace: 'a' } })
    server.delete('Pod', 'a', `after-${status}`)
    await pass(8_000)
    isSame('Pod')
    expect(stateOf('Pod')).toMatchObject({ state: 'WATCHING', objects: 6 })
  }
})

describe('an API server in trouble', () => {
  it('is not asked again before it wants to be, and then less and less often', async () => {
    const { server, watch, pass, stateOf, listed } = rig({ kinds: ['Pod'] })
    const refused = { status: 429, reason: 'TooManyRequests', times: Number.POSITIVE_INFINITY }
    server.faults.refuse = { ...refused, retryAfterSeconds: 60 }
    await watch.start()
    await pass(55_000)
    expect(listed('pods')).toBe(1)
    expect(stateOf('Pod')).toMatchObject({
      state: 'FAILING',
      message: expect.stringMatching(/too many requests/),
    })
    server.faults.refuse = { ...refused, status: 503 }
    await pass(600_000)
    expect(listed('pods')).toBeGreaterThan(15)
    expect(listed('pods')).toBeLessThan(40)
    server.faults.refuse = undefined
    await pass(40_000)
    expect(stateOf('Pod')).toMatchObject({ state: 'WATCHING', objects: 6, message: '' })
  })

  it('whose connections fall silent is asked anew, and the gauge says how long it was silent', async () => {
    const { server, metrics, watch, pass, isSame } = rig({
      kinds: ['Pod'],
      config: { watch_timeout: '1h' },
    })
    await watch.start()
    await pass(70_000)
    const gauge = async () =>
      Number(/last_event_seconds\{cluster="c"\} ([\d.]+)/.exec(await metrics.render())?.[1])
    expect(await gauge()).toBeLessThan(15)
    // As a connection whose other end is gone: nothing comes, not even its end.
    server.watches.hold('pods')
    server.put('Pod', { metadata: { name: 'late', namespace: 'a' } })
    await pass(150_000)
    expect(await gauge()).toBeGreaterThan(120)
    server.watches.release()
    const watches = () => server.asked.filter(({ query }) => query.includes('watch=true')).length
    const before = watches()
    server.watches.hold('pods')
    await pass(250_000)
    expect(watches()).toBeGreaterThan(before)
    server.watches.release()
    await pass(1_000)
    isSame('Pod')
  })

  it('whose state was set back to a backup is listed anew, by its bookmarks', async () => {
    const { server, watch, pass, isSame } = rig({ kinds: ['Pod'] })
    await watch.start()
    await pass(1_000)
    const { resourceVersion } = server
    for (let i = 0; i < 40; i += 1) server.put('Pod', { metadata: { name: `n${i}`, namespace: 'a' } })
    await pass(1_000)
    server.restart({ backTo: resourceVersion })
    await pass(200_000)
    isSame('Pod')
  })

  it('goes on from the last event without a list, and begins one where its place is gone', async () => {
    const { server, watch, pass, isSame, listed } = rig({ kinds: ['Pod'] })
    await watch.start()
    await pass(1_000)
    for (let i = 0; i < 5; i += 1) {
      server.put('Pod', { metadata: { name: `n${i}`, namespace: 'a' } })
      server.restart({ keepHistory: true })
      await pass(30_000)
    }
    expect(listed('pods')).toBe(1)
    server.delete('Pod', 'a', 'p1')
    server.watches.expireAll()
    await pass(30_000)
    expect(listed('pods')).toBe(2)
    isSame('Pod')
  })

  it('without WatchList is read by pages', async () => {
    const { server, watch, pass, isSame, listed } = rig({
      kinds: ['Pod'],
      config: { initial_list: 'stream' },
    })
    server.faults.isWatchListMissing = true
    await watch.start()
    await pass(5_000)
    isSame('Pod')
    expect(listed('pods')).toBe(1)
  })
})

it('objects that are none are counted and ignored', async () => {
  const { server, sink, metrics, watch, pass } = rig({ kinds: ['Pod'] })
  server.put('Pod', { metadata: { name: 'odd', namespace: 'a', labels: 7 }, spec: 'nothing', status: [] })
  await watch.start()
  await pass(1_000)
  expect(sink.of('Pod').has('a/odd')).toBe(false)
  expect(await metrics.render()).toContain('aiops_kubernetes_watch_malformed_total{kind="Pod"} 1')
})

it('no more lists are read at once than the setting says', async () => {
  const { server, watch, pass } = rig({
    kinds: ['Namespace', 'Pod', 'Service', 'ConfigMap', 'Lease'],
    config: { lists_parallel_max: 2 },
  })
  server.faults.delayMs = 5_000
  await watch.start()
  await pass(0)
  expect(server.asked).toHaveLength(0)
  await pass(5_100)
  const kindsAsked = server.asked.filter(({ path }) => !path.includes('metrics')).length
  expect(kindsAsked).toBe(2)
  server.faults.delayMs = 0
  await pass(5_100)
  expect(watch.state().every(({ state }) => state === 'WATCHING')).toBe(true)
})

it('what nodes and pods use is asked for every so often, and a cluster without it is left alone', async () => {
  const { server, sink, watch, pass } = rig({ kinds: ['Pod'] })
  const spec = { containers: [{ name: 'main', image: 'i' }] }
  server.put('Pod', { metadata: { name: 'run', namespace: 'a' }, spec, status: { phase: 'Running' } })
  server.metrics.state = 'absent'
  await watch.start()
  const asked = () => server.asked.filter(({ path }) => path.includes('metrics.k8s.io')).length
  await pass(100_000)
  expect([asked(), sink.usage.size]).toEqual([2, 0])
  server.metrics.state = 'present'
  await pass(400_000)
  expect(sink.usage.get('a/run/main')).toBeCloseTo(0.001)
  expect(asked()).toBeLessThan(40)
})
