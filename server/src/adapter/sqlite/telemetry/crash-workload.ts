import type { LogStore } from '../../../port/log-store.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { TelemetryStore } from './open-telemetry-store.ts'

// What the kill test writes: everything of entry n follows from n, so that the test can tell what must be there and what cannot be.

export const startMs = 1_700_000_000_000
const samplesPerEntry = 12

export const entryOf = (n: number): Entry => ({
  kind: 'remote-write',
  tenant: 'default',
  body: Buffer.from(String(n)),
  encoding: 'identity',
  format: 'json',
  receivedMs: startMs,
})

/** Series of an entry: few at first, more as n grows, met in an order that differs from run to run. */
export function seriesOf(n: number): number[] {
  const ids = new Set<number>()
  for (let j = 0; j < samplesPerEntry; j += 1) ids.add((n * 31 + j * j * 17) % (20 + Math.floor(n / 4)))
  return [...ids]
}
export const timeOf = (n: number): number => startMs + n * 250
export const sampleOf = (id: number, n: number): number => id * 10_000_000 + n
export const nameOf = (id: number): string => `m${id}`

export const histogramSeries = 7
export const histogramOf = (n: number): NativeHistogram => ({
  schema: n % 50 === 0 ? 2 : 3,
  count: n * 3,
  sum: n / 7,
  zeroThreshold: 0.001,
  zeroCount: n,
  positive: { indexes: Int32Array.of(1, 4), counts: Float64Array.of(n, n) },
  negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
  reset: 'NO',
})

/** What ingest does once an entry is on disk, and again when it is replayed. */
export function apply(store: TelemetryStore, n: number, position: number): void {
  const ids = seriesOf(n)
  const { catalog } = store.metricStore
  const series = Uint32Array.from(ids, (id) =>
    catalog.intern('default', { __name__: nameOf(id), id: String(id) }, { kind: 'GAUGE' }),
  )
  const timesMs = new Float64Array(ids.length).fill(timeOf(n))
  const values = Float64Array.from(ids, (id) => sampleOf(id, n))
  const timeMs = timeOf(n)
  const ref = catalog.intern(
    'default',
    { __name__: 'h', id: `h${n % histogramSeries}` },
    { kind: 'HISTOGRAM' },
  )
  const histograms = [{ ref, timeMs, histogram: histogramOf(n) }]
  const exemplars = [{ ref, timeMs, value: n, labels: { trace_id: traceOf(n) } }]
  store.metricStore.append(
    { tenant: 'default', count: ids.length, series, timesMs, values, histograms, exemplars },
    position,
  )
  if (n % 2 === 0) appendLog(store.logStore, n, position)
  else store.traceStore.append({ tenant: 'default', spans: [spanOf(n)] }, position)
}
export async function replay(store: TelemetryStore): Promise<void> {
  const from = Math.min(
    store.metricStore.checkpointed(),
    store.logStore.checkpointed(),
    store.traceStore.checkpointed(),
  )
  for await (const { position, entry } of store.telemetryLog.read(from))
    apply(store, Number(Buffer.from(entry.body).toString()), position)
}
export const traceOf = (n: number): string => (n + 1).toString(16).padStart(32, '0')

function appendLog(store: LogStore, n: number, position: number): void {
  const record = {
    timeMs: timeOf(n),
    severity: 'INFO' as const,
    message: `n=${n}`,
    labels: { service: `s${n % 3}` },
    attributes: {},
    traceId: '',
    spanId: '',
  }
  store.append({ tenant: 'default', records: [record] }, position)
}
function spanOf(n: number) {
  return {
    traceId: traceOf(n),
    spanId: '0'.repeat(16),
    parentSpanId: '',
    name: `n=${n}`,
    service: 'a',
    kind: 'SERVER' as const,
    startMs: timeOf(n),
    durationMs: 1,
    status: 'OK' as const,
    statusMessage: '',
    attributes: {},
  }
}
