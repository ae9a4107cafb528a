import type { Event } from '@aiops/contract/event'
import type { Edge } from '@aiops/contract/model/topology'
import { describe, expect, it } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { ChangeRepository } from '../../port/change-repository.ts'
import type { TopologyRepository } from '../../port/record-store.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { createKnowledge, fixedTopology, KnowledgeConfig } from './index.ts'

type Saved = Awaited<ReturnType<TopologyRepository['load']>>

function createWorld(saved: Map<string, Saved> = new Map(), config: Partial<KnowledgeConfig> = {}) {
  const clock = new ManualClock()
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  let saves = 0
  const topologies: TopologyRepository = {
    save: async (tenant, entities, edges) => {
      saves += 1
      saved.set(tenant, structuredClone({ entities: [...entities], edges: [...edges] as Edge[] }))
    },
    load: async (tenant) => saved.get(tenant) ?? { entities: [], edges: [] },
    remove: async () => {},
  }
  const told: Event[] = []
  bus.subscribe('events', 'test', (event) => void told.push(event))
  const knowledge = createKnowledge(
    { bus, topologies, changes: noChanges, tenants: ['default'], clock, metrics, log: silentLog },
    KnowledgeConfig.parse(config),
  )
  return { clock, bus, knowledge, saved, told, saves: () => saves }
}

const noChanges: ChangeRepository = {
  add: async () => new Set(),
  get: async () => undefined,
  list: async () => ({ changes: [], total: 0 }),
  deleteBefore: async () => 0,
  keepNewest: async () => 0,
}

const spanIds = { next: 0 }
function call(caller: string, callee: string | undefined, parts: Partial<StoredSpan> = {}): StoredSpan[] {
  spanIds.next += 1
  const id = spanIds.next
  const base = {
    traceId: `t${id}`,
    parentSpanId: '',
    name: 'op',
    startMs: 0,
    durationMs: 20,
    status: 'UNSET' as const,
    statusMessage: '',
    attributes: {
      'server.address': '127.0.0.1',
      'server.port': String(9_000 + (callee ?? 'payments').length),
      'host.name': 'box',
    },
  }
  const client: StoredSpan = { ...base, spanId: `c${id}`, service: caller, kind: 'CLIENT', ...parts }
  return callee === undefined
    ? [client]
    : [client, { ...base, spanId: `s${id}`, parentSpanId: `c${id}`, service: callee, kind: 'SERVER' }]
}

describe('knowledge', () => {
  it('learns who calls whom and who runs where from spans, with rates of the last minute', async () => {
    const { bus, knowledge, clock } = createWorld()
    await knowledge.start()
    for (let s = 0; s < 30; s += 1) {
      const [client, server] = call('front', 'payments', s % 3 === 0 ? { status: 'ERROR' } : {})
      // The two ends come from two senders, the callee's first every other time.
      for (const span of s % 2 ? [client, server] : [server, client])
        if (span) bus.publish('spans', { tenant: 'default', spans: [span] })
      await clock.advance(1_000)
    }
    const edges = knowledge.edgesOf('default', 'service/front')
    const calls = edges.find((edge) => edge.type === 'CALLS')
    expect(calls).toMatchObject({
      source: 'service/front',
      target: 'service/payments',
      origin: 'SPANS',
      mean_ms: 20,
    })
    expect(calls?.calls_per_second).toBeCloseTo(1, 0)
    expect(calls?.error_ratio).toBeCloseTo(1 / 3, 2)
    expect(edges.find((edge) => edge.type === 'RUNS_ON')?.target).toBe('host/box')
    await clock.advance(120_000)
    expect(
      knowledge.edgesOf('default', 'service/front').find((edge) => edge.type === 'CALLS'),
    ).not.toHaveProperty('calls_per_second')
    await knowledge.stop()
  })

  it('counts calls to a dead service at its edge', async () => {
    const { bus, knowledge } = createWorld()
    await knowledge.start()
    bus.publish('spans', { tenant: 'default', spans: call('front', 'payments') })
    bus.publish('spans', { tenant: 'default', spans: call('cart', undefined, { status: 'ERROR' }) })
    expect(knowledge.dependencies('default', 'service/cart')).toContain('service/payments')
    expect(knowledge.resolveAddress('default', '127.0.0.1', 9_008)).toBe('service/payments')
    expect(knowledge.resolveAddress('other', '127.0.0.1', 9_008)).toBeUndefined()
    await knowledge.stop()
  })

  it('two services are no nearer for sharing a machine', async () => {
    const { bus, knowledge } = createWorld()
    await knowledge.start()
    bus.publish('spans', { tenant: 'default', spans: [...call('a', 'bb'), ...call('ccc', 'dddd')] })
    expect(knowledge.distance('default', 'service/a', 'service/ccc', 6)).toBeUndefined()
    expect(knowledge.distance('default', 'service/a', 'host/box', 3)).toBe(1)
    await knowledge.stop()
  })

  it('refuses an edge to an entity nobody has named, whole and by name', async () => {
    const { knowledge } = createWorld()
    const edge = { source: 'service/a', target: 'service/nowhere', type: 'CALLS' as const }
    await expect(
      knowledge.put('default', { entities: [{ id: 'service/a', labels: {} }], edges: [edge] }, 'API'),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: [{ path: 'edges.0.target', message: 'service/nowhere is not a known entity' }],
    })
    expect(knowledge.topology('default')).toEqual({ entities: [], edges: [] })
    await expect(
      knowledge.put('default', { entities: [{ id: 'planet/mars', labels: {} }], edges: [] }, 'API'),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  it('takes the same file twice without growing, at its limit too', async () => {
    const { knowledge } = createWorld(new Map(), { entities_max: 2, edges_max: 1 })
    const input = {
      entities: ['service/a', 'service/b'].map((id) => ({ id, labels: {} })),
      edges: [{ source: 'service/a', target: 'service/b', type: 'CALLS' as const }],
    }
    await knowledge.put('default', input, 'FILE')
    expect(await knowledge.put('default', input, 'FILE')).toEqual({ entities: 2, edges: 1 })
    expect(knowledge.topology('default').edges).toMatchObject([{ origin: 'FILE' }])
    await expect(
      knowledge.put('default', { entities: [{ id: 'service/c', labels: {} }], edges: [] }, 'API'),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  it('writes at most every five seconds while it grows, and at the end, and knows all again after a restart', async () => {
    const world = createWorld()
    await world.knowledge.start()
    for (let s = 0; s < 20; s += 1) {
      world.bus.publish('spans', { tenant: 'default', spans: call(`caller${s}`, 'payments') })
      await world.clock.advance(1_000)
    }
    expect(world.saves()).toBeGreaterThanOrEqual(3)
    expect(world.saves()).toBeLessThanOrEqual(4)
    world.bus.publish('spans', { tenant: 'default', spans: call('last', 'payments') })
    await world.knowledge.stop()
    const next = createWorld(world.saved)
    await next.knowledge.start()
    expect(next.knowledge.dependents('default', 'service/payments')).toHaveLength(21)
    expect(next.knowledge.topology('default').entities).toHaveLength(
      world.knowledge.topology('default').entities.length,
    )
    await next.knowledge.stop()
  })

  it('tells at most once a second that it grew, and nothing when it only saw the same again', async () => {
    const { bus, knowledge, clock, told } = createWorld()
    await knowledge.start()
    for (let i = 0; i < 10; i += 1)
      bus.publish('spans', { tenant: 'default', spans: call(`caller${i}`, 'payments') })
    await clock.advance(1_000)
    bus.publish('spans', { tenant: 'default', spans: call('caller1', 'payments') })
    await clock.advance(5_000)
    expect(told.map((event) => event.event_type)).toEqual(['TOPOLOGY_CHANGED'])
    await knowledge.stop()
  })

  it('says so when asked around an entity nobody knows', () => {
    expect(() => createWorld().knowledge.topology('default', { entity: 'service/x', depth: 1 })).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    )
  })
})

describe('a fixed topology', () => {
  it('reads both forms and refuses others', () => {
    for (const input of [
      { direction: 'caller->callee', services: ['a', 'b'], edges: [['a', 'b']] },
      { edges: [{ source: 'service/a', target: 'service/b' }] },
    ]) {
      expect(fixedTopology(input).dependencies('service/a')).toEqual(['service/b'])
    }
    expect(() => fixedTopology({ edges: [['a']] })).toThrowError(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    )
  })
})
