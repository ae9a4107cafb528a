import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { TelemetryStore } from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'

/**
 * Recorded scrapes of Prometheus' text format, gzip, a file each named by the milliseconds of its time (`1795237404428.txt.gz`), put
 * into the store as if they had come every `stepMs`, each as late as it was when it was recorded. What is shorter than `hours` is
 * repeated; counters go on from where they were. `targets`: as many exporters, each at another place of the recording.
 */
export type Replay = { folder: string; hours: number; targets: number; stepMs: number }

type Recording = { names: string[]; counters: Uint8Array; columns: Float64Array[]; lateMs: number[] }

export async function replayScrapes(open: () => Promise<TelemetryStore>, replay: Replay): Promise<object> {
  const { hours, targets, stepMs } = replay
  const recording = record(replay.folder)
  const scrapes = Math.floor((hours * 3_600_000) / stepMs)
  const start = Math.floor(Date.now() / stepMs - scrapes) * stepMs
  let store = await open()
  const refs = Array.from({ length: targets }, (_, target) => internAll(store, recording, target))
  let samples = 0
  for (let nth = 0; nth < scrapes; nth += 1) {
    refs.forEach((own, target) => {
      const at = nth + Math.floor((target * recording.columns.length) / targets)
      samples += append(store, recording, own, at, start + nth * stepMs)
    })
    // A checkpoint a minute, as in the product.
    if (nth % 4 === 3) await store.checkpoint()
  }
  // Longer than a slice of merging takes, so that what is due is done.
  for (let i = 0; i < 70; i += 1) await store.checkpoint()
  const stored = store.metricStore.stats().bytesOnDisk
  await store.close()
  store = await open()
  const fileBytes = store.fileBytes()
  await verify(store, recording, refs[0]!, start, scrapes, stepMs)
  await store.close()
  return {
    recorded_scrapes: recording.columns.length,
    series: recording.names.length * targets,
    hours,
    samples,
    stored_bytes: stored,
    bytes_per_sample: Number((stored / samples).toFixed(3)),
    file_bytes: fileBytes,
    file_bytes_per_sample: Number((fileBytes / samples).toFixed(3)),
  }
}

function record(folder: string): Recording {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .sort()
  const numbers = new Map<string, number>()
  const kinds = new Map<string, string>()
  const columns = files.map((file) => {
    const column = new Map<number, number>()
    for (const line of gunzipSync(readFileSync(join(folder, file)))
      .toString()
      .split('\n')) {
      const [hash, type, name, kind] = line.split(' ')
      if (hash === '#' && type === 'TYPE') kinds.set(name!, kind!)
      if (line === '' || hash === '#') continue
      const space = line.lastIndexOf(' ')
      const series = line.slice(0, space)
      const number = numbers.get(series) ?? numbers.size
      numbers.set(series, number)
      column.set(number, Number(line.slice(space + 1).replace('Inf', 'Infinity')))
    }
    return column
  })
  const names = [...numbers.keys()]
  const times = files.map((file) => Number.parseInt(file, 10))
  const gap = Math.round((times.at(-1)! - times[0]!) / (times.length - 1) / 1_000) * 1_000
  return {
    names,
    counters: Uint8Array.from(names, (name) => (kinds.get(name.split('{')[0]!) === 'counter' ? 1 : 0)),
    // NaN stands for a series this scrape does not have.
    columns: columns.map((column) => Float64Array.from(names, (_, i) => column.get(i) ?? Number.NaN)),
    lateMs: times.map((time) => time % gap),
  }
}
function internAll(store: TelemetryStore, { names, counters }: Recording, target: number): Uint32Array {
  return Uint32Array.from(names, (text, i) => {
    const [name, rest = ''] = text.split('{')
    const labels: Record<string, string> = { __name__: name!, job: 'node', instance: `10.0.0.${target}:9100` }
    for (const [, label, value] of rest.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[label!] = value!
    return store.metricStore.catalog.intern('default', labels, { kind: counters[i] ? 'COUNTER' : 'GAUGE' })
  })
}
/** Value of series i at the nth scrape of an endless recording. */
function valueAt({ columns, counters }: Recording, i: number, nth: number): number {
  const round = Math.floor(nth / columns.length)
  const value = columns[nth % columns.length]![i]!
  if (!counters[i] || round === 0) return value
  return value + round * (columns.at(-1)![i]! - columns[0]![i]!)
}
function append(
  store: TelemetryStore,
  recording: Recording,
  refs: Uint32Array,
  nth: number,
  atMs: number,
): number {
  const series = new Uint32Array(refs.length)
  const values = new Float64Array(refs.length)
  let count = 0
  for (let i = 0; i < refs.length; i += 1) {
    const value = valueAt(recording, i, nth)
    if (Number.isNaN(value)) continue
    series[count] = refs[i]!
    values[count] = value
    count += 1
  }
  const timesMs = new Float64Array(count).fill(atMs + recording.lateMs[nth % recording.lateMs.length]!)
  store.metricStore.append({ tenant: 'default', count, series, timesMs, values }, 0)
  return count
}
/** Everything that went in comes back. */
async function verify(
  store: TelemetryStore,
  recording: Recording,
  refs: Uint32Array,
  start: number,
  scrapes: number,
  stepMs: number,
): Promise<void> {
  for (let i = 0; i < refs.length; i += 1) {
    const [data] = await store.metricStore.range({
      tenant: 'default',
      refs: [refs[i]!],
      startMs: start,
      endMs: Number.MAX_SAFE_INTEGER,
      samplesMax: 1e7,
    })
    const expected: [number, number][] = []
    for (let nth = 0; nth < scrapes; nth += 1) {
      const value = valueAt(recording, i, nth)
      if (!Number.isNaN(value))
        expected.push([start + nth * stepMs + recording.lateMs[nth % recording.lateMs.length]!, value])
    }
    const same = expected.every(
      ([time, value], at) => data?.timesMs[at] === time && Object.is(data.values[at], value),
    )
    if (!same || expected.length !== (data?.timesMs.length ?? 0))
      throw new Error(`series ${recording.names[i]} did not come back as it went in`)
  }
}
