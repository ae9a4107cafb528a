import type { EntityId } from '@aiops/contract/model/entity'
import { type Edge, type Topology, TopologyInput } from '@aiops/contract/model/topology'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { type Clock, ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { createKnowledge, KnowledgeConfig } from '../index.ts'

const clockOf = () => new ManualClock(1_700_000_000_000)

/** One run of the program over records that outlive it. Once killed nothing of it runs on. */
function runOf(records: RecordStore, world: ManualClock, config: object = {}) {
  let isAlive = true
  const clock: Clock = {
    now: () => world.now(),
    monotonic: () => world.monotonic(),
    after: (ms, task) => world.after(ms, () => isAlive && task()),
    every: (ms, task) => world.every(ms, () => isAlive && task()),
    sleep: (ms, signal) => world.sleep(ms, signal),
  }
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const { topologies, changes, topologyHistory: history } = records
  const knowledge = createKnowledge(
    { bus, topologies, changes, history, tenants: ['default'], clock, metrics, log: silentLog },
    KnowledgeConfig.parse({ history_seconds: 10, ...config }),
  )
  const kill = (): void => {
    isAlive = false
  }
  return { bus, knowledge, kill }
}

let spans = 0
function call(caller: string, callee: string, clock: ManualClock): StoredSpan[] {
  spans += 1
  const base = {
    traceId: `t${spans}`,
    name: 'GET',
    startMs: clock.now(),
    durationMs: 5,
    status: 'OK' as const,
  }
  const more = { parentSpanId: '', statusMessage: '', attributes: {}, events: [] }
  return [
    { ...base, ...more, spanId: 'c', service: caller, kind: 'CLIENT' },
    { ...base, ...more, spanId: 's', parentSpanId: 'c', service: callee, kind: 'SERVER' },
  ] as unknown as StoredSpan[]
}
const inputOf = (ids: readonly EntityId[], edges: readonly (readonly [string, string])[]) =>
  TopologyInput.parse({
    entities: ids.map((id) => ({ id })),
    edges: edges.map(([source, target]) => ({ source, target, type: 'RUNS_ON' })),
  })
const keyOf = ({ source, target, type }: Pick<Edge, 'source' | 'target' | 'type'>) =>
  `${source} ${type} ${target}`
const shown = ({ entities, edges }: Topology): string[] =>
  [...entities.map(({ id }) => id), ...edges.map(keyOf)].sort()

const service = fc.constantFrom('a', 'bb', 'ccc', 'dddd')
const pods = fc.subarray(['pod/p', 'pod/q', 'pod/r'])
const action = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), caller: service, callee: service }),
  fc.record({ kind: fc.constant('mirror' as const), pods }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('restart' as const), killed: fc.boolean() }),
)

describe('the topology as it was', () => {
  it('is at every time what a snapshot taken then holds, over any history, restarts and kills included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 12 }), async (actions) => {
        const records = await openSqliteRecordStore(':memory:')
        const clock = clockOf()
        const config = { history_seconds: 300, freshness: { spans: '1h', entities: '2h' } }
        let run = runOf(records, clock, config)
        await run.knowledge.start()
        let said: EntityId[] = []
        const mirror = () =>
          run.knowledge.mirror(
            'default',
            'kubernetes:east',
            inputOf(
              ['node/n', ...said],
              said.map((pod) => [pod, 'node/n']),
            ),
          )
        await mirror()
        const snapshots: { atMs: number; held: string[] }[] = []
        for (const one of actions) {
          if (one.kind === 'call')
            run.bus.publish('spans', { tenant: 'default', spans: call(one.caller, one.callee, clock) })
          if (one.kind === 'mirror') {
            said = one.pods
            await mirror()
          }
          if (one.kind === 'wait') for (let m = 0; m < one.minutes; m += 7) await clock.advance(420_000)
          if (one.kind === 'restart') {
            // What lies between the last write and a kill is lost, here as in every other record: it is not what is asked about.
            await clock.advance(301_000)
            if (one.killed) run.kill()
            else await run.knowledge.stop()
            run = runOf(records, clock, config)
            await clock.advance(60_000)
            await run.knowledge.start()
            await mirror()
          }
          await clock.advance(10_000)
          // What came and went between two writes leaves no trace: asking writes.
          await run.knowledge.pastTopology('default', clock.now())
          snapshots.push({ atMs: clock.now(), held: shown(await run.knowledge.wholeTopology('default')) })
          await clock.advance(1_000)
        }
        await clock.advance(400_000)
        for (const { atMs, held } of snapshots) {
          const past = await run.knowledge.pastTopology('default', atMs)
          expect(past.as_of?.known).toBe('RECORDED')
          expect(shown(past)).toEqual(held)
        }
        await run.knowledge.stop()
        await records.close()
      }),
      { numRuns: 6 },
    )
  })

  it('survives a kill: what was written is there, what was not told of again has gone since it was last watched', async () => {
    const records = await openSqliteRecordStore(':memory:')
    const clock = clockOf()
    const killed = runOf(records, clock, { save_seconds: 3_600 })
    await killed.knowledge.start()
    await killed.knowledge.mirror(
      'default',
      'kubernetes:east',
      inputOf(['pod/p', 'node/n'], [['pod/p', 'node/n']]),
    )
    killed.bus.publish('spans', { tenant: 'default', spans: call('a', 'bb', clock) })
    await clock.advance(20_000)
    const beforeMs = clock.now()
    const held = shown(await killed.knowledge.wholeTopology('default'))
    killed.kill()
    const next = runOf(records, clock)
    await clock.advance(600_000)
    await next.knowledge.start()
    await next.knowledge.mirror('default', 'kubernetes:east', inputOf(['pod/p', 'node/n'], []))
    await clock.advance(20_000)
    expect(shown(await next.knowledge.pastTopology('default', beforeMs))).toEqual(held)
    expect(shown(await next.knowledge.pastTopology('default', clock.now()))).toEqual(['node/n', 'pod/p'])
    await clock.advance(400_000)
    const { removed, added } = await next.knowledge.diffTopology('default', {
      ...{ fromMs: beforeMs, toMs: clock.now(), limit: 10 },
    })
    expect(removed.edges.map(keyOf).sort()).toEqual(['pod/p RUNS_ON node/n', 'service/a CALLS service/bb'])
    expect(removed.entities.map(({ id }) => id).sort()).toEqual(['service/a', 'service/bb'])
    expect(added).toEqual({ entities: [], edges: [] })
    await next.knowledge.stop()
    await records.close()
  })

  it('says where it is not kept and where nothing watched, and refuses a time ahead', async () => {
    const records = await openSqliteRecordStore(':memory:')
    const clock = clockOf()
    const first = runOf(records, clock)
    await first.knowledge.start()
    const startedMs = clock.now()
    await first.knowledge.put('default', inputOf(['service/a'], []), 'API')
    await clock.advance(15_000)
    await first.knowledge.stop()
    const stoppedMs = clock.now()
    await clock.advance(3_600_000)
    const { knowledge } = runOf(records, clock)
    await knowledge.start()
    await clock.advance(15_000)
    const before = await knowledge.pastTopology('default', startedMs - 1)
    expect(before).toMatchObject({ entities: [], as_of: { known: 'NOT_KEPT' } })
    expect(before.as_of?.sentence).toContain(new Date(startedMs + 1).toISOString().slice(0, 19))
    const gap = await knowledge.pastTopology('default', stoppedMs + 60_000)
    expect(gap).toMatchObject({ entities: [{ id: 'service/a' }], as_of: { known: 'GAP' } })
    expect((await knowledge.pastTopology('default', clock.now())).as_of).toMatchObject({
      known: 'RECORDED',
      sentence: null,
    })
    await expect(knowledge.pastTopology('default', clock.now() + 3_600_000)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    await expect(
      knowledge.pastTopology('default', clock.now(), { entity: 'service/x', depth: 1 }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const times = await knowledge.topologyTimes('default', { steps: 10 })
    expect(times).toMatchObject({ retention: '30d', moments: [{ added: 1, removed: 0, changed: 0 }] })
    expect(times.gaps).toHaveLength(1)
    await knowledge.stop()
    await records.close()
  })

  it('tells an edge whose rate moved by a class from one that merely wavers', async () => {
    const records = await openSqliteRecordStore(':memory:')
    const clock = clockOf()
    const { knowledge, bus } = runOf(records, clock)
    await knowledge.start()
    const traffic = async (perStep: number, steps: number) => {
      for (let step = 0; step < steps; step += 1) {
        for (let n = 0; n < perStep; n += 1)
          bus.publish('spans', { tenant: 'default', spans: call('a', 'bb', clock) })
        await clock.advance(5_000)
      }
    }
    await traffic(2, 100)
    const steadyMs = clock.now()
    await traffic(3, 100)
    const waveringMs = clock.now()
    await traffic(40, 100)
    const between = (fromMs: number, toMs: number) =>
      knowledge.diffTopology('default', { fromMs, toMs, limit: 10 })
    expect((await between(steadyMs, waveringMs)).totals.changed).toBe(0)
    const { changed, totals } = await between(waveringMs, clock.now())
    expect(totals.changed).toBe(1)
    expect(changed[0]?.before.calls_per_second).toBeLessThan(1)
    expect(changed[0]?.after.calls_per_second).toBeGreaterThan(3)
    expect((await between(steadyMs, clock.now())).added).toEqual({ entities: [], edges: [] })
    await knowledge.stop()
    await records.close()
  })

  it('goes when it is old, and the oldest goes when there is too much of it', async () => {
    const records = await openSqliteRecordStore(':memory:')
    const clock = clockOf()
    const { knowledge } = runOf(records, clock, {
      history_retention: '1d',
      history_max: 1_000,
      history_seconds: 600,
    })
    await knowledge.start()
    const pods = Array.from({ length: 900 }, (_, n) => `pod/p${n}`)
    const say = async (ids: string[]) => {
      await knowledge.mirror('default', 'kubernetes:east', inputOf(ids, []))
      await clock.advance(3_600_000)
    }
    await say(pods.slice(0, 350))
    const firstMs = clock.now()
    await say([])
    await say(pods.slice(350, 450))
    const secondMs = clock.now()
    await say(pods)
    await clock.advance(3_600_000)
    expect(await records.topologyHistory.count('default')).toBeLessThanOrEqual(1_000)
    expect((await knowledge.pastTopology('default', firstMs - 1)).as_of?.known).toBe('NOT_KEPT')
    expect((await knowledge.pastTopology('default', secondMs)).as_of?.known).toBe('RECORDED')
    await say([])
    await clock.advance(90_000_000)
    expect(await records.topologyHistory.count('default')).toBe(0)
    expect((await knowledge.pastTopology('default', secondMs)).as_of?.known).toBe('NOT_KEPT')
    await knowledge.stop()
    await records.close()
  })
})
