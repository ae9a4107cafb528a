import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { PlainAlert } from '../../pipeline/ingest/index.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { ForecastConfig, type Forecasts } from '../../service/forecast/index.ts'
import { createPromqlEngine, storeSource } from '../../service/telemetry/index.ts'
import { openForecasts } from './forecast.ts'

const [minuteMs, dayMs] = [60_000, 86_400_000]
const nowMs = Date.UTC(2026, 10, 12, 6)
const gib = 1_073_741_824
const random = seededRandom(2)

/** Two weeks of a node whose disk fills by 1.5 % a day, and of the kinds that others send. */
function filledStore(): MemoryMetricStore {
  const store = new MemoryMetricStore()
  const write = (labels: Record<string, string>, at: (daysAgo: number) => number, unit?: string): void => {
    const ref = store.catalog.intern('default', labels, { kind: 'GAUGE', ...(unit ? { unit } : {}) })
    const stepMs = 5 * minuteMs
    const count = (14.5 * dayMs) / stepMs
    const times = Float64Array.from({ length: count }, (_, i) => nowMs + dayMs / 2 - (count - 1 - i) * stepMs)
    store.append(
      {
        ...{ tenant: 'default', count, series: new Uint32Array(count).fill(ref), timesMs: times },
        values: times.map((timeMs) => at((nowMs - timeMs) / dayMs)),
      },
      1,
    )
  }
  const disk = { mountpoint: '/data', fstype: 'ext4', instance: 'n1', device: 'sda1' }
  const used = (daysAgo: number): number => 0.93 - 0.015 * daysAgo + 0.002 * (random.next() - 0.5)
  write({ ...disk, __name__: 'node_filesystem_size_bytes' }, () => 100 * gib)
  write({ ...disk, __name__: 'node_filesystem_avail_bytes' }, (daysAgo) => (1 - used(daysAgo)) * 100 * gib)
  write({ __name__: 'node_memory_MemTotal_bytes', instance: 'n1' }, () => 8 * gib)
  write({ __name__: 'node_memory_MemAvailable_bytes', instance: 'n1' }, () => 6 * gib)
  const host = { 'host.name': 'h1' }
  write(
    { ...host, __name__: 'system.filesystem.utilization', 'system.filesystem.mountpoint': '/' },
    () => 0.4,
  )
  write({ ...host, __name__: 'system.cpu.utilization', 'cpu.mode': 'idle' }, () => 0.75)
  const quota = { __name__: 'kube_resourcequota', namespace: 'shop', resourcequota: 'q', resource: 'pods' }
  write({ ...quota, type: 'used' }, () => 30)
  write({ ...quota, type: 'hard' }, () => 40)
  write(
    { __name__: 'probe_ssl_earliest_cert_expiry', instance: 'https://shop' },
    () => nowMs / 1_000 + 20 * 86_400,
  )
  const swinging = (daysAgo: number): number => 88 + 9 * Math.sin(2 * Math.PI * daysAgo) + 3 * random.next()
  write({ __name__: 'pool_fill', instance: 'n1' }, swinging, '%')
  return store
}

describe('forecasts over a metric store', () => {
  const clock = new ManualClock(nowMs)
  const told: { source: string; alert: PlainAlert }[] = []
  let records: RecordStore
  let forecasts: Forecasts
  beforeAll(async () => {
    records = await openSqliteRecordStore(':memory:')
    const store = filledStore()
    const engine = createPromqlEngine()
    forecasts = openForecasts(
      {
        ...{ clock, random: seededRandom(1), metrics: createMetrics(), log: silentLog, tenants: ['default'] },
        ...{ repository: records.predictions, engine, source: (tenant) => storeSource(store, tenant) },
        catalog: store.catalog,
        ingest: () => ({
          async acceptAlerts(_tenant, source, alerts) {
            told.push(...alerts.map((alert) => ({ source, alert })))
            return []
          },
        }),
        alertsMax: 100,
      },
      ForecastConfig.parse({}),
    )
    await forecasts.start()
  })
  afterAll(async () => {
    await forecasts.stop()
    await records.close()
  })

  it('answer a query with bands, history and the time to a limit', async () => {
    const {
      forecasts: found,
      stepMs,
      total,
    } = await forecasts.forecast('default', {
      query: '1 - node_filesystem_avail_bytes / node_filesystem_size_bytes',
      ...{ horizonMs: 3 * dayMs, limits: [{ value: 0.95, direction: 'ABOVE' }], bounds: { min: 0, max: 1 } },
      ...{ seriesMax: 20, pointsMax: 50 },
    })
    expect([total, stepMs, found[0]?.points.length, found[0]?.history.length]).toEqual([
      1,
      dayMs / 24,
      50,
      50,
    ])
    const [breach] = found[0]?.breaches ?? []
    const days = (Date.parse(breach?.p50 ?? '') - nowMs) / dayMs
    expect(days).toBeGreaterThan(1)
    expect(days).toBeLessThan(1.8)
    expect(found[0]?.trend_per_day?.mid).toBeCloseTo(0.015, 3)
  })

  it('foretell no more of a percentage than all, and of what has no unit what it may become', async () => {
    const ask = { ...{ horizonMs: 3 * dayMs, limits: [], bounds: {} }, ...{ seriesMax: 1, pointsMax: 500 } }
    const most = async (query: string): Promise<number> => {
      const [found] = (await forecasts.forecast('default', { ...ask, query })).forecasts
      return Math.max(...(found?.points ?? []).map(({ p90 }) => p90))
    }
    expect(await most('pool_fill')).toBeLessThanOrEqual(100)
    expect(await most('pool_fill * 2')).toBeGreaterThan(150)
  })

  it('make a plan of every kind that is sent', async () => {
    const { rows, unknown, notices } = await forecasts.capacity('default')
    expect(notices).toEqual([])
    expect(rows.map(({ kind, name, advice }) => [kind, name, advice])).toEqual([
      ['CERTIFICATE', 'https://shop', 'RENEW'],
      ['DISK', '/data of n1', 'SCALE'],
      ['QUOTA', 'pods of q of shop', 'SCALE'],
      ['CPU', 'h1', 'OK'],
      ['MEMORY', 'n1', 'OK'],
    ])
    expect(unknown.map(({ kind }) => kind)).toEqual(['INODES', 'VOLUME', 'GPU_MEMORY'])
  })

  it('tell of a disk that will be full as alerts of their own source, and keep what they said', async () => {
    const look = async (): Promise<number> => {
      await clock.advance(10 * minuteMs)
      return told.length
    }
    await expect.poll(look, { timeout: 10_000, interval: 250 }).toBeGreaterThan(0)
    expect(told[0]).toMatchObject({
      source: 'prediction',
      alert: {
        ...{ name: 'PredictedDisk', severity: 'medium', status: 'FIRING' },
        labels: { mountpoint: '/data', watch: 'disk', severity: 'medium' },
        annotations: { hit_rate: 'none of this watch has come due yet' },
      },
    })
    const { predictions, watches } = await forecasts.predictions('default', {
      states: [],
      limit: 9,
      offset: 0,
    })
    expect(predictions).toMatchObject([{ watch: 'disk', state: 'OPEN', limit: 0.95, alerted: true }])
    expect(watches.map(({ name, problem, series }) => [name, problem, series])).toEqual([
      ['disk', null, 2],
      ['memory', null, 1],
      ['quota', null, 1],
      ['certificate', null, 1],
    ])
  })
})
