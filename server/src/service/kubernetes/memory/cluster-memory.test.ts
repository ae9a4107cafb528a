import { expect, test } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { isFault } from '../../../kernel/fault.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { type Kind, type KubeObject, kindNames, readObject } from '../object/kind.ts'
import { createClusterMemory } from './cluster-memory.ts'
import { MemoryConfig } from './config.ts'

const hourMs = 3_600_000

function setUp(config: Partial<MemoryConfig> = {}) {
  const clock = new ManualClock(Date.parse('2026-03-01T10:00:00Z'))
  const memory = createClusterMemory({ clock }, MemoryConfig.parse(config))
  for (const kind of kindNames) memory.setKnown(kind, true)
  const put = (kind: Kind, name: string, rest: object = {}, namespace = 'shop'): KubeObject => {
    const object = objectOf(kind, name, rest, namespace)
    memory.put(kind, object as never, clock.now())
    return object
  }
  const remove = (kind: Kind, object: KubeObject): void => memory.remove(kind, object as never, clock.now())
  return { clock, memory, put, remove }
}

function objectOf(kind: Kind, name: string, rest: object = {}, namespace = 'shop'): KubeObject {
  const { metadata, ...more } = rest as { metadata?: object }
  return readObject(kind, {
    metadata: { name, namespace, uid: `uid-${name}`, resourceVersion: '1', ...metadata },
    ...more,
  })!
}

test('a time before the memory begins is refused, with since when it is remembered', () => {
  const { clock, memory } = setUp()
  expect(() => memory.viewAt(clock.now() - 1)).toThrow(
    'The cluster is remembered since 2026-03-01T10:00:00.000Z; ask for a later time.',
  )
  try {
    memory.viewAt(0)
  } catch (error) {
    expect(isFault(error) && error.code).toBe('VALIDATION_FAILED')
  }
})

test('what was there when the cluster was first listed was not created then, and what a relist lacks is deleted', async () => {
  const clock = new ManualClock()
  const memory = createClusterMemory({ clock }, MemoryConfig.parse({}))
  const pods = ['a', 'b'].map((name) => objectOf('Pod', name))
  await memory.replace('Pod', undefined, pods as never, clock.now())
  memory.setKnown('Pod', true)
  const all = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER, limit: 10 }
  expect(memory.changes(all).items).toEqual([])
  await clock.advance(1_000)
  await memory.replace('Pod', undefined, [pods[0], objectOf('Pod', 'c')] as never, clock.now())
  expect(memory.changes(all).items.map(({ type, object }) => `${type} ${object.name}`)).toEqual([
    'DELETED b',
    'CREATED c',
  ])
  expect(
    memory
      .viewAt(clock.now() - 1)
      .list('Pod')
      .map(({ metadata }) => metadata.name),
  ).toEqual(['a', 'b'])
})

test('a relist of one namespace leaves the others alone', async () => {
  const { clock, memory, put } = setUp()
  put('Pod', 'a', {}, 'one')
  put('Pod', 'b', {}, 'two')
  await memory.replace('Pod', 'one', [], clock.now())
  expect(
    memory
      .view()
      .list('Pod')
      .map(({ metadata }) => metadata.name),
  ).toEqual(['b'])
})

test('a deleted pod can be read for two hours, with its history, events and last log lines, and then is gone', async () => {
  const { clock, memory, put, remove } = setUp()
  const pod = put('Pod', 'shop-1', { spec: { containers: [{ name: 'shop', image: 'shop:1' }] } })
  put('Event', 'e1', {
    ...{ involvedObject: { kind: 'Pod', namespace: 'shop', name: 'shop-1', uid: 'uid-shop-1' } },
    ...{ reason: 'OOMKilling', message: 'out of memory', lastTimestamp: '2026-03-01T10:00:00Z' },
  })
  const about = { namespace: 'shop', pod: 'shop-1', container: 'shop', previous: false }
  memory.logLines(about, [{ timeMs: clock.now(), text: 'last words' }])
  await clock.advance(60_000)
  remove('Pod', pod)
  await clock.advance(hourMs)
  const before = memory.viewAt(Date.parse('2026-03-01T10:00:30Z'))
  expect(memory.view().get('Pod', 'shop', 'shop-1')).toBeUndefined()
  expect(before.get('Pod', 'shop', 'shop-1')).toEqual(pod)
  expect(before.logLines('shop', 'shop-1', 'shop')).toEqual([expect.objectContaining({ text: 'last words' })])
  const ref = { kind: 'Pod', namespace: 'shop', name: 'shop-1' }
  expect(memory.history(ref).map(({ type }) => type)).toEqual(['DELETED', 'CREATED'])
  expect(memory.view().eventsOf({ ...ref, uid: 'uid-shop-1' })).toHaveLength(1)
  expect(memory.view().eventsOf({ ...ref, uid: 'another' })).toHaveLength(0)
  await clock.advance(2 * hourMs)
  put('Pod', 'other')
  expect(memory.history(ref)).toEqual([])
  expect(memory.logTail({ ...about, tailLines: 10 })).toBeUndefined()
  expect(memory.view().eventsOf(ref)).toHaveLength(1)
})

test('an event that the API server lets go after an hour is kept for two, and one seen again is the same event', async () => {
  const { clock, memory, put, remove } = setUp()
  const about = { kind: 'Pod', namespace: 'shop', name: 'p' }
  const seen = (count: number) =>
    put('Event', 'e', {
      ...{
        involvedObject: about,
        reason: 'BackOff',
        count,
        lastTimestamp: new Date(clock.now()).toISOString(),
      },
      metadata: { resourceVersion: String(count) },
    })
  seen(1)
  await clock.advance(60_000)
  const last = seen(2)
  expect(
    memory
      .view()
      .eventsOf(about)
      .map(({ count }) => count),
  ).toEqual([2])
  expect(
    memory
      .viewAt(clock.now() - 1)
      .eventsOf(about)
      .map(({ count }) => count),
  ).toEqual([1])
  await clock.advance(hourMs)
  remove('Event', last)
  expect(memory.view().list('Event')).toHaveLength(1)
  await clock.advance(hourMs + 30_000)
  put('Pod', 'any')
  expect(memory.view().list('Event')).toHaveLength(0)
  expect(
    memory.changes({ startMs: 0, endMs: clock.now(), limit: 9 }).items.map((one) => one.object.kind),
  ).toEqual(['Pod'])
})

test.each<[string, Kind, object, object]>([
  [
    'a renewed lease',
    'Lease',
    { spec: { renewTime: '2026-03-01T10:00:00Z' } },
    { spec: { renewTime: '2026-03-01T10:00:10Z' } },
  ],
  [
    'an election',
    'ConfigMap',
    { metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{"renewTime":1}' } } },
    { metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{"renewTime":2}' } } },
  ],
  [
    'a heartbeat of a condition',
    'Deployment',
    { status: { conditions: [{ type: 'Available', status: 'True', lastUpdateTime: '1' }] } },
    { status: { conditions: [{ type: 'Available', status: 'True', lastUpdateTime: '2' }] } },
  ],
  ['a write that changed nothing', 'Node', {}, {}],
])('%s is no change, but is what is there now', (_, kind, before, after) => {
  const { clock, memory, put } = setUp()
  put(kind, 'x', before)
  const now = put(kind, 'x', {
    ...after,
    metadata: { ...(after as { metadata?: object }).metadata, resourceVersion: '2' },
  })
  expect(memory.history({ kind, namespace: 'shop', name: 'x' })).toHaveLength(1)
  expect(memory.view().list(kind)).toEqual([now])
  expect(memory.viewAt(clock.now()).list(kind)).toEqual([now])
})

test('a lease that had run out before it was renewed is a change, so that the silence is seen in the past', async () => {
  const { clock, memory, put } = setUp()
  put('Lease', 'node-1', { spec: { renewTime: '2026-03-01T10:00:00Z', leaseDurationSeconds: 40 } })
  await clock.advance(300_000)
  put('Lease', 'node-1', {
    spec: { renewTime: '2026-03-01T10:05:00Z', leaseDurationSeconds: 40 },
    metadata: { resourceVersion: '2' },
  })
  expect(memory.viewAt(clock.now() - 1).list('Lease')[0]?.spec.renewTime).toBe('2026-03-01T10:00:00Z')
})

test('changes of a pod name its Deployment as the owner, and can be asked for by it', async () => {
  const { clock, memory, put } = setUp()
  const by = (kind: string, name: string) => ({
    metadata: { ownerReferences: [{ kind, name, uid: `uid-${name}`, controller: true }] },
  })
  put('Deployment', 'shop')
  put('ReplicaSet', 'shop-7d4', by('Deployment', 'shop'))
  put('Pod', 'shop-7d4-x', by('ReplicaSet', 'shop-7d4'))
  put('Pod', 'cart-1')
  const { items } = memory.changes({ startMs: 0, endMs: clock.now(), owner: 'shop', limit: 10 })
  expect(items.map(({ object, owner }) => [object.name, owner?.name])).toEqual([
    ['shop-7d4-x', 'shop'],
    ['shop-7d4', 'shop'],
    ['shop', undefined],
  ])
})

test('causes leave out what only followed, and a limit cuts the oldest', async () => {
  const { clock, memory, put } = setUp()
  for (let i = 0; i < 5; i++) {
    await clock.advance(1_000)
    put('Deployment', 'shop', { spec: { replicas: i }, metadata: { resourceVersion: `${i}` } })
    put('Deployment', 'shop', {
      spec: { replicas: i },
      status: { readyReplicas: i + 1 },
      metadata: { resourceVersion: `${i}b` },
    })
  }
  const { items } = memory.changes({ startMs: 0, endMs: clock.now(), causes: true, limit: 100 })
  expect(items.map(({ kind }) => kind)).toEqual(['SCALE', 'SCALE', 'SCALE', 'SCALE', 'LIFECYCLE'])
  expect(items[0]?.fields).toContainEqual({ path: 'spec.replicas', before: '3', after: '4' })
  const cut = memory.changes({ startMs: 0, endMs: clock.now(), limit: 3 })
  expect([cut.truncated, cut.items.length, cut.items[0]?.at]).toEqual([true, 3, '2026-03-01T10:00:05.000Z'])
})

test('a namespace that floods forgets its own past, and no other does', async () => {
  const { clock, memory, put } = setUp({ bytes_max: 2_097_152 })
  for (const name of ['a', 'b', 'c']) put('Deployment', name, { spec: { replicas: 1 } }, 'calm')
  await clock.advance(1_000)
  put('Deployment', 'a', { spec: { replicas: 2 } }, 'calm')
  const firstMs = clock.now()
  for (let i = 0; i < 4_000; i++) {
    await clock.advance(10)
    put('Pod', `p-${i % 50}`, { status: { phase: `P${i}`, message: `${i}`.repeat(250) } }, 'flood')
  }
  const state = memory.state()
  expect(state.bytes).toBeLessThanOrEqual(state.bytes_max)
  expect(state.shortened.map(({ namespace }) => namespace)).toEqual(['flood'])
  expect(memory.view().list('Pod')).toHaveLength(50)
  const past = memory.viewAt(firstMs - 500)
  expect(past.shortened).toEqual(['flood'])
  expect(past.list('Deployment', 'calm').map(({ spec }) => spec.replicas)).toEqual([1, 1, 1])
  expect(past.list('Pod')).toEqual([])
  expect(() => past.list('Pod', 'flood')).toThrow(/Namespace flood is remembered since/)
  expect(() => past.get('Pod', 'flood', 'p-1')).toThrow(/Namespace flood is remembered since/)
})

test('for room, changes of status go before rollouts and deletions', async () => {
  const { clock, memory, put, remove } = setUp({ bytes_max: 2_097_152 })
  const image = (tag: number) => ({
    spec: { template: { spec: { containers: [{ name: 'c', image: `c:${tag}` }] } } },
  })
  put('Deployment', 'shop', image(1))
  await clock.advance(10)
  put('Deployment', 'shop', image(2))
  remove('Pod', put('Pod', 'gone'))
  for (let i = 0; i < 4_000; i++) {
    await clock.advance(10)
    put('Pod', `p-${i % 50}`, { status: { phase: `P${i}`, message: `${i}`.repeat(250) } })
  }
  const { items } = memory.changes({ startMs: 0, endMs: clock.now(), causes: true, limit: 1_000 })
  expect(items.map(({ summary }) => summary)).toContain('image c:1 → c:2')
  expect(items.map(({ type, object }) => `${type} ${object.name}`)).toContain('DELETED gone')
  expect(memory.state().shortened).toHaveLength(1)
})

test('names such as constructor and __proto__ are names', () => {
  const { memory, put } = setUp()
  const labels = JSON.parse('{"constructor":"a","toString":"b","__proto__":"c"}')
  put('Pod', 'constructor', { metadata: { labels } }, '__proto__')
  put(
    'Pod',
    'constructor',
    { metadata: { labels: { ...labels, constructor: 'z' }, resourceVersion: '2' } },
    '__proto__',
  )
  expect(memory.view().list('Pod', '__proto__')).toHaveLength(1)
  expect(memory.history({ kind: 'Pod', namespace: '__proto__', name: 'constructor' })[0]?.fields).toEqual([
    { path: 'metadata.labels.constructor', before: 'a', after: 'z' },
  ])
  expect(Object.hasOwn(Object.prototype, 'a')).toBe(false)
})

test('usage is told as it was last, summed over a pod, and over time at less detail', async () => {
  const { clock, memory } = setUp({ usage_samples_max: 4 })
  for (let i = 0; i < 12; i++) {
    const usage = { timeMs: clock.now(), windowMs: 30_000, cpuCores: i / 10, memoryBytes: i * 1_048_576 + 1 }
    memory.podUsage('shop', 'p', 'a', usage)
    memory.podUsage('shop', 'p', 'b', usage)
    memory.nodeUsage('n', usage)
    await clock.advance(900_000)
  }
  expect(memory.usageOfPod('shop', 'p')).toMatchObject({
    cpuCores: 2.2,
    memoryBytes: 2 * (11 * 1_048_576 + 1),
  })
  expect(memory.usageOfNode('n')?.cpuCores).toBe(1.1)
  const past = memory.usagePast({ namespace: 'shop', name: 'p', container: 'a' })
  expect(past.map(({ cpuCores }) => cpuCores)).toEqual([0.4, 0.6, 0.8, 1])
  await clock.advance(3 * hourMs)
  memory.nodeUsage('m', { timeMs: clock.now(), windowMs: 1, cpuCores: 0, memoryBytes: 0 })
  expect(memory.usageOfPod('shop', 'p')).toBeUndefined()
})

test('a long list gives others their turn, and the namespaces not listed yet stay as they were', async () => {
  const clock = new ManualClock()
  let asked = 0
  const monotonic = (): number => asked++
  const memory = createClusterMemory(
    {
      clock: { ...clock, now: () => clock.now(), monotonic } as unknown as ManualClock,
      metrics: createMetrics(),
    },
    MemoryConfig.parse({}),
  )
  const pods = Array.from({ length: 1_000 }, (_, i) => objectOf('Pod', `p-${i}`))
  let turns = 0
  const count = (): void => {
    turns++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  await memory.replace('Pod', undefined, pods as never, clock.now())
  clearImmediate(next)
  // The clock moves on a millisecond whenever it is asked: a turn is over after four objects.
  expect(turns).toBeGreaterThan(150)
  expect(memory.view().list('Pod')).toHaveLength(1_000)
})

test('lines that flood shorten the past of their own namespace alone', async () => {
  const { clock, memory } = setUp({ bytes_max: 2_097_152, log_block_bytes: 16_384 })
  const add = (namespace: string, count: number): void =>
    memory.logLines(
      { namespace, pod: 'p', container: 'c', previous: false },
      Array.from({ length: count }, (_, i) => ({
        timeMs: clock.now() + i,
        text: textOf(i + clock.now()),
      })),
    )
  const textOf = (seed: number): string =>
    Array.from({ length: 8 }, (_, part) => Math.sin(seed * 8 + part).toString(36)).join(' ')
  add('calm', 100)
  for (let i = 0; i < 150; i++) {
    await clock.advance(1_000)
    add('flood', 500)
  }
  const state = memory.state()
  expect(state.bytes).toBeLessThanOrEqual(state.bytes_max)
  expect(state.log_lines).toBeLessThan(75_100)
  const ask = { pod: 'p', previous: false, tailLines: 1_000 }
  expect(memory.logTail({ ...ask, namespace: 'calm' })?.lines).toHaveLength(100)
  expect(memory.logTail({ ...ask, namespace: 'flood' })).toMatchObject({ truncated: true })
  expect(memory.logTail({ ...ask, namespace: 'other' })).toBeUndefined()
})

test('a share that is no whole number of bytes is told as one', () => {
  const { memory } = setUp()
  memory.limit(268_435_456 / 50)
  expect(memory.state().bytes_max).toBe(5_368_709)
})
