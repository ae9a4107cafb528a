import type { TelemetryStore } from '../../server/src/adapter/sqlite/index.ts'

const hourMs = 3_600_000
export const hours = 72
const traceOf = (h: number): string => (h + 1).toString(16).padStart(32, '0')

/** Three days of samples, records and spans, on disk when it resolves; nothing where they are there already. */
export async function fill(store: TelemetryStore, startMs: number): Promise<void> {
  if (store.metricStore.catalog.count() > 0) return
  const ref = store.metricStore.catalog.intern('default', { __name__: 'm' }, { kind: 'GAUGE' })
  const record = { severity: 'INFO' as const, labels: {}, attributes: {}, traceId: '', spanId: '' }
  const span = { parentSpanId: '', name: 'n', service: 's', kind: 'SERVER' as const, durationMs: 1 }
  const outcome = { status: 'OK' as const, statusMessage: '', attributes: {} }
  for (let h = 0; h < hours; h += 1) {
    const at = startMs + h * hourMs
    const timesMs = Float64Array.from({ length: 60 }, (_, i) => at + i * 60_000)
    const values = Float64Array.from({ length: 60 }, (_, i) => h + i)
    const series = new Uint32Array(60).fill(ref)
    store.metricStore.append({ tenant: 'default', count: 60, series, timesMs, values }, 0)
    store.logStore.append({ tenant: 'default', records: [{ ...record, timeMs: at, message: `${h}` }] }, 0)
    const own = { traceId: traceOf(h), spanId: traceOf(h).slice(16), startMs: at }
    store.traceStore.append({ tenant: 'default', spans: [{ ...span, ...outcome, ...own }] }, 0)
    if (h % 6 === 5) for (let i = 0; i < 31; i += 1) await store.checkpoint()
  }
  for (let i = 0; i < 62; i += 1) await store.checkpoint()
}

/** What of it can be read. */
export async function readBack(
  store: TelemetryStore,
): Promise<{ samples: number; records: number; traces: number }> {
  const range = { tenant: 'default', startMs: 0, endMs: 8e14 }
  const [data] = await store.metricStore.range({ ...range, refs: [0], samplesMax: 1e6 })
  const search = { ...range, labels: {}, contains: '', traceId: '', limit: 1e6 }
  const { records } = await store.logStore.search(search)
  let traces = 0
  for (let h = 0; h < hours; h += 1) traces += (await store.traceStore.trace('default', traceOf(h))).length
  return { samples: data?.timesMs.length ?? 0, records: records.length, traces }
}
