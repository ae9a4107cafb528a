import type { Event } from '@aiops/contract/event'
import { Anomaly } from '@aiops/contract/model/anomaly'
import type { Change } from '@aiops/contract/model/change'
import type { LogRecord } from '@aiops/contract/model/log'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryLogStore, MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { minerWorker, mining } from '../../../app/analytics/mining.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import type { SampleBatch } from '../../../port/metric-store.ts'
import type { SnapshotStore } from '../../../port/snapshot-store.ts'
import { openWorkerLogs } from '../link-logs.ts'
import { createLogWatch, LogWatchConfig } from './index.ts'
import { lineBlockOf } from './line-block.ts'
import { type LogCommand, LogEngine, type LogReply } from './log-engine.ts'
import { logSettingsOf } from './log-settings.ts'

const startMs = 1_700_000_000_000
type Line = { at?: number; text: string; level?: LogRecord['severity']; service?: string; version?: string }

function world(
  config: Record<string, unknown> = {},
  stored: readonly Line[] = [],
  changes: readonly Change[] = [],
) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const metricStore = new MemoryMetricStore()
  const logStore = new MemoryLogStore()
  const saved = new Map<string, Anomaly>()
  const events: Event[] = []
  const points: { name: string; labels: Record<string, string>; atMs: number; value: number }[] = []
  bus.subscribe('events', 'test', (event) => void events.push(event))
  bus.subscribe('points', 'test', (batch: SampleBatch) => {
    for (let i = 0; i < batch.count; i += 1) {
      const { labels } = metricStore.catalog.describe(batch.series[i] as number)
      points.push({
        name: labels.__name__ ?? '',
        labels,
        atMs: batch.timesMs[i] as number,
        value: batch.values[i] as number,
      })
    }
  })
  const anomalies = {
    save: async (anomaly: Anomaly) => void saved.set(anomaly.id, anomaly),
    get: async (_: string, id: string) => saved.get(id),
    active: async () => [...saved.values()].filter(({ state }) => state === 'ACTIVE'),
    facets: async () => ({ shape: {}, severity: {}, tier: {} }),
  }
  const records = (lines: readonly Line[]): StoredLog[] =>
    lines.map(({ at, text, level, service, version }) => ({
      timeMs: at ?? clock.now(),
      severity: level ?? 'INFO',
      message: text,
      labels: { 'service.name': service ?? 'payments', ...(version ? { 'service.version': version } : {}) },
      attributes: {},
      traceId: '',
      spanId: '',
    }))
  logStore.append({ tenant: 'default', records: records(stored) }, 0)
  const kept: Uint8Array<ArrayBuffer>[] = []
  const snapshots: SnapshotStore = {
    write: async (parts) => void kept.splice(0, 1, Uint8Array.from(parts[0] as Uint8Array)),
    read: async () => (kept.length === 0 ? { kind: 'NONE' } : { kind: 'FOUND', parts: kept }),
  }
  const open = () =>
    createLogWatch(
      {
        snapshots,
        ...{ bus, metricStore, logStore, anomalies, clock, random: seededRandom(1), metrics, log: silentLog },
        ...{ mining, minerWorker, changes: { list: async () => ({ changes: [...changes], total: 0 }) } },
      },
      LogWatchConfig.parse({ worker: false, ...config }),
    )
  const send = (...lines: Line[]) => bus.publish('logs', { tenant: 'default', records: records(lines) })
  const told = (): [string, string][] =>
    events.map((event) => [event.event_type.slice(8), (event.payload as Anomaly).shape])
  const anomaly = (at: number): Anomaly => Anomaly.parse(events.at(at)?.payload)
  const rendered = () => metrics.render()
  return { clock, bus, metricStore, kept, saved, events, points, open, send, told, anomaly, rendered }
}

async function running(...given: Parameters<typeof world>) {
  const w = world(...given)
  const watch = w.open()
  await watch.start()
  onTestFinished(() => watch.stop())
  const step = async (ms: number) => {
    await w.clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { ...w, watch, step }
}
type World = Awaited<ReturnType<typeof running>>

let order = 0
const usualLines = (): Line[] => {
  order += 1
  return [
    { text: `charged order ${order} in ${20 + (order % 7)} ms` },
    { text: `GET /charges/${order} 200` },
    ...(order % 9 === 0 ? [{ text: `slow request took ${300 + order} ms`, level: 'WARN' as const }] : []),
  ]
}
/** A healthy service, three lines a second or so. */
async function usual(w: World, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 2) {
    w.send(...usualLines(), ...usualLines(), ...usualLines())
    await w.step(2_000)
  }
}
const refused = (n: number): Line => ({ text: `charge ${n} was refused by bank-${n}`, level: 'ERROR' })

describe('new patterns', () => {
  it('tells an error that was never logged, with pattern, example and what it rests on, and ends it when it stops', async () => {
    const w = await running()
    await usual(w, 700)
    expect(w.told()).toEqual([])
    w.send(refused(1), refused(2))
    await w.step(2_000)
    expect(w.told()).toEqual([])
    w.send(refused(3))
    await w.step(2_000)
    expect(w.told()).toEqual([['DETECTED', 'NEW_PATTERN']])
    const anomaly = w.anomaly(-1)
    expect(anomaly).toMatchObject({
      entity: 'service/payments',
      state: 'ACTIVE',
      severity: 'MEDIUM',
      pattern: { template: 'charge <*> was refused by <*>', example: 'charge 1 was refused by bank-1' },
      series: { name: 'log.pattern.records:rate', derived: true },
      started_at: new Date(startMs + 700_000).toISOString(),
    })
    expect(anomaly.sentence).toBe(
      'payments logs a new ERROR line: “charge <*> was refused by <*>”, 3 times in 2 s, never in the 12 min before',
    )
    expect(anomaly.series.labels.pattern_id).toBe(anomaly.pattern?.id)
    expect(anomaly.confidence).toBeGreaterThan(0.4)
    await usual(w, 150)
    expect(w.told().at(-1)).toEqual(['ENDED', 'NEW_PATTERN'])
    expect([...w.saved.values()].map(({ state }) => state)).toEqual(['ENDED'])
    expect(w.points.some(({ labels, value }) => labels.pattern_id === anomaly.pattern?.id && value > 0)).toBe(
      true,
    )
  })

  it('says nothing of one or two such lines, of a new line that merely informs, nor while it learns', async () => {
    const w = await running()
    w.send(refused(1), refused(2), refused(3), refused(4))
    await usual(w, 700)
    w.send(
      { text: 'cannot open the ledger for 1', level: 'ERROR' },
      { text: 'cannot open the ledger for 2', level: 'ERROR' },
      ...Array.from({ length: 8 }, (_, n) => ({ text: `cache of shard ${n} was rebuilt` })),
    )
    await usual(w, 120)
    w.send(refused(5), refused(6), refused(7), refused(8))
    await usual(w, 20)
    expect(w.told()).toEqual([])
  })

  it('tells a burst of a new line that merely informs, as LOW', async () => {
    const w = await running()
    await usual(w, 700)
    w.send(...Array.from({ length: 40 }, (_, n) => ({ text: `retrying delivery ${n} of the outbox` })))
    await w.step(2_000)
    expect(w.anomaly(-1)).toMatchObject({ shape: 'NEW_PATTERN', severity: 'LOW' })
  })

  it('names a version that came shortly before', async () => {
    const w = await running()
    await usual(w, 700)
    w.send({ text: 'listening', version: '1.4.0' })
    await usual(w, 40)
    w.send({ text: 'listening', version: '1.5.0' })
    await usual(w, 30)
    w.send(refused(1), refused(2), refused(3))
    await w.step(2_000)
    expect(w.anomaly(-1).sentence).toMatch(/; version 1\.5\.0 came after 1\.4\.0, 30 s before$/)
  })

  it('knows after a restart what is stored, by the same ids, and ends what nobody follows', async () => {
    const stored = Array.from({ length: 900 }, (_, at) =>
      usualLines().map((line) => ({ ...line, at: startMs - (900 - at) * 1_000 })),
    )
      .flat()
      .concat([1, 2, 3].map((n) => ({ ...refused(n), at: startMs - 500_000 })))
    const w = await running({}, stored)
    await usual(w, 4)
    w.send(refused(4), refused(5), refused(6))
    await usual(w, 20)
    expect(w.told()).toEqual([])
    w.send(...[1, 2, 3].map((n) => ({ text: `ledger ${n} is corrupt`, level: 'FATAL' as const })))
    await w.step(2_000)
    expect(w.told()).toEqual([['DETECTED', 'NEW_PATTERN']])
    const id = w.anomaly(-1).pattern?.id
    expect(id).toBe(mining.idOf('ledger <*> is corrupt'))
    const next = w.open()
    await next.start()
    onTestFinished(() => next.stop())
    await w.step(10)
    expect(w.anomaly(-1)).toMatchObject({ state: 'ENDED', shape: 'NEW_PATTERN' })
  })

  it('knows after a restart what it knew before, however long it was not said, and judges at once', async () => {
    const w = await running()
    const report = (n: number): Line => ({
      text: `ledger of shard ${n} closed late by ${n * 7} s`,
      level: 'WARN',
    })
    w.send(report(1), report(2), report(3))
    await usual(w, 1_300)
    expect(w.told()).toEqual([])
    // Nothing is stored here, so that all that is known comes from what was kept.
    expect(w.kept).toHaveLength(1)
    await w.watch.stop()
    const next = w.open()
    await next.start()
    onTestFinished(() => next.stop())
    await usual(w, 10)
    w.send(report(41), report(52), report(63))
    await usual(w, 10)
    expect(w.told()).toEqual([])
    w.send(refused(1), refused(2), refused(3))
    await w.step(2_000)
    expect(w.told()).toEqual([['DETECTED', 'NEW_PATTERN']])
    await w.clock.advance(700_000)
    expect(Buffer.from(w.kept[0] as Uint8Array).toString()).toContain('closed late by')
  })

  it('begins anew where what was kept is none of its', async () => {
    const w = world()
    w.kept.push(Uint8Array.of(1, 2, 3))
    const watch = w.open()
    await watch.start()
    onTestFinished(() => watch.stop())
    await usual({ ...w, watch, step: (ms) => w.clock.advance(ms) } as World, 20)
    expect(watch.stats().patterns).toBeGreaterThan(0)
  })

  it('takes secrets out of what it shows', async () => {
    const w = await running()
    await usual(w, 700)
    w.send(
      ...[1, 2, 3].map((n) => ({ text: `login ${n} failed: password=hunter2xyz`, level: 'ERROR' as const })),
    )
    await w.step(2_000)
    expect(w.anomaly(-1).pattern?.example).toContain('[redacted]')
    expect(JSON.stringify(w.anomaly(-1))).not.toContain('hunter2xyz')
  })
})

it('a service makes room for another only after silence, and what was told of it ends then', async () => {
  const w = await running({ sources_max: 1, quiet_after: '30m' })
  await usual(w, 700)
  w.send(refused(1), refused(2), refused(3))
  await w.step(2_000)
  w.send({ text: 'hello', service: 'other' })
  await w.step(2_000)
  expect(w.watch.stats()).toMatchObject({ sources: 1, refused: 1, evicted: 0 })
  expect(w.watch.openCount()).toBe(1)
  await w.step(301_000)
  expect(w.watch.openCount()).toBe(1)
  w.send({ text: 'hello', service: 'other' })
  await w.step(2_000)
  expect(w.watch.stats()).toMatchObject({ sources: 1, evicted: 1 })
  expect(w.told().at(-1)).toEqual(['ENDED', 'NEW_PATTERN'])
  expect(w.anomaly(-1).sentence).toMatch(/; its service was given up for others$/)
})

describe('points of log lines', () => {
  it('are lines per second by level and the share of errors, by the time of the lines, zeros in silence', async () => {
    const w = await running()
    for (let second = 0; second < 40; second += 1) {
      w.send({ text: `did ${second}` }, { text: `did ${second}` }, { text: 'broke', level: 'ERROR' })
      await w.step(1_000)
    }
    await w.step(60_000)
    const of = (name: string, level?: string) =>
      w.points.filter((point) => point.name === name && (level === undefined || point.labels.level === level))
    expect(
      of('log.records:rate', 'info')
        .map(({ value }) => value)
        .slice(0, 8),
    ).toEqual([2, 2, 2, 2, 0, 0, 0, 0])
    expect(of('log.records:rate', 'info')[0]?.atMs).toBe(startMs + 10_000)
    expect(of('log.records:error_ratio').map(({ value }) => value)).toEqual([1 / 3, 1 / 3])
    expect(w.metricStore.catalog.labelValues('default', '__name__')).toContain('log.records:rate')
  })
})

describe('the thread that mines', () => {
  it('answers for every line, in order, as the engine in this thread does', async () => {
    const settings = logSettingsOf(LogWatchConfig.parse({}))
    const records = Array.from({ length: 300 }, (_, at) => ({
      ...{ timeMs: startMs + at * 100, severity: 'INFO' as const, message: `did ${at} in ${at % 7} ms` },
      ...{ labels: { 'service.name': 'payments' }, attributes: {}, traceId: '', spanId: '' },
    }))
    const commands: LogCommand[] = [
      { kind: 'learned', tenant: 'default', nowMs: startMs },
      { kind: 'lines', nowMs: startMs + 30_000, block: lineBlockOf('default', records, 0, 300, false) },
      { kind: 'tick', nowMs: startMs + 60_000 },
    ]
    const engine = new LogEngine(settings, mining)
    const expected = commands.map((command) => engine.handle(command))
    const replies: LogReply[] = []
    let failed: Error | undefined
    await new Promise<void>((resolve) => {
      const link = openWorkerLogs(minerWorker, settings, {
        reply(reply) {
          if (replies.push(reply) === commands.length) resolve(link.close())
        },
        failed(error) {
          failed = error
          resolve()
        },
      })
      for (const command of commands) link.send(command)
    })
    expect(failed).toBeUndefined()
    expect(replies).toEqual(expected)
    expect(replies[1]?.lines).toBe(300)
  })

  it('skips and counts lines rather than to hold up their senders', async () => {
    const w = await running({ queue_lines_max: 1_000, worker: true })
    const many = (): Line[] => Array.from({ length: 800 }, (_, n) => ({ text: `did ${n}` }))
    for (let at = 0; at < 5; at += 1) w.send(...many())
    expect(await w.rendered()).toMatch(/aiops_log_lines_skipped_total 2400/)
  })
})
